"""What we say when we did not understand: the question that waits, or the command for what was just filed."""

from typing import Any

import pytest

from tests.builders import Desk, a_file

PRIYA, HELEN = "pnair@coastrange.example", "hwu@cde.example"
EL = "sv-fpm/I-EL 02"


def facts(told: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = told["fields"]["facts"]
    return said


async def asked(desk: Desk, name: str = "scan.pdf") -> dict[str, Any]:
    told = await desk.send(subject="documents", files=(a_file(name, name.encode()),))
    assert told["state"] == "asked"
    return told


async def filed(desk: Desk, **said: Any) -> dict[str, Any]:
    told = await desk.send(subject="EL 02", files=(a_file("budget.pdf"),), **said)
    assert told["state"] == "done"
    return told


async def test_an_answer_we_do_not_understand_is_told_what_we_asked(desk: Desk) -> None:
    await asked(desk, "other.pdf")
    first = await asked(desk)
    told = await desk.send(text="The second one, please", answers=await desk.reply_to(first["id"]))
    assert (told["state"], told["reason"]) == ("refused", "not_understood")
    assert facts(told)["waiting"] == [{"receipt": first["id"], "names": ["scan.pdf"]}]


async def test_outside_the_thread_all_open_questions_are_named_and_only_ones_own(desk: Desk) -> None:
    first, second = await asked(desk, "a.pdf"), await asked(desk, "b.pdf")
    told = await desk.send(text="The second one, please")
    assert [one["receipt"] for one in facts(told)["waiting"]] == [first["id"], second["id"]]
    assert facts(await desk.send(sender=PRIYA, text="The second one, please"))["waiting"] == []


async def test_who_may_not_send_evidence_is_not_told_to(desk: Desk) -> None:
    assert facts(await desk.send(text="how are you"))["sends"] is True
    assert facts(await desk.send(sender=HELEN, text="how are you"))["sends"] is False


@pytest.mark.parametrize(
    "text", ["Sorry, it should be for CE 08, not EL 02", "not EL 02, it is for CE 08", "CE 08!"]
)
async def test_a_code_without_a_file_offers_to_move_what_came_just_before(desk: Desk, text: str) -> None:
    first = await filed(desk)
    told = await desk.send(subject="oops", text=text)
    assert told["reason"] == "no_file_came"
    move = f"move R-{first['id']} to CE 08"
    assert (facts(told)["move"], facts(told)["names"]) == (move, ["budget.pdf"])
    assert (await desk.send(text=move))["reply"] == "filing_moved"


@pytest.mark.parametrize(
    "said",
    [
        {"text": "it is for EL 02"},
        {"text": "it is for CE 08", "sender": PRIYA},
        {"text": "it is for CE 08", "links": ("drive.google.com",)},
    ],
)
async def test_nothing_is_offered_to_be_moved_on_a_guess(desk: Desk, said: dict[str, Any]) -> None:
    await filed(desk)
    told = await desk.send(**said)
    assert (told["reason"], facts(told)["move"]) == ("no_file_came", "")


async def test_what_is_withdrawn_already_is_not_offered(desk: Desk) -> None:
    await filed(desk)
    await desk.send(text="withdraw D-1")
    assert facts(await desk.send(text="it is for CE 08"))["move"] == ""


async def test_undo_of_a_filing_is_told_what_takes_it_back(desk: Desk) -> None:
    assert facts(await desk.send(text="undo"))["instead"] == []
    await filed(desk)
    told = await desk.send(text="undo")
    assert (told["reason"], facts(told)["names"]) == ("not_undone", ["budget.pdf"])
    (command,) = facts(told)["instead"]
    assert command == f"withdraw D-1 from {EL}"
    assert (await desk.send(text=command))["reply"] == "document_withdrawn"
    assert facts(await desk.send(sender=PRIYA, text="undo"))["instead"] == []
