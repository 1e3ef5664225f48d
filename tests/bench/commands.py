"""commands: what one command costs on the console path, in a store of a whole state and in the sample.

A command is kept (synced), read, answered and committed; what is measured is from claim to commit, which is
the same for every channel. The store of the state has thousands of agencies with one review each.
"""

import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from bot.console import ConsoleReader
from handlers.inbox import Worker, work_entries
from store import Store, open_store
from store.clock import wall
from store.database import sqlite_url
from store.files import FileStore, no_step
from store.keeping import Arrival
from store.programs import program_codes
from tests.bench.crowd import multiply
from tests.bench.extent import Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.growth import with_one
from tests.bench.rig import Rig

NAME = "commands"
COMMAND = Goal("P8", 10, most=True, of_value=True)
STATUS = Goal("P8", 50, most=True, of_value=True)
CONTACT = "rpark@cde.example"


@dataclass(frozen=True)
class Case:
    """What is said, by the coordinator of one agency after the other or always by the same person."""

    what: str
    text: str
    goal: Goal
    by: str = ""


CASES = (
    Case("one command: status of an item", "status EL 02", COMMAND),
    Case("one command: comment", "comment EL 02: which pages?", COMMAND),
    Case("one command: submit", "submit EL 02", COMMAND),
    Case("status of an LEA", "status", STATUS),
    Case("status of a program, by its contact", "status", STATUS, CONTACT),
    Case("search of an LEA's record", "search minutes", STATUS),
)


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """Both stores take turns, command by command."""
    few = with_one(rig)
    many = rig.store(few)
    multiply(many / "cais.db", extent.documents, extent.documents // extent.agencies)
    where = f"{extent.agencies:,} LEAs, {extent.documents:,} documents"
    with asyncio.Runner() as runner:
        desks = {
            "many": runner.run(_open(many, "crowd-{}@crowd.example")),
            "few": runner.run(_open(few)),
        }
        for case in CASES:
            for desk in desks.values():
                runner.run(desk.ask(case))  # warm
            asking = {place: partial(_ask, runner, desk, case) for place, desk in desks.items()}
            took = interleaved(extent.commands, asking)
            yield Figure(NAME, where, case.what, "ms", took["many"], "the sample", took["few"], case.goal)
        for desk in desks.values():
            runner.run(desk.store.aclose())
    shutil.rmtree(many, ignore_errors=True)


@dataclass(frozen=True)
class Desk:
    """One store with a worker, and the addresses of those who ask."""

    store: Store
    worker: Worker
    askers: str
    turn: "count[int]"

    async def ask(self, case: Case) -> float:
        """Milliseconds from claim to commit of one command."""
        who = case.by or self.askers.format(next(self.turn))
        envelope = {"text": case.text, "as": who, "basis": "bench", "files": []}
        arrival = Arrival("console", wall(), envelope, "0" * 64, 1)
        (number,) = await self.store.inbox.insert([arrival], self.worker.name)
        async with self.store.look() as uow:
            entry = await uow.entry(number)
        assert entry is not None
        began = time.perf_counter()
        await work_entries(self.worker, [entry])
        return 1000 * (time.perf_counter() - began)


def _ask(runner: asyncio.Runner, desk: Desk, case: Case) -> float:
    return runner.run(desk.ask(case))


async def _open(var: Path, askers: str = "mdelgado@sierravista.example") -> Desk:
    store = open_store(sqlite_url(var / "cais.db"), FileStore(var / "files"), "cais.example")
    worker = Worker("bench", store, {"console": ConsoleReader()}, program_codes(), no_step, wall)
    return Desk(store, worker, askers, count(1))
