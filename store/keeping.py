"""Keep, then thank: group commit. What arrives while a commit is running shares the next one."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from store.files import DiskFailed, Draft, FileStore, Step, no_step

SYNC_THREADS = 16
COMMIT_SECONDS = 25.0
LONGEST_WORDS = 32 * 1024
BODY = "body"  # in the envelope of what is kept with its row


@dataclass(frozen=True)
class Arrival:
    """What a door knows when the bytes are in: enough to answer later, nothing that needs parsing.

    `key`: where the same thing may be brought twice; the second time gives the number of the first.
    `fetching`: it only names its files, which must be fetched before it can be answered. `speaker`: the chat
    account that said it, where it is to be answered in the order of what that account says."""

    channel: str
    received_at: datetime
    envelope: dict[str, Any]
    sha256: str = ""
    size: int = 0
    key: str | None = None
    fetching: bool = False
    speaker: str | None = None


Arrived = tuple[Draft, bytes, Arrival]  # the bytes that the draft lacks are written with it
Batch = list[tuple[Arrival, asyncio.Future[int]]]
InsertArrivals = Callable[[Sequence[Arrival]], Awaitable[list[int]]]


class Keeper:
    """Makes arrivals durable and gives each its inbox number.

    `insert` writes rows for many arrivals in one committed transaction and returns their numbers.
    `trouble` is set for good when a sync failed: from then on nothing may be accepted, because
    what the disk holds is unknown. `arrived` wakes the worker of the same process.
    """

    def __init__(self, files: FileStore, insert: InsertArrivals, step: Step = no_step) -> None:
        self.trouble: str | None = None
        self.arrived = asyncio.Event()
        self._files = files
        self._insert = insert
        self._step = step
        self._threads = ThreadPoolExecutor(SYNC_THREADS, "keep")
        self._waiting: Batch = []
        self._committing: asyncio.Task[None] | None = None

    def draft(self) -> Draft:
        """A place for the bytes of one arrival. End it with `keep` or with `discard`."""
        return self._files.draft()

    async def write(self, draft: Draft, block: bytes) -> None:
        """Add a block in a thread. Raises OSError when the disk is full or failing."""
        await self._in_thread(draft.write, block)

    async def discard(self, draft: Draft) -> None:
        await self._in_thread(draft.discard)

    async def keep(self, draft: Draft, rest: bytes, arrival: Arrival) -> int:
        """Write the rest, sync file and folder, commit the row; then, and only then, the inbox number.

        Raises OSError, TimeoutError or the database's own error: nothing was promised then.
        """
        return await self._commit(await self._in_thread(_write_and_keep, self._files, draft, rest, arrival))

    async def keep_all(self, arrived: Sequence[Arrived]) -> list[int]:
        """The same for many that came together: each thread takes its share, and all go into one commit.

        When it raises, every one of them has ended, and none has a number.
        """
        kept = await self._kept(arrived)
        return list(await asyncio.gather(*[self._commit(arrival) for arrival in kept]))

    async def keep_words(self, words: str, arrival: Arrival) -> int:
        """Keep what is short with its row, so that one sync of the database does for all that wait; what is
        long as a file. The inbox number. Raises what `keep` raises."""
        return await self._commit(await self.with_words(words, arrival))

    async def with_words(self, words: str, arrival: Arrival) -> Arrival:
        """The same for who commits the row: the arrival with its words, or with its file synced."""
        body = words.encode()
        if len(body) > LONGEST_WORDS:
            return await self._in_thread(_write_and_keep, self._files, self.draft(), body, arrival)  # type: ignore[no-any-return]
        sha256, envelope = hashlib.sha256(body).hexdigest(), arrival.envelope | {BODY: words}
        return replace(arrival, envelope=envelope, sha256=sha256, size=len(body))

    async def keep_file(self, path: Path, sha256: str) -> None:
        """Make a file that somebody else wrote and hashed durable; for files unpacked from a message."""
        await self._in_thread(self._files.keep_file, path, sha256)

    async def keep_draft(self, draft: Draft) -> str:
        """Make a draft of whole bytes durable, without a row; its digest. Raises OSError."""
        return str(await self._in_thread(self._files.keep, draft))

    async def aclose(self) -> None:
        """Let the running commit end, also when our caller is in a hurry; the threads go with it."""
        if self._committing is not None:
            await asyncio.wait([self._committing])
        self._threads.shutdown()

    async def _kept(self, arrived: Sequence[Arrived]) -> list[Arrival]:
        """The files of all, synced and named; who fails does not leave others at work."""
        shares = [arrived[first::SYNC_THREADS] for first in range(min(SYNC_THREADS, len(arrived)))]
        keeping = [self._in_thread(_keep_each, self._files, share) for share in shares]
        kept = [arrival for _, _, arrival in arrived]
        for first, done in enumerate(await asyncio.gather(*keeping, return_exceptions=True)):
            if isinstance(done, BaseException):
                raise done
            kept[first::SYNC_THREADS] = done
        return kept

    def _commit(self, arrival: Arrival) -> asyncio.Future[int]:
        number: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, number))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_waiting())
        return number

    async def _commit_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                async with asyncio.timeout(COMMIT_SECONDS):
                    numbers = await self._insert([arrival for arrival, _ in batch])
                self._step("row-committed")
                _promise(batch, numbers)
            except Exception as error:  # every waiting door must hear of it and say "try again"
                _tell(batch, error)
            self.arrived.set()

    async def _in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        except DiskFailed as error:
            self.trouble = f"disk: {error}"
            raise


def _keep_each(files: FileStore, arrived: Sequence[Arrived]) -> list[Arrival]:
    return [_write_and_keep(files, *one) for one in arrived]


def _write_and_keep(files: FileStore, draft: Draft, rest: bytes, arrival: Arrival) -> Arrival:
    if rest:
        draft.write(rest)
    return replace(arrival, sha256=files.keep(draft), size=draft.size)


def _promise(batch: Batch, numbers: Sequence[int]) -> None:
    for (_, waiting), number in zip(batch, numbers, strict=True):
        if not waiting.done():
            waiting.set_result(number)


def _tell(batch: Batch, error: Exception) -> None:
    for _, waiting in batch:
        if not waiting.done():
            waiting.set_exception(error)
