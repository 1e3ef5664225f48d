"""The service as people run it: `cais run` in its own process, on a fresh store, with free ports."""

import asyncio
import atexit
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any, Self

from store.database import Database, sqlite_url
from store.export import export
from tests.servers import Daemon, environment, free_port, fresh_directory, wait_for_port, wait_until

ROOT = Path(__file__).parents[2]


class Service:
    """One running service with its own folder; `env` adds settings. Use it in a `with`.

    `program` is what is started instead of `cais run`, for services that end at a named step.
    """

    def __init__(self, program: tuple[str, ...] = ("-m", "cais", "run"), **env: str) -> None:
        self._folder = fresh_directory()
        self.path = Path(self._folder.name)
        self.port, self.web = free_port(), free_port()
        self.env = environment(self.path) | {
            "PYTHONPATH": str(ROOT),
            "CAIS_VAR": str(self.path / "var"),
            "CAIS_SMTP_LISTEN": f"127.0.0.1:{self.port}",
            "CAIS_HTTP_LISTEN": f"127.0.0.1:{self.web}",
        }
        self.env |= env
        self._program = program
        self.daemon = self._daemon(program)

    def __enter__(self) -> Self:
        shutil.copytree(_sample_store(), self.path / "var")
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.daemon.stop()
        self._folder.cleanup()

    def start(self, *program: str) -> None:
        """Start (again), as `program` if one is given, and wait for the door."""
        self.daemon = self._daemon(program or self._program)
        self.daemon.start()
        wait_for_port(self.port, 20, self.daemon)

    def cais(self, *words: str, status: int = 0) -> str:
        """Run the command beside the service; what it printed."""
        done = run_cais(words, self.env, self.path)
        printed = done.stdout + done.stderr
        assert done.returncode == status, f"cais {' '.join(words)}: {done.returncode}\n{printed}"
        return printed

    def export(self) -> dict[str, list[dict[str, Any]]]:
        """The record, read while the service runs."""
        return asyncio.run(_export(self.path / "var" / "cais.db"))

    def message(self, number: int, seconds: float = 20) -> dict[str, Any]:
        """The message with this number, once it is answered."""

        def answered() -> dict[str, Any] | None:
            rows = [row for row in self.export()["messages"] if row["id"] == number]
            return rows[0] if rows and rows[0]["state"] != "received" else None

        found = wait_until(answered, seconds, lambda: f"message {number}; {self.daemon.output()}")
        assert found is not None
        return found

    def message_in(self, state: str, number: int, seconds: float = 20) -> dict[str, Any]:
        """The message with this number, once it is in this state."""
        found: list[dict[str, Any]] = wait_until(
            lambda: [
                one for one in self.export()["messages"] if (one["id"], one["state"]) == (number, state)
            ],
            seconds,
            lambda: f"message {number} to be {state}; {self.daemon.output()}",
        )
        return found[0]

    def answers(self, count: int, seconds: float = 20) -> list[EmailMessage]:
        """Everything in the folder of outgoing mail, in its order, once there is so much."""

        def written() -> list[Path]:
            found = self._written()
            return found if len(found) >= count else []

        paths = wait_until(written, seconds, lambda: f"{count} answers; {self.daemon.output()}")
        return [_parsed(path.read_bytes()) for path in paths]

    def code_for(self, address: str, seconds: float = 20) -> str:
        """The code that was mailed to an address, once it was: whatever else is mailed meanwhile."""

        def mailed() -> list[str]:
            mails = [_parsed(path.read_bytes()) for path in self._written()]
            theirs = [text_of(mail) for mail in mails if parseaddr(str(mail["To"]))[1] == address]
            return [code[1] for text in theirs if (code := re.search(r"confirm (\w{8})", text))]

        return wait_until(mailed, seconds, lambda: f"a code for {address}; {self.daemon.output()}")[-1]

    def _written(self) -> list[Path]:
        """The outgoing mails there are, in their order."""
        found = (self.path / "var" / "outgoing").glob("*.eml")
        return sorted(found, key=lambda path: int("".join(filter(str.isdigit, path.stem))))

    def _daemon(self, program: tuple[str, ...]) -> Daemon:
        return Daemon([sys.executable, *program], self.path / "service.log", env=self.env)


def run_cais(
    words: Sequence[str], env: Mapping[str, str], folder: Path
) -> "subprocess.CompletedProcess[str]":
    """`cais …` in a process of its own."""
    argv = [sys.executable, "-m", "cais", *words]
    return subprocess.run(argv, env=env, cwd=folder, capture_output=True, text=True, check=False)


@cache
def _sample_store() -> Path:
    """The folder of a migrated store with the sample, made once: every service starts on a copy."""
    folder = fresh_directory()
    atexit.register(folder.cleanup)
    path = Path(folder.name)
    env = environment(path) | {"PYTHONPATH": str(ROOT), "CAIS_VAR": str(path / "var")}
    for words in (("store", "migrate"), ("store", "sample")):
        done = run_cais(words, env, path)
        assert done.returncode == 0, done.stdout + done.stderr
    return path / "var"


async def _export(path: Path) -> dict[str, list[dict[str, Any]]]:
    database = Database(sqlite_url(path))
    try:
        return await export(database)
    finally:
        await database.aclose()


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: EmailMessage) -> str:
    """The plain text of one of our mails."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
