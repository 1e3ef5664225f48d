"""How the queues stand: for health checks, the doctor and alarms."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

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
        inbox = {state: count for state, count in await session.execute(_by_state(InboxEntry))}
        outbox = {state: count for state, count in await session.execute(_by_state(OutboxEntry))}
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


def _by_state(kind: type[InboxEntry] | type[OutboxEntry]):  # type: ignore[no-untyped-def]
    return select(kind.state, func.count()).group_by(kind.state)


def _age(moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (wall() - moment).total_seconds())
