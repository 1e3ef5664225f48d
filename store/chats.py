"""What chats have of their own: accounts that wait for a proof, files that came, what our messages offer to
press."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base
from store.chat_account import ChatAccount as ChatAccount
from store.outbox import OutboxEntry

OPEN = text("ended_at IS NULL")


class ChatFile(Base):
    """A file that a message in a chat came with, as it was when we fetched it: later it may be gone there.
    `file` is the chat service's id of it."""

    __tablename__ = "chat_file"
    __table_args__ = (UniqueConstraint("inbox_id", "file"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    file: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    kept_at: Mapped[datetime]


class ChatProof(Base):
    """An account that waits for its owner's proof: the code was mailed to `address`, which is on record for
    the person; only its digest is kept."""

    __tablename__ = "chat_proof"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str]
    code_sha256: Mapped[str]
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    proven_at: Mapped[datetime | None] = mapped_column(default=None)


class ChatWatch(Base):
    """How a chat service (`slack`), or our socket to it (`slack socket`), is watched: everything said up to
    `until` was looked for. `missed_at`: when something was found last that it had never told us. `since`:
    when `trouble` began."""

    __tablename__ = "chat_watch"
    vouched = False
    service: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    looked_at: Mapped[datetime]
    missed_at: Mapped[datetime | None] = mapped_column(default=None)
    trouble: Mapped[str | None] = mapped_column(default=None)
    since: Mapped[datetime | None] = mapped_column(default=None)

    def note(self, at: datetime, trouble: str | None) -> None:
        """How it was when we looked."""
        self.since = (self.since or at) if trouble else None
        self.looked_at, self.trouble = at, trouble


class ChatOffer(Base):
    """One thing that a message of ours in a chat offers to decide (`subject`: `item sv-fpm/I-EL 02`,
    `question 17`). It ends for all messages that offer it when anybody decides it, on whatever channel:
    `outcome` (in words) and `ended_by` (a name) then stand in place of its buttons."""

    __tablename__ = "chat_offer"
    __table_args__ = (Index("ix_chat_offer_open", "subject", sqlite_where=OPEN, postgresql_where=OPEN),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True, init=False)
    subject: Mapped[str]
    message: Mapped[OutboxEntry] = relationship(lazy="raise")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[str | None] = mapped_column(default=None)
    ended_in: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)


@dataclass(frozen=True)
class Shown:
    """A message of ours in a chat, with what it offers and what became of that."""

    message: OutboxEntry
    offers: Sequence[ChatOffer] = ()

    @property
    def ended(self) -> list[ChatOffer]:
        """What is decided, the first decision first."""
        return sorted(
            (one for one in self.offers if one.ended_at), key=lambda one: (str(one.ended_at), one.id)
        )
