"""A line that breaks anywhere, a server that forgets, people who meddle, messages that do not come."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from intake.imap_fetch import list_uids
from store import Store
from store.clock import wall
from tests.intake.mailroom import Mailroom, account, digest, letter, until
from tests.servers.dovecot import Dovecot
from tests.servers.dovecot import dovecot as dovecot
from tests.servers.fault_proxy import FaultProxy

Start = Callable[..., Dovecot]
CUTS = 25


@pytest.fixture
def room(store: Store, monkeypatch: pytest.MonkeyPatch) -> Mailroom:
    monkeypatch.setattr("handlers.retry._FETCH_WAITS", [_none()] * 3)
    monkeypatch.setattr("handlers.retry.LONGEST_FETCH_WAIT", _none())
    monkeypatch.setattr("intake.imap.TICK_SECONDS", 0.1)
    monkeypatch.setattr("intake.imap.next_login", lambda tries, refused: _none())
    return Mailroom(store, monkeypatch)


def _none() -> object:
    return timedelta(seconds=0.02)


async def test_a_line_cut_after_every_nth_byte_loses_and_doubles_nothing(
    room: Mailroom, dovecot: Start
) -> None:
    """First a whole session is measured, then one is cut at each of many places in it, BYE or not."""
    server, mails, number = dovecot(), list[bytes](), 0
    with FaultProxy(server.port) as proxy:
        mails += await _delivered(server, number)
        async with room.polling(account(proxy.port), imap_poll_seconds=30.0):
            await room.has_all(mails)
            await _moved(server)
        whole = proxy.passed
        assert whole > 2000
        for cut in range(1, whole, whole // CUTS):
            number += 3
            mails += await _delivered(server, number)
            proxy.cut_after, proxy.bye = cut, bool(cut % 2)
            async with room.polling(account(proxy.port), imap_poll_seconds=30.0):
                await room.has_all(mails)
                await _moved(server)
        assert proxy.cuts >= CUTS - 2
    assert Counter(map(digest, server.contents("Processed"))) == Counter(map(digest, mails))


async def _delivered(server: Dovecot, number: int) -> list[bytes]:
    mails = [letter(number), letter(number + 1), letter(number + 2)]
    await asyncio.to_thread(server.put, *mails)
    return mails


async def _moved(server: Dovecot) -> None:
    async def empty() -> bool:
        return not server.files()

    await until(empty)


async def test_a_person_who_reads_moves_and_deletes_meanwhile_loses_nothing_of_the_rest(
    room: Mailroom, dovecot: Start
) -> None:
    """Whatever the person did not take away before we had it is kept once; nothing is kept twice."""
    dice, server = random.Random(4), dovecot()
    mails = [letter(number) for number in range(120)]
    taken: set[str] = set()
    async with room.polling(account(server.port)):
        person = await asyncio.to_thread(server.client)
        for start in range(0, len(mails), 12):
            await asyncio.to_thread(server.put, *mails[start : start + 12])
            taken |= await asyncio.to_thread(_meddle, person, dice)
        left = {digest(mail) for mail in mails} - taken
        await until(lambda: _covers(room, left))
        await _moved(server)
        person.logout()
    count = Counter(await room.digests())
    assert left <= set(count) <= {digest(mail) for mail in mails}
    assert set(count.values()) == {1}


def _meddle(person: object, dice: random.Random) -> set[str]:
    """Some are read, some moved away, some deleted; the digests of what may have been gone before us."""
    from imapclient import IMAPClient

    assert isinstance(person, IMAPClient)
    if not person.folder_exists("Mine"):
        person.create_folder("Mine")
    person.select_folder("INBOX")
    uids, taken = person.search("ALL"), set[str]()
    for uid in dice.sample(uids, min(len(uids), 4)):
        got = person.fetch([uid], ["BODY[]"]).get(uid, {}).get(b"BODY[]")
        if got is None:
            continue
        taken.add(digest(got))
        act = dice.choice(("see", "move", "expunge"))
        if act == "see":
            person.set_flags([uid], [b"\\Seen"])
            taken.discard(digest(got))
        elif act == "move":
            person.move([uid], "Mine")
        else:
            person.delete_messages([uid])
            person.uid_expunge([uid])
    return taken


async def _covers(room: Mailroom, wanted: set[str]) -> bool:
    return wanted <= set(await room.digests())


@pytest.mark.parametrize("place", [0, 2, 4])
async def test_one_bad_message_neither_blocks_nor_vanishes(
    room: Mailroom, dovecot: Start, place: int
) -> None:
    """Its file is there and cannot be read: the server gives up on whatever command touches it."""
    server, mails = dovecot(), [letter(number) for number in range(5)]
    server.put(*mails)
    proxied = re.compile(rb"\* \d+ FETCH \(UID %d BODY" % (place + 1))
    with FaultProxy(server.port) as proxy:
        proxy.change = lambda piece: _broken(piece, proxied, proxy)
        async with room.polling(account(proxy.port)):
            good = [mail for number, mail in enumerate(mails) if number != place]
            await until(lambda: _covers(room, {digest(mail) for mail in good}))
            await until(room.unfetchable)
            assert [key.rpartition("/")[2] for key in await room.unfetchable()] == [str(place + 1)]
            proxy.change = None
            await room.has_all(mails)
            await until(lambda: _none_left(room))


def _broken(piece: bytes, bad: re.Pattern[bytes], proxy: FaultProxy) -> bytes:
    """What nobody can read, where the bad message begins."""
    return bad.sub(b"* 1 FETCH (UID NONSENSE ((", piece)


async def _none_left(room: Mailroom) -> bool:
    return not await room.unfetchable()


async def test_no_for_a_fetch_is_written_down_and_tried_again(room: Mailroom, dovecot: Start) -> None:
    server, mails = dovecot(), [letter(number) for number in range(3)]
    server.put(*mails)
    with FaultProxy(server.port) as proxy:
        proxy.change = lambda piece: re.sub(rb"(?m)^(\w+) OK Fetch completed[^\r]*", rb"\1 NO not now", piece)
        async with room.polling(account(proxy.port)):
            await until(lambda: _left(room, 3))
            proxy.change = None
            await room.has_all(mails)


async def _left(room: Mailroom, count: int) -> bool:
    return len(await room.unfetchable()) == count


async def test_a_number_that_is_used_again_is_another_message(room: Mailroom, dovecot: Start) -> None:
    """Against the rules of IMAP: the same UIDVALIDITY and UID, another mail. It is not moved unread."""
    server = dovecot()
    server.put(letter(1))
    with FaultProxy(server.port) as proxy:
        proxy.change = lambda piece: re.sub(rb"UIDVALIDITY \d+", b"UIDVALIDITY 7", piece)
        async with room.polling(account(proxy.port)):
            await room.has_all([letter(1)])
            await _moved(server)
        server.renumber()
        server.put(letter(2, 900))
        async with room.polling(account(proxy.port)):
            await room.has_all([letter(1), letter(2, 900)])
            await _moved(server)
    async with room.store.look() as uow:
        entries = [await uow.entry(row["id"]) for row in await room.rows()]
    assert [entry.envelope["imap"]["uid"] for entry in entries if entry] == [1, 1]


async def test_a_slow_server_is_waited_for_and_a_stop_does_not_wait(room: Mailroom, dovecot: Start) -> None:
    server = dovecot()
    server.put(letter(1))
    with FaultProxy(server.port) as proxy:
        proxy.slow = 0.2
        async with room.polling(account(proxy.port)):
            await room.has_all([letter(1)])
        proxy.slow = 3600
        proxy.change = None
        loop = asyncio.get_running_loop()
        async with room.polling(account(proxy.port)):
            await asyncio.sleep(0.5)
            began = loop.time()
        assert loop.time() - began < 12
        proxy.slow = 0


@pytest.mark.parametrize(
    ("capability", "command"), [("", b" UID MOVE "), ("IMAP4rev1 IDLE UIDPLUS", b" UID COPY ")]
)
async def test_where_the_folder_is_full_mail_is_kept_stays_and_is_not_fetched_again(
    room: Mailroom, dovecot: Start, capability: str, command: bytes
) -> None:
    """Moved when there is room; until then it is told, and nothing comes twice."""
    server, mails, fetches = dovecot(capability=capability), [letter(number) for number in range(3)], []
    server.put(*mails)

    def full(piece: bytes) -> bytes:
        fetches.extend(re.findall(rb"BODY.PEEK", piece))
        return piece.split()[0] + b" NO [OVERQUOTA] Quota exceeded\r\n" if command in piece else b""

    with FaultProxy(server.port) as proxy:
        proxy.answer = full
        async with room.polling(account(proxy.port)):
            await room.has_all(mails)
            await until(lambda: _told(room, "not moved"))
            fetched = len(fetches)
            server.put(letter(3))
            await room.has_all([*mails, letter(3)])
            await until(lambda: _told(room, "not moved"))
        start = wall()
        async with room.polling(account(proxy.port)):
            await until(lambda: _polled_since(room, start))
            assert sorted(server.contents()) == sorted([*mails, letter(3)])
            assert len(fetches) == fetched + 1
            proxy.answer = None
            await _moved(server)
            await until(lambda: _told(room, None))
    await room.has_all([*mails, letter(3)])
    assert sorted(server.contents("Processed")) == sorted([*mails, letter(3)])


async def _told(room: Mailroom, word: str | None) -> bool:
    return (await room.folders()).get("INBOX", "never") == word


async def _polled_since(room: Mailroom, start: datetime) -> bool:
    async with room.store.look() as uow:
        (inbox,) = [one for one in await uow.mailbox_folders() if one.folder == "INBOX"]
    return inbox.polled_at is not None and inbox.polled_at > start


@pytest.mark.parametrize("window", [1, 3, 7])
async def test_a_long_list_of_numbers_comes_by_windows(
    room: Mailroom, dovecot: Start, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    """With gaps, and more messages than a window, a chunk, a fetch and a move hold."""
    for name, value in (("imap_fetch.WINDOW", window), ("imap_fetch.AT_ONCE", 2)):
        monkeypatch.setattr(f"intake.{name}", value)
    for name, value in (("imap_folder.CHUNK", 5), ("imap_folder.MOVED_AT_ONCE", 3), ("imap_move.RUNS", 1)):
        monkeypatch.setattr(f"intake.{name}", value)
    server, mails = dovecot(), [letter(number) for number in range(17)]
    server.put(*mails)
    person = server.client(folder="INBOX")
    person.delete_messages([4, 5, 6, 7, 8, 12])
    person.expunge()
    assert list_uids(person, person.select_folder("INBOX")) == set(person.search("ALL"))
    person.logout()
    left = [mail for number, mail in enumerate(mails, 1) if number not in (4, 5, 6, 7, 8, 12)]
    async with room.polling(account(server.port)):
        await room.has_all(left)
        await _moved(server)
    assert sorted(server.contents("Processed")) == sorted(left)
