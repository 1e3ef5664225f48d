"""What was sent to us and what we answered, as rows of the export."""

from collections.abc import AsyncIterator, Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from store.exports.part import Part, Row
from store.exports.rows import grouped, pick
from store.exports.scope import is_within, within
from store.exports.spoken import lea_in, speaks_only_of
from store.inbox import InboxEntry
from store.models import (
    LIVE,
    Comment,
    EvidenceDocument,
    FileVerdictRow,
    Filing,
    Finding,
    Lea,
    Receipt,
    ResolutionAgreement,
    Review,
    ReviewItem,
    Statement,
)
from store.outbox import OutboxEntry

FILING = ("target", "status", "filed_at", "submitted_at", "ended_at", "pages", "part", "covers", "schools")
NOBODYS = "not_evidence"
TOUCHES: tuple[InstrumentedAttribute[Any], ...] = (
    *(Filing.inbox_id, Filing.ended_in, Statement.inbox_id, Statement.ended_in, Comment.inbox_id),
)


async def messages(part: Part) -> AsyncIterator[Row]:
    columns = ("id", "channel", "received_at", "sender", "message_id", "sha256", "size", "state", "reason")
    async for block in part.all(InboxEntry):
        verdicts = grouped(
            [(row.inbox_id, row) for row in await _verdicts(part, [entry.id for entry in block])]
        )
        for entry in block:
            said = [one for row in verdicts[entry.id] if (one := _verdict(row, part.review)) is not None]
            yield pick(entry, *columns) | {"verdicts": said}


async def _verdicts(part: Part, ids: Collection[int]) -> list[FileVerdictRow]:
    found = select(FileVerdictRow).where(FileVerdictRow.inbox_id.in_(ids)).order_by(FileVerdictRow.id)
    return list(await part.session.scalars(found))


def _verdict(row: FileVerdictRow, review: str | None) -> Row | None:
    """None where the file has nothing to do with the review."""
    targets = within(row.targets, review)
    if review is not None and not targets:
        return None
    return pick(row, "file", "sha256", "verdict", "targets", "reason") | {"targets": targets}


async def documents(part: Part) -> AsyncIterator[Row]:
    columns = ("id", "name", "sha256", "size", "media_type", "received_at", "channel", "version", "status")
    async for block in part.all(EvidenceDocument):
        found = select(Filing).where(Filing.document_id.in_([row.id for row in block])).order_by(Filing.id)
        filed = [row for row in await part.session.scalars(found) if within([row.target], part.review)]
        filings = grouped((row.document_id, row) for row in filed)
        by = await part.addresses({row.by_id for row in (*block, *filed)})
        for row in block:
            yield pick(row, *columns, "extent", "scan", "scan_found") | {
                "lea": row.lea_id,
                "by": by[row.by_id],
                "message": row.inbox_id,
                "targets": [filing.target for filing in filings[row.id] if filing.status in LIVE],
                "filings": [pick(one, *FILING) | {"by": by[one.by_id]} for one in filings[row.id]],
            }


async def statements(part: Part) -> AsyncIterator[Row]:
    columns = ("id", "target", "kind", "text", "made_at", "status", "submitted_at", "ended_at")
    async for block in part.all(Statement):
        by = await part.addresses({row.by_id for row in block})
        for row in block:
            yield pick(row, *columns) | {"lea": row.lea_id, "by": by[row.by_id], "message": row.inbox_id}


async def receipts(part: Part) -> AsyncIterator[Row]:
    """A receipt speaks of its whole message: where that touched something outside of the review, or its
    sender serves another LEA, the words and the signature on them are left out, and the reference stays."""
    leas = await _leas(part)
    async for block in part.all(Receipt):
        mixed = await _reaching_out(part, [row.inbox_id for row in block])
        for row in block:
            whole = row.inbox_id not in mixed and (leas is None or lea_in(row.text) in leas)
            yield pick(row, "made_at", "position", "key") | {
                "message": row.inbox_id,
                "text": row.text if whole else None,
                "signature": row.signature if whole else None,
            }


async def _leas(part: Part) -> tuple[str, str] | None:
    """What a receipt of one review may say of LEAs: nothing, or the review's own name. None for all."""
    if part.review is None:
        return None
    found = select(Lea.name).join(Review, Review.lea_id == Lea.id).where(Review.id == part.review)
    return "", (await part.session.scalars(found)).one()


async def outgoing(part: Part) -> AsyncIterator[Row]:
    """Of what we said about a message that touched more than the review, only the answer to its sender."""
    columns = ("id", "channel", "to", "template", "state", "in_answer_to", "message_id")
    async for block in part.all(OutboxEntry):
        answered = {row.in_answer_to for row in block if row.in_answer_to is not None}
        mixed = await _reaching_out(part, answered)
        found = select(InboxEntry.id, InboxEntry.sender).where(InboxEntry.id.in_(mixed))
        senders: dict[Any, str | None] = dict(list(await part.session.execute(found)))
        for row in block:
            if row.in_answer_to not in mixed or row.to == senders[row.in_answer_to]:
                yield pick(row, *columns)


async def _reaching_out(part: Part, ids: Collection[int]) -> set[int]:
    """Of these messages, those that touched anything outside of the review."""
    review = part.review
    if review is None:
        return set()
    agreement = (
        select(ResolutionAgreement.inbox_id, ReviewItem.review_id)
        .join(Finding, Finding.id == ResolutionAgreement.finding_id)
        .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
        .where(ResolutionAgreement.inbox_id.in_(ids))
    )
    touched = [*await part.session.execute(agreement)]
    for column in TOUCHES:
        found = select(column, column.class_.target).where(column.in_(ids))
        touched += await part.session.execute(found)
    mixed = {number for number, target in touched if not is_within(target, review)}
    signed = select(Receipt).where(Receipt.inbox_id.in_(ids))
    receipts = await part.session.scalars(signed)
    spoken = {row.inbox_id for row in receipts if not speaks_only_of(review, row.text)}
    filed = {row.inbox_id for row in await _verdicts(part, ids) if _reaches_out(row, review)}
    return mixed | spoken | filed


def _reaches_out(row: FileVerdictRow, review: str) -> bool:
    """A file that was filed nowhere may be another review's; a picture of the mail itself is nobody's."""
    if not row.targets:
        return row.verdict != NOBODYS
    return len(within(row.targets, review)) < len(row.targets)
