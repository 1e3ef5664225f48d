"""What our messages in chats offer to press, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base
from store.outbox import OutboxEntry

OPEN = text("ended_at IS NULL")


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
