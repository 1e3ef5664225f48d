"""Check the record against itself: objects against names, the chain, rows against the chain, in = out."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar

from sqlalchemy import func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from store.base import Base, canonical
from store.chats import ChatFile
from store.database import Database
from store.files import FileStore
from store.history import GENESIS, Event, HistoryEntry, HistoryHead, facts_of, link
from store.inbox import InboxEntry
from store.keeping import BODY
from store.models import EvidenceDocument, FileVerdictRow

BLOCK = 500
UNREADABLE = (ValueError, TypeError, AttributeError)  # what a value of the wrong kind does to its reader
Row = TypeVar("Row", bound=Base)


@dataclass
class Report:
    """What was counted and what is wrong, the first wrong record first."""

    objects: int = 0
    entries: int = 0
    rows: int = 0
    messages: int = 0
    files: int = 0
    receipts: int = 0
    wrong: list[str] = field(default_factory=list)


async def verify(database: Database, files: FileStore) -> Report:
    """Re-read everything. Takes a snapshot of the rows; objects are write-once and need none."""
    report = Report()
    async with database.reading() as session:
        needed = await check_record(session, report)
    await asyncio.to_thread(_check_objects, files, needed, report)
    return report


async def check_record(session: AsyncSession, report: Report) -> dict[str, str]:
    """Everything but the objects; the digests of those that rows need, and one row that needs each."""
    newest = await _check_chain(session, report)
    in_row = await _check_rows(session, newest, report)
    await _check_counts(session, report)
    return await _digests(session, in_row)


def vouched() -> list[type[Base]]:
    """Every kind of row that the history vouches for, in the order of their names."""
    kinds = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_.vouched]
    return sorted(kinds, key=lambda kind: str(kind.__tablename__))


async def _check_chain(session: AsyncSession, report: Report) -> dict[str, str]:
    """Walk the chain from its first link to its head; the newest facts of every record.

    After a wrong entry the walk goes on from what that entry says, so that one edit is one complaint.
    """
    digest, seq, newest = GENESIS, 0, dict[str, str]()
    async for number, entry in _rows(session, HistoryEntry):
        if entry is None or not _follows(entry, seq, digest):
            report.wrong.append(f"history:{number} does not follow from history:{seq}")
        if entry is not None:
            digest, seq, report.entries = entry.digest, entry.seq, report.entries + 1
            newest[entry.record] = _spelled(entry.facts)
    head = await session.get(HistoryHead, 1, populate_existing=True)
    if head is None or (head.seq, head.digest) != (seq, digest):
        says = f"its head says {head.seq}" if head else "it has no head"
        report.wrong.append(f"the history ends at {seq}, but {says}")
    return newest


def _follows(entry: HistoryEntry, seq: int, digest: str) -> bool:
    try:
        event = Event(entry.at, entry.kind, entry.who, entry.channel, entry.record, {})
        return entry.seq == seq + 1 and entry.digest == link(digest, entry.seq, event, entry.facts)
    except UNREADABLE:
        return False


async def _check_rows(session: AsyncSession, newest: dict[str, str], report: Report) -> set[int]:
    """Every row that the history vouches for must be as its last entry says; none may be missing or extra.
    The arrivals whose words are kept with their row, and need no object."""
    missing, in_row = set(newest), set[int]()
    for kind in vouched():
        async for key, row in _rows(session, kind):
            name = f"{kind.__tablename__}:{key}"
            report.rows += 1
            missing.discard(name)
            if row is None or not _as_recorded(row, newest.get(name)):
                report.wrong.append(f"{name} is not as the history says")
            if isinstance(row, InboxEntry) and BODY in row.envelope:
                in_row.add(row.id)
                if hashlib.sha256(str(row.envelope[BODY]).encode()).hexdigest() != row.sha256:
                    report.wrong.append(f"{name} does not have the words that it was kept with")
    report.wrong += [f"{name} is in the history but not in the store" for name in sorted(missing)]
    return in_row


async def _rows(session: AsyncSession, kind: type[Row]) -> AsyncIterator[tuple[Any, Row | None]]:
    """Every row with its key, in the order of keys; None for one that cannot even be read."""
    key = _key(kind)
    keys = (await session.scalars(select(key).order_by(key))).all()
    for start in range(0, len(keys), BLOCK):
        some = keys[start : start + BLOCK]
        try:
            found = await _load(session, kind, some)
        except UNREADABLE:
            found = {}
            for one in some:
                with suppress(*UNREADABLE):
                    found |= await _load(session, kind, [one])
        for one in some:
            yield one, found.get(one)


async def _load(session: AsyncSession, kind: type[Row], keys: Sequence[Any]) -> dict[Any, Row]:
    key = _key(kind)
    chosen = select(kind).where(key.in_(keys)).execution_options(populate_existing=True)
    return {getattr(row, key.key): row for row in await session.scalars(chosen)}


def _key(kind: type[Base]) -> InstrumentedAttribute[Any]:
    """The one column that names a row."""
    (column,) = inspect(kind).primary_key
    return getattr(kind, column.name)  # type: ignore[no-any-return]


def _as_recorded(row: Base, recorded: str | None) -> bool:
    """A column that came with a later schema is not in an older entry: then it must say nothing yet."""
    facts = _facts(row)
    if facts is None or recorded is None or facts == recorded:
        return facts is not None and facts == recorded
    with suppress(*UNREADABLE):
        now, then = json.loads(facts), json.loads(recorded)
        new = {name: value for name, value in now.items() if name not in then}
        silent = all(value == _unsaid(row, name) for name, value in new.items())
        return silent and canonical({**new, **then}) == facts
    return False


def _unsaid(row: Base, name: str) -> Any:
    """What a column holds as long as nobody says anything."""
    own = next(one for one in fields(row) if one.name == name)
    return own.default_factory() if own.default_factory is not MISSING else own.default


def _facts(row: Base) -> str | None:
    try:
        return _spelled(canonical(facts_of(row)))
    except UNREADABLE:
        return None


def _spelled(facts: str) -> str:
    """One spelling, whatever went through the database: keys are text there."""
    try:
        return canonical(json.loads(facts))
    except UNREADABLE:
        return f"unreadable: {facts!r}"


async def _check_counts(session: AsyncSession, report: Report) -> None:
    """Every message ends in one state, every file in one verdict: received = verdicts."""
    counted = (
        select(InboxEntry.id, InboxEntry.files, func.count(FileVerdictRow.id))
        .outerjoin(FileVerdictRow, FileVerdictRow.inbox_id == InboxEntry.id)
        .group_by(InboxEntry.id, InboxEntry.files)
        .order_by(InboxEntry.id)
    )
    for number, files, verdicts in await session.execute(counted):
        report.messages, report.files = report.messages + 1, report.files + verdicts
        if files != verdicts:
            report.wrong.append(f"inbox:{number} came with {files} files but has {verdicts} verdicts")


async def _digests(session: AsyncSession, in_row: set[int]) -> dict[str, str]:
    """Every object that a row needs, and one row that needs it. A file that never came has no digest."""
    needed: dict[str, str] = {}
    for kind in (InboxEntry, FileVerdictRow, EvidenceDocument, ChatFile):
        found = await session.execute(select(kind.sha256, kind.id))
        without = in_row if kind is InboxEntry else set()
        came = (row for row in found if row[1] not in without and (row[0] or kind is not FileVerdictRow))
        needed |= {row[0]: f"{kind.__tablename__}:{row[1]}" for row in came}
    return needed


def _check_objects(files: FileStore, needed: dict[str, str], report: Report) -> None:
    report.wrong += [f"object {name}: {why}" for name, why in files.wrong_objects()]
    present = set(_names(files))
    report.objects = len(present)
    report.wrong += [
        f"{row} needs object {name}, which is missing" for name, row in needed.items() if name not in present
    ]


def _names(files: FileStore) -> Iterator[str]:
    return (path.name for path in files.objects())
