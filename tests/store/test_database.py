"""Every connection is as safe as we say it is, and readers cannot write."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from store import Store
from store.database import Database, sqlite_url
from store.models import StoreFact
from tests.builders import NOW
from tests.store.rows import count, owed

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def pragmas(engine: AsyncEngine, connections: int) -> list[tuple[str, ...]]:
    """What each of so many connections, open at once, really has set."""
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
    open_ones = [await engine.connect() for _ in range(connections)]
    found = []
    for one in open_ones:
        found.append(tuple([str(await one.scalar(text(f"PRAGMA {name}"))) for name in names]))
    for one in open_ones:
        await one.close()
    return found


@only_sqlite
async def test_every_connection_of_sqlite_is_durable_and_checks_references(store: Store) -> None:
    assert await pragmas(store.database.writer, 1) == [("wal", "2", "1", "15000", "0")]
    assert await pragmas(store.database.reader, 8) == [("wal", "2", "1", "15000", "1")] * 8


@only_postgresql
async def test_postgresql_answers_a_commit_only_when_it_is_durable_whatever_its_default(store: Store) -> None:
    async with store.database.writing() as session:
        assert await session.scalar(text("SELECT reset_val FROM pg_settings WHERE name = 'fsync'")) == "off"
        assert await session.scalar(text("SHOW synchronous_commit")) == "on"


async def test_a_reader_cannot_write(store: Store) -> None:
    for sql in (
        "INSERT INTO store_fact VALUES ('a', 'b')",
        "UPDATE person SET name = 'Eve'",
        "DELETE FROM lea",
    ):
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            async with store.database.reading() as session:
                await session.execute(text(sql))


async def test_a_reader_that_adds_a_row_by_mistake_is_told(store: Store) -> None:
    async with store.look() as uow:
        uow.add(StoreFact(name="motto", value="kept"))
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            await uow.session.flush()
    assert await count(store, "store_fact") == 1


async def test_writing_goes_on_after_reading_on_the_same_connection(store: Store) -> None:
    """On PostgreSQL readers and writers share a pool: being a reader must not stick to a connection."""
    for number in range(12):
        await count(store, "lea")
        async with store.begin() as uow:
            uow.add(StoreFact(name=str(number), value=""))
    assert await count(store, "store_fact") == 13


async def test_a_reader_sees_one_state_until_it_ends(store: Store) -> None:
    async with store.look() as uow:
        assert await uow.times_told("a@example.org", "help_given", NOW) == 0
        async with store.begin() as other:
            other.add(owed(to="a@example.org"))
        assert await uow.times_told("a@example.org", "help_given", NOW) == 0
    async with store.look() as uow:
        assert await uow.times_told("a@example.org", "help_given", NOW) == 1


async def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    async with store.begin() as uow:
        uow.add(owed())
        await uow.session.flush()
        async with asyncio.timeout(5):
            assert await asyncio.gather(*(count(store, "outbox") for _ in range(8))) == [0] * 8


async def test_a_reference_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        async with store.begin() as uow:
            uow.add(owed(in_answer_to=999))


async def test_moments_come_back_aware_and_exact(store: Store) -> None:
    moment = datetime(2013, 12, 2, 20, 0, 0, 123456, tzinfo=UTC)
    async with store.begin() as uow:
        uow.add(owed(run_at=moment))
    (row,) = await store.outbox.claim("sender", 1, ["mail"])
    assert row.created_at == NOW
    assert row.created_at.utcoffset() is not None
    async with store.look() as uow:
        found = (await uow.session.scalars(select(StoreFact))).all()
    assert [fact.name for fact in found] == ["sample"]


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="a moment without a zone"):
        async with store.begin() as uow:
            uow.add(owed(run_at=datetime(2013, 12, 2)))


@only_sqlite
async def test_a_locked_database_is_waited_for_and_then_an_error_without_a_partial_row(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.database.SQLITE", ("journal_mode=WAL", "busy_timeout=50", "foreign_keys=ON"))
    impatient = Database(sqlite_url(tmp_path / "cais.db"))
    with closing(sqlite3.connect(tmp_path / "cais.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError, match="database is locked"):
            async with impatient.writing() as session:
                session.add(owed())
        holder.execute("ROLLBACK")
    async with impatient.writing() as session:
        session.add(owed())
    await impatient.aclose()
    assert await count(store, "outbox") == 1
