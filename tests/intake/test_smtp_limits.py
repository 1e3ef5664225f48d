"""How much, how many, how long: every limit, just below and just above."""

import asyncio
import gc
import socket
import time
from pathlib import Path
from typing import Any, cast

import pytest

from intake.lobby import free_space
from tests.intake.doorway import OWN, SENDER, doorway

LIMIT = 4096


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("way_in", ["DATA", "BDAT"])
async def test_the_size_limit_is_exact(over: int, way_in: str, tmp_path: Path) -> None:
    raw = b".x\r\n" * (LIMIT // 4 - 1) + b"x" * (2 + over) + b"\r\n"  # stuffing does not count
    facts: dict[str, Any] = {"max_message_bytes": LIMIT, "other_way_in": "use the web page"}
    async with doorway(tmp_path, **facts) as way, await way.talk() as talk:
        if way_in == "DATA":
            answer = await talk.mail(raw)
        else:
            await talk.begin()
            answer = await talk.send(b"BDAT %d LAST\r\n" % len(raw) + raw)
        if over > 0:
            assert answer == "552 5.3.4 We take 0.003906 MiB (4096 bytes) a mail at most; use the web page"
            await way.until_no_drafts()
        assert len(way.rows) == (over <= 0)
        assert await talk.mail(b"small\r\n") == f"250 2.0.0 kept as {len(way.rows)}"


async def test_a_size_too_large_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    async with doorway(tmp_path, max_message_bytes=LIMIT) as way, await way.talk() as talk:
        assert f"250-SIZE {LIMIT}" in await talk.say("EHLO again.example")
        assert (await talk.say(f"MAIL FROM:<{SENDER}> SIZE={LIMIT + 1}")).startswith("552 5.3.4")
        assert (await talk.say(f"MAIL FROM:<{SENDER}> SIZE={LIMIT}")).startswith("250")


async def test_a_lie_about_the_size_does_not_help(tmp_path: Path) -> None:
    async with doorway(tmp_path, max_message_bytes=LIMIT) as way, await way.talk() as talk:
        await talk.say(f"MAIL FROM:<{SENDER}> SIZE=10")
        await talk.say(f"RCPT TO:<{OWN}>")
        assert (await talk.data(b"z" * 9999 + b"\r\n.\r\n")).startswith("552 5.3.4")
        assert way.rows == []


async def test_a_chunk_over_the_limit_is_told_at_once_and_at_the_end(tmp_path: Path) -> None:
    async with doorway(tmp_path, max_message_bytes=LIMIT) as way, await way.talk() as talk:
        await talk.begin()
        assert (await talk.send(b"BDAT 5000\r\n" + b"z" * 5000)).startswith("552 5.3.4")
        assert (await talk.send(b"BDAT 1\r\nz")).startswith("552 5.3.4")
        assert (await talk.send(b"BDAT 1 LAST\r\nz")).startswith("552 5.3.4")
        assert await talk.mail(b"small\r\n") == "250 2.0.0 kept as 1"


async def test_connections_are_capped_in_total_and_counted_down(tmp_path: Path) -> None:
    async with doorway(tmp_path, smtp_connections=2) as way, await way.talk(), await way.talk() as second:
        async with await way.connect() as third:
            assert (await third.answer()).startswith("421 4.7.0")
            assert await third.answer() == ""
        assert (await second.say("QUIT")).startswith("221")
        assert await second.answer() == ""
        async with await way.talk() as fourth:
            assert (await fourth.say("NOOP")).startswith("250")


async def test_connections_are_capped_for_one_address_and_counted_down(tmp_path: Path) -> None:
    async with doorway(tmp_path, smtp_connections_per_address=1) as way:
        one, two = await way.talk(), await way.connect()
        async with one, two:
            assert (await two.answer()).startswith("421 4.7.0")
            assert (await one.say("QUIT")).startswith("221")
            assert await one.answer() == ""
        async with await way.talk() as three:
            assert (await three.say("NOOP")).startswith("250")


async def test_a_silent_client_is_told_and_sent_away(tmp_path: Path) -> None:
    async with doorway(tmp_path, smtp_idle_seconds=0.2) as way, await way.talk() as talk:
        begun = time.monotonic()
        assert (await talk.answer()).startswith("421 4.4.2")
        assert await talk.answer() == ""
        assert 0.1 < time.monotonic() - begun < 5


async def test_a_client_that_falls_silent_in_its_mail_is_told_and_forgotten(tmp_path: Path) -> None:
    async with doorway(tmp_path, smtp_idle_seconds=0.2) as way, await way.talk() as talk:
        await talk.begin()
        assert (await talk.data(b"half a mail\r\n")).startswith("421 4.4.2")
        await way.until_no_drafts()
        assert way.rows == []


@pytest.mark.parametrize("opening", [b"DATA\r\n", b"BDAT 16 LAST\r\n"])
async def test_a_slow_but_steady_sender_gets_through(opening: bytes, tmp_path: Path) -> None:
    async with doorway(tmp_path, smtp_idle_seconds=0.4) as way, await way.talk() as talk:
        await talk.begin()
        begun = time.monotonic()
        talk.writer.write(opening)
        if opening.startswith(b"DATA"):
            await talk.answer()
        for _ in range(11):
            talk.writer.write(b"x")
            await asyncio.sleep(0.1)
        assert await talk.send(b"\r\n.\r\n") == "250 2.0.0 kept as 1"
        assert time.monotonic() - begun > 1.0


async def test_one_mail_has_its_time_and_nothing_stretches_it(tmp_path: Path) -> None:
    facts: dict[str, Any] = {"smtp_idle_seconds": 5, "smtp_transaction_seconds": 0.6}
    async with doorway(tmp_path, **facts) as way, await way.talk() as talk:
        begun = time.monotonic()
        answer = ""
        while not answer.startswith("421"):
            answer = await talk.say("RSET" if int(time.monotonic() * 100) % 2 else "NOOP")
            assert answer[:3] in ("250", "421")
            await asyncio.sleep(0.03)
        assert 0.4 < time.monotonic() - begun < 5


async def test_a_trickle_of_data_ends_with_the_time_of_the_mail(tmp_path: Path) -> None:
    facts: dict[str, Any] = {"smtp_idle_seconds": 5, "smtp_transaction_seconds": 0.5}
    async with doorway(tmp_path, **facts) as way, await way.talk() as talk:
        await talk.begin()
        await talk.say("DATA")
        answering = asyncio.create_task(talk.answer())
        while not answering.done():
            talk.writer.write(b"x")
            await asyncio.sleep(0.02)
        assert answering.result().startswith("421 4.4.2")
        assert way.rows == []


async def test_a_trickle_that_never_becomes_a_command_is_silence(tmp_path: Path) -> None:
    async with doorway(tmp_path, smtp_idle_seconds=0.4) as way, await way.talk() as talk:
        answering = asyncio.create_task(talk.answer())
        begun = time.monotonic()
        while not answering.done() and time.monotonic() - begun < 5:
            talk.writer.write(b"N")
            await asyncio.sleep(0.05)
        assert time.monotonic() - begun < 4
        assert answering.result().startswith("421 4.4.2")


async def test_each_kept_mail_gives_the_next_one_its_time(tmp_path: Path) -> None:
    facts: dict[str, Any] = {"smtp_idle_seconds": 5, "smtp_transaction_seconds": 0.5}
    async with doorway(tmp_path, **facts) as way, await way.talk() as talk:
        for number in range(1, 6):
            assert await talk.mail(b"x\r\n") == f"250 2.0.0 kept as {number}"
            await asyncio.sleep(0.2)


async def test_the_timers_wait_while_we_keep(tmp_path: Path) -> None:
    facts: dict[str, Any] = {"smtp_idle_seconds": 0.1, "smtp_transaction_seconds": 0.3}
    async with doorway(tmp_path, **facts) as way, await way.talk() as talk:
        way.may_insert.clear()
        asyncio.get_running_loop().call_later(0.7, way.may_insert.set)
        assert await talk.mail(b"x\r\n") == "250 2.0.0 kept as 1"


async def test_a_client_that_reads_no_answers_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.connection.GRACE_SECONDS", 0.2)
    facts: dict[str, Any] = {"smtp_transaction_seconds": 1, "smtp_connections": 1}
    async with doorway(tmp_path, **facts) as way:
        listening = way.door._server.sockets[0]
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # what it accepts inherits it
        async with await way.talk() as deaf:
            await deaf.begin()
            raw: socket.socket = deaf.writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            cast(asyncio.ReadTransport, deaf.writer.transport).pause_reading()
            deaf.writer.write(b"BDAT 0\r\n" * 90_000)
            greeting = "421"
            begun = time.monotonic()
            while greeting.startswith("421") and time.monotonic() - begun < 10:
                await asyncio.sleep(0.05)
                async with await way.connect() as next_one:
                    greeting = await next_one.answer()
        assert greeting.startswith("220")
        assert time.monotonic() - begun > 0.7


async def test_a_flood_of_commands_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as flood, await way.talk() as other:
        await flood.begin()
        begun = time.monotonic()
        flood.writer.write(b"BDAT 0\r\n" * 20_000)
        flooding = asyncio.create_task(
            flood.reader.readexactly(20_000 * len("250 2.0.0 0 octets received\r\n"))
        )
        delays = []
        while not flooding.done():
            asked = time.monotonic()
            await other.say("RSET")
            delays.append(time.monotonic() - asked)
        assert max(delays) < (time.monotonic() - begun) / 4


async def test_commands_without_end_are_cut_off(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        answers = [await talk.say("NOOP") for _ in range(101)]
        assert answers[99].startswith("250")
        assert answers[100].startswith("421 4.7.0")
        assert await talk.answer() == ""


@pytest.mark.parametrize("noise", [b"\r\n", b"x" * 3000 + b"\r\n", b"\xff\r\n", b"DATA\r\n"])
async def test_errors_without_end_are_cut_off(noise: bytes, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        answers = [await talk.send(noise) for _ in range(101)]
        assert {answer[:1] for answer in answers[:100]} == {"5"}
        assert answers[100].startswith("421 4.7.0")
        assert await talk.answer() == ""
        gc.collect()  # the client's task ends by an error that nobody need hear


def test_free_space_is_asked_of_the_disk_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = free_space(tmp_path)
    first = ask()
    assert first > 0
    monkeypatch.setattr("os.statvfs", None)
    assert ask() == first
