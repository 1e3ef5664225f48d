"""The malware scanner: only its own word makes a file clean, and its absence keeps nothing from coming in."""

import asyncio
import os
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from intake.scanner import NoScanner, Scanned, Scanner, examine_scanner, read_answer
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.mime import File, attached, joined, mail, roster, text
from tests.servers.clamd import EICAR, MARKER, STREAM_LIMIT, Clamd
from tests.servers.clamd import clamd as clamd

MIB = 1024 * 1024
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def a_file(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def scanner(address: str, **more: float) -> Scanner:
    return Scanner(address, 25 * MIB, connect_seconds=2, answer_seconds=5, rest_seconds=0, **more)


@asynccontextmanager
async def pretending(serve: Serve) -> AsyncIterator[str]:
    """A server that behaves as no clamd should."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("how", ["unix", "tcp"])
async def test_what_it_finds_and_what_not(clamd: Clamd, tmp_path: Path, how: str) -> None:
    ours = scanner(getattr(clamd, how))
    assert await ours.scan(a_file(tmp_path, b"a roster")) == Scanned("clean")
    assert await ours.scan(a_file(tmp_path, b"")) == Scanned("clean")
    assert await ours.scan(a_file(tmp_path, b"words " + MARKER)) == Scanned("infected", "Test.Marker")
    assert await ours.scan(a_file(tmp_path, EICAR)) == Scanned("infected", "Test.EICAR")
    assert await ours.scan(a_file(tmp_path, os.urandom(STREAM_LIMIT - 9) + b"x")) == Scanned("clean")


async def test_malware_in_an_archive_is_found(clamd: Clamd, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("roster.pdf", b"%PDF-1.4" + MARKER)
    assert (await scanner(clamd.unix).scan(tmp_path / "file")).scan == "infected"


async def test_a_locked_archive_and_macros_are_no_malware() -> None:
    assert read_answer("stream: Heuristics.Encrypted.Zip FOUND") == Scanned("unscanned")
    assert read_answer("stream: Heuristics.OLE2.ContainsMacros.VBA FOUND") == Scanned("clean")
    assert read_answer("stream: Heuristics.Limits.Exceeded.MaxFiles FOUND") == Scanned("unscanned")


@pytest.mark.parametrize("how", ["unix", "tcp"])
@pytest.mark.parametrize("size", [STREAM_LIMIT + 1, 8 * MIB])
async def test_too_big_for_clamd_is_never_clean(clamd: Clamd, tmp_path: Path, how: str, size: int) -> None:
    path = a_file(tmp_path, bytes(size))
    assert await scanner(getattr(clamd, how)).scan(path) == Scanned("unscanned")


async def test_what_is_too_big_for_us_is_not_even_sent(tmp_path: Path) -> None:
    ours = Scanner("127.0.0.1:1", max_bytes=10)
    assert await ours.scan(a_file(tmp_path, bytes(11))) == Scanned("unscanned")


async def test_away_and_back_again(tmp_path: Path) -> None:
    path = a_file(tmp_path, MARKER)
    with Clamd() as own:
        for address in (own.unix, own.tcp):
            ours = scanner(address)
            own.stop()
            assert await ours.scan(path) == Scanned("checking")
            own.start()
            assert (await ours.scan(path)).scan == "infected"


async def test_one_that_is_away_is_left_alone_for_a_while(tmp_path: Path, clamd: Clamd) -> None:
    path, ours = a_file(tmp_path, b"a roster"), scanner("127.0.0.1:1")
    ours.rest_seconds = 3600
    assert await ours.scan(path) == Scanned("checking")
    ours.address = clamd.tcp
    assert await ours.scan(path) == Scanned("checking")


async def test_one_that_never_answers_is_away(tmp_path: Path) -> None:
    over = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with pretending(silent) as address:
        ours = Scanner(address, 25 * MIB, connect_seconds=2, answer_seconds=0.2)
        assert await ours.scan(a_file(tmp_path, b"a roster")) == Scanned("checking")
        assert await ours.scan(a_file(tmp_path, bytes(20 * MIB))) == Scanned("checking")
        over.set()


@pytest.mark.parametrize("after", [0, 300_000])
async def test_one_that_dies_over_a_file_is_away(tmp_path: Path, after: int) -> None:
    """It hangs up in the middle, and nobody answers when it is asked whether it lives."""
    asked = list[int]()

    async def dying(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(1)
        if len(asked) == 1 and after:
            await reader.readexactly(after)
        writer.transport.abort()

    async with pretending(dying) as address:
        assert await scanner(address).scan(a_file(tmp_path, bytes(MIB))) == Scanned("checking")
    assert len(asked) == 2


@pytest.mark.parametrize(
    "answer", ["", "stream: Can't allocate memory ERROR", "UNKNOWN COMMAND", "stream: OK FOUND OK"]
)
async def test_any_other_word_is_not_clean(answer: str) -> None:
    assert read_answer(answer).scan == "checking"


async def test_the_doctor_says_how_it_is(clamd: Clamd) -> None:
    name, good, words = await examine_scanner(scanner(clamd.unix))
    assert (name, good) == ("scanner", True)
    assert "ClamAV" in words
    assert (await examine_scanner(scanner("unix:/nowhere")))[1] is False
    assert (await examine_scanner(None))[1] is True
    with pytest.raises(NoScanner):
        await scanner("127.0.0.1:1").version()


async def test_every_file_of_a_mail_is_scanned_also_those_in_containers(post: Post, clamd: Clamd) -> None:
    post.reader.scanner = scanner(clamd.unix)
    post.reader.objects_path = lambda digest: post.folder / digest

    async def keep(path: Path, sha256: str) -> None:
        (post.folder / sha256).write_bytes(path.read_bytes())

    post.reader.keep_file = keep
    bad = File("bad.doc", b"words " + MARKER)
    inner = mail("Inner", joined("mixed", "=_i", text("words"), attached(bad, "application/msword")))
    parts = (text("EL 02"), attached(roster("good")), attached(File("inner.eml", inner), "message/rfc822"))
    message = await post.message(mail("EL 02", joined("mixed", "=_o", *parts)))
    told = [(file.name, file.role, file.scan, file.found) for file in message.files]
    assert told[0] == ("roster.pdf", "document", "clean", None)
    assert told[-1] == ("bad.doc", "infected", "infected", "Test.Marker")


async def test_without_a_scanner_nothing_is_said(post: Post) -> None:
    message = await post.message(
        mail("EL 02", joined("mixed", "=_o", text("EL 02"), attached(roster("good"))))
    )
    assert [file.scan for file in message.files] == [None]
