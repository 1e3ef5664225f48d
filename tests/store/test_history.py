"""One chain: the same digests on both databases, whatever zone a moment was written in."""

import asyncio
import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Store, open_store
from store.base import canonical
from store.clock import PACIFIC
from store.history import GENESIS, Event, append, link
from store.verify import Report, check_record
from tests.store.rows import all_of, arrival

MOMENT = datetime(
    2013, 11, 3, 9, 30, 0, 123456, tzinfo=UTC
)  # 01:30 in Sacramento, which comes twice that day
ZONES = [UTC, PACIFIC, timezone(timedelta(hours=5, minutes=45)), ZoneInfo("Pacific/Kiritimati")]


def event(moment: datetime = MOMENT, **facts: object) -> Event:
    return Event(moment, "tested", "ana@example.org", "mail", "test:1", dict(facts))


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_the_same_moment_has_one_spelling_in_every_zone(zone: ZoneInfo) -> None:
    facts = {"at": MOMENT.astimezone(zone), "day": date(2013, 11, 3)}
    assert canonical(facts) == '{"at":"2013-11-03T09:30:00.123456+00:00","day":"2013-11-03"}'
    assert link(GENESIS, 1, event(MOMENT.astimezone(zone)), "{}") == link(GENESIS, 1, event(), "{}")


def test_a_digest_can_be_computed_from_what_the_documentation_says() -> None:
    said = ["2013-11-03T09:30:00.123456+00:00", "tested", "ana@example.org", "mail", "test:1", '{"a":1}']
    text = GENESIS + "\n" + json.dumps([7, *said], sort_keys=True, separators=(",", ":"))
    assert link(GENESIS, 7, event(), '{"a":1}') == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("zone", ZONES, ids=str)
async def test_digests_are_the_same_on_both_databases_and_after_reading(store: Store, zone: ZoneInfo) -> None:
    """The expected digest is computed here, from no database; both databases must agree with it."""
    head = (await all_of(store, "SELECT seq, digest FROM history_head"))[0]
    moment = MOMENT.astimezone(zone)
    async with store.database.begin() as connection:
        last = await append(connection, [event(moment, at=moment, name="Ñandú", none=None)])
    facts = '{"at":"2013-11-03T09:30:00.123456+00:00","name":"\\u00d1and\\u00fa","none":null}'
    expected = link(head.digest, head.seq + 1, event(), facts)
    (row,) = await all_of(store, f"SELECT seq, facts, digest FROM history WHERE seq = {last}")
    assert row == (head.seq + 1, facts, expected)
    assert (await all_of(store, "SELECT seq, digest FROM history_head"))[0] == (last, expected)


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="a moment without a zone"):
        async with store.database.begin() as connection:
            await append(connection, [event(MOMENT.replace(tzinfo=None))])


async def test_positions_have_no_gaps_after_a_rollback(store: Store) -> None:
    (before,) = (await all_of(store, "SELECT seq FROM history_head"))[0]

    async def fail() -> None:
        async with store.database.begin() as connection:
            await append(connection, [event(), event()])
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await fail()
    async with store.database.begin() as connection:
        assert await append(connection, [event(n=1), event(n=2)]) == before + 2
    assert (await all_of(store, "SELECT count(*) FROM history"))[0][0] == before + 2


async def test_the_chain_has_no_forks_however_many_append_at_once(store: Store) -> None:
    """Several processes, each with rows of its own: only the head of the chain is common to them."""
    (before,) = (await all_of(store, "SELECT seq FROM history_head"))[0]
    others = [open_store(store.database.url, store.files, store.domain) for _ in range(4)]
    await asyncio.gather(*(others[n % 4].inbox.insert([arrival(n), arrival(n)]) for n in range(60)))
    for other in others:
        await other.aclose()
    assert (await all_of(store, "SELECT seq FROM history_head"))[0][0] == before + 120
    async with store.database.reading() as session:
        report = Report()
        await check_record(session, report)
    assert report.wrong == []


async def test_nothing_happened_is_no_entry(store: Store) -> None:
    (before,) = (await all_of(store, "SELECT seq FROM history_head"))[0]
    async with store.database.begin() as connection:
        assert await append(connection, []) == before


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(), plain, max_size=3))
def test_facts_have_one_spelling_before_and_after_they_were_json(facts: dict[str, object]) -> None:
    assert canonical(json.loads(canonical(facts))) == canonical(facts)
    assert canonical(dict(reversed(list(facts.items())))) == canonical(facts)


@given(st.sampled_from(["at", "kind", "who", "channel", "record"]), st.integers(1, 9))
def test_every_word_of_an_entry_is_in_its_digest(name: str, seq: int) -> None:
    changed = Event(**(vars(event()) | {name: MOMENT + timedelta(microseconds=1) if name == "at" else "x"}))
    digests = {link(GENESIS, seq, event(), "{}"), link(GENESIS, seq, changed, "{}")}
    digests |= {link(GENESIS, seq + 1, event(), "{}"), link(GENESIS, seq, event(), "[]")}
    digests |= {link("1" * 64, seq, event(), "{}")}
    assert len(digests) == 5
