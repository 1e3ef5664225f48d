"""The schema of the store: brought up to date by migrations; a schema we do not know is refused."""

import asyncio
import shutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

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
    engine = _engine(url)
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
    engine = _engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_change, to)
            await connection.commit()
    finally:
        await engine.dispose()


def _change(connection: Connection, to: str) -> None:
    """Foreign keys stay off while tables are rebuilt: batch mode would delete their children."""
    config = _config()
    config.attributes["connection"] = connection
    going_down = to == "base" or to.startswith("-")
    (command.downgrade if going_down else command.upgrade)(config, to)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise UnknownSchema(f"the migration left {len(broken)} rows without their parents")


def _copy(url: str, revision: str | None) -> None:
    path = Path(url.partition(":///")[2])
    if url.startswith("sqlite") and revision is not None and path.exists():
        shutil.copy2(path, path.with_suffix(f".before-{latest()}"))


def _engine(url: str) -> AsyncEngine:
    return create_async_engine(url, poolclass=NullPool)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
