"""Whole services in one process that write to each other, with a clock of their own: robots face to face."""

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from bot.delivery import Outgoing
from bot.letter import compose
from handlers.inbox import Worker, work_inbox
from handlers.tokens import bounce_detail
from intake.reader import MailReader
from intake.settings import IntakeSettings
from intake.trust import choose_trust
from store import Store, open_store
from store.clock import pacific
from store.database import sqlite_url
from store.files import FileStore, no_step
from store.keeping import Arrival
from store.models import PersonAddress
from store.outbox import OutboxEntry
from store.signing import signer_from
from templates import Place
from tests.builders import ANA, NOW, PROGRAMS

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Letter:
    """A mail on its way: the envelope and the bytes."""

    sender: str
    to: str
    raw: bytes


Between = Callable[[Letter], Sequence[Letter]]
"""What stands between two services: gives on what it likes of a mail."""


@dataclass
class House:
    """One service: its mailbox, its store, and what it wrote."""

    mailbox: str
    store: Store
    reader: MailReader
    said: list[Letter] = field(default_factory=list)

    @classmethod
    async def open(cls, mailbox: str, template: Path, folder: Path, closing: AsyncExitStack) -> Self:
        folder.mkdir()
        shutil.copy(template, folder / "cais.db")
        files = FileStore(folder / "files")
        files.prepare()
        domain = mailbox.rpartition("@")[2]
        store = open_store(sqlite_url(folder / "cais.db"), files, domain, signer_from(bytes(range(32))))
        closing.push_async_callback(store.aclose)
        reader = MailReader(
            files.path, files.incoming, _nothing, choose_trust(IntakeSettings(), sample=True), [mailbox]
        )
        closing.push_async_callback(reader.aclose)
        return cls(mailbox, store, reader)

    async def knows(self, *addresses: str) -> None:
        """Ana's addresses, too: their mail is answered."""
        async with self.store.begin() as uow:
            ana = await uow.person_at(ANA)
            assert ana is not None
            ana.addresses.extend(PersonAddress(address=address, proven_at=NOW) for address in addresses)

    async def receive(self, letter: Letter, at: datetime) -> None:
        digest = hashlib.sha256(letter.raw).hexdigest()
        self.store.files.path(digest).write_bytes(letter.raw)
        envelope = {"mail_from": letter.sender, "rcpt_tos": [letter.to], "peer": "127.0.0.1"}
        await self.store.inbox.insert([Arrival("mail", at, envelope, digest, len(letter.raw))])

    async def work(self, at: datetime) -> list[Letter]:
        """Answer what arrived; the mails that go out."""
        worker = Worker("w", self.store, {"mail": self.reader}, PROGRAMS, no_step, lambda: at)
        while await work_inbox(worker):
            pass
        rows = await self.store.outbox.claim("w", 100, ["mail"])
        letters = [self._letter(row, at) for row in rows]
        await self.store.outbox.sent([(row.id, "250") for row in rows], at)
        self.said += letters
        return letters

    def _letter(self, row: OutboxEntry, at: datetime) -> Letter:
        place = Place(self.mailbox, pacific(at).date(), sample=True)
        local, _, domain = self.mailbox.partition("@")
        sender = f"{local}+{bounce_detail(row.id, row.token)}@{domain}"
        return Letter(sender, row.to, compose(Outgoing(row, place, at)))


async def let_run(
    houses: Sequence[House], first: Letter, between: Between, begin: datetime = NOW, step: int = 1
) -> int:
    """Let the mails fly, one hop every `step` minutes, for a day; how many mails the services wrote."""
    now, flying = begin, [first]
    for _ in range(24 * 60 // step):
        now += MINUTE * step
        for house in houses:
            for letter in [one for one in flying if _base(one.to) == house.mailbox]:
                await house.receive(letter, now)
        flying = [sent for house in houses for one in await house.work(now) for sent in between(one)]
        if not flying:
            break
    return sum(len(house.said) for house in houses)


def without_signs(letter: Letter, sender: str, to: str, number: int) -> Letter:
    """The same words as a person would mail them: under another name and id, with no sign of a machine."""
    head, _, body = letter.raw.partition(b"\r\n\r\n")
    kept = [
        line
        for line in re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n")
        if line.lower().startswith((b"subject:", b"content-", b"mime-"))
    ]
    own = f"From: {sender}\r\nTo: {to}\r\nMessage-ID: <n{number}@robot.example>\r\n".encode()
    return Letter(sender, to, own + b"\r\n".join(kept) + b"\r\n\r\n" + body)


def _base(address: str) -> str:
    return re.sub(r"\+[^@]*", "", address)


async def _nothing(_path: Path, _sha256: str) -> None:
    """Nobody here sends files."""
