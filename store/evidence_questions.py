"""Questions about what an LEA sent: where its documents are filed, its statements, its file cabinet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, inspect, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from store.asking import Asking
from store.base import Base
from store.inbox import InboxEntry
from store.models import Comment, EvidenceDocument, Filing, Obligation, ReviewItem, Statement

MOST_DOCUMENTS = 200
MOST_RECENT = 50
Row = TypeVar("Row", bound=Base)


class EvidenceQuestions(Asking):
    """A target is named by the pair that a filing holds: its review item's number or its duty's name."""

    async def filings_at(self, item: int | None, duty: str | None) -> Sequence[Filing]:
        """Everything ever filed to one target, oldest first."""
        at = Filing.review_item_id == item if item is not None else Filing.obligation_id == duty
        return (await self.session.scalars(select(Filing).where(at).order_by(Filing.id))).all()

    async def statements_on(
        self, items: Collection[int], duties: Collection[str] = ()
    ) -> Sequence[Statement]:
        """Statements on these targets, oldest first."""
        on = Statement.review_item_id.in_(items) | Statement.obligation_id.in_(duties)
        return (await self.session.scalars(select(Statement).where(on).order_by(Statement.id))).all()

    async def documents_numbered(
        self, numbers: Collection[int], lea_ids: Collection[str], lock: bool = False
    ) -> Sequence[EvidenceDocument]:
        """Those of these documents that belong to one of these LEAs, with their filings."""
        await self.session.flush()
        found = _documents(EvidenceDocument.id.in_(numbers), lea_ids).order_by(EvidenceDocument.id)
        return (await self.session.scalars(_held(found, EvidenceDocument, lock))).all()

    async def documents_with_statuses(
        self, numbers: Collection[int]
    ) -> Sequence[tuple[EvidenceDocument, list[str]]]:
        """Documents, each with the status of every filing of it."""
        found = select(EvidenceDocument, Filing.status).join(Filing).where(EvidenceDocument.id.in_(numbers))
        rows = (await self.session.execute(found.order_by(EvidenceDocument.id, Filing.id))).all()
        documents = {document.id: document for document, _ in rows}
        return [
            (document, [status for one, status in rows if one.id == number])
            for number, document in documents.items()
        ]

    async def entries_from(self, addresses: Collection[str]) -> Sequence[InboxEntry]:
        """The latest messages from these addresses that were dealt with, the newest first."""
        found = select(InboxEntry).where(InboxEntry.sender.in_(addresses), InboxEntry.state != "received")
        return (await self.session.scalars(found.order_by(InboxEntry.id.desc()).limit(MOST_RECENT))).all()

    async def filings_touched_in(
        self, inbox_ids: Collection[int]
    ) -> Sequence[tuple[Filing, EvidenceDocument]]:
        """What these messages filed or ended, with the documents."""
        await self.session.flush()
        found = (
            select(Filing, EvidenceDocument)
            .join(EvidenceDocument)
            .where(Filing.ended_in.in_(inbox_ids) | Filing.inbox_id.in_(inbox_ids))
            .order_by(Filing.id)
        )
        return [(filing, document) for filing, document in (await self.session.execute(found)).all()]

    async def said_since(
        self, item: int | None, duty: str | None, *, kinds: Collection[str], since: datetime
    ) -> bool:
        """Whether a comment of one of these kinds was made on a target since a moment."""
        at = Comment.review_item_id == item if item is not None else Comment.obligation_id == duty
        found = select(Comment.id).where(at, Comment.kind.in_(kinds), Comment.made_at > since)
        return (await self.session.scalars(found.limit(1))).first() is not None

    async def items_numbered(self, numbers: Collection[int], lock: bool = False) -> Sequence[ReviewItem]:
        """Review items with their review and instrument item, of closed reviews, too."""
        found = select(ReviewItem).join(ReviewItem.review).where(ReviewItem.id.in_(numbers))
        loaded = found.options(contains_eager(ReviewItem.review), joinedload(ReviewItem.item))
        return (await self.session.scalars(_held(loaded.order_by(ReviewItem.id), ReviewItem, lock))).all()

    async def duties_named(self, names: Collection[str], lock: bool = False) -> Sequence[Obligation]:
        found = select(Obligation).join(Obligation.form).where(Obligation.id.in_(names))
        loaded = found.options(contains_eager(Obligation.form)).order_by(Obligation.id)
        return (await self.session.scalars(_held(loaded, Obligation, lock))).all()

    async def hold(self, row: Base) -> None:
        """Read a row again and keep it ours until the end of the transaction."""
        await self.session.flush()
        columns = [column.key for column in inspect(type(row)).column_attrs]
        await self.session.refresh(row, attribute_names=columns, with_for_update=True)

    async def cabinet(self, lea_ids: Collection[str]) -> Sequence[EvidenceDocument]:
        """The newest documents of these LEAs with their filings, the newest first."""
        await self.session.flush()
        found = _documents(EvidenceDocument.lea_id.in_(lea_ids), lea_ids)
        found = found.order_by(EvidenceDocument.id.desc()).limit(MOST_DOCUMENTS)
        return (await self.session.scalars(found)).all()


def _held(found: Select[Row], kind: type[Row], lock: bool) -> Select[Row]:
    """The same question; with `lock` the rows are read anew and stay ours."""
    return found.with_for_update(of=kind).execution_options(populate_existing=True) if lock else found


def _documents(which: ColumnElement[bool], lea_ids: Collection[str]) -> Select[EvidenceDocument]:
    found = select(EvidenceDocument).where(which, EvidenceDocument.lea_id.in_(lea_ids))
    loaded = found.options(selectinload(EvidenceDocument.filings))
    return loaded.execution_options(populate_existing=True)
