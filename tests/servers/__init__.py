"""Real servers and real mail programs for tests: what every helper of this package needs.

Each instance has a fresh directory and free ports and is stopped by its own process group, so nothing
stays behind. CAIS_TEST_REQUIRE=all turns "not installed" from a skip into a failure, for CI.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self, TypeVar

import pytest

MEMORY, ROOM = Path("/dev/shm"), 2**30  # a file system without a disk, and what must be free in it

T = TypeVar("T")

_handed_out: set[int] = set()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on and that this process was not given before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _handed_out:
            _handed_out.add(port)
            return port


def absent(reason: str) -> NoReturn:
    """Skip the running test for want of something on this machine, or fail it with CAIS_TEST_REQUIRE=all."""
    if os.environ.get("CAIS_TEST_REQUIRE") == "all":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def need(program: str, package: str) -> str:
    """The absolute path of an installed program; without it the running test is skipped (see absent)."""
    found = shutil.which(program, path=os.pathsep.join(_directories()))
    if found is None:
        absent(f"{package} is not installed: no program {program} on this machine")
    return str(Path(found).absolute())


def _directories() -> list[str]:
    """Where programs are looked for: PATH, the administrator's directory, PostgreSQL's, newest first."""
    versions = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=_version, reverse=True)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [*path, "/usr/sbin", "/sbin", *map(str, versions)]


def _version(directory: Path) -> list[int]:
    """15 of /usr/lib/postgresql/15/bin, to sort by."""
    return [int(number) for number in directory.parent.name.split(".")]


def environment(home: Path) -> dict[str, str]:
    """The whole environment of a started program: nothing of the caller's, so no user's settings are read."""
    path = os.pathsep.join(_directories())
    return {"PATH": path, "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def memory() -> Path | None:
    """A folder on no disk, where the machine has room for that."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def fresh_directory(in_memory: bool = False) -> "tempfile.TemporaryDirectory[str]":
    """A new temporary directory that other users may enter; call its cleanup() or use it in a `with`.
    With `in_memory` it is on no disk, where the machine has room for that."""
    directory = tempfile.TemporaryDirectory(prefix="cais-", dir=memory() if in_memory else None)
    Path(directory.name).chmod(0o755)
    return directory


def wait_until(check: Callable[[], T], seconds: float, what: Callable[[], str] | str) -> T:
    """Ask again and again until the answer is true, and return it; TimeoutError says what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := check():
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what() if callable(what) else what}")
        time.sleep(0.02)


def wait_for_port(port: int, seconds: float = 10, daemon: "Daemon | None" = None) -> None:
    """Return once 127.0.0.1:port takes connections; raise TimeoutError, or at once if the daemon has died."""

    def answers() -> bool:
        if daemon is not None:
            daemon.check()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    wait_until(answers, seconds, lambda: _missing(port, daemon))


def _missing(port: int, daemon: "Daemon | None") -> str:
    output = f"; its output:\n{daemon.output()}" if daemon else ""
    return f"a server on 127.0.0.1:{port}{output}"


class Running(ABC):
    """What runs for as long as a `with` lasts."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Daemon(Running):
    """A server in the foreground, in a process group of its own, with its output in a file."""

    def __init__(
        self,
        argv: Sequence[str],
        log: Path,
        *,
        user: str | None = None,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.argv = list(argv)
        self.log = log
        self._user = user
        self._env = dict(env) if env is not None else environment(log.parent)
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program; it is the caller who waits for its port."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.log.parent,
                env=self._env,
                start_new_session=True,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
            )

    @property
    def pid(self) -> int:
        """The process id, which is also the id of the process group."""
        if self._process is None:
            raise RuntimeError(f"{self.argv[0]} is not running")
        return self._process.pid

    def output(self) -> str:
        """Everything the program has printed."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def check(self) -> None:
        """Raise with the output if the program has ended by itself."""
        if self._process is None or (code := self._process.poll()) is not None:
            ended = "is not running" if self._process is None else f"ended with code {code}"
            raise RuntimeError(f"{self.argv[0]} {ended}; its output:\n{self.output()}")

    def stop(self, how: signal.Signals | None = None, seconds: float = 10) -> None:
        """Ask the whole group to end, wait, then kill what is left; harmless when it is already stopped."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            _signal_group(process.pid, how or self._stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    """Signal a process group that may have ended meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
