"""Check the record against itself: objects against their names, the chain, rows against the chain, in = out."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import Base, canonical
from store.database import Database
from store.files import FileStore
from store.history import GENESIS, Event, HistoryEntry, HistoryHead, facts_of, link, record_of
from store.inbox import InboxEntry
from store.models import (
    EvidenceDocument,
    FileVerdictRow,
    Filing,
    Finding,
    Lea,
    Obligation,
    Person,
    PersonAddress,
    PersonRole,
    Question,
    ResolutionAgreement,
    Review,
    ReviewItem,
    School,
    StoreFact,
)
from store.outbox import OutboxEntry

VOUCHED: tuple[type[Base], ...] = (
    StoreFact, Lea, School, Person, PersonAddress, PersonRole, Review, ReviewItem, Finding, ResolutionAgreement,
    Obligation, EvidenceDocument, Filing, FileVerdictRow, Question, InboxEntry, OutboxEntry,
)  # fmt: skip


@dataclass
class Report:
    """What was counted and what is wrong, the first wrong record first."""

    objects: int = 0
    entries: int = 0
    rows: int = 0
    messages: int = 0
    files: int = 0
    wrong: list[str] = field(default_factory=list)


async def verify(database: Database, files: FileStore) -> Report:
    """Re-read everything. Takes a snapshot of the rows; objects are write-once and need none."""
    report = Report()
    async with database.reading() as session:
        newest = await _check_chain(session, report)
        await _check_rows(session, newest, report)
        await _check_counts(session, report)
        needed = await _digests(session)
    await asyncio.to_thread(_check_objects, files, needed, report)
    return report


async def _check_chain(session: AsyncSession, report: Report) -> dict[str, str]:
    """Walk the chain from its first link; the newest facts of every record."""
    digest, seq, newest = GENESIS, 0, {}
    async for entry in _entries(session):
        event = Event(entry.at, entry.kind, entry.who, entry.channel, entry.record, {})
        if entry.seq != seq + 1 or entry.digest != link(digest, entry.seq, event, entry.facts):
            report.wrong.append(f"history:{entry.seq} does not follow from history:{seq}")
            break
        digest, seq, report.entries = entry.digest, entry.seq, report.entries + 1
        newest[entry.record] = entry.facts
    head = await session.get(HistoryHead, 1)
    if not report.wrong and (head is None or (head.seq, head.digest) != (seq, digest)):
        report.wrong.append(f"the history ends at {seq}, but its head says {head.seq if head else 'nothing'}")
    return newest


async def _entries(session: AsyncSession) -> AsyncIterator[HistoryEntry]:
    stream = await session.stream_scalars(select(HistoryEntry).order_by(HistoryEntry.seq))
    async for entry in stream:
        yield entry


async def _check_rows(session: AsyncSession, newest: dict[str, str], report: Report) -> None:
    """Every row that the history vouches for must be as its last entry says; none may be missing or extra."""
    missing = set(newest)
    for kind in VOUCHED:
        stream = await session.stream_scalars(select(kind).order_by(*kind.__table__.primary_key.columns))
        async for row in stream:
            name = record_of(row)
            report.rows += 1
            missing.discard(name)
            if _normal(newest.get(name)) != _normal(canonical(facts_of(row))):
                report.wrong.append(f"{name} is not as the history says")
    report.wrong += [f"{name} is in the history but not in the store" for name in sorted(missing)]


def _normal(facts: str | None) -> Any:
    return None if facts is None else json.loads(facts)


async def _check_counts(session: AsyncSession, report: Report) -> None:
    """Every message ends in one state, every file in one verdict: received = verdicts."""
    counted = (
        select(InboxEntry.id, InboxEntry.files, func.count(FileVerdictRow.id))
        .outerjoin(FileVerdictRow, FileVerdictRow.inbox_id == InboxEntry.id)
        .group_by(InboxEntry.id, InboxEntry.files)
        .order_by(InboxEntry.id)
    )
    for number, files, verdicts in await session.execute(counted):
        report.messages, report.files = report.messages + 1, report.files + files
        if files != verdicts:
            report.wrong.append(f"inbox:{number} came with {files} files but has {verdicts} verdicts")


async def _digests(session: AsyncSession) -> dict[str, str]:
    """Every object that a row needs, and one row that needs it."""
    needed: dict[str, str] = {}
    for kind in (InboxEntry, FileVerdictRow, EvidenceDocument):
        found = await session.execute(select(kind.sha256, *kind.__table__.primary_key.columns))
        needed |= {row[0]: f"{kind.__tablename__}:{row[1]}" for row in found}
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
