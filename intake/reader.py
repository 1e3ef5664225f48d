"""The mail channel's Reader: kept mail in, messages out; all parsing in processes that may die of it."""

import asyncio
import json
import shutil
import tempfile
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from handlers.messages import Kept, Message, Unreadable
from intake.children import KILLED, Child, ChildEnded, Limits
from intake.letter import BadAnswer, Letter, NoLetter, letter_from
from intake.messages import message_from, unreadable
from intake.scanner import Scanned, Scanner
from intake.trust import Trust

Read = Message | Unreadable
T = TypeVar("T")


class ReadingTrouble(Exception):
    """The machine failed (disk full, file gone): the mail is not to blame and must be read again later."""


@dataclass(frozen=True)
class _Job:
    entry: Kept
    raw: Path
    into: Path

    def request(self) -> bytes:
        wanted = {"raw": str(self.raw), "sha256": self.entry.sha256, "into": str(self.into)}
        return json.dumps(wanted).encode("ascii") + b"\n"


@dataclass
class MailReader:
    """Turns kept mail into messages.

    `objects_path` finds the kept bytes of a digest; `keep_file` durably keeps a decoded file under its
    digest; `trust` says how far a From address may be believed.
    `own_addresses` are the mailboxes that this service reads. `scanner` looks for malware in what was kept.
    """

    objects_path: Callable[[str], Path]
    work_dir: Path
    keep_file: Callable[[Path, str], Awaitable[None]]
    trust: Trust
    own_addresses: Sequence[str]
    children: int = 1
    limits: Limits = field(default_factory=Limits)
    scanner: Scanner | None = None

    def __post_init__(self) -> None:
        self.processes = [Child(self.limits) for _ in range(self.children)]

    async def start(self) -> None:
        """Warm up; without it the first mail waits for the processes. Raises ChildDoesNotStart."""
        for child in self.processes:
            async with child.turn:
                await child.start()

    async def aclose(self) -> None:
        """End the processes, each after the messages it has in hand."""
        for child in self.processes:
            async with child.turn:
                await child.end()

    async def read(self, entries: Sequence[Kept]) -> list[Read]:
        """One for each entry, in their order.

        Raises ReadingTrouble, ChildDoesNotStart, and what `keep_file` raises: none of these is a message's
        fault, and all entries are to be read again.
        """
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=self.work_dir))
        try:
            jobs = [self._job(entry, folder / str(n)) for n, entry in enumerate(entries)]
            count = len(self.processes)
            shares = [self._share(child, jobs[n::count]) for n, child in enumerate(self.processes)]
            done = await _all(shares)
            return [done[n % count][n // count] for n in range(len(entries))]
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _job(self, entry: Kept, into: Path) -> _Job:
        return _Job(entry, self.objects_path(entry.sha256), into)

    async def _share(self, child: Child, jobs: Sequence[_Job]) -> list[Read]:
        """One process's messages: all asked at once, each taken up as soon as it is answered."""
        waiting, taken = deque(jobs), list[asyncio.Task[Read]]()
        async with child.turn:
            try:
                while waiting:
                    await self._answers(child, waiting, taken)
            finally:
                if waiting:
                    # Answers to questions that nobody remembers must not be taken for later ones.
                    await child.end()
        return await _all(taken)

    async def _answers(self, child: Child, waiting: deque[_Job], taken: list[asyncio.Task[Read]]) -> None:
        await child.start()
        child.ask(b"".join(job.request() for job in waiting))
        while waiting:
            found = await _answer(child, waiting[0])
            taken.append(asyncio.create_task(self._read(waiting.popleft().entry, found)))
            if child.process_id is None:
                return

    async def _read(self, entry: Kept, found: Letter | NoLetter) -> Read:
        if isinstance(found, NoLetter):
            if found.trouble:
                raise ReadingTrouble(found.reason)
            return unreadable(entry, found.reason)
        # Two parts with the same bytes are one object.
        files = {file.sha256: file.path for file in found.files}
        await _all([self.keep_file(path, sha256) for sha256, path in files.items()])
        sender = await self.trust(entry, found, self.objects_path(entry.sha256))
        return message_from(entry, found, sender, self.own_addresses, await self._scans(files))

    async def _scans(self, digests: Iterable[str]) -> dict[str, Scanned]:
        """One after the other: the scanner has its own limit of files at once."""
        if self.scanner is None:
            return {}
        return {sha256: await self.scanner.scan(self.objects_path(sha256)) for sha256 in digests}


async def _answer(child: Child, job: _Job) -> Letter | NoLetter:
    """The child's word on this message. A child that dies or lies is ended and has no other message on it."""
    try:
        return letter_from(await child.answer(), job.into)
    except ChildEnded as ended:
        return NoLetter(str(ended))
    except BadAnswer:
        await child.end()
        return NoLetter(KILLED)


async def _all(work: Sequence[Awaitable[T]]) -> list[T]:
    """All of it is finished before the first failure is raised."""
    done = await asyncio.gather(*work, return_exceptions=True)
    for each in done:
        if isinstance(each, BaseException):
            raise each
    return [each for each in done if not isinstance(each, BaseException)]
