"""Engines and transactions: one writer connection on SQLite, a pool on PostgreSQL, readers apart."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

SQLITE = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON")
DURABLE = {"synchronous_commit": "on"}  # whatever the server or the role has as its default
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
POOL = 8
INLINE = ("fetchall", "close", "cursor", "executemany")
WAITING = ("BEGIN", "PRAGMA", "COMMIT")


class Database:
    """Where rows live. `begin` and `writing` are one transaction each; `reading` sees, never changes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.writer = sqlite_engine(
                url, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0, async_creator=_quick(url)
            )
            self.reader = sqlite_engine(url, "BEGIN", "query_only=ON", pool_size=POOL, max_overflow=0)
        else:
            pool = {"pool_size": POOL, "max_overflow": 0, "pool_pre_ping": True}
            self.writer = create_async_engine(
                url, connect_args={"server_settings": DURABLE}, hide_parameters=True, **pool
            )
            self.reader = self.writer.execution_options(**SNAPSHOT)

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
        """A session that sees one state of the record, however many questions it asks; it cannot write."""
        async with AsyncSession(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def aclose(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()


class QuickConnection(aiosqlite.Connection):
    """Runs each statement where it is asked. In a transaction that is begun, a statement works on memory and
    on pages that the kernel has, in less time than a thread takes to wake up; four of those it would need.
    Beginning (which waits for other processes), committing and the like stay in the connection's thread.

    Who asked for those may have been cancelled meanwhile: as long as the thread is at work everything queues
    up behind it, or two threads would use one connection, which ends the process.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._in_thread: set[object] = set()

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """The one method that everything of aiosqlite goes through."""
        is_quick = fn.__name__ in INLINE or (fn.__name__ == "execute" and not args[0].startswith(WAITING))
        if is_quick and not self._in_thread:
            return fn(*args, **kwargs)
        task = object()

        def in_thread() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                self._in_thread.discard(task)

        self._in_thread.add(task)
        return await super()._execute(in_thread)  # type: ignore[no-untyped-call]


def _quick(url: str) -> Callable[[], Any]:
    path = make_url(url).database

    async def connect() -> aiosqlite.Connection:
        connection = QuickConnection(lambda: sqlite3.connect(path or "", check_same_thread=False), 64)
        connection._thread.daemon = True
        return await connection

    return connect


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path.absolute()}"


def sqlite_engine(url: str, begin: str, *more: str, **pool: Any) -> AsyncEngine:
    """The sqlite3 module must not open transactions itself: its deferred ones lose updates, and it
    leaves changes of the schema outside of them."""
    engine = create_async_engine(url, hide_parameters=True, **pool)

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
