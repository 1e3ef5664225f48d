"""What people ask without sending evidence: status, help, and what we do not understand."""

import re
from typing import Any

import pytest

from handlers.capabilities import CAPABILITIES
from tests.builders import DANA, Desk, a_file
from tests.handlers.record import MARIA

LOGO = a_file("logo.png", b"logo", role="decoration")


async def test_status_shows_reviews_findings_forms_and_questions(desk: Desk) -> None:
    asked = await desk.send(subject="notes", files=(a_file("notes.pdf", b"notes"),))
    await desk.send(subject="EL 02", files=(a_file(),))
    told = await desk.send(text="status")

    fields = told["fields"]
    assert (told["state"], told["reply"]) == ("done", "status_shown")
    assert fields["leas"] == ["Sierra Vista Unified"]
    assert [(one["id"], one["with_evidence"]) for one in fields["reviews"]] == [("sv-fpm", 1)]
    findings = {one["code"]: one["with_evidence"] for one in fields["findings"]}
    assert findings == {"I-EL 02": True, "IV-EL 14": False, "II-CE 08": False}
    assert "sv-title3-y2" in {one["id"] for one in fields["forms"]}
    assert fields["waiting"] == [{"receipt": asked["id"], "files": ["notes.pdf"]}]


async def test_status_of_an_item_shows_its_documents(desk: Desk) -> None:
    await desk.send(subject="EL 02 p. 4-9", files=(a_file(),))
    told = await desk.send(subject="status EL 02")

    (item,) = told["fields"]["items"]
    assert (told["reply"], item["name"], item["on_file"]) == ("item_status_shown", "sv-fpm/I-EL 02", 1)
    assert [(one["name"], one["version"], one["pages"]) for one in item["documents"]] == [
        ("roster.pdf", 1, "4-9")
    ]


@pytest.mark.both_databases
async def test_the_same_item_said_twice_is_shown_once(desk: Desk) -> None:
    told = await desk.send(text="status EL 02, I-EL 2")

    assert [one["name"] for one in told["fields"]["items"]] == ["sv-fpm/I-EL 02"]


async def test_status_of_two_leas_names_them(desk: Desk) -> None:
    told = await desk.send(text="status", sender=DANA)

    assert {one["lea"] for one in told["fields"]["reviews"]} == {
        "Sierra Vista Unified",
        "Coast Range Unified",
    }


@pytest.mark.parametrize("code", ["UCP 01", "UCP 99", "EL 77"])
async def test_status_of_what_is_not_theirs_looks_like_what_is_nowhere(desk: Desk, code: str) -> None:
    told = await desk.send(text=f"status {code}", sender="pnair@coastrange.example")

    assert (told["state"], told["reason"]) == ("refused", "not_one_of_yours")
    assert told["fields"]["facts"] == {"what": "item", "said": code}


async def test_state_staff_see_what_waits_for_them(desk: Desk) -> None:
    told = await desk.send(text="status", sender="hwu@cde.example")

    assert (told["state"], told["reply"], told["fields"]["of"]) == (
        "done",
        "work_shown",
        ["sv-fpm", "cr-fpm"],
    )


SAID: list[tuple[dict[str, Any], str, str]] = [
    ({"text": "help"}, "done", "help_given"),
    ({"text": "Help me!"}, "done", "help_given"),
    ({"subject": "Re: help"}, "done", "help_given"),
    ({"text": "STATUS please"}, "done", "status_shown"),
    ({"text": "good morning"}, "refused", "not_understood"),
    ({}, "refused", "not_understood"),
    ({"subject": "EL 02", "text": "attached"}, "refused", "no_file_came"),
    ({"text": "see the link", "links": ("drive.example",)}, "refused", "no_file_came"),
    ({"subject": "EL 02", "files": (LOGO,)}, "refused", "no_file_came"),
]


@pytest.mark.parametrize(("said", "state", "ends"), SAID)
async def test_what_is_said_without_a_document(
    desk: Desk, said: dict[str, Any], state: str, ends: str
) -> None:
    told = await desk.send(**said)

    assert (told["state"], told["reason"] or told["reply"]) == (state, ends)


async def test_no_file_came_says_what_did_come(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(LOGO,), links=("drive.example",))

    came = {"links": ["drive.example"], "only": ["logo.png"], "said": ["EL 02"]}
    assert told["fields"]["facts"] == came | {"move": "", "names": []}
    assert [(one["verdict"], one["reason"]) for one in told["verdicts"]] == [("not_evidence", "decoration")]


@pytest.mark.parametrize("text", ["status", "status EL 02", "help"])
async def test_the_logo_below_a_question_has_its_verdict(desk: Desk, text: str) -> None:
    told = await desk.send(text=text, files=(LOGO,))

    assert told["state"] == "done"
    assert [(one["verdict"], one["reason"]) for one in told["verdicts"]] == [("not_evidence", "decoration")]


async def test_help_lists_what_the_role_may_do(desk: Desk) -> None:
    told = await desk.send(text="help")
    shown = [line["usage"] for line in told["fields"]["lines"]]
    assert shown == [one.usage for one in CAPABILITIES if not one.roles or "lea_user" in one.roles]


def test_help_speaks_of_mail_only_where_mail_is_meant_and_names_the_menu() -> None:
    """The same lines stand in chats."""
    mailing = {one.verb for one in CAPABILITIES if re.search(r"\bmails?\b", f"{one.usage} {one.does}")}
    assert mailing == {"remind me", "add address", "confirm", "calendar"}
    assert any("menu" in one.usage for one in CAPABILITIES)


async def test_help_about_a_word_is_what_there_is_for_it(desk: Desk) -> None:
    async def shown(text: str) -> list[str]:
        row = await desk.send(sender=MARIA, text=text)
        assert row["reply"] == "help_given", row
        return [one["usage"] for one in row["fields"]["lines"]]

    everything, some = await shown("help"), await shown("help reminders")
    assert "my reminders" in some and set(some) < set(everything)
    assert await shown("help xylophones") == everything
