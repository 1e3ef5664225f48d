"""A later migration of a filled store, as there will be one: nothing is lost, and there is a copy."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store import Store, open_store, schema
from store.base import Base
from store.database import sqlite_url
from store.files import FileStore
from tests.builders import fill
from tests.store.rows import all_of, count
from tests.store.schemas import described, look

LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "later", "{latest}"


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
        latest = schema.latest()
        (folder / "versions" / "later.py").write_text(LATER.format(sql=sql, latest=latest))
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
    newest = schema.latest()
    expected = await count(store, "person")
    assert (tmp_path / "cais.db-wal").stat().st_size > 0
    later(CAREFUL)
    await schema.migrate(url)
    await store.aclose()
    copy = tmp_path / "cais.before-later"
    assert people(copy) == people(tmp_path / "cais.db") == expected > 0
    assert await schema.current(sqlite_url(copy)) == newest
    assert list(tmp_path.glob("*.copying")) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_migration_that_leaves_children_without_parents_is_undone(
    store: Store, later: Callable[[str], None]
) -> None:
    newest, before = schema.latest(), await look(store.database.url, described)
    later(ORPHANS)
    with pytest.raises(schema.UnknownSchema, match="rows without their parents"):
        await schema.migrate(store.database.url)
    assert await look(store.database.url, described) == before
    assert await count(store, "lea") == 5
    assert await schema.current(store.database.url) == newest


async def test_an_empty_file_is_not_copied(tmp_path: Path) -> None:
    await schema.migrate(sqlite_url(tmp_path / "cais.db"))
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []


async def test_an_older_schema_is_refused_until_it_is_migrated(
    store: Store, later: Callable[[str], None]
) -> None:
    newest = schema.latest()
    later(CAREFUL)
    with pytest.raises(schema.UnknownSchema, match=f"has schema {newest}, this program needs later"):
        await schema.check(store.database.url)
