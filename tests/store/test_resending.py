"""Who is no longer written to, and the same words sent once more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from store import Store
from store.base import Base
from store.clock import wall
from store.models import Person, PersonAddress
from store.outbox import OutboxEntry
from store.resending import NotResent
from tests.builders import NOW
from tests.store.rows import all_of, history_of
from tests.store.rows import owed as owed_to

ANA = "anew@sierravista.example"
HOME = "ana@home.example"
THREAD = {"subject": "EL 02", "message_id": "<m1@client.example>", "references": []}


def owed(**facts: Any) -> OutboxEntry:
    return owed_to(**({"to": ANA} | facts))


async def put(store: Store, *rows: Base) -> None:
    async with store.begin() as uow:
        uow.add(*rows)


async def ana(store: Store, **facts: Any) -> None:
    """Ana with two addresses; `facts` are the first one's, or the day she was retired."""
    retired = facts.pop("retired_at", None)
    person = Person(name="Ana Ruiz", retired_at=retired)
    person.addresses = [PersonAddress(address=ANA, **facts), PersonAddress(address=HOME)]
    await put(store, person)


async def ends(store: Store) -> list[tuple[str, str | None]]:
    return [tuple(row) for row in await all_of(store, "SELECT state, receipt FROM outbox ORDER BY id")]


async def test_who_was_retired_since_hears_nothing_more(store: Store) -> None:
    await ana(store, retired_at=NOW + timedelta(hours=1))
    await put(store, owed(), owed(thread=THREAD))
    assert await store.outbox.claim("sender", 9, ("mail",)) == []
    assert await ends(store) == [("suppressed", "its person was retired meanwhile")] * 2
    assert await history_of(store, "outbox:1") == ["outbox added", "suppressed"]


async def test_of_the_retiring_itself_one_hears(store: Store) -> None:
    await ana(store, retired_at=NOW)
    await put(store, owed())
    assert len(await store.outbox.claim("sender", 9, ("mail",))) == 1


async def test_notices_to_a_dead_address_end_and_answers_are_tried(store: Store) -> None:
    await ana(store, unreachable_at=NOW)
    await put(store, owed(), owed(thread=THREAD), owed(to=HOME), owed(to="nobody@elsewhere.example"))
    taken = await store.outbox.claim("sender", 9, ("mail",))
    assert [row.id for row in taken] == [2, 3, 4]
    assert (await ends(store))[0] == ("suppressed", f"address unreachable since {NOW:%Y-%m-%d}")


async def settled(store: Store, **facts: Any) -> int:
    row = owed(**facts)
    await put(store, row)
    await store.outbox.dead(row.id, "550 no such user", NOW)
    return row.id


async def sent_again(store: Store, number: int, to: str | None = None) -> int:
    async with store.begin() as uow:
        row = await uow.sent_again(number, to, NOW)
        uow.add(row)
    return row.id


async def test_a_dead_letter_is_sent_again_as_a_message_of_its_own(store: Store) -> None:
    await ana(store)
    old = await settled(store, thread=THREAD)
    new = await sent_again(store, old)
    (row,) = await store.outbox.claim("sender", 9, ("mail",))
    assert (row.id, row.to, row.template, row.thread) == (new, ANA, "help_given", {**THREAD, "again": old})
    assert (await ends(store))[0][0] == "dead"
    ids = [one[0] for one in await all_of(store, "SELECT message_id FROM outbox ORDER BY id")]
    assert len(set(ids)) == 2


async def test_it_may_go_to_another_address_of_the_same_person_only(store: Store) -> None:
    await ana(store)
    other = Person(name="Pei Chan")
    other.addresses = [PersonAddress(address="pnew@sierravista.example")]
    await put(store, other)
    old = await settled(store)
    await sent_again(store, old, HOME)
    for to in ("pnew@sierravista.example", "nobody@elsewhere.example"):
        with pytest.raises(NotResent, match="no address on record"):
            await sent_again(store, old, to)


async def test_a_strangers_message_goes_to_nobody_else(store: Store) -> None:
    await ana(store)
    old = await settled(store, to="nobody@elsewhere.example")
    with pytest.raises(NotResent):
        await sent_again(store, old, ANA)
    await sent_again(store, old)


async def test_what_is_still_being_sent_is_not_sent_again(store: Store) -> None:
    row = owed()
    await put(store, row)
    with pytest.raises(NotResent, match="still being sent"):
        await sent_again(store, row.id)
    with pytest.raises(NotResent, match="there is no message 99"):
        await sent_again(store, 99)
    shown = await settled(store, channel="console")
    with pytest.raises(NotResent, match="terminal"):
        await sent_again(store, shown)


async def test_a_code_and_a_retired_person_get_nothing_again(store: Store) -> None:
    await ana(store)
    code = await settled(store, fields={"one_use_code": "123456"})
    with pytest.raises(NotResent, match="code"):
        await sent_again(store, code)
    old = await settled(store)
    async with store.database.begin() as connection:
        await connection.execute(update(Person.__table__).values(retired_at=wall()))
    with pytest.raises(NotResent, match="retired"):
        await sent_again(store, old)
