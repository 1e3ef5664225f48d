"""The record as the machine sees it: one JSON document, its form fixed by the contract.

Times are ISO 8601 with offset, days ISO, codes canonical. Read in one transaction, in the order of numbers.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from store.base import Base
from store.database import Database
from store.history import HistoryEntry
from store.inbox import InboxEntry
from store.models import (
    EvidenceDocument,
    FileVerdictRow,
    Filing,
    Finding,
    Obligation,
    Person,
    ResolutionAgreement,
    ReviewItem,
)
from store.outbox import OutboxEntry
from store.scope import known_reviews as known_reviews
from store.scope import of_review as of_review

Row = dict[str, Any]


async def export(database: Database) -> dict[str, list[Row]]:
    """Everything there is."""
    async with database.reading() as session:
        people = {person.id: person for person in await _people(session)}
        return {
            "messages": await _messages(session),
            "documents": await _documents(session, people),
            "items": await _items(session),
            "findings": await _findings(session),
            "agreements": await _agreements(session, people),
            "obligations": await _obligations(session),
            "people": [_person(person) for person in people.values()],
            "outgoing": [_outgoing(row) for row in await _all(session, OutboxEntry)],
            "history": [_event(row) for row in await _all(session, HistoryEntry)],
        }


async def _all(session: AsyncSession, kind: type[Any]) -> Sequence[Any]:
    return (await session.scalars(select(kind).order_by(*kind.__table__.primary_key.columns))).all()


async def _people(session: AsyncSession) -> Sequence[Person]:
    loaded = select(Person).options(selectinload(Person.roles), selectinload(Person.addresses))
    return (await session.scalars(loaded.order_by(Person.id))).all()


async def _messages(session: AsyncSession) -> list[Row]:
    verdicts: dict[int, list[Row]] = defaultdict(list)
    for row in await _all(session, FileVerdictRow):
        verdicts[row.inbox_id].append(_pick(row, "file", "sha256", "verdict", "targets", "reason"))
    columns = ("id", "channel", "received_at", "sender", "message_id", "sha256", "size", "state", "reason")
    return [_pick(row, *columns) | {"verdicts": verdicts[row.id]} for row in await _all(session, InboxEntry)]


async def _documents(session: AsyncSession, people: dict[int, Person]) -> list[Row]:
    targets: dict[int, list[str]] = defaultdict(list)
    for filing in await _all(session, Filing):
        targets[filing.document_id].append(filing.target)
    columns = ("id", "name", "sha256", "size", "received_at", "channel", "version", "status")
    return [
        _pick(row, *columns)
        | {"lea": row.lea_id, "by": _address(people[row.by_id]), "targets": targets[row.id]}
        for row in await _all(session, EvidenceDocument)
    ]


async def _items(session: AsyncSession) -> list[Row]:
    documents: dict[int, list[int]] = defaultdict(list)
    for filing in await _all(session, Filing):
        if filing.review_item_id is not None:
            documents[filing.review_item_id].append(filing.document_id)
    return [
        _pick(row, "code", "title", "status") | {"review": row.review_id, "documents": documents[row.id]}
        for row in await _all(session, ReviewItem)
    ]


async def _findings(session: AsyncSession) -> list[Row]:
    agreements = {row.finding_id: row.id for row in await _all(session, ResolutionAgreement)}
    found = select(Finding, ReviewItem).join(ReviewItem).order_by(Finding.id)
    return [
        _pick(finding, "status", "due", "text")
        | {
            "review": item.review_id,
            "code": item.target,
            "item": item.code,
            "agreement": agreements.get(finding.id),
        }
        for finding, item in await session.execute(found)
    ]


async def _agreements(session: AsyncSession, people: dict[int, Person]) -> list[Row]:
    found = (
        select(ResolutionAgreement, ReviewItem)
        .join(Finding, Finding.id == ResolutionAgreement.finding_id)
        .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
        .order_by(ResolutionAgreement.id)
    )
    columns = ("requested_until", "status", "cap", "reason", "decided_until")
    return [
        _pick(row, *columns)
        | {"review": item.review_id, "finding": item.target}
        | {"decided_by": _address(people[row.decided_by]) if row.decided_by else None}
        for row, item in await session.execute(found)
    ]


async def _obligations(session: AsyncSession) -> list[Row]:
    documents: dict[str, list[int]] = defaultdict(list)
    for filing in await _all(session, Filing):
        if filing.obligation_id is not None:
            documents[filing.obligation_id].append(filing.document_id)
    return [
        _pick(row, "id", "due", "status")
        | {"lea": row.lea_id, "form": row.form_id, "school": row.school_cds, "documents": documents[row.id]}
        for row in await _all(session, Obligation)
    ]


def _person(person: Person) -> Row:
    roles = [
        {"role": role.role, "lea": role.lea_id, "school": role.school_cds}
        | {"program": role.program_id, "review": role.review_id, "instrument": role.instrument}
        for role in person.roles
    ]
    return {
        "name": person.name,
        "addresses": sorted(one.address for one in person.addresses),
        "roles": roles,
        "retired_at": _plain(person.retired_at),
    }


def _outgoing(row: OutboxEntry) -> Row:
    return _pick(row, "id", "channel", "to", "template", "state", "in_answer_to", "message_id")


def _event(row: HistoryEntry) -> Row:
    return _pick(row, "seq", "at", "kind", "who", "channel", "record", "facts", "digest")


def _address(person: Person) -> str:
    return min((one.address for one in person.addresses), default=person.name)


def _pick(row: Base, *columns: str) -> Row:
    return {column: _plain(getattr(row, column)) for column in columns}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) or hasattr(value, "isoformat") else value
