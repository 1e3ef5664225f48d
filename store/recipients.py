"""Whether a recipient may still be written to, asked once for a whole round of deliveries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.people import Person, PersonAddress


@dataclass(frozen=True)
class Recipient:
    """An address on record: since when mail to it comes back, and when its person was retired."""

    unreachable_at: datetime | None
    retired_at: datetime | None


async def recipients_at(session: AsyncSession, addresses: Collection[str]) -> dict[str, Recipient]:
    """Those of the addresses that are on record; nobody knows the others."""
    if not addresses:
        return {}
    found = (
        select(PersonAddress.address, PersonAddress.unreachable_at, Person.retired_at)
        .join(Person, Person.id == PersonAddress.person_id)
        .where(PersonAddress.address.in_(addresses))
    )
    return {address: Recipient(*facts) for address, *facts in await session.execute(found)}


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
