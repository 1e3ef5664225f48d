"""How the queues stand."""

from datetime import timedelta

from store import Store
from store.clock import wall
from store.health import health
from tests.builders import NOW
from tests.store.rows import arrival, owed


async def test_an_idle_store_has_nothing_waiting(store: Store) -> None:
    found = await health(store.database)
    assert (found.received, found.failed, found.held, found.waiting, found.dead) == (0, 0, 0, 0, 0)
    assert found.oldest_seconds == 0


async def test_what_waits_and_what_went_wrong_is_counted(store: Store) -> None:
    old = arrival(received_at=wall() - timedelta(minutes=10))
    numbers = await store.inbox.insert([old, *(arrival(received_at=wall()) for _ in range(5))])
    async with store.begin() as uow:
        for number, state in zip(numbers[1:], ["done", "held", "failed", "held"], strict=False):
            entry = await uow.entry(number)
            assert entry is not None
            entry.state = state
        uow.add(owed(), owed(), owed())
    dead, sent, _ = await store.outbox.claim("sender", 3, ["mail"])
    await store.outbox.dead(dead.id, "550", NOW)
    await store.outbox.sent([(sent.id, "250")], NOW)
    found = await health(store.database)
    assert (found.received, found.failed, found.held, found.waiting, found.dead) == (2, 1, 2, 1, 1)
    assert 600 <= found.oldest_seconds < 660
