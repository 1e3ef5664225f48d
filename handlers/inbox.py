"""work_inbox: claim, read, answer, remember – for every channel, many at a time when all is well."""

import asyncio
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Protocol

import structlog

from handlers.messages import Kept, Message, Unreadable
from handlers.pipeline import receive
from handlers.retry import HANDLING_TRIES, LONGEST_WAIT, TryLater, next_handling
from store import Store
from store.clock import wall
from store.files import Step
from store.inbox import LEASE, InboxEntry
from store.unit_of_work import Tripped

log = structlog.get_logger()
BATCH = 32
READING = "reading:"


class Reader(Protocol):
    """Turns kept bytes into messages, one for each entry and in their order; never raises for bad input."""

    async def read(self, entries: Sequence[Kept]) -> list[Message | Unreadable]: ...


@dataclass(frozen=True)
class Worker:
    """One worker: its name in leases, the store, a reader per channel, the program codes there are, and the
    service's clock."""

    name: str
    store: Store
    readers: Mapping[str, Reader]
    programs: Collection[str]
    step: Step
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Lane:
    """What shares a worker's rounds: these channels, if any are named. `fetching`: only what has files that
    must be fetched first, or only the rest. Nobody waits for another lane's files."""

    channels: tuple[str, ...] = ()
    fetching: bool | None = None


EVERYTHING = Lane()


async def work_inbox(worker: Worker, limit: int = BATCH, lane: Lane = EVERYTHING) -> int:
    """One round: the number of entries taken. Zero means there was nothing to do."""
    entries = await worker.store.inbox.claim(worker.name, limit, lane.channels, lane.fetching)
    if entries:
        worker.step("claimed")
        await work_entries(worker, entries)
    return len(entries)


async def work_entries(worker: Worker, entries: Sequence[InboxEntry]) -> None:
    """Answer claimed entries: together in one transaction, or one by one if that fails."""
    holding = asyncio.create_task(_hold(worker))
    try:
        await _work(worker, [entry for entry in entries if not await _has_killed(worker, entry)])
    finally:
        holding.cancel()


async def _hold(worker: Worker) -> None:
    """Renew the leases while we work: a lease that runs out means that its worker died."""
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        await worker.store.inbox.renew(worker.name)


async def _has_killed(worker: Worker, entry: InboxEntry) -> bool:
    """A message whose workers died again and again is left for a person; one that waits for the machine
    to be able to read it is not to blame."""
    if entry.attempts <= HANDLING_TRIES or (entry.trouble or "").startswith(READING):
        return False
    log.error("message gave up", inbox=entry.id, attempts=entry.attempts)
    await worker.store.inbox.give_up(entry.id, worker.name, "its workers died")
    return True


async def _work(worker: Worker, entries: Sequence[InboxEntry]) -> None:
    try:
        read = await _read(worker, entries)
    except (
        Exception
    ) as trouble:  # readers raise for the machine's trouble, or for a bug that one message meets
        await _not_read(worker, entries, trouble)
        return
    worker.step("read")
    try:
        await _answer(worker, read, careful=False)
    except Exception as trouble:  # one of them failed or was refused late: nobody else may suffer
        if not isinstance(trouble, Tripped):
            log.info("batch undone, going one by one", entries=len(entries), trouble=described(trouble))
        attempts = {entry.id: entry.attempts for entry in entries}
        for one in read:
            await _answer_alone(worker, one, attempts[one.id])


async def _not_read(worker: Worker, entries: Sequence[InboxEntry], trouble: Exception) -> None:
    """Nobody waits for a neighbour's trouble; what still cannot be read is tried again, for ever."""
    if len(entries) > 1:
        for entry in entries:
            await _work(worker, [entry])
        return
    (entry,) = entries
    wait = next_handling(entry.attempts) or LONGEST_WAIT
    if isinstance(trouble, TryLater):
        wait, why = max(wait, trouble.wait or wait), str(trouble)
        log.warning("message not read yet", inbox=entry.id, why=why, again_in=wait.total_seconds())
    else:
        why = type(trouble).__name__
        log.error("message not read", inbox=entry.id, trouble=described(trouble))
    await worker.store.inbox.put_back(entry.id, worker.name, wall() + wait, f"{READING} {why}")


async def _read(worker: Worker, entries: Sequence[InboxEntry]) -> list[Message | Unreadable]:
    """Each channel's reader gets its entries; the order of arrival is kept within a channel."""
    kept = sorted((_kept(entry) for entry in entries), key=lambda one: (one.channel, one.id))
    read: list[Message | Unreadable] = []
    for channel, some in groupby(kept, key=lambda one: one.channel):
        read += await worker.readers[channel].read(list(some))
    return sorted(read, key=lambda one: one.id)


async def _answer(worker: Worker, read: Sequence[Message | Unreadable], careful: bool) -> None:
    """What changed and what is owed: one commit. Entries whose lease was lost meanwhile are left out."""
    async with worker.store.begin(careful) as uow:
        leased = await uow.leased([one.id for one in read], worker.name)
        for one in read:
            if one.id in leased:
                await receive(one, leased[one.id], worker.programs, uow, worker.now())
        worker.step("answered")
    worker.step("committed")


async def _answer_alone(worker: Worker, one: Message | Unreadable, attempts: int) -> None:
    try:
        await _answer(worker, [one], careful=True)
    except Exception as trouble:  # a bug: log it with the inbox number, try again, then leave it for a person
        log.error("message failed", inbox=one.id, attempts=attempts, trouble=described(trouble))
        wait = next_handling(attempts)
        if wait is None:
            await worker.store.inbox.give_up(one.id, worker.name, type(trouble).__name__)
        else:
            await worker.store.inbox.put_back(one.id, worker.name, wall() + wait, type(trouble).__name__)


def described(trouble: BaseException) -> str:
    """The kind of a failure and the line it came from; never its words, which may quote a message."""
    frames = traceback.extract_tb(trouble.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(trouble).__name__}{where}"


def _kept(entry: InboxEntry) -> Kept:
    return Kept(entry.id, entry.channel, entry.received_at, entry.sha256, entry.size, entry.envelope)
