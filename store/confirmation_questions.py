"""Questions about messages that wait for their sender's code."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from store.asking import Asking
from store.inbox import SPF_ONLY, InboxEntry
from store.models import Confirmation

MOST = 200


class ConfirmationQuestions(Asking):
    """Whoever asks for a code or brings one holds the person's row first."""

    async def confirmations_of(
        self, person_id: int, since: datetime, *, spf_only: bool | None = None
    ) -> Sequence[Confirmation]:
        """Every code for this person's messages since a moment, used or not, the newest first; held. With
        `spf_only` those that still wait, either for mail that SPF alone vouches for, or for other mail."""
        found = select(Confirmation).where(
            Confirmation.person_id == person_id, Confirmation.asked_at >= since
        )
        if spf_only is not None:
            waits = InboxEntry.reason.startswith(SPF_ONLY)
            found = found.join(InboxEntry).where(waits if spf_only else ~waits)
        found = found.order_by(Confirmation.id.desc()).limit(MOST).with_for_update(of=Confirmation)
        return (await self.session.scalars(found.execution_options(populate_existing=True))).all()

    async def confirmed(self, inbox_id: int) -> Confirmation | None:
        """How a message was confirmed, if it was."""
        found = select(Confirmation).where(
            Confirmation.inbox_id == inbox_id, Confirmation.confirmed_at.is_not(None)
        )
        return (await self.session.scalars(found.limit(1))).one_or_none()

    async def entry_again(self, inbox_id: int) -> InboxEntry:
        """A message as it is now, its row held."""
        found = select(InboxEntry).where(InboxEntry.id == inbox_id).with_for_update()
        return (await self.session.scalars(found.execution_options(populate_existing=True))).one()
