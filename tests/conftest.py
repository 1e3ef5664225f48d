"""Fixtures of the whole suite: a store on both databases, and servers started when a test wants one."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Dialect

from store import Store, open_store, schema
from store.database import sqlite_url
from store.files import Draft, FileStore
from store.signing import signer_from
from tests.builders import Desk, fill
from tests.servers import memory
from tests.servers.postfix import postfix as postfix
from tests.servers.postgres import Cluster
from tests.servers.postgres import postgres_cluster as postgres_cluster
from tests.servers.sink import sink as sink

DATABASES = ("sqlite", "postgresql")
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # no test is about how busy the machine is
_shared: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Files of tests are on no disk: every commit on SQLite waits for one, and one test has many."""
    if (roomy := memory()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(roomy))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays: Python need not look through it for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and filled SQLite file, copied for every test."""
    path = tmp_path_factory.mktemp("template") / "cais.db"
    _prepare(sqlite_url(path), path.parent)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same in PostgreSQL."""
    url = postgres_cluster.new_database()
    _prepare(url, tmp_path_factory.mktemp("files"))
    return url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An own, filled database for one test: the suite runs on both kinds."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "cais.db")
        yield sqlite_url(tmp_path / "cais.db")
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    url = cluster.new_database(template=request.getfixturevalue("postgres_template"))
    yield url
    cluster.drop(url)


class FilesOnDemand(FileStore):
    """Makes its 256 folders with the first file: most tests have none, and folders take most of their time."""

    _made = False

    def path(self, sha256: str) -> Path:
        self._once()
        return super().path(sha256)

    def draft(self) -> Draft:
        self._once()
        return super().draft()

    def _once(self) -> None:
        if not self._made:
            self._made = True
            self.prepare()


@pytest.fixture
async def store(database_url: str, tmp_path: Path) -> AsyncIterator[Store]:
    """A sample store on both databases in turn."""
    files = FilesOnDemand(tmp_path / "files")
    files.root.mkdir()
    key, public = signer_from(bytes(range(32))), "https://intake.example.org"
    store = open_store(database_url, files, "cais.example", key, public)
    share_sql(store)
    yield store
    await store.aclose()


@pytest.fixture
def desk(store: Store) -> Desk:
    """A worker on that store, for sending messages straight into the core."""
    return Desk(store)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("CAIS_") and name != "CAIS_TEST_REQUIRE"]:
        monkeypatch.delenv(name)


def share_sql(store: Store) -> None:
    """SQL that one test's engine has worked out serves the next: else that is a quarter of a test's time."""
    for engine in (store.database.writer.sync_engine, store.database.reader.sync_engine):
        engine.dialect, compiled = _shared.setdefault(engine.dialect.name, (engine.dialect, {}))
        engine.update_execution_options(compiled_cache=compiled)


def _prepare(url: str, folder: Path) -> None:
    import asyncio

    async def prepare() -> None:
        await schema.migrate(url)
        store = open_store(url, FileStore(folder / "files"), "cais.example")
        await fill(store)
        await store.aclose()

    asyncio.run(prepare())
