"""The schema: known or refused, migrated as a whole or not at all, on both databases."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from store import Store, open_store, schema
from store.base import Base
from store.database import sqlite_url
from store.files import FileStore
from tests.builders import fill
from tests.servers.postgres import Cluster
from tests.store.rows import all_of, count

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "cais.db")
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    return cluster.new_database()


async def look(url: str, question: Callable[[Connection], Any]) -> Any:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(question)
    await engine.dispose()
    return found


async def execute(url: str, sql: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(sql))
    await engine.dispose()


def described(connection: Connection) -> dict[str, str]:
    """Every table with its columns, keys, constraints and indexes."""
    found = inspect(connection)
    return {
        name: str(
            [
                [
                    (c["name"], str(c["type"]), c["nullable"], c.get("default"))
                    for c in found.get_columns(name)
                ],
                found.get_pk_constraint(name),
                sorted(found.get_foreign_keys(name), key=str),
                sorted(found.get_unique_constraints(name), key=str),
                sorted(map(_index, found.get_indexes(name))),
            ]
        )
        for name in sorted(found.get_table_names())
    }


def _index(index: Any) -> str:
    """With the words of its condition, which SQLAlchemy wraps into an object."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str(dict(index) | {"dialect_options": options})


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_up_and_down_and_up_again_is_the_same_schema(empty_url: str) -> None:
    await schema.migrate(empty_url)
    first = await look(empty_url, described)
    await schema.migrate(empty_url, "base")
    assert (await look(empty_url, described)).keys() == {"alembic_version"}
    await schema.migrate(empty_url)
    assert await look(empty_url, described) == first
    assert len(first) == len(Base.metadata.tables) + 1


async def test_the_migrated_schema_is_the_one_of_the_models(empty_url: str) -> None:
    await schema.migrate(empty_url)
    assert await look(empty_url, differences) == []


async def test_the_history_begins_with_a_head(empty_url: str) -> None:
    await schema.migrate(empty_url)
    head = await look(empty_url, lambda c: c.execute(text("SELECT id, seq, digest FROM history_head")).all())
    assert head == [(1, 0, "0" * 64)]


async def test_migrating_again_changes_nothing(empty_url: str, tmp_path: Path) -> None:
    await schema.migrate(empty_url)
    first = await look(empty_url, described)
    await schema.migrate(empty_url)
    assert await look(empty_url, described) == first
    assert list(tmp_path.glob("*.before-*")) == []


async def test_an_empty_database_has_no_schema_and_is_refused(empty_url: str) -> None:
    assert await schema.current(empty_url) is None
    with pytest.raises(schema.UnknownSchema, match=r"has schema none, .* cais store migrate"):
        await schema.check(empty_url)


async def test_the_newest_schema_is_accepted(empty_url: str) -> None:
    await schema.migrate(empty_url)
    assert await schema.current(empty_url) == schema.latest()
    await schema.check(empty_url)


async def test_a_schema_from_the_future_is_refused_and_left_alone(empty_url: str) -> None:
    await schema.migrate(empty_url)
    await execute(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    before = await look(empty_url, described)
    with pytest.raises(schema.UnknownSchema, match="9999"):
        await schema.check(empty_url)
    for to in ("head", "base"):
        with pytest.raises(schema.UnknownSchema, match="9999, which is newer than this program"):
            await schema.migrate(empty_url, to)
    assert await look(empty_url, described) == before


async def test_four_processes_that_migrate_at_once_all_come_through(empty_url: str) -> None:
    program = "import asyncio, sys; from store import schema; asyncio.run(schema.migrate(sys.argv[1]))"
    starts = [
        asyncio.create_subprocess_exec(sys.executable, "-c", program, empty_url, cwd=ROOT) for _ in range(4)
    ]
    assert [await one.wait() for one in await asyncio.gather(*starts)] == [0, 0, 0, 0]
    await schema.check(empty_url)


def test_a_migration_killed_after_any_statement_has_not_happened_and_can_be_done_again(
    empty_url: str,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.dying_migration", empty_url, "4"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    *killed, last = done.stdout.splitlines()
    assert len(killed) > 10
    assert {line.split()[1] for line in killed} == {"None"}
    assert last.startswith("migrated ")
    asyncio.run(schema.check(empty_url))
    assert asyncio.run(look(empty_url, differences)) == []


# --- a later migration of a filled store, as there will be one

LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    with op.batch_alter_table("lea") as lea:
        lea.add_column(sa.Column("nickname", sa.String(), nullable=True))
        lea.alter_column("county", new_column_name="region")
    op.execute("{sql}")
"""
CAREFUL = "UPDATE lea SET nickname = name"
ORPHANS = "DELETE FROM lea WHERE id = 'sierra-vista'"


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make this program know one more migration."""

    def know(sql: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "0002_later.py").write_text(LATER.format(sql=sql))
        monkeypatch.setattr(schema, "MIGRATIONS", folder)

    return know


def people(path: Path) -> int:
    with closing(sqlite3.connect(path)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(copy.execute("SELECT count(*) FROM person").fetchone()[0])


async def test_a_filled_store_is_migrated_without_losing_a_row(
    store: Store, later: Callable[[str], None]
) -> None:
    """A table that is rebuilt on SQLite is dropped in between: its children must not go with it."""
    before = {name: await count(store, name) for name in Base.metadata.tables}
    later(CAREFUL)
    await schema.migrate(store.database.url)
    await schema.check(store.database.url)
    assert {name: await count(store, name) for name in Base.metadata.tables} == before
    names = await all_of(store, "SELECT nickname, name, region FROM lea")
    assert all(row.nickname == row.name and row.region for row in names)


async def test_a_filled_file_is_copied_whole_before_it_is_changed(
    tmp_path: Path, later: Callable[[str], None]
) -> None:
    """Also what is still in the log beside the file, because the service that wrote it was killed."""
    url = sqlite_url(tmp_path / "cais.db")
    await schema.migrate(url)
    store = open_store(url, FileStore(tmp_path / "files"), "cais.example")
    await fill(store)
    expected = await count(store, "person")
    assert (tmp_path / "cais.db-wal").stat().st_size > 0
    later(CAREFUL)
    await schema.migrate(url)
    await store.aclose()
    copy = tmp_path / "cais.before-0002"
    assert people(copy) == people(tmp_path / "cais.db") == expected > 0
    assert await schema.current(sqlite_url(copy)) == "0001"
    assert list(tmp_path.glob("*.copying")) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_migration_that_leaves_children_without_parents_is_undone(
    store: Store, later: Callable[[str], None]
) -> None:
    before = await look(store.database.url, described)
    later(ORPHANS)
    with pytest.raises(schema.UnknownSchema, match="rows without their parents"):
        await schema.migrate(store.database.url)
    assert await look(store.database.url, described) == before
    assert await count(store, "lea") == 5
    assert await schema.current(store.database.url) == "0001"


async def test_an_empty_file_is_not_copied(tmp_path: Path) -> None:
    await schema.migrate(sqlite_url(tmp_path / "cais.db"))
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []


async def test_an_older_schema_is_refused_until_it_is_migrated(
    store: Store, later: Callable[[str], None]
) -> None:
    later(CAREFUL)
    with pytest.raises(schema.UnknownSchema, match="has schema 0001, this program needs 0002"):
        await schema.check(store.database.url)
