"""The mailboxes that we poll, what could not be fetched from them, self-tests of authority, and alarms."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

ENDED = ("fetched", "gone")  # how a message stops being unfetchable: we got it, or it left the mailbox


class MailboxFolder(Base):
    """One folder of one account as it was last seen. `since` is when its trouble (a machine word) began."""

    __tablename__ = "mailbox_folder"
    __table_args__ = (UniqueConstraint("account", "folder"),)
    vouched = False
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account: Mapped[str]
    folder: Mapped[str]
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger, default=None)
    polled_at: Mapped[datetime | None] = mapped_column(default=None)
    mail_at: Mapped[datetime | None] = mapped_column(default=None)
    trouble: Mapped[str | None] = mapped_column(default=None)
    since: Mapped[datetime | None] = mapped_column(default=None)


class Unfetchable(Base):
    """A message in a mailbox that could not be fetched: tried again slowly, the others go on."""

    __tablename__ = "unfetchable"
    vouched = False
    key: Mapped[str] = mapped_column(primary_key=True)
    trouble: Mapped[str]
    first_at: Mapped[datetime]
    again_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=1)


class SelfTest(Base):
    """A mail to ourselves, which shows whether the receiver before us still stamps authority."""

    __tablename__ = "self_test"
    vouched = False
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    token: Mapped[str] = mapped_column(unique=True)
    sent_at: Mapped[datetime]
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    stamped: Mapped[bool | None] = mapped_column(default=None)


class Alarm(Base):
    """Something that a person must mend: `kind` and `about` name it, and it is raised once until it ends."""

    __tablename__ = "alarm"
    vouched = False
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]
    about: Mapped[str]
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
