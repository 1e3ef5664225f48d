"""What is measured, each in a process and a directory of its own: the service, and the servers beside it."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.bench.order import ROOT
from tests.servers import Daemon, environment, free_port, need, wait_for_port

CAIS = (sys.executable, "-c", "import sys; sys.argv[0] = 'cais'; import cais; cais.main()")


@dataclass(frozen=True)
class Target:
    """A running SMTP server. `var` is the service's folder; the others have none."""

    name: str
    port: int
    daemon: Daemon
    var: Path | None = None

    @property
    def database(self) -> Path:
        assert self.var is not None
        return self.var / "cais.db"


class BadStart(Exception):
    """The service itself does not work, so there is nothing to measure."""


class Rig:
    """A temporary folder for everything of a run; at the end all is stopped and removed."""

    def __init__(self) -> None:
        self._closing = ExitStack()
        self.folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="cais-bench-")))
        self._count = 0
        self._sample: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def store(self, like: Path | None = None) -> Path:
        """A fresh CAIS_VAR with the sample, or with a copy of another one's database that nobody has open."""
        if like is None:
            self._sample = self._sample or self._filled()
        var = self._home() / "var"
        var.mkdir()
        shutil.copy((like or self._sample or var) / "cais.db", var / "cais.db")
        return var

    def _filled(self) -> Path:
        """Migrated and filled once for the whole run."""
        var = self._home() / "var"
        for word in ("migrate", "sample"):
            self.cais(var, "store", word)
        return var

    def cais(self, var: Path, *words: str) -> None:
        """One `cais` command on a store, to its end. Raises BadStart with what it said."""
        env = cais_environment(var, 0)
        done = subprocess.run([*CAIS, *words], env=env, cwd=var.parent, check=False, capture_output=True)
        if done.returncode:
            raise BadStart(f"cais {' '.join(words)}: {done.stderr.decode(errors='replace')}")

    def service(self, var: Path, parts: str, **more: str) -> Target:
        """`cais run` on this store, listening; `more` settings if need be."""
        port = free_port()
        argv = [*CAIS, "run", "--only", parts]
        return self._running("cais", argv, port, cais_environment(var, port) | more, var)

    def module(self, name: str, what: str, *more: str) -> Target:
        """`python -m NAME WHAT PORT …`, listening."""
        port = free_port()
        argv = [sys.executable, "-m", name, what, str(port), *more]
        return self._running(what, argv, port, {"PYTHONPATH": str(ROOT)})

    def aiosmtpd(self) -> Target:
        """Stock aiosmtpd that throws everything away."""
        port = free_port()
        argv = [sys.executable, "-m", "tests.bench.discard", str(port)]
        return self._running("aiosmtpd", argv, port, {"PYTHONPATH": str(ROOT)})

    def smtp_sink(self) -> Target | None:
        """Postfix's test server, in C, that throws everything away; None where it is not installed."""
        try:
            program = need("smtp-sink", "postfix")
        except (pytest.skip.Exception, pytest.fail.Exception):
            return None
        port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return self._running("smtp-sink", [program, *user, f"127.0.0.1:{port}", "100"], port, {})

    def stop(self, target: Target) -> None:
        """Before the end, to free what it holds, and its folder with it."""
        target.daemon.stop()
        shutil.rmtree(target.daemon.log.parent, ignore_errors=True)
        if target.var is not None:
            shutil.rmtree(target.var.parent, ignore_errors=True)

    def _running(
        self, name: str, argv: list[str], port: int, more: dict[str, str], var: Path | None = None
    ) -> Target:
        home = self._home()
        daemon = Daemon(argv, home / f"{name}.log", env=environment(home) | more)
        self._closing.enter_context(daemon)
        wait_for_port(port, 30, daemon)
        return Target(name, port, daemon, var)

    def _home(self) -> Path:
        self._count += 1
        home = self.folder / str(self._count)
        home.mkdir()
        return home


def cais_environment(var: Path, port: int) -> dict[str, str]:
    """Everything that the service is told: its store and its ports."""
    return environment(var.parent) | {
        "PYTHONPATH": str(ROOT),
        "CAIS_VAR": str(var),
        "CAIS_SMTP_LISTEN": f"127.0.0.1:{port}",
        "CAIS_HTTP_LISTEN": f"127.0.0.1:{free_port()}",
    }
