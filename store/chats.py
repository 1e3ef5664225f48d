"""Chat accounts that speak for people: linked by a code to an address on record, never by a profile. And the
files that came in chats."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class ChatAccount(Base):
    """An account of a chat service (`slack:T0/U0`: team and user) that speaks for a person. `ended_at`: it
    does so no more; what it did stays."""

    __tablename__ = "chat_account"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


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
