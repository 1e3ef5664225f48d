"""What the pollers of mailboxes ask and tell the store; each method is one transaction of its own."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.clock import wall
from store.database import Database
from store.inbox import InboxEntry
from store.mailboxes import ENDED, MailboxFolder, Unfetchable

BLOCK = 500


class Mailboxes:
    """Times of folders are the service clock's; when a message is tried again is wall time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Which of these arrivals are in the inbox, and what the door wrote down of each."""
        found: dict[str, dict[str, Any]] = {}
        async with self._database.reading() as session:
            for start in range(0, len(keys), BLOCK):
                some = select(InboxEntry.key, InboxEntry.envelope)
                some = some.where(InboxEntry.key.in_(keys[start : start + BLOCK]))
                found |= {str(key): envelope for key, envelope in await session.execute(some)}
        return found

    async def unfetched(self, place: str) -> dict[str, datetime]:
        """Messages under this beginning of keys that could not be fetched, and when each is due again."""
        open_ones = select(Unfetchable).where(Unfetchable.trouble.not_in(ENDED))
        open_ones = open_ones.where(Unfetchable.key.startswith(place, autoescape=True))
        async with self._database.reading() as session:
            return {row.key: row.again_at for row in await session.scalars(open_ones)}

    async def not_fetched(self, key: str, trouble: str, wait: Callable[[int], timedelta]) -> int:
        """Write down that a message could not be fetched (once more); how often that was.

        `wait` says after how many tries it rests how long.
        """
        now = wall()
        async with self._database.writing() as session:
            row = await session.get(Unfetchable, key, with_for_update=True)
            if row is None:
                row = Unfetchable(key=key, trouble=trouble, first_at=now, again_at=now, tries=0)
                session.add(row)
            row.tries = 1 if row.trouble in ENDED else row.tries + 1
            row.trouble, row.again_at = trouble, now + wait(row.tries)
            return row.tries

    async def over(self, keys: Collection[str], how: str) -> None:
        """These are `fetched` or `gone`: nobody needs to look after them any more."""
        table = Unfetchable.__table__
        async with self._database.begin() as connection:
            await connection.execute(update(table).where(table.c.key.in_(keys)).values(trouble=how))

    async def polled(
        self, account: str, folder: str, uidvalidity: int, at: datetime, mail: bool, trouble: str | None
    ) -> None:
        """A folder was looked through; `mail`: something new was in it. The first look counts as mail, so
        that silence is counted from then on."""
        async with self._database.writing() as session:
            row = await _folder(session, account, folder)
            row.uidvalidity, row.polled_at = uidvalidity, at
            if mail or row.mail_at is None:
                row.mail_at = at
            _set_trouble(row, trouble, at)

    async def troubled(self, account: str, folder: str, trouble: str, at: datetime) -> None:
        """A folder could not be looked through. `since` stays when its trouble goes on or changes."""
        async with self._database.writing() as session:
            _set_trouble(await _folder(session, account, folder), trouble, at)


async def _folder(session: AsyncSession, account: str, folder: str) -> MailboxFolder:
    named = (MailboxFolder.account == account) & (MailboxFolder.folder == folder)
    row = (await session.scalars(select(MailboxFolder).where(named).with_for_update())).one_or_none()
    if row is None:
        row = MailboxFolder(account=account, folder=folder)
        session.add(row)
    return row


def _set_trouble(row: MailboxFolder, trouble: str | None, at: datetime) -> None:
    row.since = None if trouble is None else row.since or at
    row.trouble = trouble
