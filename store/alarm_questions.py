"""What alarms ask the record: how the mailboxes are, and which alarms ring."""

from collections.abc import Sequence

from sqlalchemy import select

from store.asking import Asking
from store.history import HistoryHead
from store.mailboxes import ENDED, Alarm, MailboxFolder, Unfetchable


class AlarmQuestions(Asking):
    """Few rows each: accounts and troubles."""

    async def mailbox_folders(self) -> Sequence[MailboxFolder]:
        found = select(MailboxFolder).order_by(MailboxFolder.account, MailboxFolder.id)
        return (await self.session.scalars(found)).all()

    async def unfetchable(self) -> Sequence[Unfetchable]:
        """Messages that still lie in a mailbox and could not be fetched."""
        found = select(Unfetchable).where(Unfetchable.trouble.not_in(ENDED)).order_by(Unfetchable.key)
        return (await self.session.scalars(found)).all()

    async def alarms_raised(self) -> Sequence[Alarm]:
        """Raised and not over, for who only looks."""
        found = select(Alarm).where(Alarm.ended_at.is_(None)).order_by(Alarm.id)
        return (await self.session.scalars(found)).all()

    async def alarms_ringing(self) -> Sequence[Alarm]:
        """Raised and not over. Whoever asks next, in any process, waits until we have ended."""
        await self.session.execute(select(HistoryHead.seq).with_for_update())
        found = select(Alarm).where(Alarm.ended_at.is_(None)).order_by(Alarm.id)
        return (await self.session.scalars(found)).all()
