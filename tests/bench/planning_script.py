"""A process that plans one day of reminders and prints CPU seconds, how many were looked at or told, and its peak in KiB.

planning_script.py HOW DATABASE_FILE: `bare` compares the dates of all deadlines, `pure` plans them (both without
reading them), `read` reads and plans, `round` does all that the service does.
"""

import asyncio
import logging
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import structlog

import reminder_loops
from handlers.remind import plan_of
from handlers.reminder_days import send_day
from handlers.reminder_plan import plan
from handlers.reminder_standing import standing_on
from store import Store, open_store
from store.clock import Clock
from store.database import sqlite_url
from store.due_questions import Deadline
from store.files import FileStore

TODAY = date(2026, 9, 15)
NOW = datetime(2026, 9, 15, 8, 30, tzinfo=UTC)  # half past one in the night
OFFSETS = (-30, -14, -7, -3, -1, 0, 1, 7, 11, 27)


@dataclass
class Running:
    """As much of the running service as plans reminders."""

    store: Store
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    owing: asyncio.Event = field(default_factory=asyncio.Event)


async def main(how: str, database: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    store = open_store(sqlite_url(database), FileStore(database.parent / "files"), "cais.example")
    send_day(TODAY, 0)  # the holidays are loaded once in a service's life
    if how in ("bare", "pure"):
        seconds, count = await in_memory(how, store)
    else:
        began = time.process_time()
        if how == "round":
            count = await reminder_loops.remind_round(cast(Any, Running(store)))
        else:
            async with store.look() as uow:
                count = len(await plan_of(TODAY, uow))
        seconds = time.process_time() - began
    await store.aclose()
    status = Path("/proc/self/status").read_text()
    print(seconds, count, re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


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
