"""Questions about what happened: entries of the chain, and the rows that one target's story is made of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from store.asking import Asking
from store.history import HistoryEntry
from store.models import (
    Comment,
    EvidenceDocument,
    Filing,
    Finding,
    Person,
    PersonAddress,
    ResolutionAgreement,
    ReviewItem,
    Statement,
)

MOST_ENTRIES = 2_000


@dataclass(frozen=True)
class Story:
    """The rows that belong to a target, beside its own."""

    filings: Sequence[tuple[Filing, EvidenceDocument]] = ()
    statements: Sequence[Statement] = ()
    comments: Sequence[Comment] = ()
    findings: Sequence[Finding] = ()
    agreements: Sequence[ResolutionAgreement] = ()
    items: Sequence[ReviewItem] = ()


class HistoryQuestions(Asking):
    """Nothing here looks at reach: ask only about what was found within it."""

    async def last_moment(self) -> datetime | None:
        """When the newest entry was written (UTC); None: there is none."""
        found = select(HistoryEntry.at).order_by(HistoryEntry.seq.desc()).limit(1)
        return await self.session.scalar(found)

    async def last_entries(self, record: str) -> Sequence[HistoryEntry]:
        """What happened to one row, the newest first."""
        found = select(HistoryEntry).where(HistoryEntry.record == record).order_by(HistoryEntry.seq.desc())
        return (await self.session.scalars(found.limit(60))).all()

    async def entries_on(self, records: Collection[str]) -> Sequence[HistoryEntry]:
        """What happened to these rows, in its order; the newest where it is very much."""
        found = select(HistoryEntry).where(HistoryEntry.record.in_(records))
        newest = await self.session.scalars(found.order_by(HistoryEntry.seq.desc()).limit(MOST_ENTRIES))
        return list(reversed(newest.all()))

    async def story_of_item(self, item: ReviewItem) -> Story:
        """Everything on one item of a review, also on its finding."""
        findings = (await self.session.scalars(select(Finding).filter_by(review_item_id=item.id))).all()
        return Story(
            filings=await self._filings(review_item_id=item.id),
            statements=(
                await self.session.scalars(select(Statement).filter_by(review_item_id=item.id))
            ).all(),
            comments=(await self.session.scalars(select(Comment).filter_by(review_item_id=item.id))).all(),
            findings=findings,
            agreements=await self._agreements(findings),
        )

    async def story_of_form(self, obligation_id: str) -> Story:
        """Everything on one duty to hand in a form."""
        mine = {"obligation_id": obligation_id}
        return Story(
            filings=await self._filings(**mine),
            statements=(await self.session.scalars(select(Statement).filter_by(**mine))).all(),
            comments=(await self.session.scalars(select(Comment).filter_by(**mine))).all(),
        )

    async def story_of_review(self, review_id: str) -> Story:
        """The whole review, but for the documents: those are in the story of their item."""
        items = (await self.session.scalars(select(ReviewItem).filter_by(review_id=review_id))).all()
        on = select(ReviewItem.id).where(ReviewItem.review_id == review_id)
        findings = (await self.session.scalars(select(Finding).where(Finding.review_item_id.in_(on)))).all()
        return Story(
            comments=(await self.session.scalars(select(Comment).filter_by(review_id=review_id))).all(),
            findings=findings,
            agreements=await self._agreements(findings),
            items=items,
        )

    async def people_at(self, addresses: Collection[str]) -> dict[str, Person]:
        """Who proved these addresses, also if retired, with the roles they have now."""
        found = (
            select(PersonAddress.address, Person)
            .join(Person, Person.id == PersonAddress.person_id)
            .where(PersonAddress.address.in_(addresses))
            .options(selectinload(Person.roles))
        )
        return {row[0]: row[1] for row in await self.session.execute(found)}

    async def _filings(self, **mine: int | str) -> Sequence[tuple[Filing, EvidenceDocument]]:
        found = select(Filing, EvidenceDocument).join(EvidenceDocument).filter_by(**mine)
        return [(filing, document) for filing, document in (await self.session.execute(found)).all()]

    async def _agreements(self, findings: Sequence[Finding]) -> Sequence[ResolutionAgreement]:
        ids = [finding.id for finding in findings]
        found = select(ResolutionAgreement).where(ResolutionAgreement.finding_id.in_(ids))
        return (await self.session.scalars(found)).all()
