"""A process that plans one day of reminders and prints CPU seconds, how many were looked at or told, and its peak in KiB.

planning_script.py HOW DATABASE_FILE: `bare` compares the dates of all deadlines, `pure` plans them (both without
reading them), `read` reads and plans, `round` does all that the service does at night, `send` what it does with
that in the morning, up to the words.
"""

import asyncio
import logging
import re
import sys
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import structlog

import reminder_loops
from bot.delivery import Outgoing, deliver_round
from handlers.remind import plan_of
from handlers.reminder_days import send_day
from handlers.reminder_plan import plan
from handlers.reminder_standing import standing_on
from store import Store, open_store
from store.database import sqlite_url
from store.deadline import Deadline
from store.files import FileStore
from templates.render import Place
from tests.handlers.running import running

TODAY = date(2026, 9, 15)
NOW = datetime(2026, 9, 15, 8, 30, tzinfo=UTC)  # half past one in the night
MORNING = datetime(2026, 9, 15, 15, 30, tzinfo=UTC)
MOST = 10_000  # messages
OFFSETS = (-30, -14, -7, -3, -1, 0, 1, 7, 11, 27)


async def main(how: str, database: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    store = open_store(sqlite_url(database), FileStore(database.parent / "files"), "cais.example")
    send_day(TODAY, 0)  # the holidays are loaded once in a service's life
    if how in ("bare", "pure"):
        seconds, count = await in_memory(how, store)
    else:
        began = time.process_time()
        if how == "read":
            async with store.look() as uow:
                count = len(await plan_of(TODAY, uow))
        else:
            count = await reminder_loops.remind_round(running(store, NOW))
        if how == "send":
            began = time.process_time()
            count = await sent(store)
        seconds = time.process_time() - began
    await store.aclose()
    status = Path("/proc/self/status").read_text()
    print(seconds, count, re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


class Silence:
    """A way to people that says nothing."""

    async def send(self, _outgoing: Outgoing) -> str:
        return "250 ok"


async def sent(store: Store) -> int:
    """All that waits, each read again just before; how many."""
    parts, place, count = running(store, MORNING), Place("evidence@cais.example", TODAY), 0
    again = partial(reminder_loops.read_again, parts)
    await store.outbox.hasten(range(1, MOST))
    while taken := await deliver_round(store.outbox, {"mail": Silence()}, parts.clock, place, again):
        count += taken
    return count


async def in_memory(how: str, store: Store) -> tuple[float, int]:
    async with store.look() as uow:
        standing = await standing_on(TODAY, uow)
        deadlines = await uow.deadlines(await uow.lea_ids())
    began = time.process_time()
    if how == "pure":
        for _ in plan(deadlines, standing, TODAY):
            pass
    else:
        _compared(deadlines)
    return time.process_time() - began, len(deadlines)


def _compared(deadlines: list[Deadline]) -> int:
    """The least that anybody can do: one look at each day."""
    wanted = {date.fromordinal(TODAY.toordinal() - one) for one in OFFSETS}
    reached = 0
    for one in deadlines:
        if one.due in wanted:
            reached += 1
    return reached


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
