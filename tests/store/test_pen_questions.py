"""The questions of the holding pen, on both databases."""

import asyncio

from store import Store
from tests.builders import ANA
from tests.store.rows import arrivals

UNKNOWN = "unknown sender"


async def holding(store: Store, *kept: tuple[str, str, str]) -> list[int]:
    """Entries with this state, reason and sender."""
    numbers = await store.inbox.insert(arrivals(len(kept)))
    async with store.begin() as uow:
        for number, (state, reason, sender) in zip(numbers, kept, strict=True):
            entry = await uow.entry(number)
            assert entry is not None
            entry.state, entry.reason, entry.sender = state, reason, sender
    return numbers


async def test_what_is_held_is_listed_newest_first_also_of_one_sender(store: Store) -> None:
    one, two, _, _ = await holding(
        store, ("held", "x", ANA), ("held", "y", "b@b.example"), ("failed", "z", ANA), ("done", "", ANA)
    )
    async with store.look() as uow:
        assert [entry.id for entry in await uow.held_entries()] == [two, one]
        assert [entry.id for entry in await uow.held_entries(ANA)] == [one]


async def test_only_mail_of_the_unknown_is_found_again_the_oldest_first(store: Store) -> None:
    numbers = await holding(
        store,
        ("held", UNKNOWN, ANA),
        ("held", f"{UNKNOWN}; asks for access", ANA),
        ("held", "not authenticated: x", ANA),
        ("held", UNKNOWN, "b@b.example"),
        ("done", "", ANA),
        ("held", UNKNOWN, ANA),
    )
    async with store.begin() as uow:
        assert [entry.id for entry in await uow.unknown_from(ANA, 2)] == numbers[:2]
        assert [entry.id for entry in await uow.unknown_from(ANA, 9)] == [*numbers[:2], numbers[5]]


async def test_troubled_ones_are_found_by_how_their_reason_begins(store: Store) -> None:
    one, two, _, _ = await holding(
        store,
        ("held", "took-too-long", ANA),
        ("failed", "took-too-long", ANA),
        ("done", "took", ANA),
        ("held", "x%", ANA),
    )
    async with store.look() as uow:
        assert [entry.id for entry in await uow.troubled_because("took")] == [one, two]
        assert [entry.id for entry in await uow.troubled_because("%")] == []


async def test_the_second_who_holds_an_entry_sees_what_the_first_one_did(store: Store) -> None:
    (number,) = await holding(store, ("held", UNKNOWN, ANA))
    seen: list[str] = []

    async def take() -> None:
        async with store.begin() as uow:
            entry = await uow.hold_entry(number)
            assert entry is not None
            seen.append(entry.state)
            entry.state = "refused"

    await asyncio.gather(take(), take())
    assert seen == ["held", "refused"]


async def test_people_of_one_local_part_or_domain_are_alike(store: Store) -> None:
    local = ANA.partition("@")[0]
    async with store.look() as uow:
        assert ANA in [address for address, _ in await uow.people_like(ANA)]
        assert [address for address, _ in await uow.people_like(f"{local}@elsewhere.example")] == [ANA]
        assert ANA in [address for address, _ in await uow.people_like("new@sierravista.example")]
        assert await uow.people_like("%@%.example") == []


async def test_an_lea_is_found_by_its_name_within_words(store: Store) -> None:
    async with store.look() as uow:
        found = await uow.leas_in_words("Minutes  of SIERRA vista unified, today")
        assert [lea.id for lea in found] == ["sierra-vista"]
        assert await uow.leas_in_words("sierra") == []


async def test_what_somebody_did_after_a_position_is_found(store: Store) -> None:
    await holding(store, ("held", UNKNOWN, ANA))
    async with store.look() as uow:
        (position, _) = await uow.history_head()
        assert await uow.changed_by_since("service", position) == []
        assert [entry.kind for entry in await uow.changed_by_since("service", position - 1)] == [
            "inbox changed"
        ]
