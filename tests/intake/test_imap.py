"""The IMAP door beside a real Dovecot: kept, then moved; nothing missed, nothing double."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from intake.mailbox_token import MailboxToken, NoToken, NoTokenNow
from store import Store
from store.keeping import Arrival
from tests.intake.mailroom import Mailroom, account, digest, letter, until
from tests.servers.dovecot import MAILBOX, Dovecot
from tests.servers.dovecot import dovecot as dovecot
from tests.servers.fault_proxy import FaultProxy
from tests.servers.tokens import Tokens

Start = Callable[..., Dovecot]


@pytest.fixture
def room(store: Store, monkeypatch: pytest.MonkeyPatch) -> Mailroom:
    return Mailroom(store, monkeypatch)


async def inbox_is_empty(server: Dovecot) -> None:
    async def empty() -> bool:
        return not await asyncio.to_thread(server.contents)

    await until(empty)


async def test_what_lies_in_the_mailbox_is_kept_byte_for_byte_and_then_moved(
    room: Mailroom, dovecot: Start
) -> None:
    server, mails = dovecot(), [letter(number) for number in range(5)]
    mails.append(letter(5, 3_000_000))
    server.put(*mails)
    async with room.polling(account(server.port)):
        await room.has_all(mails)
        await inbox_is_empty(server)
    assert sorted(server.contents("Processed")) == sorted(mails)
    assert await room.folders() == {"INBOX": None, "Junk": None}


@dataclass
class SlowCommit:
    """The store's insert, which waits until it is let; and what was asked of the server meanwhile."""

    store: Store
    asked: list[bytes] = field(default_factory=list)
    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, arrivals: Sequence[Arrival]) -> list[int]:
        await self.let.wait()
        return await self.store.inbox.insert(arrivals)

    def note(self, piece: bytes) -> bytes:
        self.asked += re.findall(rb"BODY.PEEK|UID MOVE", piece)
        return b""

    async def fetched(self, count: int) -> bool:
        return self.asked.count(b"BODY.PEEK") == count


