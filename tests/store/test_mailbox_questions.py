"""What pollers ask and tell the store, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from store import Store
from store.mailbox_questions import Mailboxes
from tests.store.rows import all_of, arrival

AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
PLACE = "imap:box@mail.example/INBOX/"


def soon(tries: int) -> timedelta:
    return timedelta(minutes=tries)


@pytest.fixture
def mailboxes(store: Store) -> Mailboxes:
    return Mailboxes(store.database)


async def folder(store: Store) -> tuple[object, ...]:
    (row,) = await all_of(store, "SELECT uidvalidity, trouble FROM mailbox_folder")
    return tuple(row)


async def test_what_is_in_the_inbox_is_known_by_its_key_beyond_a_block(
    store: Store, mailboxes: Mailboxes
) -> None:
    keys = [f"{PLACE}7/{uid}" for uid in range(1, 1203)]
    await store.inbox.insert([arrival(uid, key=keys[uid]) for uid in (0, 600, 1201)])
    known = await mailboxes.known(keys)
    assert set(known) == {keys[0], keys[600], keys[1201]}
    assert known[keys[600]]["number"] == 600
    assert await mailboxes.known([]) == {}


async def test_what_does_not_come_is_counted_and_rests_longer_each_time(mailboxes: Mailboxes) -> None:
    key = f"{PLACE}7/1"
    assert [await mailboxes.not_fetched(key, "lost", soon) for _ in range(3)] == [1, 2, 3]
    (again,) = (await mailboxes.unfetched(PLACE)).values()
    assert timedelta(minutes=2) < again - datetime.now(UTC) <= timedelta(minutes=3)


async def test_what_is_over_is_not_looked_after_and_begins_anew(mailboxes: Mailboxes) -> None:
    key = f"{PLACE}7/1"
    for how in ("fetched", "gone"):
        await mailboxes.not_fetched(key, "lost", soon)
        await mailboxes.over([key], how)
        assert await mailboxes.unfetched(PLACE) == {}
    assert await mailboxes.not_fetched(key, "lost", soon) == 1


async def test_only_messages_of_the_very_folder_are_meant(mailboxes: Mailboxes) -> None:
    """In a pattern of SQL an underscore or a percent sign would mean anything."""
    for key in ("imap:a_b@x/IN%/7/1", "imap:aXb@x/IN%/7/1", "imap:a_b@x/INBOX/7/1"):
        await mailboxes.not_fetched(key, "lost", soon)
    assert list(await mailboxes.unfetched("imap:a_b@x/IN%/")) == ["imap:a_b@x/IN%/7/1"]


async def test_two_who_fail_at_once_count_two_tries(mailboxes: Mailboxes) -> None:
    key = f"{PLACE}7/1"
    await mailboxes.not_fetched(key, "lost", soon)
    tries = await asyncio.gather(*[mailboxes.not_fetched(key, "lost", soon) for _ in range(5)])
    assert sorted(tries) == [2, 3, 4, 5, 6]


async def test_a_folder_keeps_the_time_its_trouble_began(store: Store, mailboxes: Mailboxes) -> None:
    await mailboxes.troubled("box", "INBOX", "lost", AT)
    await mailboxes.troubled("box", "INBOX", "unreachable", AT + timedelta(minutes=5))
    async with store.look() as uow:
        (row,) = await uow.mailbox_folders()
    assert (row.trouble, row.since, row.polled_at) == ("unreachable", AT, None)
    await mailboxes.polled("box", "INBOX", 2**32 - 1, AT + timedelta(minutes=6), False, None)
    assert await folder(store) == (2**32 - 1, None)


async def test_silence_is_counted_from_the_first_look_and_from_each_mail(
    store: Store, mailboxes: Mailboxes
) -> None:
    for minutes, mail in ((0, False), (5, False), (10, True), (15, False)):
        await mailboxes.polled("box", "INBOX", 7, AT + timedelta(minutes=minutes), mail, None)
        async with store.look() as uow:
            (row,) = await uow.mailbox_folders()
        assert row.mail_at == AT + timedelta(minutes=10 if minutes >= 10 else 0)
        assert row.polled_at == AT + timedelta(minutes=minutes)
