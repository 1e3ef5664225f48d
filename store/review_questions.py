"""Questions about one review as a whole, whoever asks: reach is checked before (`store/reaching.py`)."""

from collections.abc import Sequence

from sqlalchemy import select

from store.asking import Asking
from store.history import HistoryEntry
from store.models import (
    Finding,
    Instrument,
    InstrumentItem,
    Obligation,
    Person,
    PersonAddress,
    Program,
    Review,
    ReviewItem,
)


class ReviewQuestions(Asking):
    """All rows of a review, however many; as they are at this moment, not as they were read before."""

    async def review_now(self, review_id: str) -> Review:
        """The review as it is now: somebody else may have moved it while we waited for a lock."""
        found = select(Review).where(Review.id == review_id)
        return (await self.session.scalars(found.execution_options(populate_existing=True))).one()

    async def items_of_review(self, review_id: str, lock: bool = False) -> Sequence[ReviewItem]:
        """Every item, in the order of its instruments; with `lock`, held until the end."""
        found = select(ReviewItem).where(ReviewItem.review_id == review_id).order_by(ReviewItem.id)
        held = found.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(held if lock else found)).all()

    async def findings_of_review(self, review_id: str) -> Sequence[tuple[Finding, ReviewItem]]:
        """The findings with their items, in the order of the items."""
        found = (
            select(Finding, ReviewItem)
            .join(ReviewItem, Finding.review_item_id == ReviewItem.id)
            .where(ReviewItem.review_id == review_id)
            .order_by(ReviewItem.id)
            .execution_options(populate_existing=True)
        )
        return [(finding, item) for finding, item in (await self.session.execute(found)).all()]

    async def instruments_of_review(self, review_id: str) -> Sequence[Instrument]:
        """The instruments that a review asks, in the order of its items."""
        asked = (
            select(InstrumentItem.instrument_id)
            .join(ReviewItem, ReviewItem.item_id == InstrumentItem.id)
            .where(ReviewItem.review_id == review_id)
        )
        found = select(Instrument).where(Instrument.id.in_(asked)).order_by(Instrument.code)
        return (await self.session.scalars(found)).all()

    async def program(self, program_id: str) -> Program:
        return (await self.session.scalars(select(Program).where(Program.id == program_id))).one()

    async def handed_in_by(self, target: str) -> int | None:
        """Who submitted a form, a response to a finding, or the last of a review's evidence."""
        if (duty := await self.session.get(Obligation, target)) is not None:
            return duty.submitted_by
        if "/" in target:
            return await self._responded_by(target)
        last = ReviewItem.submitted_at.desc().nulls_last()
        found = select(ReviewItem.submitted_by).where(ReviewItem.review_id == target).order_by(last)
        return await self.session.scalar(found.limit(1))

    async def _responded_by(self, name: str) -> int | None:
        """Whose word the newest response to a finding (`sv-fpm/I-EL 02`) is: the history says it, at the
        moment of the response; None: it says no person's."""
        review, _, code = name.partition("/")
        finding = select(Finding.id, Finding.responded_at).join(
            ReviewItem, ReviewItem.id == Finding.review_item_id
        )
        of = ReviewItem.review_id == review, ReviewItem.code == code, Finding.responded_at.is_not(None)
        row = (await self.session.execute(finding.where(*of))).first()
        if row is None:
            return None
        await self.session.flush()
        found = (
            select(PersonAddress.person_id)
            .join(HistoryEntry, HistoryEntry.who == PersonAddress.address)
            .where(HistoryEntry.record == f"finding:{row.id}", HistoryEntry.at == row.responded_at)
            .order_by(HistoryEntry.seq)
        )
        return await self.session.scalar(found.limit(1))

    async def name_of(self, person_id: int | None) -> str | None:
        """A person's name, also if retired."""
        person = await self.session.get(Person, person_id) if person_id is not None else None
        return person.name if person else None
