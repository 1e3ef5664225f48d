"""Every target with what is on file for it: one row a filing, and one for a target that has none."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from store.exports.cells import Cell
from store.exports.part import Part
from store.exports.scope import CONCERNS
from store.models import (
    EvidenceDocument,
    Filing,
    Finding,
    Form,
    Lea,
    Obligation,
    ResolutionAgreement,
    Review,
    ReviewItem,
)

CellRow = dict[str, Cell]


@dataclass(frozen=True)
class Around:
    """What some items lean on: the finding on each (by item) and its newest agreement (by finding)."""

    findings: dict[int, Finding]
    agreements: dict[int, ResolutionAgreement]

    def cells(self, item: ReviewItem, review: Review) -> CellRow:
        finding = self.findings.get(item.id)
        agreement = self.agreements.get(finding.id) if finding else None
        return {
            "finding": finding.text if finding else None,
            "finding_status": finding.status if finding else None,
            "due": finding.due if finding else review.upload_due,
            "agreement": agreement.status if agreement else None,
            "agreement_until": (agreement.decided_until or agreement.requested_until) if agreement else None,
        }


NOTHING_FOUND: CellRow = {"finding": None, "finding_status": None}
NOTHING_AGREED: CellRow = {"agreement": None, "agreement_until": None}


async def filed_rows(part: Part) -> AsyncIterator[CellRow]:
    """Items in their order, each with its documents; then, of the whole record, the forms with theirs."""
    filed = select(Lea, Review, ReviewItem, Filing, EvidenceDocument).join_from(Lea, Review).join(ReviewItem)
    items = filed.outerjoin(Filing, Filing.review_item_id == ReviewItem.id)
    async for block in part.blocks(_ordered(items, ReviewItem, part.review)):
        around = await around_items(part, {item.id for _, _, item, _, _ in block})
        by = await _senders(part, [(filing, document) for _, _, _, filing, document in block])
        for lea, review, item, filing, document in block:
            of_item = {**_of_lea(lea, review.id), **_of_item(item)}
            yield {**of_item, **_of_document(filing, document, by), **around.cells(item, review)}
    if part.review is None:
        async for row in _of_forms(part):
            yield row


async def _of_forms(part: Part) -> AsyncIterator[CellRow]:
    filed = select(Lea, Form, Obligation, Filing, EvidenceDocument).join_from(Lea, Obligation).join(Form)
    forms = filed.outerjoin(Filing, Filing.obligation_id == Obligation.id)
    async for block in part.blocks(_ordered(forms, Obligation, None)):
        by = await _senders(part, [(filing, document) for _, _, _, filing, document in block])
        for lea, form, duty, filing, document in block:
            own: CellRow = {"code": duty.id, "title": form.title, "item_status": duty.status}
            due: CellRow = {**NOTHING_FOUND, "due": duty.due, **NOTHING_AGREED}
            yield {**_of_lea(lea, None), **own, **_of_document(filing, document, by), **due}


def _ordered(
    found: Select[*tuple[Any, ...]], kind: type[ReviewItem] | type[Obligation], review: str | None
) -> Select[*tuple[Any, ...]]:
    chosen = found.outerjoin(EvidenceDocument, EvidenceDocument.id == Filing.document_id)
    chosen = chosen if review is None else chosen.where(CONCERNS[kind](review))
    return chosen.order_by(kind.id, Filing.id)


async def around_items(part: Part, items: Collection[int]) -> Around:
    """The findings on these items and what was agreed on them."""
    found = await part.session.scalars(select(Finding).where(Finding.review_item_id.in_(items)))
    findings = {row.review_item_id: row for row in found}
    agreed = select(ResolutionAgreement).where(
        ResolutionAgreement.finding_id.in_([row.id for row in findings.values()])
    )
    newest = await part.session.scalars(agreed.order_by(ResolutionAgreement.id))
    return Around(findings, {row.finding_id: row for row in newest})


async def _senders(
    part: Part, rows: Collection[tuple[Filing | None, EvidenceDocument | None]]
) -> dict[int | None, str | None]:
    filed = {filing.by_id for filing, _ in rows if filing}
    return await part.addresses(filed | {document.by_id for _, document in rows if document})


def _of_lea(lea: Lea, review: str | None) -> CellRow:
    return {"review": review, "lea": lea.id, "lea_name": lea.name, "cds": lea.cds}


def _of_item(item: ReviewItem) -> CellRow:
    """`finding_text` is in no table: it is a finding only from the Notification of Findings on."""
    own: CellRow = {"code": item.code, "title": item.title, "item_status": item.status}
    return {**own, "finding_text": item.finding_text}


def _of_document(
    filing: Filing | None, document: EvidenceDocument | None, by: dict[int | None, str | None]
) -> CellRow:
    """The status is that of the filing: the same document may be withdrawn from one target only."""
    if filing is None or document is None:
        return dict.fromkeys(DOCUMENT_COLUMNS)
    return {
        "document": f"D-{document.id}",
        "file": document.name,
        "sha256": document.sha256,
        "size": document.size,
        "received": document.received_at,
        "by": by[filing.by_id or document.by_id],
        "version": document.version,
        "document_status": filing.status,
        "submitted": filing.submitted_at,
        "pages": " ".join(filter(None, (filing.part, filing.pages))) or None,
        "covers": filing.covers,
    }


ITEM_COLUMNS = ("review", "lea", "lea_name", "cds", "code", "title", "item_status")
DOCUMENT_COLUMNS = (
    *("document", "file", "sha256", "size", "received", "by", "version", "document_status"),
    *("submitted", "pages", "covers"),
)
FINDING_COLUMNS = ("finding", "finding_status", "due", "agreement", "agreement_until")
FILED_COLUMNS = (*ITEM_COLUMNS, *DOCUMENT_COLUMNS, *FINDING_COLUMNS)
