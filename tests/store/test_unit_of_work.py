"""One transaction: what changed, its history and what is owed come together, or not at all."""

import asyncio

import pytest
from sqlalchemy import select

from store import Store, open_store
from store.models import Lea, PersonRole, StoreFact
from store.unit_of_work import Actor, Tripped
from store.verify import verify
from tests.builders import DANA, NOW
from tests.store.rows import a_person, all_of, count, history_of, owed

TABLES = ("history", "store_fact", "outbox", "lea")


class NoThanks(Exception):
    """A refusal of these tests."""


async def names(store: Store, address: str) -> str:
    async with store.look() as uow:
        return (await a_person(uow, address)).name


async def contents(store: Store) -> list[int]:
    return [await count(store, table) for table in TABLES]


async def test_everything_is_in_one_transaction(store: Store) -> None:
    before = await contents(store)
    async with store.begin() as uow:
        uow.add(StoreFact(name="one", value="1"), owed())
        await uow.session.flush()
        assert await contents(store) == before
    assert await contents(store) == [before[0] + 2, before[1] + 1, before[2] + 1, before[3]]


async def test_an_exception_leaves_nothing(store: Store) -> None:
    before = await contents(store)
    with pytest.raises(NoThanks):
        async with store.begin() as uow:
            uow.add(StoreFact(name="one", value="1"), owed())
            (await a_person(uow)).name = "Somebody Else"
            await uow.session.flush()
            raise NoThanks
    assert await contents(store) == before
    assert await names(store, "aruiz@sierravista.example") == "Ana Ruiz"


async def test_an_error_at_the_very_end_leaves_nothing(store: Store) -> None:
    before = await contents(store)
    with pytest.raises(Exception, match=r"sierra-vista|UNIQUE|duplicate"):
        async with store.begin() as uow:
            uow.add(owed())
            uow.add(Lea(id="sierra-vista", cds="99109990000000", name="Twice", county="", type=""))
    assert await contents(store) == before


async def test_every_touched_row_has_one_history_entry_on_whose_word_it_was(store: Store) -> None:
    async with store.begin() as uow:
        uow.act_as(Actor("ana@example.org", "mail", NOW))
        ana = await a_person(uow)
        ana.name = "Ana R."
        uow.changed(ana)
        ana.name = "Ana Ruiz-Soto"
        uow.changed(ana)
        uow.act_as(Actor("dana@example.org", "slack", NOW))
        uow.add(StoreFact(name="motto", value="kept"))
    found = "SELECT kind, who, channel, record, facts FROM history ORDER BY seq DESC LIMIT 2"
    added, changed = await all_of(store, found)
    assert tuple(added)[:4] == ("store_fact added", "dana@example.org", "slack", "store_fact:motto")
    assert tuple(changed)[:3] == ("person changed", "ana@example.org", "mail")
    assert '"name":"Ana Ruiz-Soto"' in changed.facts


async def test_a_change_that_nobody_spoke_of_has_its_history_too(store: Store) -> None:
    async with store.begin() as uow:
        uow.act_as(Actor("ana@example.org", "mail"))
        ana = await a_person(uow)
        ana.name = "Ana Ruiz-Soto"
        uow.act_as(Actor("dana@example.org", "mail"))
        uow.session.add(StoreFact(name="motto", value="kept"))
        record = f"person:{ana.id}"
    assert await history_of(store, record) == ["person added", "person changed"]
    assert await history_of(store, "store_fact:motto") == ["store_fact added"]
    whose = await all_of(store, "SELECT who FROM history ORDER BY seq DESC LIMIT 2")
    assert [who for (who,) in whose] == ["dana@example.org", "ana@example.org"]


async def test_a_row_that_was_only_read_has_no_new_history(store: Store) -> None:
    before = await count(store, "history")
    async with store.begin() as uow:
        ana = await a_person(uow)
        ana.name = str(ana.name)
        await uow.all_items(["sierra-vista"])
    assert await count(store, "history") == before


async def test_the_store_deletes_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError, match="the store deletes nothing: person:"):
        async with store.begin() as uow:
            await uow.session.delete(await a_person(uow))
    assert await names(store, "aruiz@sierravista.example") == "Ana Ruiz"


async def test_a_refusal_undoes_its_own_changes_and_no_others(store: Store) -> None:
    async with store.begin(careful=True) as uow:
        uow.add(StoreFact(name="before", value="1"))
        with pytest.raises(NoThanks):
            async with uow.undone_by(NoThanks):
                uow.add(StoreFact(name="refused", value="1"), owed())
                (await a_person(uow)).name = "Refused"
                raise NoThanks
        uow.add(StoreFact(name="after", value="1"))
    facts = await all_of(store, "SELECT name FROM store_fact ORDER BY name")
    assert [name for (name,) in facts] == ["after", "before", "sample"]
    assert await count(store, "outbox") == 0
    assert await names(store, "aruiz@sierravista.example") == "Ana Ruiz"
    assert await history_of(store, "store_fact:refused") == []


