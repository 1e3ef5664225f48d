"""The service as people run it: `cais run` in its own process, on a fresh store, with free ports."""

import asyncio
import atexit
import re
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache, partial
from pathlib import Path
from typing import Any, Self, TypeVar

from handlers.remind import close_day
from store import open_store
from store.clock import pacific, wall
from store.database import Database, sqlite_url
from store.export import export, one_list
from store.files import FileStore
from tests.servers import Daemon, environment, free_port, fresh_directory, wait_for_port, wait_until

ROOT = Path(__file__).parents[2]

T = TypeVar("T")


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
        self.fill()
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.daemon.stop()
        self._folder.cleanup()

    def fill(self) -> None:
        """The store that it starts on: the sample, whose reminders of these days were planned already."""
        shutil.copytree(_sample_store(), self.path / "var")

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
        return self._read(export)

    def outgoing(self) -> list[dict[str, Any]]:
        """Of the record only what was said."""
        return self._read(partial(one_list, name="outgoing"))

    def _read(self, question: Callable[[Database], Awaitable[T]]) -> T:
        async def asked() -> T:
            database = Database(sqlite_url(self.path / "var" / "cais.db"))
            try:
                return await question(database)
            finally:
                await database.aclose()

        return apart(asked())

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

    def mail(self, template: str, **facts: object) -> EmailMessage:
        """The newest mail with this reply and these facts in the record (`to`, `in_answer_to`), once it is
        written and noted as sent: whatever else is mailed meanwhile."""
        wanted = {"template": template, **facts}.items()

        def written() -> bytes | None:
            rows = [row for row in self.outgoing() if wanted <= row.items() and row["state"] != "waiting"]
            path = self.path / "var" / "outgoing" / f"out-{rows[-1]['id'] if rows else 0}.eml"
            return path.read_bytes() if path.exists() else None

        raw = wait_until(written, 40, lambda: f"a mail with {dict(wanted)}; {self.daemon.output()}")
        assert raw is not None
        return _parsed(raw)

    def code_for(self, address: str) -> str:
        """The code that was mailed to an address, to link a chat account with."""
        code = re.search(r"confirm (\w{8})", text_of(self.mail("account_code_sent", to=address)))
        assert code is not None
        return code[1]

    def _daemon(self, program: tuple[str, ...]) -> Daemon:
        return Daemon([sys.executable, *program], self.path / "service.log", env=self.env)


def apart(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, run in a thread of its own: a test may have a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


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
    apart(_plan_nothing(path / "var"))
    return path / "var"


async def _plan_nothing(var: Path) -> None:
    """Today and tomorrow are planned, and nobody is reminded: else what else comes into a walk depends on the
    hour at which it runs."""
    store, now = open_store(sqlite_url(var / "cais.db"), FileStore(var / "files"), "cais.example"), wall()
    today = pacific(now).date()
    for day in (today, today + timedelta(days=1)):
        async with store.begin() as uow:
            await close_day((), day, uow, now)
    await store.aclose()


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: EmailMessage) -> str:
    """The plain text of one of our mails."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
