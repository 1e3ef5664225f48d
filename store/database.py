"""Engines and transactions: one writer connection on SQLite, a pool on PostgreSQL, readers apart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

SQLITE = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON")
POOL = 8


class Database:
    """Where rows live. `begin` and `writing` are one transaction each; `reading` sees, never changes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.writer = _sqlite(url, 1, "BEGIN IMMEDIATE") if self.is_sqlite else _postgres(url)
        self.reader = _sqlite(url, POOL, "BEGIN", "query_only=ON") if self.is_sqlite else self.writer

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self.writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session in one write transaction: committed at the end, rolled back by any exception."""
        session = AsyncSession(self.writer, expire_on_commit=False)
        async with session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def aclose(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path.absolute()}"


def _postgres(url: str) -> AsyncEngine:
    return create_async_engine(url, pool_size=POOL, max_overflow=0, pool_pre_ping=True)


def _sqlite(url: str, connections: int, begin: str, *more: str) -> AsyncEngine:
    """The sqlite3 module must not open transactions itself: its deferred ones lose updates."""
    engine = create_async_engine(url, pool_size=connections, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*SQLITE, *more):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
