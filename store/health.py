"""How the queues stand: for health checks, the doctor and alarms."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.clock import wall
from store.database import Database
from store.inbox import InboxEntry
from store.outbox import OutboxEntry


@dataclass(frozen=True)
class Health:
    """Counts, and the age in seconds of the oldest message that nobody has answered yet."""

    received: int
    failed: int
    held: int
    waiting: int
    dead: int
    oldest_seconds: float


async def health(database: Database) -> Health:
    async with database.reading() as session:
        inbox = await _counts(session, InboxEntry, "received", "failed", "held")
        outbox = await _counts(session, OutboxEntry, "waiting", "dead")
        oldest = await session.scalar(
            select(func.min(InboxEntry.received_at)).where(InboxEntry.state == "received")
        )
    return Health(
        received=inbox.get("received", 0),
        failed=inbox.get("failed", 0),
        held=inbox.get("held", 0),
        waiting=outbox.get("waiting", 0),
        dead=outbox.get("dead", 0),
        oldest_seconds=_age(oldest),
    )


async def _counts(
    session: AsyncSession, kind: type[InboxEntry] | type[OutboxEntry], *states: str
) -> dict[str, int]:
    """Only of these states: those that end well are most of all rows, and need no counting."""
    found = select(kind.state, func.count()).where(kind.state.in_(states)).group_by(kind.state)
    return {state: count for state, count in await session.execute(found)}  # noqa: C416


def _age(moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (wall() - moment).total_seconds())
