"""Messages, stores and people for tests, each in one line."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from handlers.inbox import Worker, work_entries
from handlers.messages import Attachment, Kept, Message, ReturnAddress, Sender, Unreadable
from store import Store
from store.export import export, one_list
from store.files import no_step
from store.keeping import Arrival
from store.loading import load_sample
from store.outbox import OutboxEntry
from store.programs import load_programs, program_codes

PROGRAMS = program_codes()
ANCHOR = date(2013, 12, 2)
NOW = datetime(2013, 12, 2, 20, 0, tzinfo=UTC)
ANA = "aruiz@sierravista.example"
DANA = "dana@whitfieldconsulting.example"
_numbers = count(1)


def a_file(name: str = "roster.pdf", content: bytes = b"roster", number: int = 1, **more: Any) -> Attachment:
    """An attachment whose digest is that of `content`."""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(number, name, len(content), digest, more.pop("media_type", "application/pdf"), **more)


@dataclass
class Says:
    """A reader that was told what each kept message says, in the order they are kept."""

    waiting: dict[int, Message | Unreadable] = field(default_factory=dict)

    async def read(self, entries: Sequence[Kept]) -> list[Message | Unreadable]:
        return [self.waiting[entry.id] for entry in entries]


@dataclass
class Desk:
    """A sample store with a worker, for sending messages straight into the core."""

    store: Store
    says: Says = field(default_factory=Says)
    now: datetime = NOW

    @property
    def worker(self) -> Worker:
        return Worker("test", self.store, {"mail": self.says}, PROGRAMS, no_step, lambda: self.now)

    async def keep(self, *messages: dict[str, Any]) -> list[int]:
        """Put messages into the inbox; nobody answers yet."""
        arrivals = [Arrival("mail", self.now, {}, "0" * 64, 1) for _ in messages]
        numbers = await self.store.inbox.insert(arrivals)
        for number, said in zip(numbers, messages, strict=True):
            self.says.waiting[number] = self.message(number, **said)
        return numbers

    def message(self, number: int, **said: Any) -> Message:
        """A mail from Ana unless said otherwise; every one has its own Message-ID and content."""
        sender = said.pop("sender", ANA)
        trust = said.pop("trust", "confirmed")
        own = f"<m{next(_numbers)}@client.example>"
        subject = said.get("subject", "")
        back = ReturnAddress("mail", sender, subject, own) if sender else None
        defaults: dict[str, Any] = {
            "message_id": own,
            "content": own,
            "received_at": self.now,
            "reply_to": back,
        }
        return Message(id=number, channel="mail", sender=Sender(sender, trust, "test"), **(defaults | said))

    async def work(self) -> None:
        """Answer everything that waits."""
        while entries := await self.store.inbox.claim("test", 32):
            await work_entries(self.worker, entries)

    async def send(self, **said: Any) -> dict[str, Any]:
        """One mail, answered: its message row of the export, with `reply` and `fields` added."""
        (number,) = await self.keep(said)
        await self.work()
        messages = await one_list(self.store.database, "messages")
        row = next(message for message in messages if message["id"] == number)
        sent = [row for row in await self.outgoing() if row.in_answer_to == number]
        replies = [row for row in sent if not row.is_notice]
        answer: dict[str, Any] = (
            {"reply": replies[0].template, "fields": replies[0].fields}
            if replies
            else {"reply": None, "fields": {}}
        )
        return row | answer

    async def outgoing(self) -> list[OutboxEntry]:
        async with self.store.database.reading() as session:
            return list((await session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))).all())

    async def export(self) -> dict[str, list[dict[str, Any]]]:
        return await export(self.store.database)

    async def reply_to(self, receipt: int) -> tuple[str, ...]:
        """The Message-ID of our answer to a message, as a reply would carry it."""
        return tuple(row.message_id or "" for row in await self.outgoing() if row.in_answer_to == receipt)


async def fill(store: Store) -> None:
    """Programs and the sample, as `make run` loads them."""
    async with store.begin() as uow:
        await load_programs(uow.session)
    async with store.begin() as uow:
        await load_sample(uow, ANCHOR)
