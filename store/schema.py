"""The schema of the store: brought up to date by migrations; a schema we do not know is refused."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from store.database import sqlite_engine

ONE_AT_A_TIME = 0x43414953
MIGRATIONS = Path(__file__).parent / "migrations"


class UnknownSchema(Exception):
    """The database has a revision that this program does not know; the message names it."""


def latest() -> str:
    """The newest revision that this program knows."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


async def current(url: str) -> str | None:
    """The revision the database has, or None for an empty one."""
    engine = _engine(url, "BEGIN")
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    finally:
        await engine.dispose()


async def check(url: str) -> None:
    """Raises UnknownSchema unless the database has exactly the newest schema."""
    found = await current(url)
    if found != latest():
        raise UnknownSchema(
            f"the store has schema {found or 'none'}, this program needs {latest()}: cais store migrate"
        )


async def migrate(url: str, to: str = "head") -> None:
    """Bring the database to a revision; an SQLite file that holds something is copied first."""
    found = await current(url)
    if found is not None and found not in {script.revision for script in _scripts().walk_revisions()}:
        raise UnknownSchema(f"the store has schema {found}, which is newer than this program")
    if found != latest() or to != "head":
        await asyncio.to_thread(_copy, url, found)
        await _run(url, to)


async def _run(url: str, to: str) -> None:
    """All of it in one transaction: killed half way, it has not happened."""
    engine = _engine(url, "BEGIN IMMEDIATE")
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_change, to)
    finally:
        await engine.dispose()


def _change(connection: Connection, to: str) -> None:
    """Foreign keys stay off while tables are rebuilt: batch mode would delete their children."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    config = _config()
    config.attributes["connection"] = connection
    going_down = to == "base" or to.startswith("-")
    (command.downgrade if going_down else command.upgrade)(config, to)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise UnknownSchema(f"the migration left {len(broken)} rows without their parents")


def _copy(url: str, revision: str | None) -> None:
    """By SQLite itself: the newest commits may still be in the log beside the file."""
    database = make_url(url).database
    if url.startswith("sqlite") and revision is not None and database:
        path = Path(database)
        copy, unfinished = path.with_suffix(f".before-{latest()}"), path.with_suffix(".copying")
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(unfinished)) as new:
            old.backup(new)
        unfinished.replace(copy)


def _engine(url: str, begin: str) -> AsyncEngine:
    if url.startswith("sqlite"):
        return sqlite_engine(url, begin, "foreign_keys=OFF", poolclass=NullPool)
    return create_async_engine(url, poolclass=NullPool)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
