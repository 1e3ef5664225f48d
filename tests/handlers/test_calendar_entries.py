"""Deadlines as calendars know them: one entry for each, a higher number for each change, and never twice."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from handlers.calendar_entries import Change, Entry, compare, entry_of, keep_current, may_see, uid_of
from store.deadline import Deadline
from store.history import HistoryEntry
from store.reaching import Reach
from store.reminders import CalendarEntry
from tests.builders import Desk
from tests.handlers.calendars import SIERRA, entries
from tests.handlers.findings import BETH, request, respond
from tests.handlers.record import HELEN

AT = datetime(2013, 12, 3, 18, tzinfo=UTC)
EL_02 = "sv-fpm/I-EL 02"


def wanted(**more: Any) -> Entry:
    facts: dict[str, Any] = {"uid": "u1@d", "target": EL_02, "kind": "finding", "lea_id": "sv"}
    facts |= {"program_id": "fpm", "review_id": "sv-fpm", "due": date(2013, 12, 30), "said": "{}"}
    return Entry(**(facts | more))


def row(**more: Any) -> CalendarEntry:
    one = wanted()
    facts = {name: getattr(one, name) for name in Entry.__slots__}
    return CalendarEntry(**(facts | {"changed_at": AT, "sequence": 4} | more))


@pytest.mark.parametrize(
    ("known", "now", "expected"),
    [
        ([], [wanted()], [Change("u1@d", wanted())]),
        ([row()], [wanted()], []),
        ([row()], [wanted(due=date(2014, 6, 27))], [Change("u1@d", wanted(due=date(2014, 6, 27)))]),
        ([row()], [wanted(kind="agreement")], [Change("u1@d", wanted(kind="agreement"))]),
        ([row()], [wanted(said='{"title":"new"}')], [Change("u1@d", wanted(said='{"title":"new"}'))]),
        ([row()], [], [Change("u1@d", None)]),
        ([row(ended=True)], [], []),
        ([row(ended=True)], [wanted()], [Change("u1@d", wanted())]),
        ([row()], [wanted(uid="u2@d")], [Change("u1@d", None), Change("u2@d", wanted(uid="u2@d"))]),
    ],
    ids=["new", "same", "moved", "agreed", "reworded", "over", "still-over", "again", "another"],
)
def test_what_must_change(known: list[CalendarEntry], now: list[Entry], expected: list[Change]) -> None:
    assert [*compare(known, now)] == expected


def test_an_agreement_is_the_same_entry_as_its_finding_and_a_step_is_another() -> None:
    names = [uid_of(kind, EL_02, "cais.example") for kind in ("finding", "agreement", "upload", "form")]
    names += [uid_of("step", f"{EL_02}#{number}", "cais.example") for number in (1, 2)]
    assert names[0] == names[1]
    assert len({*names}) == 5
    assert all(name.endswith("@cais.example") and name.isascii() and " " not in name for name in names)
    assert uid_of("finding", EL_02, "other.example") != names[0]


def test_nobodys_words_and_no_name_are_in_an_entry() -> None:
    one = Deadline(
        "step",
        f"{EL_02}#1",
        "sv",
        "fpm",
        "sv-fpm",
        "I-EL 02",
        "ELAC",
        date(2014, 3, 14),
        "open",
        1,
        "tell Jo",
    )
    made = entry_of(one, "Sierra Vista Unified", "cais.example")
    assert made is not None
    assert made.said == '{"code":"I-EL 02","lea":"Sierra Vista Unified","title":"ELAC"}'


@pytest.mark.parametrize("kind", ["decide_item", "decide_finding", "decide_agreement", "decide_form"])
def test_what_waits_for_the_state_is_no_entry(kind: Any) -> None:
    one = Deadline(kind, EL_02, "sv", "fpm", "sv-fpm", "I-EL 02", "ELAC", date(2014, 3, 14), "open")
    assert entry_of(one, "Sierra Vista Unified", "cais.example") is None


@pytest.mark.parametrize(
    ("reach", "of_review", "a_form"),
    [
        (Reach(leas=("sv",)), True, True),
        (Reach(leas=("cr",)), False, False),
        (Reach(reviews=("sv-fpm",)), True, False),
        (Reach(reviews=("cr-fpm",)), False, False),
        (Reach(programs=("fpm",)), True, False),
        (Reach(programs=("ca",)), False, False),
        (Reach(), False, False),
    ],
)
def test_who_sees_which_entry(reach: Reach, of_review: bool, a_form: bool) -> None:
    assert may_see(row(), reach) == of_review
    assert may_see(row(review_id=None, kind="form", target="sv-plan"), reach) == a_form


async def brought(desk: Desk, hours: int = 0) -> int:
    async with desk.store.look() as uow:
        leas = await uow.lea_ids()
    return await keep_current(leas, desk.store, AT + timedelta(hours=hours))


@pytest.mark.both_databases
async def test_an_agreement_moves_the_entry_and_an_answer_ends_it_and_a_return_begins_it_again(
    desk: Desk,
) -> None:
    assert await brought(desk) > 0
    first = (await entries(desk))[EL_02]
    assert (first.sequence, first.ended, first.due) == (0, False, date(2013, 12, 30))
    assert await brought(desk, 1) == 0

    await request(desk, "June 27 2014")
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    await brought(desk, 2)
    moved = (await entries(desk))[EL_02]
    assert (moved.uid, moved.sequence, moved.kind) == (first.uid, 1, "agreement")
    assert (moved.due, moved.changed_at) == (date(2014, 6, 27), AT + timedelta(hours=2))
    assert (await entries(desk))[f"{EL_02}#1"].due == date(2014, 3, 14)

    await respond(desk)
    await brought(desk, 3)
    assert ((await entries(desk))[EL_02].ended, (await entries(desk))[EL_02].sequence) == (True, 2)
    assert (await entries(desk))[f"{EL_02}#1"].ended

    await desk.send(sender=HELEN, text="return finding sv-fpm/EL 02: the roster, please")
    await brought(desk, 4)
    again = (await entries(desk))[EL_02]
    assert (again.uid, again.sequence, again.ended) == (first.uid, 3, False)


@pytest.mark.both_databases
async def test_a_form_whose_day_is_moved_has_the_same_entry(desk: Desk) -> None:
    await brought(desk)
    before = (await entries(desk))["sv-plan"]
    await desk.send(sender=BETH, text="move due sv-plan to 3/14/2014 because the data are late")
    await brought(desk, 1)
    after = (await entries(desk))["sv-plan"]
    assert (after.uid, after.sequence, after.due) == (before.uid, 1, date(2014, 3, 14))


@pytest.mark.both_databases
async def test_of_several_at_once_each_change_counts_once(desk: Desk) -> None:
    """Several processes bring the same entries up to date; none is made twice, and no number jumps."""
    await asyncio.gather(*(brought(desk) for _ in range(4)))
    assert {one.sequence for one in (await entries(desk)).values()} == {0}
    await respond(desk)
    await asyncio.gather(*(brought(desk, 1) for _ in range(4)))
    assert (await entries(desk))[EL_02].sequence == 1
    assert await brought(desk, 2) == 0


async def test_where_nothing_changed_nothing_is_written(desk: Desk) -> None:
    """Who reads a calendar holds nobody up: the writer is left alone, and the history has no word of it."""
    await brought(desk)

    async def positions() -> int:
        async with desk.store.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(HistoryEntry)) or 0

    before = await positions()
    async with desk.store.begin():
        async with asyncio.timeout(5):
            assert await brought(desk, 1) == 0
    assert await positions() == before


@pytest.mark.both_databases
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_waited_for_another_writer_does_not_write_what_is_older(desk: Desk) -> None:
    """The second one wants to end the entry; while it waits for the rows the deadline begins again."""
    await brought(desk)
    await respond(desk)
    async with desk.store.begin() as uow:
        await uow.calendar_entries([SIERRA], lock=True)
        second = asyncio.create_task(brought(desk, 1))
        await waits_for_a_lock(desk)
        await desk.send(sender=HELEN, text="return finding sv-fpm/EL 02: the roster, please")
    await second
    assert not (await entries(desk))[EL_02].ended


async def waits_for_a_lock(desk: Desk) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with asyncio.timeout(20):
        while True:
            async with desk.store.database.reading() as session:
                if await session.scalar(waiting):
                    return
            await asyncio.sleep(0.02)
