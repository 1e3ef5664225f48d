"""Leases: every message is worked on by one worker at a time, and no dead worker keeps one."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from store import Store, open_store
from store.clock import wall
from store.inbox import LEASE, InboxEntry
from store.turns import PATIENCE
from tests.store.rows import all_of, arrival, arrivals, count, history_of, lease_runs_out


async def claimed(store: Store, worker: str = "worker", limit: int = 32) -> list[int]:
    return [entry.id for entry in await store.inbox.claim(worker, limit)]


async def entry(store: Store, number: int) -> InboxEntry:
    async with store.look() as uow:
        found = await uow.entry(number)
    assert found is not None
    return found


async def test_what_arrived_is_there_as_it_arrived(store: Store) -> None:
    (number,) = await store.inbox.insert([arrival(5, channel="slack", envelope={"a": [1, None, "é\x00"]})])
    found = await entry(store, number)
    assert (found.channel, found.state, found.attempts, found.size) == ("slack", "received", 0, 5)
    assert found.envelope == {"a": [1, None, "é\x00"]}
    assert found.received_at == arrival().received_at
    assert await history_of(store, f"inbox:{number}") == ["received"]


async def test_claims_go_oldest_first_and_up_to_the_limit(store: Store) -> None:
    numbers = await store.inbox.insert(arrivals(5))
    assert await claimed(store, limit=3) == numbers[:3]
    assert await claimed(store, limit=3) == numbers[3:]
    assert await claimed(store) == []


async def test_a_claim_is_a_lease_that_counts_the_attempts(store: Store) -> None:
    await store.inbox.insert(arrivals(1))
    (found,) = await store.inbox.claim("worker", 1)
    assert (found.lease, found.attempts) == ("worker", 1)
    assert timedelta(0) < found.run_at - wall() <= LEASE


async def test_one_who_inserts_with_a_lease_has_it_before_any_worker(store: Store) -> None:
    (number,) = await store.inbox.insert([arrival()], lease="console")
    assert await claimed(store) == []
    found = await entry(store, number)
    assert (found.lease, found.attempts) == ("console", 1)


async def test_the_messages_of_a_dead_worker_come_back_each_alone(store: Store) -> None:
    dead = await store.inbox.insert(arrivals(4))
    assert await claimed(store, "dies") == dead
    fresh = await store.inbox.insert(arrivals(3))
    await lease_runs_out(store, *dead)
    assert [await claimed(store) for _ in range(6)] == [*([number] for number in dead), fresh, []]


async def test_a_message_that_kills_its_workers_does_not_drag_its_neighbours_along(store: Store) -> None:
    numbers = await store.inbox.insert(arrivals(8))
    poison, dragged = numbers[3], dict.fromkeys(numbers, 0)
    for _death in range(5):
        while taken := await claimed(store):
            for number in taken:
                dragged[number] += 1
            if poison in taken:
                break
            async with store.begin() as uow:
                for one in (await uow.leased(taken, "worker")).values():
                    one.state, one.lease = "done", None
        await lease_runs_out(store, *numbers)
    assert dragged.pop(poison) == 5
    assert max(dragged.values()) <= 2


async def test_a_worker_that_lives_keeps_its_leases(store: Store) -> None:
    mine, other = await store.inbox.insert(arrivals(2))
    await claimed(store, "lives", 1)
    await claimed(store, "dies", 1)
    await lease_runs_out(store, mine, other)
    await store.inbox.renew("lives")
    assert await claimed(store, "third") == [other]


async def test_a_message_put_back_comes_when_it_is_due_and_not_before(store: Store) -> None:
    (number,) = await store.inbox.insert(arrivals(1))
    await claimed(store)
    await store.inbox.put_back(number, "worker", wall() + timedelta(hours=1), "x" * 2000)
    assert await claimed(store) == []
    found = await entry(store, number)
    assert (found.lease, found.state, len(found.trouble or "")) == (None, "received", 500)
    await lease_runs_out(store, number)
    assert await claimed(store) == [number]
    assert (await entry(store, number)).attempts == 2


async def test_a_worker_without_the_lease_can_neither_put_back_nor_give_up(store: Store) -> None:
    (number,) = await store.inbox.insert(arrivals(1))
    await claimed(store, "owner")
    await store.inbox.put_back(number, "stranger", wall() - timedelta(hours=1), "mine")
    await store.inbox.give_up(number, "stranger", "mine")
    found = await entry(store, number)
    assert (found.lease, found.state, found.trouble) == ("owner", "received", None)


async def test_a_message_given_up_is_failed_and_stays_for_a_person(store: Store) -> None:
    (number,) = await store.inbox.insert(arrivals(1))
    await claimed(store)
    await store.inbox.give_up(number, "worker", "KeyError")
    await lease_runs_out(store, number)
    assert await claimed(store) == []
    found = await entry(store, number)
    assert (found.state, found.reason, found.lease) == ("failed", "KeyError", None)
    assert await history_of(store, f"inbox:{number}") == ["received", "inbox failed"]


async def test_a_failed_message_can_be_handled_again_from_the_start(store: Store) -> None:
    (number,) = await store.inbox.insert(arrivals(1))
    await claimed(store)
    await store.inbox.give_up(number, "worker", "KeyError")
    assert await store.inbox.again(number) is True
    (found,) = await store.inbox.claim("worker", 1)
    assert (found.id, found.attempts, found.reason) == (number, 1, "")
    assert await history_of(store, f"inbox:{number}") == ["received", "inbox failed", "inbox received"]


@pytest.mark.parametrize("state", ["received", "done", "asked", "ignored", "refused"])
async def test_what_is_neither_held_nor_failed_is_not_handled_again(store: Store, state: str) -> None:
    (number,) = await store.inbox.insert(arrivals(1))
    async with store.begin() as uow:
        found = await uow.entry(number)
        assert found is not None
        found.state = state
    assert await store.inbox.again(number) is False
    assert await store.inbox.again(number + 1) is False
    assert (await entry(store, number)).state == state


async def test_two_workers_never_get_the_same_message(store: Store) -> None:
    """Workers of several processes: each with connections of its own."""
    numbers = await store.inbox.insert(arrivals(120))
    others = [open_store(store.database.url, store.files, store.domain) for _ in range(3)]

    async def work(store: Store, name: str) -> list[int]:
        got: list[int] = []
        while some := await claimed(store, name, 7):
            got += some
        return got

    shares = await asyncio.gather(*(work(one, f"{n}-{m}") for n, one in enumerate(others) for m in range(2)))
    for other in others:
        await other.aclose()
    assert sorted(number for share in shares for number in share) == numbers


async def test_two_workers_never_get_the_same_suspect(store: Store) -> None:
    numbers = await store.inbox.insert(arrivals(12))
    await claimed(store, "dies")
    await lease_runs_out(store, *numbers)
    others = [open_store(store.database.url, store.files, store.domain) for _ in range(4)]
    rounds = [await asyncio.gather(*(claimed(one, str(n)) for n, one in enumerate(others))) for _ in range(3)]
    for other in others:
        await other.aclose()
    taken = [number for round_ in rounds for share in round_ for number in share]
    assert sorted(taken) == numbers


async def test_a_worker_that_lost_its_lease_may_not_answer(store: Store) -> None:
    mine, lost = await store.inbox.insert(arrivals(2))
    await claimed(store, "slow")
    await lease_runs_out(store, lost)
    assert await claimed(store, "quick") == [lost]
    async with store.begin() as uow:
        assert (await uow.leased([mine, lost], "slow")).keys() == {mine}
        assert (await uow.leased([mine, lost], "quick")).keys() == {lost}


async def test_an_answered_message_is_no_longer_leased(store: Store) -> None:
    (number,) = await store.inbox.insert(arrivals(1))
    await claimed(store)
    async with store.begin() as uow:
        leased = await uow.leased([number], "worker")
        leased[number].state = "done"
    async with store.begin() as uow:
        assert await uow.leased([number], "worker") == {}


async def test_an_insert_that_fails_leaves_no_row_and_no_history(store: Store) -> None:
    before = await count(store, "history")
    with pytest.raises(Exception, match="serializable"):
        await store.inbox.insert([arrival(1), arrival(2, envelope={"no JSON": object()})])
    assert await all_of(store, "SELECT id FROM inbox") == []
    assert await count(store, "history") == before


async def test_what_must_be_fetched_is_claimed_apart_from_the_rest(store: Store) -> None:
    await store.inbox.insert([arrival(9, envelope={"a": "\x00\ud800"})])  # of mail, and hostile
    slow = arrival(1, channel="slack", envelope={"a": "\x00\ud800"}, fetching=True)
    quick = [arrival(2, channel="slack"), arrival(3, channel="slack", fetching=False)]
    numbers = await store.inbox.insert([slow, *quick])

    async def taken(fetching: bool | None) -> list[int]:
        return [one.id for one in await store.inbox.claim("worker", 32, ("slack",), fetching)]

    assert await taken(False) == numbers[1:]
    assert await taken(False) == []
    assert await taken(True) == numbers[:1]
    await lease_runs_out(store, numbers[0])
    assert await taken(False) == []
    assert await taken(None) == numbers[:1]


# --- turns

SLACK = {"channel": "slack"}
ANA, BEN = {"speaker": "slack:T0/U0ANA"}, {"speaker": "slack:T0/U0BEN"}


async def quick(store: Store) -> list[int]:
    return [one.id for one in await store.inbox.claim("worker", 32, ("slack",), fetching=False)]


async def fetched(store: Store) -> list[int]:
    return [one.id for one in await store.inbox.claim("fetcher", 1, ("slack",), fetching=True)]


async def due(store: Store, number: int, at: datetime) -> None:
    """It waits until then."""
    async with store.database.begin() as connection:
        mine = update(InboxEntry.__table__).where(InboxEntry.__table__.c.id == number)
        await connection.execute(mine.values(run_at=at))


async def test_what_a_person_says_next_waits_for_their_file_and_nobody_else_does(store: Store) -> None:
    file, _, bens, unknown = await store.inbox.insert(
        [
            arrival(1, fetching=True, **SLACK, **ANA),
            arrival(2, **SLACK, **ANA),
            arrival(3, **SLACK, **BEN),
            arrival(4, **SLACK),
        ]
    )
    assert await quick(store) == [bens, unknown]
    assert await fetched(store) == [file]
    assert await quick(store) == []


async def test_once_the_file_is_dealt_with_the_next_has_its_turn(store: Store) -> None:
    file, said = await store.inbox.insert(
        [arrival(1, fetching=True, **SLACK, **ANA), arrival(2, **SLACK, **ANA)]
    )
    await fetched(store)
    await store.inbox.give_up(file, "fetcher", "a bug")
    assert await quick(store) == [said]


async def test_a_file_waits_for_what_was_said_before_it(store: Store) -> None:
    said, file = await store.inbox.insert(
        [arrival(1, **SLACK, **ANA), arrival(2, fetching=True, **SLACK, **ANA)]
    )
    assert await fetched(store) == []
    assert await quick(store) == [said]
    await store.inbox.give_up(said, "worker", "a bug")
    assert await fetched(store) == [file]


async def test_of_two_files_the_first_is_the_first(store: Store) -> None:
    first, _ = await store.inbox.insert([arrival(number, fetching=True, **SLACK, **ANA) for number in (1, 2)])
    assert await fetched(store) == [first]
    assert await fetched(store) == []


async def test_nobody_waits_longer_than_the_patience(store: Store) -> None:
    _, said = await store.inbox.insert(
        [arrival(1, fetching=True, **SLACK, **ANA), arrival(2, **SLACK, **ANA)]
    )
    await fetched(store)
    await due(store, said, wall() - PATIENCE + timedelta(seconds=5))
    assert await quick(store) == []
    await due(store, said, wall() - PATIENCE)
    assert await quick(store) == [said]


async def test_a_file_that_is_tried_again_much_later_keeps_nobody(store: Store) -> None:
    file, said = await store.inbox.insert(
        [arrival(1, fetching=True, **SLACK, **ANA), arrival(2, **SLACK, **ANA)]
    )
    await fetched(store)
    await store.inbox.put_back(file, "fetcher", wall() + timedelta(seconds=16), "reading: HTTP 503")
    assert await quick(store) == []
    await due(store, file, wall() + timedelta(minutes=1))
    assert await quick(store) == [said]
