"""Chat accounts that speak for people: linked by a code to an address on record, never by a profile."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class ChatAccount(Base):
    """An account of a chat service (`slack:T0/U0`: team and user) that speaks for a person. `ended_at`: it
    does so no more; what it did stays. `unreachable_at`: since when the service takes nothing for it; until
    it is heard from again."""

    __tablename__ = "chat_account"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    unreachable_at: Mapped[datetime | None] = mapped_column(default=None)
