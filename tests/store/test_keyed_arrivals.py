"""What a door may bring twice is one row: by its key, on both databases, whoever brings it."""

import asyncio

from store import Store, open_store
from store.verify import verify
from tests.store.rows import arrival, arrivals, count, history_of


async def test_the_second_time_gives_the_number_of_the_first_and_no_row(store: Store) -> None:
    (first,) = await store.inbox.insert([arrival(key="imap:a/INBOX/7/1")])
    (other,) = await store.inbox.insert([arrival(key="imap:a/INBOX/7/2")])
    again = await store.inbox.insert(
        [arrival(key="imap:a/INBOX/7/2"), arrival(), arrival(key="imap:a/INBOX/7/1")]
    )
    assert (again[0], again[2]) == (other, first)
    assert again[1] not in (first, other)
    assert await count(store, "inbox") == 3
    assert await history_of(store, f"inbox:{first}") == ["received"]


async def test_the_same_key_twice_in_one_commit_is_one_row(store: Store) -> None:
    numbers = await store.inbox.insert([arrival(key="x"), arrival(), arrival(key="x")])
    assert numbers[0] == numbers[2] != numbers[1]


async def test_arrivals_without_a_key_are_all_their_own(store: Store) -> None:
    assert len(set(await store.inbox.insert(arrivals(4)))) == 4


async def test_two_who_bring_the_same_at_once_are_told_the_same(store: Store) -> None:
    other = open_store(store.database.url, store.files, "cais.example")
    keys = [f"k{number}" for number in range(25)]
    both = await asyncio.gather(
        *(one.inbox.insert([arrival(key=key)]) for key in keys for one in (store, other))
    )
    assert both[::2] == both[1::2]
    assert await count(store, "inbox") == len(keys)
    await other.aclose()


async def test_the_record_is_as_the_history_says(store: Store) -> None:
    await store.inbox.insert([arrival(key="x"), arrival(key="y")])
    await store.inbox.insert([arrival(key="y")])
    wrong = (await verify(store.database, store.files)).wrong
    assert [one for one in wrong if "history" in one] == []
