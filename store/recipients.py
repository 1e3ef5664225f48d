"""Whether a recipient may still be written to, asked once for a whole round of deliveries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.chat_account import ChatAccount
from store.people import Person, PersonAddress, PersonRole
from store.reaching import Reach, reach_of
from store.reviews import Review

Needs = Mapping[str, Sequence[str]]
ACCOUNT_ENDED = "the account speaks for nobody any more"
UNREACHABLE = "address unreachable since"


@dataclass(frozen=True)
class Recipient:
    """An address or a chat account on record: since when mail to it comes back, when its person was retired,
    what they may see now, and since when the account speaks for nobody."""

    unreachable_at: datetime | None
    retired_at: datetime | None
    reach: Reach
    ended_at: datetime | None = None


async def recipients_at(session: AsyncSession, addresses: Collection[str]) -> dict[str, Recipient]:
    """Those of the addresses that are on record; nobody knows the others."""
    if not addresses:
        return {}
    found = (
        select(PersonAddress.address, PersonAddress.unreachable_at, Person.retired_at, PersonRole)
        .join(Person, Person.id == PersonAddress.person_id)
        .outerjoin(PersonRole, and_(PersonRole.person_id == Person.id, PersonRole.ended_at.is_(None)))
        .where(PersonAddress.address.in_(addresses))
    )
    known: dict[str, Recipient] = {}
    for address, unreachable_at, retired_at, role in await session.execute(found):
        before = known.get(address, Recipient(unreachable_at, retired_at, Reach()))
        reach = before.reach.joined(reach_of([role] if role else []))
        known[address] = Recipient(unreachable_at, retired_at, reach)
    return known


async def programs_of(session: AsyncSession, needs: Collection[Needs]) -> dict[str, str]:
    """The program of every review that is needed."""
    reviews = {review for one in needs for review in one.get("reviews", ())}
    if not reviews:
        return {}
    found = select(Review.id, Review.program_id).where(Review.id.in_(reviews))
    return {row.id: row.program_id for row in await session.execute(found)}


async def accounts_of(session: AsyncSession, accounts: Collection[str]) -> dict[str, Recipient]:
    """The same for chat accounts, as each was linked last."""
    if not accounts:
        return {}
    found = (
        select(ChatAccount, Person.retired_at, PersonRole)
        .join(Person, Person.id == ChatAccount.person_id)
        .outerjoin(PersonRole, and_(PersonRole.person_id == Person.id, PersonRole.ended_at.is_(None)))
        .where(ChatAccount.account.in_(accounts))
        .order_by(ChatAccount.id)
    )
    known: dict[str, tuple[int, Recipient]] = {}
    for linked, retired_at, role in await session.execute(found):
        number, before = known.get(linked.account, (linked.id, None))
        reach = before.reach if before is not None and number == linked.id else Reach()
        reach = reach.joined(reach_of([role] if role else []))
        known[linked.account] = linked.id, Recipient(None, retired_at, reach, linked.ended_at)
    return {account: recipient for account, (_, recipient) in known.items()}


def may_be_written_to(recipient: Recipient | None, queued_at: datetime, notice: bool) -> str | None:
    """Why not, or None. Who was retired since hears no more, but of the retiring itself, which is queued in
    the same moment. An answer is tried where mail came back from: its reader has just written from there."""
    if recipient is None:
        return None
    if recipient.retired_at is not None and queued_at < recipient.retired_at:
        return "its person was retired meanwhile"
    if notice and recipient.ended_at is not None:
        return ACCOUNT_ENDED
    if notice and recipient.unreachable_at is not None:
        return f"{UNREACHABLE} {recipient.unreachable_at:%Y-%m-%d}"
    return None


def may_read(recipient: Recipient | None, needs: Needs, programs: Mapping[str, str]) -> str | None:
    """Why not, or None: what a message speaks of must still be within its reader's reach. `programs`: see
    `Reach.covers`."""
    if not needs or (recipient is not None and recipient.reach.covers(needs, programs)):
        return None
    return "its reader no longer works on what it speaks of"