async def test_more_is_fetched_while_some_is_being_kept_and_nothing_is_moved_before_it_is_durable(
    room: Mailroom, dovecot: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.imap_fetch.AT_ONCE", 1)
    monkeypatch.setattr("intake.imap_folder.MOVED_AT_ONCE", 1)
    server, mails, slow = dovecot(), [letter(number) for number in range(6)], SlowCommit(room.store)
    server.put(*mails)
    with FaultProxy(server.port) as proxy:
        proxy.answer = slow.note
        async with room.polling(account(proxy.port), insert=slow):
            await until(lambda: slow.fetched(len(mails)))
            await asyncio.sleep(0.3)
            assert b"UID MOVE" not in slow.asked
            assert server.contents() == mails
            slow.let.set()
            await room.has_all(mails)
            await inbox_is_empty(server)
    assert b"UID MOVE" in slow.asked


async def test_what_is_being_kept_holds_up_what_would_be_fetched(
    room: Mailroom, dovecot: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow the disk is, no more is in memory than the limit and one message."""
    monkeypatch.setattr("intake.imap_fetch.AT_ONCE", 1)
    monkeypatch.setattr("intake.imap_keeping.IN_HAND", 3000)
    server, mails, slow = dovecot(), [letter(number, 1000) for number in range(9)], SlowCommit(room.store)
    server.put(*mails)
    with FaultProxy(server.port) as proxy:
        proxy.answer = slow.note
        async with room.polling(account(proxy.port), insert=slow):
            await until(lambda: slow.fetched(4))
            await asyncio.sleep(0.3)
            assert await slow.fetched(4)
            slow.let.set()
            await room.has_all(mails)


async def test_the_envelope_says_where_it_was_and_no_password(room: Mailroom, dovecot: Start) -> None:
    server = dovecot()
    server.put(letter(1))
    async with room.polling(account(server.port)):
        await room.has_all([letter(1)])
    (number,) = [row["id"] for row in await room.rows()]
    async with room.store.look() as uow:
        entry = await uow.entry(number)
    assert entry is not None
    where, envelope = f"{MAILBOX}@127.0.0.1:{server.port}", entry.envelope
    imap = envelope["imap"]
    assert (envelope["mail_from"], envelope["rcpt_tos"]) == (None, [MAILBOX])
    assert (envelope["peer"], envelope["folder"], envelope["junk"]) == ("127.0.0.1", "INBOX", False)
    assert (imap["account"], imap["folder"], imap["uid"]) == (where, "INBOX", 1)
    assert entry.key == f"imap:{where}/INBOX/{imap['uidvalidity']}/1"


async def test_new_mail_wakes_the_poller_long_before_its_time(room: Mailroom, dovecot: Start) -> None:
    server = dovecot()
    async with room.polling(account(server.port), imap_poll_seconds=300.0):
        await until(lambda: _polled(room))
        began = time.monotonic()
        server.put(letter(1))
        await room.has_all([letter(1)], 10)
        assert time.monotonic() - began < 8


async def _polled(room: Mailroom) -> bool:
    return "INBOX" in await room.folders()


async def test_junk_is_kept_too_and_flagged_and_stays_where_it_is(room: Mailroom, dovecot: Start) -> None:
    server = dovecot()
    server.put(letter(1), folder="Junk")
    server.put(letter(2))
    async with room.polling(account(server.port)):
        await room.has_all([letter(1), letter(2)])
        await inbox_is_empty(server)
    async with room.store.look() as uow:
        entries = [await uow.entry(row["id"]) for row in await room.rows()]
    flags = {entry.envelope["folder"]: entry.envelope["junk"] for entry in entries if entry}
    assert flags == {"Junk": True, "INBOX": False}
    assert server.contents("Junk") == [letter(1)]


async def test_a_second_start_brings_nothing_twice(room: Mailroom, dovecot: Start) -> None:
    server = dovecot(capability="IMAP4rev1 IDLE UIDPLUS SPECIAL-USE")
    server.put(letter(1), letter(2))
    server.put(letter(3), folder="Junk")
    for _ in range(2):
        async with room.polling(account(server.port)):
            await room.has_all([letter(1), letter(2), letter(3)])
            await inbox_is_empty(server)
    assert len(server.contents("Processed")) == 2


async def test_without_move_or_uidplus_mail_stays_and_nothing_is_expunged(
    room: Mailroom, dovecot: Start
) -> None:
    server = dovecot(capability="IMAP4rev1 IDLE")
    server.put(letter(1), letter(2))
    for _ in range(2):
        async with room.polling(account(server.port)):
            await room.has_all([letter(1), letter(2)])
            await until(lambda: _polled(room))
    assert server.contents() == [letter(1), letter(2)]


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
async def test_a_token_opens_the_mailbox(room: Mailroom, dovecot: Start, auth: str) -> None:
    with Tokens({"good": MAILBOX}) as tokens:
        server = dovecot(tokens=tokens.port)
        server.put(letter(1))
        url = account(server.port, password="")
        async with room.polling(url, token=MailboxToken(lambda user: "good"), imap_auth=auth):
            await room.has_all([letter(1)])


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
async def test_a_token_that_the_server_refuses_is_trouble(room: Mailroom, dovecot: Start, auth: str) -> None:
    with Tokens({"good": MAILBOX}) as tokens:
        server = dovecot(tokens=tokens.port)
        async with room.polling(
            account(server.port, password=""), token=MailboxToken(lambda user: "expired"), imap_auth=auth
        ):
            await until(lambda: _trouble(room, "login refused"))


async def test_a_token_that_was_revoked_is_forgotten_and_another_one_got_at_once(
    room: Mailroom, dovecot: Start
) -> None:
    given = ["good", "revoked"]
    with Tokens({"good": MAILBOX}) as tokens:
        server = dovecot(tokens=tokens.port)
        server.put(letter(1))
        token = MailboxToken(lambda user: given[-1], lambda user: given.remove("revoked"))
        async with room.polling(account(server.port, password=""), token=token, imap_auth="xoauth2"):
            await room.has_all([letter(1)])
    assert given == ["good"]


async def test_a_provider_that_does_not_answer_is_trouble_but_no_refusal(
    room: Mailroom, dovecot: Start
) -> None:
    def later(_user: str) -> str:
        raise NoTokenNow

    url = account(dovecot().port, password="")
    async with room.polling(url, token=MailboxToken(later), imap_auth="xoauth2"):
        await until(lambda: _trouble(room, "no token now"))


async def test_a_provider_that_gives_no_token_is_trouble(room: Mailroom, dovecot: Start) -> None:
    def refuse(_user: str) -> str:
        raise NoToken

    url = account(dovecot().port, password="")
    async with room.polling(url, token=MailboxToken(refuse), imap_auth="xoauth2"):
        await until(lambda: _trouble(room, "token refused"))


async def test_an_identity_provider_that_is_down_is_no_refusal(room: Mailroom, dovecot: Start) -> None:
    url = account(dovecot().port, password="")
    async with room.polling(url, token=MailboxToken(lambda user: "good"), imap_auth="xoauth2"):
        await until(lambda: _trouble(room, "unavailable"))


async def test_a_wrong_password_is_trouble_and_is_not_tried_again_at_once(
    room: Mailroom, dovecot: Start
) -> None:
    server = dovecot()
    with FaultProxy(server.port) as proxy:
        async with room.polling(account(proxy.port, password="wrong")):
            await until(lambda: _trouble(room, "login refused"))
            await asyncio.sleep(3)
        assert proxy.connections == 1


async def test_a_server_that_is_not_there_is_trouble_until_it_is(room: Mailroom, dovecot: Start) -> None:
    server = dovecot()
    server.put(letter(1))
    with FaultProxy(server.port) as proxy:
        proxy.refuse = True
        async with room.polling(account(proxy.port)):
            await until(lambda: _trouble(room, "unreachable"))
            proxy.refuse = False
            await room.has_all([letter(1)])
            await until(lambda: _trouble(room, None))


async def _trouble(room: Mailroom, word: str | None) -> bool:
    folders = await room.folders()
    return "INBOX" in folders and folders["INBOX"] == word


async def test_a_message_that_is_too_large_is_told_and_stays(room: Mailroom, dovecot: Start) -> None:
    server = dovecot()
    server.put(letter(1), letter(2, 300_000), letter(3))
    async with room.polling(account(server.port), max_message_bytes=100_000):
        await room.has_all([letter(1), letter(3)])
        await until(lambda: room.unfetchable())
    assert list((await room.unfetchable()).values()) == ["too large"]
    assert server.contents() == [letter(2, 300_000)]
    async with room.polling(account(server.port)):
        await asyncio.sleep(0)


async def test_being_thrown_out_of_idle_is_noticed(room: Mailroom, dovecot: Start) -> None:
    server = dovecot()
    async with room.polling(account(server.port), imap_poll_seconds=300.0):
        await until(lambda: _polled(room))
        await asyncio.to_thread(server.kick)
        server.put(letter(1))
        await room.has_all([letter(1)])


async def test_numbers_that_begin_anew_mean_other_messages(room: Mailroom, dovecot: Start) -> None:
    """One mail is gone and one has come: both numbers are those of mails that we had, and neither is skipped."""
    server = dovecot(capability="IMAP4rev1 IDLE")
    server.put(letter(1), letter(2))
    async with room.polling(account(server.port)):
        await room.has_all([letter(1), letter(2)])
        await asyncio.sleep(1.1)
        next(path for path in server.files() if b"letter 1" in path.read_bytes()).unlink()
        server.renumber()
        await asyncio.to_thread(server.kick)
        server.put(letter(3))
        await until(lambda: _is_there(room, letter(3)))
    assert set(await room.digests()) == {digest(letter(number)) for number in (1, 2, 3)}
    assert server.contents() == [letter(2), letter(3)]


async def _is_there(room: Mailroom, mail: bytes) -> bool:
    return digest(mail) in await room.digests()


async def test_two_pollers_at_once_double_nothing_in_ten_mailboxes(room: Mailroom, dovecot: Start) -> None:
    users = [f"box{number}@cais.example" for number in range(10)]
    server, mails = dovecot(users), list[bytes]()
    for place, user in enumerate(users):
        own = [letter(place * 100 + number) for number in range(8)]
        mails += own
        server.put(*own, user=user)
    accounts = [account(server.port, user) for user in users]
    async with room.polling(*accounts), room.polling(*accounts):
        await room.has_all(mails, 60)
    await room.has_all(mails)
