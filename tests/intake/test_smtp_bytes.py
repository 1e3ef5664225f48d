"""What arrives is what was sent: every byte of it, and not one byte more."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from intake.data_stream import BLOCK, data_blocks
from tests.intake.doorway import OWN, SENDER, doorway, pieces, stuffed

ODD = {
    "nothing": b"",
    "one dot": b".\r\n",
    "dots": b"..\r\n.\r\n...\r\n",
    "bare LF": b"a\nb\n.\nc\r\n",
    "bare CR": b"a\rb\r.\rc\r\n",
    "NUL": b"a\0b\r\n\0.\0\r\n",
    "eight bits": bytes(range(256)) + b"\r\n",
    "long line": b"x" * 100_000 + b"\r\n",
    "longer than a block": b"y" * (2 * BLOCK + 17) + b"\r\n.\r\n" + b"\r\n." * 100_000 + b"\r\n",
    "empty lines": b"\r\n" * 200_000,
}
NOT_THE_END = (
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\n.\r",
    b"\r.\n",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\r\0\n.\r\n",
    b"\r\n.\r\0\n",
)
WIRE = st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"\r\n.", b"a", b"\0", b"\xff"]), max_size=40)
BYTES = WIRE.map(b"".join) | st.binary(max_size=300)
CUTS = st.lists(st.integers(0, 300), max_size=5)


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
async def test_data_arrives_as_it_was_sent(raw: bytes, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert await talk.mail(raw) == "250 2.0.0 kept as 1"
        assert way.kept == [raw]
        assert way.rows[0].size == len(raw)


@pytest.mark.parametrize("form", NOT_THE_END, ids=repr)
async def test_only_the_true_end_of_data_ends_it(form: bytes, tmp_path: Path) -> None:
    smuggled = b"MAIL FROM:<evil@x.example>\r\nRCPT TO:<%b>\r\nDATA\r\nhello" % OWN.encode()
    raw = b"Subject: x\r\n\r\nbefore" + form + smuggled
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        assert await talk.data(raw + b"\r\n.\r\n") == "250 2.0.0 kept as 1"
        assert (await talk.say("NOOP")).startswith("250")
        assert way.kept == [raw.replace(b"\r\n.", b"\r\n") + b"\r\n"]


async def test_a_dot_that_was_not_doubled_is_dropped_as_if_it_were(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        await talk.data(b".x\r\n.\r\n")
        assert way.kept == [b"x\r\n"]


async def test_what_follows_the_end_in_the_same_packet_are_commands(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        again = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{OWN}>\r\nDATA\r\n".encode()
        assert await talk.data(b"one\r\n.\r\n" + again) == "250 2.0.0 kept as 1"
        assert [(await talk.answer())[:3] for _ in range(3)] == ["250", "250", "354"]
        assert await talk.send(b"two\r\n.\r\n") == "250 2.0.0 kept as 2"
        assert way.kept == [b"one\r\n", b"two\r\n"]


@pytest.mark.parametrize(
    "early", [b"x", b"\r\n", b"\r\nSubject: y\r\n\r\n.\r\n", b"QUIT\r\n", b"z" * 200_000]
)
async def test_mail_before_354_is_refused_and_the_line_closed(early: bytes, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        assert (await talk.send(b"DATA\r\n" + early)).startswith("503 5.5.1")
        assert await talk.answer() == ""
        assert way.rows == []


async def test_bdat_takes_any_bytes_in_any_chunks(tmp_path: Path) -> None:
    raw = ODD["eight bits"] + b"\r\n.\r\nno end of line, a bare\n and \r"
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert "CHUNKING" in await talk.say("EHLO again.example")
        await talk.begin()
        assert await talk.send(b"BDAT 100\r\n" + raw[:100]) == "250 2.0.0 100 octets received"
        assert await talk.send(b"BDAT 0\r\n") == "250 2.0.0 0 octets received"
        rest = raw[100:]
        assert await talk.send(b"bdat %d last\r\n" % len(rest) + rest) == "250 2.0.0 kept as 1"
        assert way.kept == [raw]
        await talk.begin()
        assert await talk.send(b"BDAT 0 LAST\r\n") == "250 2.0.0 kept as 2"


async def test_large_bdat_chunks_stream_to_the_disk(tmp_path: Path) -> None:
    raw = bytes(range(256)) * 8192
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        await talk.send(b"BDAT 1000000\r\n" + raw[:1_000_000])
        assert len(way.drafts) == 1
        rest = raw[1_000_000:]
        assert await talk.send(b"BDAT %d LAST\r\n" % len(rest) + rest) == "250 2.0.0 kept as 1"
        assert way.kept == [raw]


@settings(max_examples=12)
@given(bodies=st.lists(st.tuples(BYTES, CUTS), min_size=1, max_size=6))
def test_any_bytes_survive_data_and_bdat(bodies: list[tuple[bytes, list[int]]]) -> None:
    async def deliver(folder: Path) -> None:
        async with doorway(folder) as way, await way.talk() as talk:
            for raw, cuts in bodies:
                await talk.mail(raw + b"\r\n")
                await talk.begin()
                for chunk in pieces(raw, cuts):
                    await talk.send(b"BDAT %d\r\n" % len(chunk) + chunk)
                assert (await talk.send(b"BDAT 0 LAST\r\n")).startswith("250")
            assert way.kept == [sent for raw, _ in bodies for sent in (raw + b"\r\n", raw)]

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(deliver(Path(folder)))


@given(raw=BYTES, cuts=CUTS, limit=st.integers(5, 40))
def test_data_is_the_same_however_the_network_cuts_it(raw: bytes, cuts: list[int], limit: int) -> None:
    """Packets end anywhere, also within the end of data and within a doubled dot."""

    async def read() -> bytes:
        reader = asyncio.StreamReader(limit=limit)
        wire = stuffed(raw + b"\r\n") + b"QUIT\r\n"
        reader.feed_data(b"\r\n")
        reading = asyncio.create_task(_collected(reader))
        for piece in pieces(wire, cuts):
            await asyncio.sleep(0)
            reader.feed_data(piece)
        arrived = await reading
        assert await reader.readuntil(b"\n") == b"QUIT\r\n"
        return arrived

    assert asyncio.run(read()) == raw + b"\r\n"


async def _collected(reader: asyncio.StreamReader) -> bytes:
    return b"".join([block async for block in data_blocks(reader)])


async def test_a_mail_broken_off_at_any_byte_is_not_kept(tmp_path: Path) -> None:
    mails = (b"S: x\r\n\r\n.hi\r\n..\r\n", b"\n.\n\r.\r\0\xff\r\n", b"\r\n\r\n.\r\n")
    wires = [wire[:end] for wire in map(stuffed, mails) for end in range(len(wire))]
    async with doorway(tmp_path) as way:
        with capture_logs() as logs:
            for wire in wires:
                async with await way.talk() as talk:
                    await talk.begin()
                    await talk.say("DATA")
                    talk.writer.write(wire)
                    talk.writer.close()
                    await talk.writer.wait_closed()
            await asyncio.sleep(0.05)
        assert logs == []
        async with await way.talk() as talk:
            assert await talk.mail(b"whole\r\n") == "250 2.0.0 kept as 1"
        assert way.kept == [b"whole\r\n"]
        assert way.drafts == []


async def test_a_large_mail_broken_off_leaves_no_draft(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        async with await way.talk() as talk:
            await talk.begin()
            await talk.say("DATA")
            talk.writer.write(b"z" * 5 * BLOCK)
            await talk.writer.drain()
            while not way.drafts:
                await asyncio.sleep(0.01)
            talk.vanish()
        await way.until_no_drafts()
        assert way.rows == []
