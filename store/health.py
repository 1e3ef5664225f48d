"""How the queues stand: for health checks, the doctor and alarms."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.clock import wall
from store.database import Database
from store.inbox import FRESH, SUSPECT, TROUBLED, InboxEntry
from store.outbox import DEAD, WAITING, OutboxEntry


@dataclass(frozen=True)
class Health:
    """Counts, and the age in seconds of the oldest message that nobody has answered yet. Of the `dead`
    letters `resent` were sent again by somebody."""

    received: int
    failed: int
    held: int
    waiting: int
    dead: int
    resent: int
    oldest_seconds: float


async def health(database: Database) -> Health:
    """Every count has its index: a monitor may ask every few seconds."""
    async with database.reading() as session:
        waiting = [await _waiting(session, part) for part in (FRESH, SUSPECT)]
        inbox = await _counts(session, InboxEntry, TROUBLED)
        again = OutboxEntry.thread["resent"].as_boolean()
        resent = await session.scalar(select(func.count()).where(DEAD, again)) or 0
        outbox = {**await _counts(session, OutboxEntry, WAITING), **await _counts(session, OutboxEntry, DEAD)}
    return Health(
        received=sum(count for count, _ in waiting),
        failed=inbox.get("failed", 0),
        held=inbox.get("held", 0),
        waiting=outbox.get("waiting", 0),
        dead=outbox.get("dead", 0),
        resent=resent,
        oldest_seconds=max(_age(oldest) for _, oldest in waiting),
    )


async def _waiting(session: AsyncSession, part: TextClause) -> tuple[int, datetime | None]:
    found = select(func.count(), func.min(InboxEntry.received_at)).where(part)
    count, oldest = (await session.execute(found)).one()
    return count, oldest


async def _counts(
    session: AsyncSession, kind: type[InboxEntry] | type[OutboxEntry], part: TextClause
) -> dict[str, int]:
    found = select(kind.state, func.count()).where(part).group_by(kind.state)
    return {state: count for state, count in await session.execute(found)}  # noqa: C416


def _age(moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (wall() - moment).total_seconds())
