"""The transactional inbox: what arrived, who works on it (lease), and how it ended."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Select,
    TextClause,
    insert,
    not_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base
from store.clock import wall
from store.database import Database
from store.history import HEAD, QUEUE_ONLY, Event, append, chain, facts_of
from store.keeping import Arrival
from store.turns import SPEAKING, in_lane, waits_its_turn

LEASE = timedelta(seconds=30)
FRESH = text("state = 'received' AND lease IS NULL")
SUSPECT = text("state = 'received' AND lease IS NOT NULL")
TROUBLED = text("state IN ('failed', 'held')")
NOT_AUTHENTICATED, UNKNOWN_SENDER = "not authenticated", "unknown sender"
UNIDENTIFIED = (NOT_AUTHENTICATED, UNKNOWN_SENDER)  # how the reason begins of who could not be identified
DELIVERED_BEFORE = "delivered before as {}"
RELEASED = "released by "  # and by whom, in the reason until it is handled
DIRECTED = "; directed to "
TO_CONFIRM = "to be confirmed"  # how the reason begins of what waits for a code
SPF_ONLY = f"{TO_CONFIRM}: SPF only"
CONFIRMED = "confirmed by its sender"
CONFIRMED_BY = "confirmed by a code to "  # and where it went: how we know whose it is
MOST_DUE = 500


class InboxEntry(Base):
    """One delivery. `state` is how it ended; `run_at` (wall time) is when a worker may take it.

    `key` is the idempotency key of doors that may bring the same thing twice (`imap:…`, an event's id).
    `check_at` is when a held one is looked at again by itself. `directed` are words that a program contact
    gave it (`EL 02 of sv`), `clues` what was seen of a held one: codes, guesses of who and what, no words.
    `fetching`: its files must be fetched first; `speaker`: the chat account in whose order it is answered.
    Neither is part of the record.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_fresh", "run_at", "id", sqlite_where=FRESH, postgresql_where=FRESH),
        Index("ix_inbox_suspect", "run_at", "id", sqlite_where=SUSPECT, postgresql_where=SUSPECT),
        Index(None, "content"),
        Index(None, "key", unique=True),
        Index("ix_inbox_speaking", "speaker", sqlite_where=SPEAKING, postgresql_where=SPEAKING),
        Index("ix_inbox_troubled", "state", sqlite_where=TROUBLED, postgresql_where=TROUBLED),
    )
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[str]
    received_at: Mapped[datetime]
    sha256: Mapped[str]
    size: Mapped[int]
    envelope: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="received")
    reason: Mapped[str] = mapped_column(default="")
    sender: Mapped[str | None] = mapped_column(default=None)
    message_id: Mapped[str | None] = mapped_column(default=None)
    content: Mapped[str | None] = mapped_column(default=None)
    files: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(default=None)
    trouble: Mapped[str | None] = mapped_column(default=None)
    key: Mapped[str | None] = mapped_column(default=None)
    check_at: Mapped[datetime | None] = mapped_column(default=None)
    directed: Mapped[str | None] = mapped_column(default=None)
    clues: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    fetching: Mapped[bool | None] = mapped_column(default=None)
    speaker: Mapped[str | None] = mapped_column(default=None)

    def requeue(self, reason: str = "") -> None:
        """To be handled as soon as this is committed; the time of receipt stays."""
        self.state, self.reason, self.lease = "received", reason, None
        self.attempts, self.run_at, self.check_at = 0, wall(), None

    def fail(self, reason: str) -> None:
        self.state, self.reason, self.lease = "failed", reason, None


