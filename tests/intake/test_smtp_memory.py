"""Memory stays flat whatever the shape of a mail: one connection must not be able to eat the machine."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.intake.doorway import Talk, doorway

MIB = 1024 * 1024
PIECE = 256 * 1024
GROWTH = 8 * MIB


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Peak:
    """The most memory seen while it runs."""

    def __init__(self) -> None:
        self.start = self.most = resident()

    def look(self) -> None:
        self.most = max(self.most, resident())

    @property
    def growth(self) -> int:
        return self.most - self.start


async def pour(talk: Talk, piece: bytes, size: int) -> Peak:
    """Send `size` bytes in the same piece again and again, and watch."""
    peak = Peak()
    for _ in range(size // len(piece)):
        talk.writer.write(piece)
        await talk.writer.drain()
        peak.look()
    return peak


@pytest.mark.parametrize(
    ("piece", "size", "answer"),
    [
        (b"\r\n" * (PIECE // 2), 31 * MIB, "250"),
        (b"x" * PIECE, 31 * MIB, "250"),
        (b"\r\n.." * (MIB // 16), 30 * MIB, "250"),
        (b"x" * PIECE, 128 * MIB, "552"),
    ],
    ids=["empty lines", "one line", "dots", "a line without end"],
)
async def test_data_of_any_shape(piece: bytes, size: int, answer: str, tmp_path: Path) -> None:
    async with doorway(tmp_path, max_message_bytes=32 * MIB) as way, await way.talk() as talk:
        await talk.mail(b"warm" * MIB + b"\r\n")
        await talk.begin()
        await talk.say("DATA")
        peak = await pour(talk, piece, size)
        assert way.drafts[0].stat().st_size <= 32 * MIB
        assert (await talk.send(b"\r\n.\r\n")).startswith(answer)
        assert peak.growth < GROWTH


async def test_a_chunk_of_128_mib(tmp_path: Path) -> None:
    async with doorway(tmp_path, max_message_bytes=32 * MIB) as way, await way.talk() as talk:
        await talk.mail(b"warm" * MIB + b"\r\n")
        await talk.begin()
        talk.writer.write(b"BDAT %d LAST\r\n" % (128 * MIB))
        peak = await pour(talk, b"x" * PIECE, 128 * MIB)
        assert (await talk.answer()).startswith("552")
        assert peak.growth < GROWTH


async def test_a_command_line_without_end(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        peak = await pour(talk, b"x" * PIECE, 64 * MIB)
        assert (await talk.send(b"\r\n")).startswith("500")
        assert peak.growth < GROWTH


async def test_ten_mails_at_once(tmp_path: Path) -> None:
    """No more than 2 MiB for each in flight; the client's own buffers are counted with them."""
    async with doorway(tmp_path, max_message_bytes=32 * MIB) as way:
        talks = [await way.talk() for _ in range(10)]
        for talk in talks:
            await talk.begin()
            await talk.say("DATA")
        peaks = await asyncio.gather(*(pour(talk, b"x" * PIECE, 16 * MIB) for talk in talks))
        answers = await asyncio.gather(*(talk.send(b"\r\n.\r\n") for talk in talks))
        assert {answer[:3] for answer in answers} == {"250"}
        assert max(peak.growth for peak in peaks) < 10 * 2 * MIB
        for talk in talks:
            talk.writer.close()
