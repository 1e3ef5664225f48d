"""The transactional outbox: what we owe people, as rows that exist before anything is sent."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base
from store.channels import CHATS
from store.clock import wall
from store.database import Database
from store.history import Event, append, facts_of, record_of, without_link
from store.recipients import (
    ACCOUNT_ENDED,
    Recipient,
    accounts_of,
    may_be_written_to,
    may_read,
    programs_of,
    recipients_at,
)

LEASE = timedelta(seconds=300)
WAITING = text("state = 'waiting'")
DEAD = text("state = 'dead'")
REMINDED = text("template = 'deadlines_reminded'")
REMINDING = text("state = 'waiting' AND template = 'deadlines_reminded'")
FINAL = ("sent", "bounced")  # a bounce may be faster than the word that we sent it


class OutboxEntry(Base):
    """One message to one address; in a chat to a conversation, or a notice to a user: whom it is for is
    `thread["account"]` there. `template` and `fields` are the reply; words are made on sending.

    `fields` outlive deployments: add with defaults, never rename. `message_id` is fixed before the
    first try, so that a mail reader drops the second copy of a message that was sent twice. `about` are the
    targets that the message speaks of; `needs` is the reach that its reader must still have when it is sent
    (`Reach.facts`; None: their own affair). `state`: waiting, sent, dead (given up), bounced (came back),
    suppressed (not to be written to any more; `receipt` says why).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "run_at", "id", "channel", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(None, "message_id"),
        Index(None, "to", "template", "created_at"),
        Index("ix_outbox_dead", "state", sqlite_where=DEAD, postgresql_where=DEAD),
        Index("ix_outbox_reminded", "created_at", sqlite_where=REMINDED, postgresql_where=REMINDED),
        Index("ix_outbox_reminding", "id", sqlite_where=REMINDING, postgresql_where=REMINDING),
    )
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    created_at: Mapped[datetime]
    channel: Mapped[str]
    to: Mapped[str]
    template: Mapped[str]
    fields: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    in_answer_to: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None, index=True)
    thread: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    token: Mapped[str] = mapped_column(default_factory=lambda: secrets.token_hex(8), init=False)
    message_id: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="waiting")
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    receipt: Mapped[str | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(default=None)
    trouble: Mapped[str | None] = mapped_column(default=None)
    about: Mapped[list[Any] | None] = mapped_column(default=None)
    bounced_at: Mapped[datetime | None] = mapped_column(default=None)
    needs: Mapped[dict[str, Any] | None] = mapped_column(default=None)

    @property
    def is_answer(self) -> bool:
        """Whether it answers who gets it: a notice stems from a message too, but from somebody else's."""
        return self.in_answer_to is not None and not self.is_notice

    @property
    def is_notice(self) -> bool:
        """Told of our own accord: an answer stands in its message's thread or conversation."""
        if self.channel == "mail":
            return not (self.thread.get("message_id") or self.thread.get("subject"))
        return str(self.thread.get("account") or "").endswith(f"/{self.to}")

    def name_message(self, domain: str) -> None:
        """Fix the Message-ID from the outbox number; the token keeps it from being guessed."""
        self.message_id = f"<out-{self.id}.{self.token}@{domain}>"


class Outbox:
    """The queue of messages to send. Each method is one transaction; none is open while sending."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, worker: str, limit: int, channels: Sequence[str]) -> list[OutboxEntry]:
        """Lease due messages of these channels, oldest first; those whose recipient is not to be written to
        any more are settled here."""
        now = wall()
        due = (
            select(OutboxEntry.id)
            .where(WAITING, OutboxEntry.run_at <= now, OutboxEntry.channel.in_(channels))
            .order_by(OutboxEntry.run_at, OutboxEntry.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as session:
            ids = list((await session.scalars(due)).all())
            if not ids:
                return []
            leased = {"lease": worker, "run_at": now + LEASE, "attempts": OutboxEntry.attempts + 1}
            await session.execute(update(OutboxEntry).where(OutboxEntry.id.in_(ids)).values(leased))
            chosen = select(OutboxEntry).where(OutboxEntry.id.in_(ids)).order_by(OutboxEntry.id)
            found = await session.scalars(chosen.execution_options(populate_existing=True))
            return await _writable(session, found.all(), now)

    async def owed(self, inbox_id: int, channel: str) -> list[OutboxEntry]:
        """What waits to be said in answer to one message on one channel."""
        found = select(OutboxEntry).where(
            WAITING, OutboxEntry.in_answer_to == inbox_id, OutboxEntry.channel == channel
        )
        async with self._database.reading() as session:
            return list((await session.scalars(found.order_by(OutboxEntry.id))).all())

    async def answers(self, inbox_id: int, channel: str) -> list[OutboxEntry]:
        """What was owed in answer to one message on one channel, whatever became of it."""
        found = select(OutboxEntry).where(
            OutboxEntry.in_answer_to == inbox_id, OutboxEntry.channel == channel
        )
        async with self._database.reading() as session:
            return list((await session.scalars(found.order_by(OutboxEntry.id))).all())

    async def hasten(self, numbers: Sequence[int]) -> None:
        """What was held back is due now."""
        table = OutboxEntry.__table__
        mine = update(table).where(WAITING, table.c.id.in_(numbers), table.c.lease.is_(None))
        async with self._database.begin() as connection:
            await connection.execute(mine.values(run_at=wall()))

    async def sent(self, outcomes: Sequence[tuple[int, str]], at: datetime) -> None:
        """Settle messages with the receipts that the other side gave. What is sent stays sent."""
        await self._settle({number: ("sent", receipt) for number, receipt in outcomes}, at)

    async def dead(self, number: int, trouble: str, at: datetime) -> None:
        """Give up: a dead letter, kept for a person."""
        await self._settle({number: ("dead", trouble)}, at)

    async def suppressed(self, number: int, why: str, at: datetime) -> None:
        """What is not to be said any more when its time has come."""
        await self._settle({number: ("suppressed", why)}, at)

    async def put_back(self, number: int, run_at: datetime, trouble: str, *, tried: bool = True) -> None:
        """Try again at `run_at` (wall time); what was not `tried` counts as no try."""
        table = OutboxEntry.__table__
        values: dict[str, Any] = {"lease": None, "run_at": run_at, "trouble": trouble[:500]}
        values |= {} if tried else {"attempts": table.c.attempts - 1}
        async with self._database.begin() as connection:
            await connection.execute(update(table).where(table.c.id == number).values(values))

    async def _settle(self, outcomes: dict[int, tuple[str, str]], at: datetime) -> None:
        async with self._database.writing() as session:
            chosen = select(OutboxEntry).where(OutboxEntry.id.in_(outcomes), OutboxEntry.state.not_in(FINAL))
            chosen = chosen.order_by(OutboxEntry.id).with_for_update()
            rows = list((await session.scalars(chosen)).all())
            for row in rows:
                row.state, row.receipt = outcomes[row.id]
                row.sent_at, row.lease, row.fields = at, None, without_link(row.fields)
            await session.flush()
            await append(session, [_settled(row, at) for row in rows])


async def _writable(session: AsyncSession, claimed: Sequence[OutboxEntry], at: datetime) -> list[OutboxEntry]:
    """Recipients are checked when a message is sent, not when it is queued: the others end here, recorded."""
    known = await recipients_at(session, {row.to for row in claimed if row.channel == "mail"})
    in_chats = [row for row in claimed if row.channel in CHATS]
    known |= await accounts_of(session, {_reader_of(row) for row in in_chats})
    programs = await programs_of(session, [row.needs for row in claimed if row.needs])
    why = {row.id: _why_not(row, known, programs) for row in claimed}
    stopped = [row for row in claimed if why[row.id] is not None]
    for row in stopped:
        # Who gave up an account is told by mail; who was retired hears no more.
        row.state = "dead" if why[row.id] == ACCOUNT_ENDED else "suppressed"
        row.receipt, row.lease, row.fields = why[row.id], None, without_link(row.fields)
    if stopped:
        await session.flush()
        await append(session, [_settled(row, at) for row in stopped])
    return [row for row in claimed if why[row.id] is None]


def _reader_of(row: OutboxEntry) -> str:
    """The address or the chat account that a message is for."""
    return str(row.thread.get("account") or "") if row.channel in CHATS else row.to


def _why_not(row: OutboxEntry, known: Mapping[str, Recipient], programs: Mapping[str, str]) -> str | None:
    reader = known.get(_reader_of(row))
    no = may_be_written_to(reader, row.created_at, row.is_notice)
    return no or (may_read(reader, row.needs or {}, programs) if row.channel != "console" else None)


def _settled(row: OutboxEntry, at: datetime) -> Event:
    return Event(at, row.state, "delivery", row.channel, record_of(row), facts_of(row))
