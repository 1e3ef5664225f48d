"""Trouble of ours is "try again" with a reference, never a lost mail and never a word about its cause."""

import asyncio
import errno
import itertools
import re
import time
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from intake.data_stream import BLOCK
from intake.lobby import GRACE_SECONDS
from intake.session import IntakeSMTP
from store.files import DiskFailed, Draft, FileStore
from tests.intake.doorway import OWN, SENDER, Doorway, Talk, doorway

SECRET = "database is locked at /var/secret for someone@district.example"
NOT_TAKEN = re.compile(
    r"451 4\.3\.0 The mail could not be kept just now, please send it again \(reference ([0-9a-f]{8})\)"
)


class FullDisk(FileStore):
    """Has no room for these blocks of a draft, counted from 0."""

    failing: Collection[int] = ()

    def draft(self) -> Draft:
        return FullDraft(self.incoming, self.failing)


class FullDraft(Draft):
    def __init__(self, folder: Path, failing: Collection[int]) -> None:
        super().__init__(folder)
        self._failing = failing
        self._blocks = itertools.count()

    def write(self, data: bytes) -> None:
        if next(self._blocks) in self._failing:
            raise OSError(errno.ENOSPC, SECRET)
        super().write(data)


class SlowDisk(FileStore):
    """Takes its time for each step, and notices when it is not left to end it."""

    torn = False

    def draft(self) -> Draft:
        return SlowDraft(self)

    def keep(self, draft: Draft) -> str:
        time.sleep(0.2)
        return super().keep(draft)


class SlowDraft(Draft):
    def __init__(self, files: SlowDisk) -> None:
        super().__init__(files.incoming)
        self._files = files
        self._writing = False

    def write(self, data: bytes) -> None:
        self._writing = True
        super().write(data)
        time.sleep(0.2)
        self._writing = False

    def discard(self) -> None:
        self._files.torn |= self._writing
        super().discard()


class FailingSync(FileStore):
    def keep(self, draft: Draft) -> str:
        raise DiskFailed(errno.EIO, SECRET)


def reference(answer: str) -> str:
    found = NOT_TAKEN.fullmatch(answer)
    assert found, answer
    return found[1]


async def test_a_failing_database_means_try_again_and_the_log_knows_why(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        way.failing = RuntimeError(SECRET)
        with capture_logs() as logs:
            told = reference(await talk.mail(b"Subject: private\r\n"))
        (line,) = [line for line in logs if line["event"] == "smtp.not_taken"]
        assert line["reference"] == told
        assert "RuntimeError at Doorway._insert" in line["cause"]
        assert not any(word in str(logs) for word in ("/var/secret", SENDER, "private"))
        way.failing = None
        assert await talk.mail(b"Subject: again\r\n") == "250 2.0.0 kept as 1"


async def test_a_slow_store_means_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.lobby.KEEP_SECONDS", 0.2)
    async with doorway(tmp_path) as way, await way.talk() as talk:
        way.may_insert.clear()
        reference(await talk.mail(b"Subject: x\r\n"))


@pytest.mark.parametrize("failing", [range(100), range(3, 100), [0], [2]], ids=str)
async def test_a_full_disk_drains_the_mail_and_leaves_nothing(
    failing: Collection[int], tmp_path: Path
) -> None:
    """Also when there is room again for the blocks after: a mail with a hole is not kept."""
    files = FullDisk(tmp_path)
    files.failing = failing
    async with doorway(tmp_path, files) as way, await way.talk() as talk:
        reference(await talk.mail(b"z" * 6 * BLOCK + b"\r\n"))
        assert (await talk.say("NOOP")).startswith("250")
        await way.until_no_drafts()
        assert way.keeper.trouble is None
        files.failing = ()
        assert await talk.mail(b"z" * 3 * BLOCK + b"\r\n") == "250 2.0.0 kept as 1"


async def test_a_failed_sync_closes_the_door_for_good(tmp_path: Path) -> None:
    async with doorway(tmp_path, FailingSync(tmp_path)) as way, await way.talk() as talk:
        reference(await talk.mail(b"Subject: x\r\n"))
        reference(await talk.say(f"MAIL FROM:<{SENDER}>"))
        async with await way.connect() as late:
            assert (await late.answer()).startswith("421 4.3.0")
            assert await late.answer() == ""


async def test_a_nearly_full_disk_takes_no_new_mail(tmp_path: Path) -> None:
    async with doorway(tmp_path, max_message_bytes=1024) as way, await way.talk() as talk:
        way.free_bytes = 2047
        reference(await talk.say(f"MAIL FROM:<{SENDER}>"))
        way.free_bytes = 2048
        assert (await talk.say(f"MAIL FROM:<{SENDER}>")).startswith("250")


async def test_any_bug_while_data_flows_is_451_and_the_line_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of the mail would be read as commands."""

    async def bug(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("intake.data_stream.Incoming.add", bug)
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        await talk.say("DATA")
        reference(await talk.send(b"x\r\n" * 100_000 + b"RSET\r\n"))
        assert await talk.answer() == ""


async def test_any_bug_in_a_command_is_451(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("intake.session.recipient_refusal", bug)
    async with doorway(tmp_path) as way, await way.talk() as talk:
        reference(await talk.begin())
        assert (await talk.say("NOOP")).startswith("250")


async def test_a_client_that_only_listens_after_the_dot_gets_its_answer(tmp_path: Path) -> None:
    """`printf … | nc` closes its sending side at once; the mail is kept once and thanked for."""
    script = f"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{OWN}>\r\nBDAT 3 LAST\r\nabcQUIT\r\n"
    async with doorway(tmp_path) as way, await way.connect() as talk:
        way.may_insert.clear()
        talk.writer.write(script.encode())
        talk.writer.write_eof()
        await until_keeping(way)
        way.may_insert.set()
        answers = [await talk.answer() for _ in range(6)]
        assert [answer[:3] for answer in answers] == ["220", "250", "250", "250", "250", "221"]
        assert answers[4] == "250 2.0.0 kept as 1"
        assert way.kept == [b"abc"]


@pytest.mark.parametrize("command", ["DATA", "BDAT 5 LAST", "NOOP"])
async def test_a_client_that_ends_its_input_before_its_mail_is_no_trouble_of_ours(
    command: str, tmp_path: Path
) -> None:
    """While the first mail is kept the end of input comes in, with the second one's command before it."""
    envelope = f"MAIL FROM:<>\r\nRCPT TO:<{OWN}>\r\n"
    async with doorway(tmp_path) as way, await way.talk() as talk:
        way.may_insert.clear()
        with capture_logs() as logs:
            talk.writer.write(f"{envelope}BDAT 1 LAST\r\nx{envelope}{command}\r\n".encode())
            talk.writer.write_eof()
            await until_keeping(way)
            await asyncio.sleep(0.05)
            way.may_insert.set()
            await talk.reader.read()
        assert logs == []
        assert way.kept == [b"x"]


@pytest.mark.parametrize("leave", [Talk.vanish, Talk.close])
async def test_a_client_that_vanishes_while_we_keep_leaves_one_whole_mail(
    leave: Callable[[Talk], None], tmp_path: Path
) -> None:
    async with doorway(tmp_path) as way:
        way.may_insert.clear()
        async with await way.talk() as talk:
            await talk.begin()
            await talk.say("DATA")
            talk.writer.write(b"x\r\n.\r\n")
            await until_keeping(way)
            leave(talk)
        await asyncio.sleep(0.05)
        way.may_insert.set()
        async with await way.talk() as talk:
            assert await talk.mail(b"y\r\n") == "250 2.0.0 kept as 2"
        assert way.kept == [b"x\r\n", b"y\r\n"]
        assert way.drafts == []


@pytest.mark.parametrize("leave", [Talk.vanish, Talk.close])
async def test_a_client_that_vanishes_while_the_disk_works_leaves_one_whole_mail(
    leave: Callable[[Talk], None], tmp_path: Path
) -> None:
    async with doorway(tmp_path, SlowDisk(tmp_path)) as way:
        async with await way.talk() as talk:
            await talk.begin()
            await talk.say("DATA")
            talk.writer.write(b"x\r\n.\r\n")
            while not way.drafts:
                await asyncio.sleep(0.005)
            leave(talk)
        await way.until_no_drafts()
        await asyncio.sleep(0.05)
        assert way.kept == [b"x\r\n"]


@pytest.mark.parametrize("leave", [Talk.vanish, Talk.close])
async def test_a_draft_is_never_discarded_under_a_running_write(
    leave: Callable[[Talk], None], tmp_path: Path
) -> None:
    files = SlowDisk(tmp_path)
    async with doorway(tmp_path, files) as way:
        async with await way.talk() as talk:
            await talk.begin()
            await talk.say("DATA")
            talk.writer.write(b"x" * 8 * BLOCK)
            while not way.drafts:
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.1)  # the second block has come and waits for the first to be written
            leave(talk)
        await way.until_no_drafts()
        assert not files.torn


