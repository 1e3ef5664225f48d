"""`cais post`: a real file through a real door, byte for byte, or a clear no."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.posting import NotTaken, post, post_file
from tests.intake.doorway import OWN, SENDER, doorway

MAILS = sorted((Path(__file__).parents[1] / "mail").glob("*.eml"))


async def test_every_mail_fixture_goes_in_byte_for_byte(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        for number, path in enumerate(MAILS, 1):
            assert (
                await post("127.0.0.1", way.door.port, path, SENDER, [OWN]) == f"250 2.0.0 kept as {number}"
            )
        assert way.kept == [path.read_bytes() for path in MAILS]


async def test_a_file_is_posted_from_its_own_author(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"From: Ana <ana@x.example>\r\n\r\nhi")
    async with doorway(tmp_path) as way:
        listen = f"127.0.0.1:{way.door.port}"
        await post_file(listen, path, None, OWN)
        await post_file(listen, path, "", OWN)
        path.write_bytes(b"no header at all")
        with pytest.raises(ValueError, match="not a mail file"):
            await post_file(listen, path, None, OWN)
        assert [row.envelope["mail_from"] for row in way.rows] == ["ana@x.example", ""]


async def test_addresses_beyond_ascii_announce_themselves(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        await post("127.0.0.1", way.door.port, b"x", "josé@x.example", [OWN, "evidence+ñ@cais.example"])
        assert way.rows[0].envelope["smtputf8"] is True
        assert way.rows[0].envelope["rcpt_tos"] == [OWN, "evidence+ñ@cais.example"]


async def test_a_refusal_is_an_error_with_its_code(tmp_path: Path) -> None:
    async with doorway(tmp_path, max_message_bytes=1024) as way:
        with pytest.raises(NotTaken, match=r"^550 5\.1\.1") as unknown:
            await post("127.0.0.1", way.door.port, b"x", SENDER, ["nobody@cais.example"])
        assert unknown.value.code == 550
        with pytest.raises(NotTaken, match=r"^552 5\.3\.4"):
            await post("127.0.0.1", way.door.port, b"x" * 1025, SENDER, [OWN])
        way.failing = RuntimeError("secret")
        with pytest.raises(NotTaken, match=r"^451 4\.3\.0"):
            await post("127.0.0.1", way.door.port, b"x", SENDER, [OWN])


async def test_a_door_that_hangs_up_is_421() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with listening(await asyncio.start_server(hang_up, "127.0.0.1", 0)) as port:
        with pytest.raises(NotTaken, match=r"^421 "):
            await post("127.0.0.1", port, b"x", SENDER, [OWN])


@pytest.mark.parametrize("raw", [b".a\r\n..b\r\n.\r\n", b"\r\n.x", b"", b"caf\xc3\xa9\r\n"])
async def test_without_chunking_dots_are_doubled(raw: bytes) -> None:
    taken: list[bytes] = []

    class Taker:
        async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
            taken.append(envelope.original_content or b"")
            return "250 taken"

    factory: Callable[[], SMTP] = lambda: SMTP(Taker(), hostname="x", loop=asyncio.get_running_loop())  # noqa: E731
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
    async with listening(server) as port:
        assert await post("127.0.0.1", port, raw, SENDER, [OWN]) == "250 taken"
    assert taken == [raw if raw.endswith(b"\r\n") else raw + b"\r\n"]


@asynccontextmanager
async def listening(server: asyncio.Server) -> AsyncIterator[int]:
    async with server:
        yield int(server.sockets[0].getsockname()[1])
