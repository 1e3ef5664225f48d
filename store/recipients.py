"""Whether a recipient may still be written to, asked once for a whole round of deliveries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.people import Person, PersonAddress, PersonRole
from store.reaching import Reach, reach_of
from store.reviews import Review

Needs = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Recipient:
    """An address on record: since when mail to it comes back, when its person was retired, and what they
    may see now."""

    unreachable_at: datetime | None
    retired_at: datetime | None
    reach: Reach


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


def may_be_written_to(recipient: Recipient | None, queued_at: datetime, notice: bool) -> str | None:
    """Why not, or None. Who was retired since hears no more, but of the retiring itself, which is queued in
    the same moment. An answer is tried where mail came back from: its reader has just written from there."""
    if recipient is None:
        return None
    if recipient.retired_at is not None and queued_at < recipient.retired_at:
        return "its person was retired meanwhile"
    if notice and recipient.unreachable_at is not None:
        return f"address unreachable since {recipient.unreachable_at:%Y-%m-%d}"
    return None


def may_read(recipient: Recipient | None, needs: Needs, programs: Mapping[str, str]) -> str | None:
    """Why not, or None: what a message speaks of must still be within its reader's reach. `programs`: see
    `Reach.covers`."""
    if not needs or (recipient is not None and recipient.reach.covers(needs, programs)):
        return None
    return "its reader no longer works on what it speaks of"