async def test_rows_are_as_they_were_after_a_refusal(store: Store) -> None:
    """A savepoint that is undone makes SQLAlchemy forget the rows; reading one must not need the database."""
    async with store.begin(careful=True) as uow:
        ana = await a_person(uow)
        with pytest.raises(NoThanks):
            async with uow.undone_by(NoThanks):
                ana.name = "Refused"
                await uow.session.flush()
                raise NoThanks
        assert ana.name == "Ana Ruiz"


async def test_a_refusal_without_changes_leaves_a_shared_transaction_whole(store: Store) -> None:
    async with store.begin(careful=False) as uow:
        ana = await a_person(uow)
        ana.name = "Ana R."
        uow.changed(ana)
        uow.add(owed())
        with pytest.raises(NoThanks):
            async with uow.undone_by(NoThanks):
                await a_person(uow, DANA)
                raise NoThanks
    assert await names(store, "aruiz@sierravista.example") == "Ana R."
    assert await count(store, "outbox") == 1


@pytest.mark.parametrize("spoken_of", [True, False])
@pytest.mark.parametrize("touched_before", [True, False])
async def test_a_refusal_after_a_change_trips_a_shared_transaction(
    store: Store, spoken_of: bool, touched_before: bool
) -> None:
    with pytest.raises(Tripped):
        async with store.begin(careful=False) as uow:
            ana = await a_person(uow)
            if touched_before:
                ana.name = "By an earlier message"
                uow.changed(ana)
            async with uow.undone_by(NoThanks):
                ana.name = "Refused"
                if spoken_of:
                    uow.changed(ana)
                raise NoThanks
    assert await names(store, "aruiz@sierravista.example") == "Ana Ruiz"


async def test_any_other_exception_is_no_refusal(store: Store) -> None:
    with pytest.raises(KeyError):
        async with store.begin(careful=False) as uow, uow.undone_by(NoThanks):
            uow.add(owed())
            raise KeyError("a bug")
    assert await count(store, "outbox") == 0


async def test_two_hundred_increments_at_once_lose_none(store: Store) -> None:
    """Over several stores, as several processes hold them."""
    async with store.begin() as uow:
        uow.add(StoreFact(name="counter", value="0"))
    others = [open_store(store.database.url, store.files, store.domain) for _ in range(4)]

    async def increment(one: Store) -> None:
        async with one.begin() as uow:
            found = select(StoreFact).where(StoreFact.name == "counter").with_for_update()
            counter = (await uow.session.scalars(found)).one()
            counter.value = str(int(counter.value) + 1)

    await asyncio.gather(*(increment(others[number % 4]) for number in range(200)))
    for other in others:
        await other.aclose()
    assert (await all_of(store, "SELECT value FROM store_fact WHERE name = 'counter'"))[0][0] == "200"
    assert len(await history_of(store, "store_fact:counter")) == 201


async def test_a_cancelled_transaction_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        async with store.begin() as uow:
            uow.add(owed())
            await uow.session.flush()
            begun.set()
            await asyncio.Event().wait()

    for _ in range(5):
        begun.clear()
        task = asyncio.create_task(hang())
        await begun.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with store.begin() as uow:
        uow.add(owed())
    assert await count(store, "outbox") == 1


async def test_a_transaction_cancelled_at_any_moment_happened_wholly_or_not_at_all(store: Store) -> None:
    """Also in the middle of its commit; and whoever comes next finds a connection that works."""

    async def work(number: int) -> None:
        async with store.begin() as uow:
            uow.add(StoreFact(name=f"fact {number}", value=""), owed(to=f"{number}@example.org"))

    for number in range(240):
        task = asyncio.create_task(work(number))
        for _ in range(number % 60):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await work(1000)
    facts = {name for (name,) in await all_of(store, "SELECT name FROM store_fact WHERE name LIKE 'fact%'")}
    told = {f"fact {to.partition('@')[0]}" for (to,) in await all_of(store, 'SELECT "to" FROM outbox')}
    assert facts == told
    assert "fact 1000" in facts
    assert (await verify(store.database, store.files)).wrong == []


async def test_roles_are_rows_of_their_own_in_the_history(store: Store) -> None:
    async with store.begin() as uow:
        role = PersonRole(role="lea_admin", lea_id="sierra-vista")
        ana = await a_person(uow)
        ana.roles.append(role)
    assert await history_of(store, f"person_role:{role.id}") == ["person_role added"]
    assert await history_of(store, f"person:{ana.id}") == ["person added"]
