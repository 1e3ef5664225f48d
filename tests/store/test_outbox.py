"""What we owe people: rows before anything is sent, claimed by channel, settled once."""

import asyncio
import re
from datetime import timedelta

from store import Store, open_store
from store.clock import wall
from store.outbox import LEASE, OutboxEntry
from tests.builders import NOW
from tests.store.rows import all_of, arrivals, history_of, owed

ALL = ("mail", "slack", "teams")


async def add(store: Store, *rows: OutboxEntry) -> list[int]:
    async with store.begin() as uow:
        uow.add(*rows)
    return [row.id for row in rows]


async def claimed(store: Store, *channels: str, limit: int = 32) -> list[int]:
    return [row.id for row in await store.outbox.claim("sender", limit, channels or ALL)]


async def state(store: Store, number: int) -> tuple[str, str | None, str | None]:
    found = await all_of(store, f"SELECT state, receipt, lease FROM outbox WHERE id = {number}")
    return tuple(found[0])


async def test_only_messages_of_the_given_channels_are_claimed_oldest_first(store: Store) -> None:
    numbers = await add(store, *(owed(channel) for channel in ("mail", "slack", "mail", "teams", "mail")))
    assert await claimed(store, "mail", limit=2) == [numbers[0], numbers[2]]
    assert await claimed(store, "teams", "slack") == [numbers[1], numbers[3]]
    assert await claimed(store, "pigeon") == []
    assert await claimed(store) == [numbers[4]]


async def test_what_is_not_due_yet_waits(store: Store) -> None:
    await add(store, owed(run_at=wall() + timedelta(minutes=1)))
    assert await claimed(store) == []


async def test_a_claimed_message_is_nobody_elses_until_its_lease_runs_out(store: Store) -> None:
    (number,) = await add(store, owed())
    (row,) = await store.outbox.claim("first", 1, ALL)
    assert (row.lease, row.attempts) == ("first", 1)
    assert timedelta(0) < row.run_at - wall() <= LEASE
    assert await claimed(store) == []
    await store.outbox.put_back(number, wall(), "the sender died")
    assert await claimed(store) == [number]


async def test_two_senders_never_get_the_same_message(store: Store) -> None:
    numbers = await add(store, *(owed() for _ in range(60)))
    others = [open_store(store.database.url, store.files, store.domain) for _ in range(3)]
    rounds = [await asyncio.gather(*(claimed(one, limit=7) for one in others * 2)) for _ in range(3)]
    for other in others:
        await other.aclose()
    assert sorted(n for shares in rounds for share in shares for n in share) == numbers


async def test_a_sent_message_has_its_receipt_and_stays_sent(store: Store) -> None:
    (number,) = await add(store, owed())
    await claimed(store)
    await store.outbox.sent([(number, "250 ok 123")], NOW)
    await store.outbox.dead(number, "a late sender gave up", NOW)
    assert await state(store, number) == ("sent", "250 ok 123", None)
    assert await claimed(store) == []
    assert await history_of(store, f"outbox:{number}") == ["outbox added", "sent"]


async def test_many_are_settled_in_one_go(store: Store) -> None:
    numbers = await add(store, *(owed() for _ in range(5)))
    await store.outbox.sent([(number, f"receipt {number}") for number in numbers], NOW)
    assert [await state(store, n) for n in numbers] == [("sent", f"receipt {n}", None) for n in numbers]


async def test_a_dead_letter_is_kept_with_its_trouble(store: Store) -> None:
    (number,) = await add(store, owed())
    await store.outbox.dead(number, "550 no such user", NOW)
    assert await state(store, number) == ("dead", "550 no such user", None)
    assert await claimed(store) == []
    assert await history_of(store, f"outbox:{number}") == ["outbox added", "dead"]


async def test_a_message_put_back_comes_when_it_is_due(store: Store) -> None:
    later, now = await add(store, owed(), owed())
    await claimed(store)
    await store.outbox.put_back(later, wall() + timedelta(hours=1), "451 " + "x" * 1000)
    await store.outbox.put_back(now, wall(), "451 try again")
    (row,) = await store.outbox.claim("sender", 9, ALL)
    assert (row.id, row.attempts, row.trouble) == (now, 2, "451 try again")
    assert (await all_of(store, f"SELECT length(trouble) FROM outbox WHERE id = {later}"))[0][0] == 500


async def test_the_message_id_is_fixed_before_the_first_try(store: Store) -> None:
    (number,) = await add(store, owed())
    seen = set()
    for _ in range(3):
        (row,) = await store.outbox.claim("sender", 1, ALL)
        seen.add(row.message_id)
        await store.outbox.put_back(number, wall(), "451 try again")
    (message_id,) = seen
    assert re.fullmatch(rf"<out-{number}\.[0-9a-f]{{16}}@cais\.example>", message_id or "")


async def test_message_ids_cannot_be_guessed_from_each_other(store: Store) -> None:
    await add(store, *(owed() for _ in range(50)))
    tokens = [row.token for row in await store.outbox.claim("sender", 50, ALL)]
    assert len(set(tokens)) == 50
    assert len({token[:4] for token in tokens}) > 40


async def test_a_message_id_that_was_given_is_left_alone(store: Store) -> None:
    await add(store, owed(message_id="<given@elsewhere.example>"))
    (row,) = await store.outbox.claim("sender", 1, ALL)
    assert row.message_id == "<given@elsewhere.example>"


async def test_what_is_owed_for_a_message_on_a_channel_is_what_still_waits(store: Store) -> None:
    first, second = await store.inbox.insert(arrivals(2))
    numbers = await add(
        store,
        owed("console", in_answer_to=first),
        owed("mail", in_answer_to=first),
        owed("console", in_answer_to=first),
        owed("console", in_answer_to=second),
        owed("console"),
    )
    await store.outbox.sent([(numbers[2], "shown")], NOW)
    assert [row.id for row in await store.outbox.owed(first, "console")] == [numbers[0]]
