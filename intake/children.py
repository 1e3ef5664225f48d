"""One reading process as the service sees it: started, asked, answered, and ended when it must be."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

MIB = 1024 * 1024
LONGEST_ANSWER = 16 * MIB
START_SECONDS = 30.0
LAST_SECONDS = 2.0
TOO_LONG = "took-too-long"
KILLED = "child-killed"


@dataclass(frozen=True)
class Limits:
    """What one message may cost to read, and the memory of the process that reads it."""

    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory_bytes: int = 512 * MIB
    file_bytes: int = 64 * MIB


class ChildEnded(Exception):
    """The process is gone, and the message it was reading with it. Its word says why."""


class ChildDoesNotStart(Exception):
    """Not a message's fault: nothing can be read at all."""


@dataclass
class Child:
    """A long-lived process that answers requests in their order. `turn` is held by who is asking."""

    limits: Limits
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _process: asyncio.subprocess.Process | None = None

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Make sure that it runs. Raises ChildDoesNotStart."""
        if self._process is not None and self._process.returncode is None:
            return
        self._process = await _spawned(self.limits)
        try:
            await self._line(START_SECONDS)
        except ChildEnded:
            raise ChildDoesNotStart("the reading process does not start") from None
        except asyncio.CancelledError:
            # Its word that it is ready must not be taken for its first answer.
            await self.end()
            raise

    def ask(self, requests: bytes) -> None:
        """Send lines without waiting: the process is meant to always have the next one at hand."""
        if self._process and self._process.stdin:
            self._process.stdin.write(requests)

    async def answer(self) -> bytes:
        """The next answer. Raises ChildEnded when there will be none."""
        return await self._line(self.limits.wall_seconds)

    async def end(self) -> None:
        """At once; what it was doing is lost."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.communicate()

    async def _line(self, seconds: float) -> bytes:
        if self._process is None or self._process.stdout is None:
            raise ChildEnded(KILLED)
        try:
            async with asyncio.timeout(seconds):
                line = await self._process.stdout.readline()
        except TimeoutError:
            await self.end()
            raise ChildEnded(TOO_LONG) from None
        except ValueError:
            line = b""
        if not line.endswith(b"\n"):
            await self._gone(self._process)
        return line

    async def _gone(self, process: asyncio.subprocess.Process) -> NoReturn:
        # It said its last by ending; killed at once it would take the reason with it.
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await process.wait()
        out_of_time = process.returncode == -signal.SIGXCPU
        await self.end()
        raise ChildEnded(TOO_LONG if out_of_time else KILLED)


async def _spawned(limits: Limits) -> asyncio.subprocess.Process:
    """Without our environment, whose secrets are none of its business, and not in reach of our Ctrl-C."""
    numbers = (limits.memory_bytes, limits.cpu_seconds, limits.file_bytes)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "intake.child", *map(str, numbers)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=LONGEST_ANSWER,
        start_new_session=True,
        env={"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).parents[1]), "LANG": "C.UTF-8"},
    )
