"""The bytes of one mail on their way in: from DATA or BDAT, in blocks, into the keeper."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from store.keeping import Arrival, Keeper

BLOCK = 256 * 1024
END_OF_DATA = b"\r\n.\r\n"


class TooLarge(Exception):
    """More bytes came than we take; they were drained and forgotten."""


async def data_blocks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """What DATA carries, without the dots that SMTP adds.

    The caller has put a CRLF before the first byte: the end of an empty mail is then found like any other.
    """
    behind, ours, ended = b"", len(b"\r\n"), False
    while not ended:
        raw, ended = await _next_raw(reader)
        yield _unstuffed(behind, raw)[ours:]
        behind, ours = (behind + raw[-2:])[-2:], 0


async def chunk_blocks(reader: asyncio.StreamReader, octets: int) -> AsyncIterator[bytes]:
    """Exactly the octets that BDAT announced, whatever they are."""
    while octets:
        block = await reader.read(min(octets, BLOCK))
        if not block:
            raise asyncio.IncompleteReadError(block, octets)
        octets -= len(block)
        yield block


async def _next_raw(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    try:
        return (await reader.readuntil(END_OF_DATA))[: -len(b".\r\n")], True
    except asyncio.LimitOverrunError as overrun:
        return await reader.readexactly(min(overrun.consumed, BLOCK)), False


def _unstuffed(behind: bytes, raw: bytes) -> bytes:
    """Drop the first dot of each line; `behind` are the two bytes before `raw`, a line may start there."""
    end = raw.rfind(b".") + 1  # base64 has no dots, and looking for one byte is ten times faster
    return (behind + raw[:end]).replace(b"\r\n.", b"\r\n")[len(behind) :] + raw[end:]


class Incoming:
    """One mail being received. Over the limit, or after trouble with the disk, it only swallows.

    `since` is when it began to come in: that counts as its receipt, so a slow line makes nobody late.
    """

    def __init__(self, keeper: Keeper, limit: int, since: datetime) -> None:
        self.since = since
        self.size = 0
        self._limit = limit
        self._keeper = keeper
        self._draft = keeper.draft()
        self._held = bytearray()
        self._writing: asyncio.Task[None] | None = None
        self._trouble: Exception | None = None

    @property
    def too_large(self) -> bool:
        return self.size > self._limit

    async def add(self, block: bytes) -> None:
        """Take a block; the block before it is written meanwhile."""
        self.size += len(block)
        if self.too_large or self._trouble:
            self._held.clear()
            return
        self._held += block
        if len(self._held) >= BLOCK:
            await self._written()
            self._writing = asyncio.create_task(self._keeper.write(self._draft, self._rest()))

    async def keep(self, arrival: Arrival) -> int:
        """Make it durable and return its inbox number; whatever goes wrong, nothing of it stays.

        Raises TooLarge, OSError, TimeoutError or the database's own error.
        """
        try:
            await self._written()
            if self.too_large:
                raise TooLarge
            if self._trouble:
                raise self._trouble
            return await self._keeper.keep(self._draft, self._rest(), arrival)
        except BaseException:
            await self.discard()
            raise

    async def discard(self) -> None:
        await self._written()
        await self._keeper.discard(self._draft)

    def _rest(self) -> bytes:
        rest = bytes(self._held)
        self._held.clear()
        return rest

    async def _written(self) -> None:
        """Wait for the running write. It is never cut short: its file would be closed under it."""
        if self._writing is None:
            return
        try:
            await asyncio.shield(self._writing)
        except Exception as error:  # the rest must still be drained; `keep` tells
            self._trouble = error
