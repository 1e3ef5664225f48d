"""Deliveries as people look them up, and the same words sent once more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from store.asking import Asking
from store.channels import CHATS
from store.clock import wall
from store.history import LINK, ONE_USE
from store.outbox import OutboxEntry
from store.people import Person, PersonAddress

MOST = 20
ENDED = frozenset({"sent", "dead", "bounced", "suppressed"})


class NotResent(Exception):
    """Why a message is not sent again, in one sentence."""


class SentQuestions(Asking):
    """What was sent to an address, and what became of it."""

    async def delivery(self, number: int) -> OutboxEntry | None:
        return await self.session.get(OutboxEntry, number)

    async def latest_deliveries(
        self, addresses: Sequence[str], accounts: Sequence[str] = ()
    ) -> Sequence[OutboxEntry]:
        """The newest messages to any of these addresses by mail, and notices to these chat accounts; the
        newest first."""
        users = [account.rpartition("/")[2] for account in accounts]
        by_mail = and_(OutboxEntry.to.in_(addresses), OutboxEntry.channel == "mail")
        in_chats = and_(OutboxEntry.to.in_(users), OutboxEntry.channel.in_(CHATS))
        found = select(OutboxEntry).where(or_(by_mail, in_chats))
        return (await self.session.scalars(found.order_by(OutboxEntry.id.desc()).limit(MOST))).all()

    async def sent_again(self, number: int, to: str | None, at: datetime) -> OutboxEntry:
        """Queue the same words once more, to the same address or to another one of the same person; the
        caller adds the row. Raises NotResent."""
        old = await self.session.get(OutboxEntry, number)
        if old is None:
            raise NotResent(f"there is no message {number}")
        found = select(PersonAddress.address, PersonAddress.person_id, Person.retired_at).join(Person)
        known = (
            await self.session.execute(found.where(PersonAddress.address.in_({old.to, to or old.to})))
        ).all()
        if to not in (None, old.to) and len({row.person_id for row in known}) != len(known) - 1:
            raise NotResent(f"{to} is no address on record of who message {number} was for")
        if any(row.retired_at is not None for row in known):
            raise NotResent(f"who message {number} was for has been retired")
        row = again(old, to or old.to, at)
        old.thread = dict(old.thread) | {"resent": True}  # a dead letter is nobody's trouble any more
        return row


def again(old: OutboxEntry, to: str, at: datetime) -> OutboxEntry:
    """A new row of its own that says the same in the same thread: a second copy under the old Message-ID
    would be dropped by mail readers. Raises NotResent."""
    if old.channel == "console":
        raise NotResent(f"message {old.id} was shown on the terminal: ask again there")
    if old.state not in ENDED:
        raise NotResent(f"message {old.id} is {old.state}: it is still being sent")
    if ONE_USE in old.fields:
        raise NotResent(f"message {old.id} has a code that is used once: let its reader ask for a new one")
    if LINK in old.fields:
        raise NotResent(f"message {old.id} has a link that we do not keep: let its reader ask for a new one")
    thread = {name: one for name, one in old.thread.items() if name != "resent"} | {"again": old.id}
    return OutboxEntry(
        created_at=at,
        channel=old.channel,
        to=to,
        template=old.template,
        fields=dict(old.fields),
        run_at=wall(),
        in_answer_to=old.in_answer_to,
        thread=thread,
        about=old.about,
        needs=old.needs,
    )
