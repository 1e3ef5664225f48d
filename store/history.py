"""The history: every change as one row, each digest made over the one before, so no edit can hide."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, Text, bindparam, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, canonical

GENESIS = "0" * 64
QUEUE_ONLY = frozenset({"lease", "run_at", "attempts", "trouble", "check_at", "fetching", "speaker"})
# Fields of a reply that only its reader may know.
ONE_USE = "one_use_code"
LINK = "secret_link"  # opens something for ever: once it was sent, the row itself has only the digest
SEALED = "sha256:"


class HistoryEntry(Base):
    """One thing that happened: `record` names the row it is about (`filing:12`), `facts` is that row's
    content afterwards as canonical JSON, `digest` covers this entry and, through `digest` before, all."""

    __tablename__ = "history"
    vouched = False
    __table_args__ = (Index(None, "record", "seq"),)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    who: Mapped[str]
    channel: Mapped[str]
    record: Mapped[str]
    facts: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]


class HistoryHead(Base):
    """The newest position: locked by whoever appends, so that the chain has no forks."""

    __tablename__ = "history_head"
    vouched = False
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[str]


@dataclass(frozen=True)
class Event:
    """Something that happened to one row, before it has a place in the chain."""

    at: datetime
    kind: str
    who: str
    channel: str
    record: str
    facts: dict[str, Any]


def link(previous: str, seq: int, event: Event, facts: str) -> str:
    """The digest of an entry: over the digest before it and everything it says."""
    said = [seq, event.at, event.kind, event.who, event.channel, event.record, facts]
    return hashlib.sha256(f"{previous}\n{canonical(said)}".encode()).hexdigest()


def record_of(row: Base) -> str:
    """The name of a row in the history: its table and key."""
    state = inspect(row)
    return f"{type(row).__tablename__}:{state.mapper.primary_key_from_instance(row)[0]}"


def facts_of(row: Base) -> dict[str, Any]:
    """What the history vouches for: every column but those that only run the queues. Of a one-use code or a
    link in a reply's fields only the digest: the history is for ever and for many eyes."""
    columns = inspect(type(row)).column_attrs
    return {
        column.key: _sealed(getattr(row, column.key)) for column in columns if column.key not in QUEUE_ONLY
    }


def _sealed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if ONE_USE in value:
        value = value | {ONE_USE: hashlib.sha256(str(value[ONE_USE]).encode()).hexdigest()}
    return without_link(value)


def without_link(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as they are kept for ever: of a link its digest. Again and again the same."""
    link = str(fields.get(LINK, SEALED))
    if link.startswith(SEALED):
        return fields
    return fields | {LINK: SEALED + hashlib.sha256(link.encode()).hexdigest()}


async def append(connection: AsyncConnection | AsyncSession, events: Sequence[Event]) -> int:
    """Put events at the end of the chain, in the caller's transaction; the last position."""
    position: int = await connection.run_sync(chain, events)
    return position


HEAD = select(HistoryHead.__table__.c.seq, HistoryHead.__table__.c.digest).with_for_update()
ADD = insert(HistoryEntry.__table__)
MOVE = update(HistoryHead.__table__).values(seq=bindparam("seq"), digest=bindparam("digest"))


def chain(connection: Connection | Session, events: Sequence[Event]) -> int:
    """`append`, for who is in a synchronous call already. The statements are built once: building costs
    more than running."""
    head = connection.execute(HEAD).one()
    seq, digest = int(head.seq), str(head.digest)
    rows = []
    for event in events:
        seq, facts = seq + 1, canonical(event.facts)
        digest = link(digest, seq, event, facts)
        rows.append(
            {"seq": seq, "at": event.at, "kind": event.kind, "who": event.who, "channel": event.channel}
            | {"record": event.record, "facts": facts, "digest": digest}
        )
    if rows:
        connection.execute(ADD, rows)
        connection.execute(MOVE, {"seq": seq, "digest": digest})
    return seq
