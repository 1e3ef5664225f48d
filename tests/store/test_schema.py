"""The schema: known or refused, migrated as a whole or not at all, on both databases."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from store import schema
from store.base import Base
from store.database import sqlite_url
from tests.servers.postgres import Cluster
from tests.store.schemas import described, differences, execute, look

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "cais.db")
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    return cluster.new_database()


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