async def test_a_draft_that_cannot_be_discarded_is_logged(tmp_path: Path) -> None:
    async with doorway(tmp_path, SlowDisk(tmp_path)) as way, await way.talk() as talk:
        await talk.begin()
        await talk.send(b"BDAT 1\r\nx")
        with capture_logs() as logs, pytest.MonkeyPatch.context() as patch:
            patch.setattr(SlowDraft, "discard", _failing)
            await talk.say("RSET")
            while not logs:
                await asyncio.sleep(0.005)
        assert logs[0]["event"] == "smtp.draft_left"
        assert SECRET not in str(logs)


def _failing(*_: object) -> None:
    raise OSError(errno.EIO, SECRET)


async def until_keeping(way: Doorway) -> None:
    """The file has its final name; only the row is missing."""
    while not list(way.files.objects()):
        await asyncio.sleep(0.005)


async def test_a_stopping_door_lets_mails_end_and_sends_the_idle_away(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as idle, await way.talk() as busy:
        await busy.begin()
        await busy.say("DATA")
        begun = time.monotonic()
        closing = asyncio.create_task(way.door.aclose())
        assert (await idle.answer()).startswith("421 4.3.2")
        assert await busy.send(b"x\r\n.\r\n") == "250 2.0.0 kept as 1"
        assert (await busy.answer()).startswith("421 4.3.2")
        assert time.monotonic() - begun < GRACE_SECONDS / 2
        await closing
        with pytest.raises(OSError, match=r"refused|failed"):
            await way.connect()


async def test_a_stopping_door_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.lobby.GRACE_SECONDS", 0.2)
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        await talk.say("DATA")
        await way.door.aclose()
        assert (await talk.answer()).startswith("421 4.3.2")


def test_what_we_override_is_still_there() -> None:
    """A newer aiosmtpd that renames one of these would silently go back to its own behaviour."""
    overridden = {"_handle_client", "_reset_timeout", "_timeout_cb", "_getaddr", "_call_handler_hook"}
    overridden |= {"_set_post_data_state", "handle_exception", "push", "eof_received", "smtp_DATA"}
    bases = IntakeSMTP.__mro__[2:]
    assert {name for name in overridden if not any(name in vars(base) for base in bases)} == set()
    assert all(name in dir(bases[0]) for name in ("smtp_EHLO", "smtp_STARTTLS", "smtp_VRFY"))
