"""Where a chat service takes what we say to an account: noted on every contact, so that it mends itself."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from store.asking import Asking
from store.base import Base

SEEN_AGAIN = timedelta(hours=1)  # so often a reference that is as it was is written again
UNINSTALLED = "uninstalled"


class ChatReference(Base):
    """How one account is reached. `conversation` is its personal chat with us, empty until we know it; `user`
    is the service's own id of it. `trouble` (a machine word) says why nothing reaches it, and `since` when
    that began."""

    __tablename__ = "chat_reference"
    vouched = False
    account: Mapped[str] = mapped_column(primary_key=True)
    service_url: Mapped[str]
    conversation: Mapped[str]
    user: Mapped[str]
    seen_at: Mapped[datetime]
    trouble: Mapped[str | None] = mapped_column(default=None)
    since: Mapped[datetime | None] = mapped_column(default=None)

    def note(self, at: datetime, trouble: str | None) -> None:
        """That nothing reaches it, or that it is reached again."""
        self.since = (self.since or at) if trouble else None
        self.trouble = trouble


class ReferenceQuestions(Asking):
    """One account has one reference."""

    async def chat_reference(self, account: str) -> ChatReference | None:
        """How an account is reached, as far as we know."""
        return await self.session.get(ChatReference, account)

    async def note_reference(
        self,
        account: str,
        service_url: str,
        user: str,
        at: datetime,
        *,
        conversation: str = "",
        trouble: str | None = None,
    ) -> None:
        """What a contact at a moment (aware) shows. Without `conversation` it was not in their personal chat:
        what is known of that stays. What is older than what we know says nothing."""
        known = await self.chat_reference(account)
        if known is None:
            known = ChatReference(
                account=account, service_url=service_url, conversation=conversation, user=user, seen_at=at
            )
            self.session.add(known)
        elif at < known.seen_at or _is_known(known, service_url, user, at, conversation, trouble):
            return
        known.service_url, known.user, known.seen_at = service_url, user, at
        if conversation:
            known.conversation = conversation
            known.note(at, trouble)


def _is_known(
    known: ChatReference, service_url: str, user: str, at: datetime, conversation: str, trouble: str | None
) -> bool:
    """Whether a contact shows nothing new, so that no row needs to be written for it."""
    same_place = (known.service_url, known.user) == (service_url, user)
    same_chat = not conversation or (known.conversation, known.trouble) == (conversation, trouble)
    return same_place and same_chat and at < known.seen_at + SEEN_AGAIN
