"""The malware scanner: clamd over INSTREAM, asked by a client of our own.

Only its word that a file is clean makes it clean. Too big for it is `unscanned`, no answer is `checking`,
to be asked again; neither keeps a file from being received.
"""

import asyncio
import re
import struct
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from handlers.messages import Attachment, Scan

CHUNK = 256 * 1024
LONGEST_ANSWER = 4096
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
REST_SECONDS = 30.0
_FOUND = re.compile(r"stream: (.{1,200}?) FOUND")
_TOO_BIG = "size limit exceeded"
# A site may let clamd tell of these: they are no malware, and what is locked was not looked into.
_NOT_LOOKED_INTO = ("Heuristics.Encrypted.", "Heuristics.Limits.Exceeded")
_NO_MALWARE = ("Heuristics.OLE2.ContainsMacros",)


class NoScanner(Exception):
    """Nobody answers, or not in time."""


@dataclass(frozen=True)
class Scanned:
    """What the scanner says of one file; `found` is its name for what it found."""

    scan: Scan
    found: str | None = None


CHECKING, CLEAN, UNSCANNED = Scanned("checking"), Scanned("clean"), Scanned("unscanned")


def scanned(file: Attachment, said: Scanned | None) -> Attachment:
    """The file with the scanner's word; an infected one is nothing else any more."""
    if said is None:
        return file
    if said.scan == "infected":
        return replace(file, scan="infected", found=said.found, role="infected", remark="infected")
    return replace(file, scan=said.scan)


@dataclass
class Scanner:
    """`address` is `unix:/path` or `host:port`; files of more than `max_bytes` are not sent at all.

    When it does not answer it is left alone for `rest_seconds`: the mail that comes meanwhile need not wait.
    """

    address: str
    max_bytes: int
    connect_seconds: float = CONNECT_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    rest_seconds: float = REST_SECONDS
    _rests_until: float = field(default=0.0, init=False)

    async def scan(self, path: Path) -> Scanned:
        """Never raises for what the scanner does; OSError for a file that cannot be read."""
        if await asyncio.to_thread(_size, path) > self.max_bytes:
            return UNSCANNED
        now = asyncio.get_running_loop().time
        if now() < self._rests_until:
            return CHECKING
        try:
            answer = await self._instream(path)
        except NoScanner:
            self._rests_until = now() + self.rest_seconds
            return CHECKING
        return read_answer(answer) if answer else await self._after_silence()

    async def version(self) -> str:
        """What answers there. Raises NoScanner."""
        if await self._ask(b"zPING\0") != "PONG":
            raise NoScanner("it does not answer to PING")
        return await self._ask(b"zVERSION\0")

    async def _after_silence(self) -> Scanned:
        """It hung up without a word. If it still lives, the file was too big for it."""
        try:
            return UNSCANNED if await self._ask(b"zPING\0") == "PONG" else CHECKING
        except NoScanner:
            return CHECKING

    async def _ask(self, command: bytes) -> str:
        async with self._connected() as (reader, writer):
            writer.write(command)
            return await _answer(reader, self.connect_seconds)

    async def _instream(self, path: Path) -> str:
        async with self._connected() as (reader, writer):
            with suppress(ConnectionError):  # it may have said why before it hung up
                await self._send(path, writer)
            return await _answer(reader, self.answer_seconds)

    async def _send(self, path: Path, writer: asyncio.StreamWriter) -> None:
        writer.write(b"zINSTREAM\0")
        file = await asyncio.to_thread(path.open, "rb")
        try:
            while data := await asyncio.to_thread(file.read, CHUNK):
                writer.write(struct.pack(">I", len(data)) + data)
                await _in_time(writer.drain(), self.answer_seconds)
        finally:
            await asyncio.to_thread(file.close)
        writer.write(struct.pack(">I", 0))
        await _in_time(writer.drain(), self.answer_seconds)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        try:
            async with asyncio.timeout(self.connect_seconds):
                reader, writer = await _open(self.address)
        except (OSError, TimeoutError) as error:
            raise NoScanner("nobody answers there") from error
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("unix:"):
        return await asyncio.open_unix_connection(address.removeprefix("unix:"), limit=LONGEST_ANSWER)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port), limit=LONGEST_ANSWER)


async def _answer(reader: asyncio.StreamReader, seconds: float) -> str:
    """To its NUL or its end; empty where the connection was reset. Raises NoScanner."""
    try:
        async with asyncio.timeout(seconds):
            data = await reader.readuntil(b"\0")
    except TimeoutError as error:
        raise NoScanner("no answer in time") from error
    except asyncio.IncompleteReadError as error:
        data = error.partial
    except (ConnectionError, asyncio.LimitOverrunError):
        data = b""
    return data.rstrip(b"\0\n").decode("ascii", "replace")


async def _in_time(waiting: Awaitable[None], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError as error:
        raise NoScanner("it takes no more") from error


def read_answer(answer: str) -> Scanned:
    """Whatever is neither OK nor FOUND is the scanner's own trouble: asked again, never taken for clean."""
    if answer == "stream: OK":
        return CLEAN
    if said := _FOUND.fullmatch(answer):
        name = said[1].removesuffix(".UNOFFICIAL")
        if name.startswith(_NOT_LOOKED_INTO):
            return UNSCANNED
        return CLEAN if name.startswith(_NO_MALWARE) else Scanned("infected", name)
    return UNSCANNED if _TOO_BIG in answer else CHECKING


def _size(path: Path) -> int:
    return path.stat().st_size


async def examine_scanner(scanner: Scanner | None) -> tuple[str, bool, str]:
    """For the doctor: (name, good, words)."""
    if scanner is None:
        return ("scanner", True, "none: files are not checked for malware (CAIS_CLAMD)")
    try:
        return ("scanner", True, f"{await scanner.version()} answers at {scanner.address}")
    except NoScanner as error:
        return ("scanner", False, f"{scanner.address}: {error} (CAIS_CLAMD)")
