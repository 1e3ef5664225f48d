"""A poller on a real store beside a real IMAP server, and the ledger of what must be in the inbox."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from intake import imap
from intake.imap_books import Books
from intake.mailbox_token import MailboxToken
from intake.settings import IntakeSettings
from store import Store
from store.clock import Clock
from store.export import one_list
from store.files import no_step
from store.keeping import Keeper
from store.mailbox_questions import Mailboxes
from tests.servers.dovecot import MAILBOX, PASSWORD

PLENTY = 1 << 40


def letter(number: int, size: int = 400) -> bytes:
    """A mail like no other."""
    head = (
        f"From: aruiz@sierravista.example\r\nTo: {MAILBOX}\r\nSubject: letter {number}\r\n"
        f"Message-ID: <{number}@sierravista.example>\r\n\r\n"
    )
    line = f"This is letter {number}. " + "x" * 40 + "\r\n"
    return (head + line * max(1, (size - len(head)) // len(line))).encode()


def digest(mail: bytes) -> str:
    return hashlib.sha256(mail).hexdigest()


def account(port: int, user: str = MAILBOX, password: str = PASSWORD, folders: str = "INBOX") -> str:
    secret = f":{quote(password, safe='')}" if password else ""
    return f"imap://{quote(user, safe='')}{secret}@127.0.0.1:{port}/{folders}"


@dataclass
class Mailroom:
    """Pollers on one store; each keeps as the service does."""

    store: Store
    monkeypatch: pytest.MonkeyPatch

    def __post_init__(self) -> None:
        self.mailboxes = Mailboxes(self.store.database)

    @asynccontextmanager
    async def polling(
        self, *accounts: str, token: MailboxToken | None = None, **more: Any
    ) -> AsyncIterator[Keeper]:
        """A poller at work as long as the block lasts."""
        stopping = asyncio.Event()
        insert = more.pop("insert", self.store.inbox.insert)
        keeper = Keeper(self.store.files, insert, more.pop("step", no_step))
        given = {"imap_poll_seconds": 1.0} | more
        settings = IntakeSettings(imap=SecretStr(" ".join(accounts)), **given)
        books = Books(settings, self.mailboxes, keeper, Clock(), lambda: PLENTY, asyncio.get_running_loop())
        running = asyncio.create_task(imap.poll_mailboxes(books, stopping, token))
        try:
            yield keeper
        finally:
            stopping.set()
            await asyncio.wait_for(running, 20)
            await keeper.aclose()

    async def digests(self) -> list[str]:
        return [row["sha256"] for row in await self.rows()]

    async def rows(self) -> list[dict[str, Any]]:
        return await one_list(self.store.database, "messages")

    async def has_all(self, mails: Sequence[bytes], seconds: float = 20) -> None:
        """Every one of them is in the inbox as often as it was delivered, and nothing else is."""
        wanted = Counter(map(digest, mails))

        async def complete() -> bool:
            return not wanted - Counter(await self.digests())

        await until(complete, seconds, self.digests)
        assert Counter(await self.digests()) == wanted

    async def folders(self) -> dict[str, str | None]:
        """Each folder's trouble."""
        async with self.store.look() as uow:
            return {row.folder: row.trouble for row in await uow.mailbox_folders()}

    async def unfetchable(self) -> dict[str, str]:
        async with self.store.look() as uow:
            return {row.key: row.trouble for row in await uow.unfetchable()}


async def until(
    check: Callable[[], Awaitable[Any]], seconds: float = 20, what: Callable[[], Awaitable[Any]] | None = None
) -> Any:
    """Ask until the answer is true, and give it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (answer := await check()):
        if loop.time() > deadline:
            raise TimeoutError(f"not within {seconds:g} s; {await what() if what else ''}")
        await asyncio.sleep(0.03)
    return answer
