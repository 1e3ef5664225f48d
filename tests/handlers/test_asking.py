"""Status, help, thanks, and mails that ask for nothing we can do."""

from typing import Any

import pytest

from tests.builders import DANA, Desk, a_file
from tests.handlers.record import GUS, HELEN, PEI, assert_whole, verdicts

LOGO = a_file("logo.png", b"logo", role="decoration")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "said",
    [
        {"subject": "status"},
        {"subject": "Status?"},
        {"text": "status"},
        {"text": "Status please"},
        {"text": "Hi,\n\nstatus\n\nAna"},
        {"text": "Hi Renee, status please"},
        {"subject": "Status", "text": "Thank you very much\nAna"},
        {"text": "What is still missing?"},
        {"text": "What do we still need for Friday?"},
        {"text": "Where do we stand?"},
        {"text": "Could you send me the status of our review?"},
        {"subject": "status", "files": (LOGO,)},
    ],
)
async def test_status_is_read_generously(desk: Desk, said: dict[str, Any]) -> None:
    told = await desk.send(**said)
    assert (told["state"], told["reply"]) == ("done", "status_shown")
    await assert_whole(desk)


async def test_status_shows_counts_findings_forms_and_what_waits(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    question = await desk.send(files=(a_file("scan.pdf", b"scan"),))
    shown = (await desk.send(text="status"))["fields"]
    (review,) = shown["reviews"]
    assert (review["id"], review["with_evidence"], review["status"]) == ("sv-fpm", 1, "Resolution")
    found = {one["code"]: one["with_evidence"] for one in shown["findings"]}
    assert found == {"I-EL 02": True, "IV-EL 14": False, "II-CE 08": False}
    assert "LEA Plan" in {form["title"] for form in shown["forms"]}
    assert shown["waiting"] == [{"receipt": question["id"], "files": ["scan.pdf"]}]


async def test_status_is_of_the_askers_own_leas_only(desk: Desk) -> None:
    assert (await desk.send(text="status"))["fields"]["leas"] == ["Sierra Vista Unified"]
    both = (await desk.send(text="status", sender=DANA))["fields"]
    assert both["leas"] == ["Coast Range Unified", "Sierra Vista Unified"]
    assert {review["id"] for review in both["reviews"]} == {"sv-fpm", "cr-fpm"}
    charter = (await desk.send(text="status", sender=GUS))["fields"]
    assert (charter["reviews"], len(charter["forms"])) == ([], 2)


async def test_status_of_one_item_lists_its_documents(desk: Desk) -> None:
    await desk.send(subject="EL 02 p. 4-9", files=(a_file(),))
    shown = (await desk.send(text="status EL 02"))["fields"]["items"]
    (item,) = shown
    assert (item["code"], item["on_file"], item["documents"][0]["pages"]) == ("I-EL 02", 1, "4-9")


@pytest.mark.parametrize(
    "text",
    [
        "status EL 02, EL 02",
        "status EL 02 I-EL 2",
        "What's the status of EL 02?",
        "Is EL 02 complete?",
        "Did you get our EL 02?",
        "What is missing for EL 02?",
        "¿Qué falta para EL 02?",
    ],
)
async def test_an_item_may_be_asked_about_in_many_words(desk: Desk, text: str) -> None:
    told = await desk.send(text=text)
    assert (told["reply"], [item["code"] for item in told["fields"]["items"]]) == (
        "item_status_shown",
        ["I-EL 02"],
    )


async def test_status_of_several_items_keeps_their_order(desk: Desk) -> None:
    items = (await desk.send(text="status CE 08, EL 02"))["fields"]["items"]
    assert [item["code"] for item in items] == ["II-CE 08", "I-EL 02"]


async def test_status_in_two_leas_shows_both_unless_one_is_named(desk: Desk) -> None:
    both = await desk.send(text="status EL 02", sender=DANA)
    assert {item["review"] for item in both["fields"]["items"]} == {"sv-fpm", "cr-fpm"}
    one = await desk.send(text="status EL 02 Coast Range Unified", sender=DANA)
    assert [item["review"] for item in one["fields"]["items"]] == ["cr-fpm"]


@pytest.mark.parametrize(
    "text", ["status EL 77", "status UCP 02", "status finding CE 04", "status EL 02, CE 77"]
)
async def test_status_of_what_is_not_theirs_is_refused_as_unknown(desk: Desk, text: str) -> None:
    sender = GUS if "UCP" in text else "aruiz@sierravista.example"
    told = await desk.send(text=text, sender=sender)
    assert (told["state"], told["reason"]) == ("refused", "not_one_of_yours")


@pytest.mark.parametrize(
    "said", [{"text": "help"}, {"subject": "help"}, {"text": "Hi,\nhelp me!"}, {"text": "?"}]
)
@pytest.mark.parametrize("sender", [PEI, HELEN])
async def test_help_is_for_everybody(desk: Desk, said: dict[str, str], sender: str) -> None:
    told = await desk.send(**said, sender=sender, files=(LOGO,))
    assert (told["reply"], verdicts(told)) == ("help_given", [("not_evidence", [])])
    assert told["fields"]["lines"][-1]["usage"] == "help, or help reminders"
    await assert_whole(desk)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you so much!\n\nAna Ruiz\nSierra Vista Unified",
        "Got it, thanks",
        "Gracias",
        "Many thanks, Ana",
        "Thank you for the quick reply.",
        "ok thanks",
        "Thank you!\n\nMaria Delgado\nFPM Coordinator\n(555) 555-0102 ext. 14\nmdelgado@sierravista.example",
    ],
)
async def test_thanks_need_no_answer_and_the_silence_has_its_reason(desk: Desk, text: str) -> None:
    told = await desk.send(subject="Re: Receipt R-12: 1 file filed", text=text, files=(LOGO,))
    assert (told["state"], told["reason"], told["reply"]) == ("ignored", "thanks, and nothing else", None)
    assert verdicts(told) == [("not_evidence", [])]


