"""The worker's promises: a bad message hurts nobody else, a dead worker loses nothing, two answer once."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from handlers.inbox import Worker, work_entries, work_inbox
from handlers.messages import Message
from handlers.retry import HANDLING_TRIES
from store.clock import wall
from store.inbox import InboxEntry
from tests.builders import Desk, a_file


async def rows(desk: Desk) -> dict[int, InboxEntry]:
    async with desk.store.look() as uow:
        found = [await uow.entry(number) for number in desk.says.waiting]
        return {entry.id: entry for entry in found if entry is not None}


async def due_now(desk: Desk, **values: Any) -> None:
    """As if time had passed: everything that waits is due."""
    async with desk.store.database.begin() as connection:
        past = {"run_at": wall() - timedelta(seconds=1)} | values
        await connection.execute(update(InboxEntry).where(InboxEntry.state == "received").values(past))


def evidence(number: int) -> dict[str, Any]:
    return {"subject": "EL 02", "files": (a_file(f"{number}.pdf", str(number).encode()),)}


async def with_a_bad_one(desk: Desk) -> int:
    """Three messages of which the second cannot be handled; its number."""
    numbers = await desk.keep(evidence(1), evidence(2), evidence(3))
    good = desk.says.waiting[numbers[1]]
    assert isinstance(good, Message)
    desk.says.waiting[numbers[1]] = replace(good, text=None)  # type: ignore[arg-type]
    return numbers[1]


async def test_a_bad_message_leaves_its_batch_mates_answered(desk: Desk) -> None:
    bad = await with_a_bad_one(desk)
    assert await work_inbox(desk.worker) == 3

    states = {number: entry.state for number, entry in (await rows(desk)).items()}
    assert Counter(states.values()) == {"done": 2, "received": 1}
    entry = (await rows(desk))[bad]
    assert (entry.lease, entry.attempts) == (None, 1)
    assert entry.trouble is not None
    assert len(await desk.outgoing()) == 2


async def test_a_bad_message_waits_longer_each_time_and_then_fails(desk: Desk) -> None:
    bad, waits = await with_a_bad_one(desk), []
    for _ in range(HANDLING_TRIES - 1):
        await work_inbox(desk.worker)
        waits.append(((await rows(desk))[bad].run_at - wall()).total_seconds())
        await due_now(desk)
    await work_inbox(desk.worker)

    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]
    assert ((await rows(desk))[bad].state, len(await desk.outgoing())) == ("failed", 2)
    assert (await rows(desk))[bad].reason != ""


async def test_a_failed_message_is_answered_when_taken_up_again(desk: Desk) -> None:
    bad = await with_a_bad_one(desk)
    for _ in range(HANDLING_TRIES):
        await work_inbox(desk.worker)
        await due_now(desk)
    broken = desk.says.waiting[bad]
    assert isinstance(broken, Message)
    desk.says.waiting[bad] = replace(broken, text="")
    assert await desk.store.inbox.again(bad)
    await desk.work()

    assert (await rows(desk))[bad].state == "done"
    assert len(await desk.outgoing()) == 3


async def test_what_a_dead_worker_held_is_answered_once_and_one_by_one(desk: Desk) -> None:
    await desk.keep(*(evidence(number) for number in range(3)))
    assert len(await desk.store.inbox.claim("dead", 32)) == 3
    assert await work_inbox(desk.worker) == 0
    await due_now(desk)

    assert [await work_inbox(desk.worker) for _ in range(4)] == [1, 1, 1, 0]
    assert Counter(row.in_answer_to for row in await desk.outgoing()) == dict.fromkeys(desk.says.waiting, 1)


@pytest.mark.both_databases
async def test_a_worker_that_lost_its_lease_answers_nothing(desk: Desk) -> None:
    await desk.keep(evidence(1))
    slow = await desk.store.inbox.claim("slow", 32)
    await due_now(desk)
    await desk.work()
    await work_entries(replace(desk.worker, name="slow"), slow)

    assert len(await desk.outgoing()) == 1


@pytest.mark.both_databases
async def test_a_message_that_kills_its_workers_is_left_for_a_person(desk: Desk) -> None:
    (number,) = await desk.keep(evidence(1))
    await desk.store.inbox.claim("dead", 32)
    await due_now(desk, attempts=HANDLING_TRIES)
    await work_inbox(desk.worker)

    entry = (await rows(desk))[number]
    assert (entry.state, entry.reason) == ("failed", "its workers died")
    assert await desk.outgoing() == []


@pytest.mark.both_databases
async def test_two_workers_answer_forty_messages_once_each(desk: Desk) -> None:
    await desk.keep(*(evidence(number) for number in range(40)))

    async def work(worker: Worker) -> None:
        while await work_inbox(worker, 5):
            pass

    await asyncio.gather(*(work(replace(desk.worker, name=name)) for name in ("one", "two")))

    assert Counter(row.in_answer_to for row in await desk.outgoing()) == dict.fromkeys(desk.says.waiting, 1)
    assert {entry.state for entry in (await rows(desk)).values()} == {"done"}
    assert len((await desk.export())["documents"]) == 40
