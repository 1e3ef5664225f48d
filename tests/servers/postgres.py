"""A throwaway PostgreSQL cluster: own directory, 127.0.0.1 only, gone when stopped."""

import asyncio
import itertools
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from tests.servers import (
    Daemon,
    Running,
    absent,
    environment,
    free_port,
    fresh_directory,
    need,
    wait_until,
)

_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class Cluster(Running):
    """A PostgreSQL server of its own; `durable=True` writes to disk for real, for crash tests and timings."""

    def __init__(self, durable: bool = False) -> None:
        self._postgres = need("postgres", "postgresql")
        self._durable = durable
        self._user = _server_user()
        self._directory = fresh_directory(in_memory=not durable)
        self._numbers = itertools.count(1)
        self.path = Path(self._directory.name)
        self.port = free_port()
        self._pen = _Pen(self.port)
        self._daemon = Daemon(
            [self._postgres, "-D", str(self.path / "data")],
            self.path / "postgres.log",
            user=self._user,
            stop_signal=signal.SIGINT,
        )

    def start(self) -> None:
        """Make the cluster and return when it takes queries; on failure nothing is left behind."""
        try:
            self._initialise()
            self._run()
        except BaseException:
            self.stop()
            raise

    def new_database(self, template: str | None = None) -> str:
        """Create a database, maybe as a copy of `template` (a name or an address), and return its address."""
        name = f"intake_{next(self._numbers)}"
        copied = f" TEMPLATE {template.rsplit('/', 1)[-1]} STRATEGY file_copy" if template else ""
        self._pen.execute(f"CREATE DATABASE {name}{copied}")
        return f"postgresql+asyncpg://intake@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected: hundreds of tests have one each."""
        self._pen.execute(f"DROP DATABASE {url.rsplit('/', 1)[-1]} WITH (FORCE)")

    def crash(self) -> None:
        """Let the server end without saying goodbye or writing anything, then start it again (recovery)."""
        self._pen.close()
        self._daemon.stop(signal.SIGQUIT)
        self._run()

    def log(self) -> str:
        """What the server has written to its log."""
        return self._daemon.output()

    def stop(self) -> None:
        """End the server, whoever is still connected, and remove its files."""
        self._pen.close()
        self._daemon.stop()
        self._directory.cleanup()

    def _initialise(self) -> None:
        if self._user is not None:
            shutil.chown(self.path, self._user, self._user)
        data = str(self.path / "data")
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        self._call("initdb", "-D", data, "-U", "intake", *options)
        with (self.path / "data" / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in self._settings().items())

    def _settings(self) -> dict[str, str]:
        return {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "shared_buffers": "64MB",
            "max_connections": "100",
            **({} if self._durable else _FAST),
        }

    def _run(self) -> None:
        self._daemon.start()
        wait_until(self._ready, 30, lambda: f"PostgreSQL ready for queries; its log:\n{self.log()}")

    def _ready(self) -> bool:
        self._daemon.check()
        asked = subprocess.run(
            [need("pg_isready", "postgresql"), "--quiet", *self._address()],
            env=environment(self.path),
            check=False,
        )
        return asked.returncode == 0

    def _address(self) -> list[str]:
        return ["--host=127.0.0.1", f"--port={self.port}", "--username=intake"]

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [need(program, "postgresql"), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.path,
            env=environment(self.path),
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else [],
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(
                f"{program} ended with code {done.returncode}:\n{done.stdout.decode(errors='replace')}"
            )


class _Pen:
    """One connection for the databases of all tests, in a thread of its own because tests have loops running:
    `createdb` and `dropdb` would cost more than the test itself."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._thread = ThreadPoolExecutor(1)
        self._runner: asyncio.Runner | None = None
        self._connection: asyncpg.Connection | None = None

    def execute(self, statement: str) -> None:
        self._thread.submit(self._execute, statement).result()

    def close(self) -> None:
        """Harmless when nothing is open; the next statement connects again."""
        self._thread.submit(self._close).result()

    def _execute(self, statement: str) -> None:
        self._runner = self._runner or asyncio.Runner()
        self._runner.run(self._said(statement))

    async def _said(self, statement: str) -> None:
        if self._connection is None:
            self._connection = await asyncpg.connect(
                host="127.0.0.1", port=self._port, user="intake", database="postgres"
            )
        await self._connection.execute(statement, timeout=60)

    def _close(self) -> None:
        if self._runner is None:
            return
        if self._connection is not None:
            self._runner.run(self._connection.close())
        self._runner.close()
        self._runner = self._connection = None


def _server_user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root, so root lends it the package's own user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        absent("postgresql is not installed: there is no user postgres to run the server as")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One running cluster for all tests; each asks it for a database of its own."""
    with Cluster() as cluster:
        yield cluster
