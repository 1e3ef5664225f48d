"""An SMTP door on real sockets and real files, and a client that says exactly what a test tells it to."""

import asyncio
import gc
import itertools
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from intake.settings import IntakeSettings
from intake.smtp import Door, open_door
from store.clock import Clock
from store.files import FileStore
from store.keeping import Arrival, Keeper

OWN = "evidence@cais.example"
SENDER = "someone@district.example"


class Talk:
    """One client connection. An answer is all its lines; the empty answer is a closed connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def answer(self) -> str:
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            try:
                line = await asyncio.wait_for(self.reader.readline(), 10)
            except ConnectionError:
                line = b""
            if not line:
                break
            lines.append(line.decode().rstrip())
        return "\n".join(lines)

    async def send(self, data: bytes) -> str:
        self.writer.write(data)
        await self.writer.drain()
        return await self.answer()

    async def say(self, command: str) -> str:
        return await self.send(command.encode() + b"\r\n")

    async def begin(self, *recipients: str) -> str:
        """MAIL and RCPT; the answer to the last of them."""
        await self.say(f"MAIL FROM:<{SENDER}>")
        return [await self.say(f"RCPT TO:<{to}>") for to in recipients or (OWN,)][-1]

    async def data(self, raw: bytes) -> str:
        """DATA as it stands on the wire: `raw` is not stuffed, and the end of data is not added."""
        assert (await self.say("DATA")).startswith("354")
        return await self.send(raw)

    def close(self) -> None:
        self.writer.close()

    def vanish(self) -> None:
        """End without a goodbye: a reset, where closing would be a polite end of input."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def mail(self, raw: bytes) -> str:
        """A whole mail, stuffed; `raw` ends in CRLF."""
        await self.begin()
        return await self.data(stuffed(raw))


class Doorway:
    """An open door, what was kept through it, and handles to make it fail."""

    def __init__(self, files: FileStore) -> None:
        self.files = files
        self.rows: list[Arrival] = []
        self.free_bytes = 2**40
        self.failing: Exception | None = None
        self.may_insert = asyncio.Event()
        self.may_insert.set()
        self.keeper = Keeper(files, self._insert)
        self.door: Door

    async def _insert(self, arrivals: Sequence[Arrival]) -> list[int]:
        await self.may_insert.wait()
        if self.failing:
            raise self.failing
        self.rows.extend(arrivals)
        return list(range(len(self.rows) - len(arrivals) + 1, len(self.rows) + 1))

    async def connect(self) -> Talk:
        """Without reading the greeting."""
        return Talk(*await asyncio.open_connection("127.0.0.1", self.door.port, limit=2**20))

    async def talk(self) -> Talk:
        """Greeted, and EHLO said."""
        talk = await self.connect()
        await talk.answer()
        await talk.say("EHLO client.example")
        return talk

    @property
    def kept(self) -> list[bytes]:
        return [self.files.path(row.sha256).read_bytes() for row in self.rows]

    @property
    def drafts(self) -> list[Path]:
        return list(self.files.incoming.iterdir())

    async def until_no_drafts(self) -> None:
        """Drafts are discarded in the background."""
        for _ in range(200):
            if not self.drafts:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(self.drafts)


@asynccontextmanager
async def doorway(folder: Path, files: FileStore | None = None, **settings: Any) -> AsyncIterator[Doorway]:
    """Whatever asyncio would only have logged, a test's end makes a failure."""
    unheard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unheard.append(context))
    store = files or FileStore(folder)
    store.prepare()
    way = Doorway(store)
    facts = IntakeSettings(smtp_listen="127.0.0.1:0", mailbox=(OWN,), **settings)
    way.door = await open_door(facts, way.keeper, Clock(), lambda: way.free_bytes)
    try:
        yield way
    finally:
        way.may_insert.set()
        await way.door.aclose()
        await way.keeper.aclose()
    gc.collect(1)  # tasks tell of unheard errors when they are thrown away
    assert unheard == []


def stuffed(raw: bytes) -> bytes:
    """A mail as DATA carries it, written apart from the code under test."""
    lines = raw.split(b"\r\n")
    doubled = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"\r\n".join(doubled) + b".\r\n"


def pieces(raw: bytes, cuts: Sequence[int]) -> list[bytes]:
    """`raw` cut at these places, in any order."""
    places = [0, *sorted(cut for cut in cuts if cut <= len(raw)), len(raw)]
    return [raw[start:end] for start, end in itertools.pairwise(places)]
