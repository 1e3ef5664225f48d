"""What is answered while somebody waits for it: a filled form, or a press on a card.

It is kept like any message before anything else; the core decides, and the outbox holds its answer back until
we know whether the waiting one could be shown it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.inbox import Worker, work_entries
from store import Store
from store.clock import Clock
from store.keeping import Arrival, Keeper
from store.outbox import OutboxEntry

SHOWN = "shown in the form"


@dataclass(frozen=True)
class Refused:
    """The core said no: which refusal, and its facts."""

    refusal: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class AtOnce:
    """Who works on it, where it is kept, the time, and the bell of the outbox."""

    worker: Worker
    keeper: Keeper
    clock: Clock
    owing: asyncio.Event

    @property
    def store(self) -> Store:
        return self.worker.store

    async def keep(self, words: str, arrival: Arrival) -> int:
        """Durable, and ours at once; the same again has the inbox number that it had."""
        arrival = await self.keeper.with_words(words, arrival)
        return (await self.store.inbox.insert([arrival], self.worker.name))[0]

    async def work(self, number: int, channel: str) -> list[OutboxEntry]:
        """Answer it, unless it is answered; what is owed for it on this channel."""
        async with self.store.look() as uow:
            entry = await uow.entry(number)
        if entry is not None and entry.state == "received":
            await work_entries(self.worker, [entry])
        self.owing.set()
        return await self.store.outbox.answers(number, channel)

    async def settle(self, owed: Sequence[OutboxEntry]) -> Refused | None:
        """A refusal that who waits is shown, and so needs no message; anything else goes out as one now."""
        waiting = [row.id for row in owed if row.state == "waiting"]
        if [row.template for row in owed] != ["request_refused"]:
            await self.store.outbox.hasten(waiting)
            self.owing.set()
            return None
        await self.store.outbox.sent([(one, SHOWN) for one in waiting], self.clock.now())
        return Refused(owed[0].fields["refusal"], owed[0].fields["facts"])
