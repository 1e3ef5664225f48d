"""Group commit: who arrives during a commit shares the next one; nobody hears yes before it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

import pytest
from sqlalchemy import event, text

from store import Store
from store import keeping as keeping_module
from store.keeping import Arrival, Arrived, Keeper
from store.verify import verify
from tests.store.rows import all_of, arrival, count

MANY = 50


class Gate:
    """The real insert behind a gate: it waits until it is opened, and notes how many came together."""

    def __init__(self, store: Store) -> None:
        self.batches: list[int] = []
        self.open = asyncio.Event()
        self._insert = store.inbox.insert

    async def __call__(self, arrivals: Sequence[Arrival]) -> list[int]:
        self.batches.append(len(arrivals))
        await self.open.wait()
        return await self._insert(arrivals)


@pytest.fixture
def gate(store: Store) -> Gate:
    return Gate(store)


@pytest.fixture
async def keeper(store: Store, gate: Gate) -> AsyncIterator[Keeper]:
    keeper = Keeper(store.files, gate)
    yield keeper
    gate.open.set()
    await keeper.aclose()


async def keep(keeper: Keeper, number: int) -> int:
    """A door that does not wait for ever."""
    draft = keeper.draft()
    await keeper.write(draft, b"mail ")
    async with asyncio.timeout(10):
        return await keeper.keep(draft, str(number).encode(), arrival(number))


def begin(keeper: Keeper, *numbers: int) -> list[asyncio.Task[int]]:
    return [asyncio.create_task(keep(keeper, number)) for number in numbers]


async def until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not check():
            await asyncio.sleep(0)


async def during_a_commit(keeper: Keeper, gate: Gate) -> tuple[asyncio.Task[int], list[asyncio.Task[int]]]:
    """One arrival whose commit is running, and many that have come meanwhile."""
    (first,) = begin(keeper, 0)
    await until(lambda: gate.batches == [1])
    rest = begin(keeper, *range(1, MANY + 1))
    await until(lambda: len(keeper._waiting) == MANY)
    return first, rest


async def test_arrivals_during_a_running_commit_share_the_next_one(
    keeper: Keeper, gate: Gate, store: Store
) -> None:
    commits: list[object] = []
    event.listen(store.database.writer.sync_engine, "commit", commits.append)
    first, rest = await during_a_commit(keeper, gate)
    gate.open.set()
    numbers = await asyncio.gather(first, *rest)
    assert gate.batches == [1, MANY]
    assert len(commits) == 2
    assert sorted(numbers) == list(range(1, MANY + 2))


async def test_nobody_hears_yes_before_the_commit(keeper: Keeper, gate: Gate, store: Store) -> None:
    first, rest = await during_a_commit(keeper, gate)
    assert not any(task.done() for task in [first, *rest])
    assert not keeper.arrived.is_set()
    assert await count(store, "inbox") == 0
    gate.open.set()
    await asyncio.gather(first, *rest)
    assert keeper.arrived.is_set()


async def test_every_door_gets_the_number_of_its_own_mail(keeper: Keeper, gate: Gate, store: Store) -> None:
    gate.open.set()
    numbers = await asyncio.gather(*begin(keeper, *range(MANY)))
    rows = await all_of(store, "SELECT id, sha256, size FROM inbox ORDER BY id")
    assert len(rows) == MANY
    for sent, number in enumerate(numbers):
        content = f"mail {sent}".encode()
        (row,) = [row for row in rows if row.id == number]
        assert row.size == len(content)
        assert store.files.path(row.sha256).read_bytes() == content


async def test_numbers_follow_the_order_of_arrival(store: Store) -> None:
    numbers = await store.inbox.insert([arrival(number) for number in range(200)])
    assert numbers == sorted(numbers)
    entries = await store.inbox.claim("worker", 200)
    assert [entry.envelope["number"] for entry in entries] == list(range(200))


async def test_a_failed_commit_reaches_every_waiting_door_and_promises_nothing(store: Store) -> None:
    working = False

    async def insert(arrivals: Sequence[Arrival]) -> list[int]:
        if working:
            return await store.inbox.insert(arrivals)
        raise ConnectionError("the database is gone")

    keeper = Keeper(store.files, insert)
    told = await asyncio.gather(*begin(keeper, *range(MANY)), return_exceptions=True)
    assert [type(one) for one in told] == [ConnectionError] * MANY
    assert await count(store, "inbox") == 0
    working = True
    assert await keep(keeper, 1) == 1
    assert keeper.trouble is None
    await keeper.aclose()


async def test_a_row_that_the_database_refuses_fails_with_the_rows_beside_it(
    keeper: Keeper, gate: Gate, store: Store
) -> None:
    (first,) = begin(keeper, 0)
    await until(lambda: gate.batches == [1])
    draft = keeper.draft()
    bad = asyncio.create_task(keeper.keep(draft, b"bad", arrival(1, envelope={"no JSON": object()})))
    (neighbour,) = begin(keeper, 2)
    await until(lambda: len(keeper._waiting) == 2)
    gate.open.set()
    async with asyncio.timeout(10):
        told = await asyncio.gather(first, bad, neighbour, return_exceptions=True)
    assert told[0] == 1
    assert isinstance(told[1], Exception)
    assert isinstance(told[2], Exception)
    assert await count(store, "inbox") == 1


async def test_a_commit_that_hangs_is_given_up_and_every_door_hears_of_it(
    keeper: Keeper, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_module, "COMMIT_SECONDS", 0.02)
    told = await asyncio.gather(*begin(keeper, 1, 2, 3), return_exceptions=True)
    assert [type(one) for one in told] == [TimeoutError] * 3


async def test_a_step_that_fails_after_the_commit_still_answers_the_doors(store: Store) -> None:
    def fail(_step: str) -> None:
        raise InterruptedError("at this step")

    keeper = Keeper(store.files, store.inbox.insert, fail)
    with pytest.raises(InterruptedError):
        await keep(keeper, 1)
    await keeper.aclose()


async def test_a_door_that_went_away_does_no_harm_to_the_others(
    keeper: Keeper, gate: Gate, store: Store
) -> None:
    first, rest = await during_a_commit(keeper, gate)
    first.cancel()
    rest[7].cancel()
    gate.open.set()
    told = await asyncio.gather(first, *rest, return_exceptions=True)
    assert sum(isinstance(one, asyncio.CancelledError) for one in told) == 2
    numbers = [one for one in told if isinstance(one, int)]
    assert len(set(numbers)) == MANY - 1
    assert await count(store, "inbox") == MANY + 1


async def test_closing_lets_the_running_commit_end(keeper: Keeper, gate: Gate) -> None:
    (first,) = begin(keeper, 0)
    await until(lambda: gate.batches == [1])
    closing = asyncio.create_task(keeper.aclose())
    await asyncio.sleep(0)
    assert not closing.done()
    gate.open.set()
    await closing
    assert await first == 1


async def test_closing_in_a_hurry_does_not_break_the_commit_off(
    keeper: Keeper, gate: Gate, store: Store
) -> None:
    (first,) = begin(keeper, 0)
    await until(lambda: gate.batches == [1])
    closing = asyncio.create_task(keeper.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    with suppress(asyncio.CancelledError):
        await closing
    gate.open.set()
    assert await first == 1
    assert await count(store, "inbox") == 1


async def test_discarding_leaves_nothing(keeper: Keeper, store: Store) -> None:
    draft = keeper.draft()
    await keeper.write(draft, b"half a mail")
    await keeper.discard(draft)
    assert list(store.files.incoming.iterdir()) == []
    assert list(store.files.objects()) == []


async def test_what_came_together_is_kept_in_one_commit_in_its_order(
    keeper: Keeper, gate: Gate, store: Store
) -> None:
    gate.open.set()
    numbers = await keeper.keep_all([_arrived(keeper, number) for number in range(MANY)])
    assert gate.batches == [MANY]
    assert numbers == list(range(1, MANY + 1))
    for row in await all_of(store, "SELECT id, sha256 FROM inbox"):
        assert store.files.path(row.sha256).read_bytes() == f"mail {row.id - 1}".encode()
    assert await keeper.keep_all([]) == []


async def test_where_one_of_them_cannot_be_written_none_has_a_number_and_none_is_still_at_work(
    keeper: Keeper, gate: Gate, store: Store
) -> None:
    gate.open.set()
    together = [_arrived(keeper, number) for number in range(MANY)]
    together[MANY // 2][0].path.mkdir()
    with pytest.raises(FileExistsError):
        await keeper.keep_all(together)
    assert gate.batches == [] and await count(store, "inbox") == 0
    assert [one for one in store.files.incoming.iterdir() if one.is_file()] == []


def _arrived(keeper: Keeper, number: int) -> Arrived:
    return (keeper.draft(), f"mail {number}".encode(), arrival(number))


async def test_what_is_short_is_kept_with_its_row_and_vouched_for(
    keeper: Keeper, gate: Gate, store: Store
) -> None:
    gate.open.set()
    number = await keeper.keep_words("wörter", arrival(1))
    async with store.look() as uow:
        entry = await uow.entry(number)
    assert entry is not None
    assert (entry.envelope["body"], entry.size) == ("wörter", 7)
    assert entry.sha256 == hashlib.sha256("wörter".encode()).hexdigest()
    assert list(store.files.objects()) == []
    assert (await verify(store.database, store.files)).wrong == []
    async with store.database.begin() as connection:
        await connection.execute(text("UPDATE inbox SET sha256 = 'x'"))
    wrong = (await verify(store.database, store.files)).wrong
    assert f"inbox:{number} does not have the words that it was kept with" in wrong


async def test_what_is_long_is_kept_as_a_file(keeper: Keeper, gate: Gate, store: Store) -> None:
    gate.open.set()
    words = "w" * (keeping_module.LONGEST_WORDS + 1)
    number = await keeper.keep_words(words, arrival(1))
    async with store.look() as uow:
        entry = await uow.entry(number)
    assert entry is not None
    assert "body" not in entry.envelope
    assert store.files.path(entry.sha256).read_text() == words
    assert (await verify(store.database, store.files)).wrong == []