@pytest.mark.parametrize(
    "said",
    [
        {"text": "Thanks. But the roster was for EL 14."},
        {"text": "Thanks, EL02"},
        {"text": "Thank you, when is it due?"},
        {"text": "Thanks", "links": ("drive.google.com",)},
        {"text": "Thanks", "files": (a_file(),)},
        {"text": "Thanksgiving is closed"},
    ],
)
async def test_thanks_with_anything_else_are_answered(desk: Desk, said: dict[str, Any]) -> None:
    assert (await desk.send(**said))["reply"]


@pytest.mark.parametrize(
    "said", [{"text": "Who is our monitor?"}, {"subject": "Hello"}, {"text": "Call me 2 times"}, {}]
)
async def test_what_is_not_understood_is_read_back(desk: Desk, said: dict[str, str]) -> None:
    told = await desk.send(**said)
    assert (told["state"], told["reason"]) == ("refused", "not_understood")
    assert told["fields"]["facts"]["said"] == (said.get("text") or said.get("subject") or "")


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ({"subject": "EL 02"}, {"links": [], "only": [], "said": ["EL 02"]}),
        ({"subject": "EL 02", "files": (LOGO,)}, {"links": [], "only": ["logo.png"], "said": ["EL 02"]}),
        ({"text": "our roster", "files": (LOGO,)}, {"links": [], "only": ["logo.png"], "said": []}),
        (
            {"text": "It is here", "links": ("drive.google.com",)},
            {"links": ["drive.google.com"], "only": [], "said": []},
        ),
        ({"subject": "EL 02, EL 02, CE 8"}, {"links": [], "only": [], "said": ["EL 02", "CE 08"]}),
    ],
)
async def test_evidence_without_a_file_is_told_so(
    desk: Desk, said: dict[str, Any], facts: dict[str, Any]
) -> None:
    told = await desk.send(**said)
    assert (told["state"], told["reason"]) == ("refused", "no_file_came")
    assert told["fields"]["facts"] == facts | {"move": "", "names": []}
    assert {verdict for verdict, _ in verdicts(told)} <= {"not_evidence"}
    await assert_whole(desk)
