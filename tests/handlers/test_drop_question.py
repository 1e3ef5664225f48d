"""A question that nobody needs any more is dropped; its files stay kept, and undo asks it again."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Desk, a_file
from tests.handlers.pressing import offers, show
from tests.handlers.record import MARIA, PRIYA, assert_whole, message, reasons, verdicts
from tests.handlers.rows import filings


async def asked(desk: Desk, **said: Any) -> dict[str, Any]:
    told = await desk.send(subject="documents", files=(a_file("scan.pdf", b"scan"),), **said)
    assert told["state"] == "asked"
    return told


async def state(desk: Desk, number: int) -> tuple[str, list[tuple[str, list[str]]], list[str]]:
    row = await message(desk, number)
    return row["state"], verdicts(row), reasons(row)


DROPPED: tuple[str, list[tuple[str, list[str]]], list[str]] = ("done", [("not_evidence", [])], ["dropped"])


@pytest.mark.parametrize("text", ["never mind", "Nevermind!", "drop it", "Not needed any more.", "drop R-1"])
async def test_as_an_answer_it_is_dropped_and_undo_asks_again(desk: Desk, text: str) -> None:
    first = await asked(desk)
    shown = await show(desk.store, "evidence_received", first["fields"], in_answer_to=first["id"])
    told = await desk.send(text=text, answers=await desk.reply_to(first["id"]))
    assert (told["reply"], told["fields"]["names"]) == ("question_dropped", ["scan.pdf"])
    assert f"Dropped: R-{first['id']}" in told["fields"]["signed"]
    assert await state(desk, first["id"]) == DROPPED
    assert await offers(desk.store, shown) == {f"question {first['id']}": ("Not needed any more", "Ana Ruiz")}
    assert (await desk.send(text="status"))["fields"]["waiting"] == []
    again = await desk.send(text="undo")
    assert (again["reply"], again["fields"]["choices"]) == ("evidence_received", first["fields"]["choices"])
    assert (await state(desk, first["id"]))[0:2] == ("asked", [("asked", [])])
    desk.now += timedelta(days=1)
    done = await desk.send(text="1: EL 02", answers=await desk.reply_to(first["id"]))
    assert (done["reply"], [one.inbox_id for one in await filings(desk)]) == (
        "evidence_received",
        [first["id"]],
    )
    await assert_whole(desk)


@pytest.mark.parametrize("text", ["drop R-1", "please drop R-1."])
async def test_by_its_number_it_needs_no_thread(desk: Desk, text: str) -> None:
    await asked(desk)
    assert (await desk.send(text=text))["reply"] == "question_dropped"
    assert await state(desk, 1) == DROPPED


@pytest.mark.parametrize(
    "said",
    [
        {"text": "never mind"},
        {"text": "drop R-1", "sender": PRIYA},
        {"text": "drop R-1", "sender": MARIA},
        {"text": "drop R-9"},
        {"text": "drop R-1, it is for CE 08"},
        {"text": "dry run: drop R-1"},
        {"text": "drop R-1", "trust": "accepted"},
    ],
)
async def test_anything_else_drops_nothing(desk: Desk, said: dict[str, Any]) -> None:
    await asked(desk)
    await desk.send(**said)
    assert (await state(desk, 1))[0] == "asked"


async def test_with_a_file_or_beside_other_words_it_drops_nothing(desk: Desk) -> None:
    first = await asked(desk)
    answers = await desk.reply_to(first["id"])
    await desk.send(text="never mind", files=(a_file("b.pdf", b"b"),), answers=answers)
    await desk.send(text="never mind\nI shall send the right one tomorrow", answers=answers)
    assert (await state(desk, 1))[0] == "asked"


async def test_who_answers_what_was_dropped_is_told_so(desk: Desk) -> None:
    first = await asked(desk)
    answers = await desk.reply_to(first["id"])
    await desk.send(text="never mind", answers=answers)
    for text in ("1: EL 02", "never mind"):
        told = await desk.send(text=text, answers=answers)
        assert (told["reason"], told["fields"]["facts"]["closed"]) == ("nothing_asked", "dropped")
    assert await filings(desk) == []


async def test_undo_asks_again_only_as_the_last_thing_done(desk: Desk) -> None:
    await asked(desk)
    await desk.send(text="drop R-1")
    await desk.send(text="comment EL 02: it was the wrong roster")
    for text in ("undo", "undo R-2"):
        assert (await desk.send(text=text))["reason"] == "not_undone"
    assert await state(desk, 1) == DROPPED
    desk.now += timedelta(minutes=31)
    second = await asked(desk)
    await desk.send(text=f"drop R-{second['id']}")
    desk.now += timedelta(minutes=31)
    assert (await desk.send(text="undo"))["fields"]["facts"]["why"] == "late"


@pytest.mark.both_databases
async def test_the_same_file_sent_again_waits_once_and_since_it_first_came(desk: Desk) -> None:
    first = await asked(desk)
    came = desk.now
    desk.now += timedelta(days=1)
    second = await asked(desk)
    assert await state(desk, first["id"]) == ("done", [("duplicate", [])], ["asked-again"])
    waiting = (await desk.send(text="status"))["fields"]["waiting"]
    assert [one["receipt"] for one in waiting] == [second["id"]]
    late = await desk.send(text="1", answers=await desk.reply_to(first["id"]))
    assert (late["reason"], late["fields"]["facts"]["closed"]) == ("nothing_asked", "asked-again")
    third = await asked(desk)
    await desk.send(text="1: EL 02", answers=await desk.reply_to(third["id"]))
    (filing,) = await filings(desk)
    assert (filing.inbox_id, filing.filed_at) == (first["id"], came)
    await assert_whole(desk)


async def test_of_two_files_only_the_one_that_came_again_waits_elsewhere(desk: Desk) -> None:
    files = (a_file("scan.pdf", b"scan"), a_file("other.pdf", b"other", 2))
    first = await desk.send(subject="documents", files=files)
    await asked(desk)
    waiting = (await desk.send(text="status"))["fields"]["waiting"]
    assert [one["files"] for one in waiting] == [["other.pdf"], ["scan.pdf"]]
    assert (await state(desk, first["id"]))[2] == ["asked-again", "no-code"]
    other = await asked(desk, sender=MARIA)
    assert (await state(desk, other["id"]))[0] == "asked"
    assert len((await desk.send(text="status"))["fields"]["waiting"]) == 2