class Inbox:
    """The queue of arrivals. Each method is one transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, arrivals: Sequence[Arrival], lease: str | None = None) -> list[int]:
        """Rows and their first history entries for many arrivals in one commit; their numbers in order.

        An arrival whose key is there already makes no second row: it gets the number of the first.
        With `lease` the caller takes them at once, before any worker can.
        """
        rows = [_row(arrival, lease) for arrival in arrivals]
        async with self._database.begin() as connection:
            return await connection.run_sync(_insert, rows)

    async def claim(
        self, worker: str, limit: int, channels: Sequence[str] = (), fetching: bool | None = None
    ) -> list[InboxEntry]:
        """Lease due entries whose turn it is, of these channels only if any are named; `fetching`: only those
        whose door said that files must be fetched for them, or only the others. One whose last worker died is
        claimed alone: a message that kills its worker must not drag its neighbours along."""
        now = wall()
        due = select(InboxEntry.id).where(InboxEntry.run_at <= now, *in_lane(InboxEntry, channels, fetching))
        due = due.order_by(InboxEntry.run_at, InboxEntry.id)
        async with self._database.writing() as session:
            turn = not_(waits_its_turn(InboxEntry, now))
            for query in (due.where(SUSPECT).limit(1), due.where(FRESH, turn).limit(limit)):
                taken = query.with_for_update(skip_locked=True)
                ids = list((await session.scalars(taken)).all())
                if ids:
                    leased = {"lease": worker, "run_at": now + LEASE, "attempts": InboxEntry.attempts + 1}
                    await session.execute(update(InboxEntry).where(InboxEntry.id.in_(ids)).values(leased))
                    found = await session.scalars(_by_number(ids))
                    return list(found.all())
        return []

    async def renew(self, worker: str) -> None:
        """Hold on to everything this worker has leased: it is alive and still at it."""
        table = InboxEntry.__table__
        mine = update(table).where(SUSPECT, table.c.lease == worker)
        async with self._database.begin() as connection:
            await connection.execute(mine.values(run_at=wall() + LEASE))

    async def put_back(self, number: int, worker: str, run_at: datetime, trouble: str) -> None:
        """Try again at `run_at` (wall time); `trouble` is for the operator, never for the sender."""
        values = {"lease": None, "run_at": run_at, "trouble": trouble[:500]}
        async with self._database.begin() as connection:
            await connection.execute(
                update(InboxEntry.__table__)
                .where(InboxEntry.__table__.c.id == number, InboxEntry.__table__.c.lease == worker)
                .values(values)
            )

    async def give_up(self, number: int, worker: str, trouble: str) -> None:
        """Handling failed too often: `failed`, kept for a person and for `cais inbox again`."""
        mine = (InboxEntry.lease == worker) & (InboxEntry.state == "received")
        await self._change(number, mine, lambda entry: entry.fail(trouble))

    async def again(self, number: int) -> bool:
        """A held or failed entry back to `received`, to be handled once more; False if it is neither."""
        return await self._change(number, TROUBLED, InboxEntry.requeue)

    async def check_again(self, now: datetime) -> int:
        """Held entries whose `check_at` has come, back to `received`; how many. `now` is wall time."""
        due = (InboxEntry.state == "held") & (InboxEntry.check_at <= now)
        async with self._database.reading() as session:
            ids = (await session.scalars(select(InboxEntry.id).where(TROUBLED, due).limit(MOST_DUE))).all()
        return sum([await self._change(number, due, InboxEntry.requeue) for number in ids])

    async def _change(
        self,
        number: int,
        only: ColumnElement[bool] | TextClause,
        change: Callable[[InboxEntry], None],
    ) -> bool:
        async with self._database.writing() as session:
            found = select(InboxEntry).where(InboxEntry.id == number, only).with_for_update()
            entry = (await session.scalars(found)).one_or_none()
            if entry is None:
                return False
            change(entry)
            await session.flush()
            how = f"inbox {entry.state}"
            event = Event(wall(), how, "service", entry.channel, f"inbox:{number}", facts_of(entry))
            await append(session, [event])
        return True


KEEP = insert(InboxEntry.__table__).returning(InboxEntry.__table__.c.id, sort_by_parameter_order=True)


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """In one synchronous call and with a statement built once: every arriving mail waits for this."""
    if any(row["key"] for row in rows):
        return _insert_keyed(connection, rows)
    numbers = list(connection.execute(KEEP, rows).scalars())
    chain(connection, [_received(number, row) for number, row in zip(numbers, rows, strict=True)])
    return numbers


def _insert_keyed(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """The lock of the history's head first: whoever brings the same key at the same time has committed
    before we look, or waits until we have."""
    connection.execute(HEAD)
    names = [row["key"] or place for place, row in enumerate(rows)]  # without a key each is its own
    there = _numbers(connection, {row["key"] for row in rows} - {None})
    fresh = {name: row for name, row in zip(names, rows, strict=True) if name not in there}
    numbers = list(connection.execute(KEEP, list(fresh.values())).scalars()) if fresh else []
    given = list(zip(numbers, fresh.values(), strict=True))
    chain(connection, [_received(number, row) for number, row in given])
    there |= dict(zip(fresh, numbers, strict=True))
    return [there[name] for name in names]


def _numbers(connection: Connection, keys: set[str]) -> dict[str | int, int]:
    table = InboxEntry.__table__
    found = connection.execute(select(table.c.key, table.c.id).where(table.c.key.in_(keys)))
    return {str(key): int(number) for key, number in found}


def _by_number(ids: list[int]) -> Select[InboxEntry]:
    chosen = select(InboxEntry).where(InboxEntry.id.in_(ids)).order_by(InboxEntry.id)
    return chosen.execution_options(populate_existing=True)


def _row(arrival: Arrival, lease: str | None) -> dict[str, Any]:
    run_at = wall() + LEASE if lease else wall()
    return {
        "channel": arrival.channel,
        "received_at": arrival.received_at,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "envelope": arrival.envelope,
        "run_at": run_at,
        "state": "received",
        "reason": "",
        "sender": None,
        "message_id": None,
        "content": None,
        "files": 0,
        "attempts": 1 if lease else 0,
        "lease": lease,
        "trouble": None,
        "key": arrival.key,
        "check_at": None,
        "directed": None,
        "clues": None,
        "fetching": arrival.fetching or None,
        "speaker": arrival.speaker,
    }


def _received(number: int, row: dict[str, Any]) -> Event:
    facts = {"id": number} | {name: value for name, value in row.items() if name not in QUEUE_ONLY}
    return Event(row["received_at"], "received", "door", row["channel"], f"inbox:{number}", facts)
