"""Questions about findings and their agreements beyond one target: what is left, and what has run out."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from store.asking import Asking
from store.models import GRANTED, OPEN_REVIEWS, Finding, ResolutionAgreement, Review, ReviewItem


class FindingQuestions(Asking):
    """A finding belongs to a review through the item that it is on."""

    async def unresolved(self, review_id: str) -> int:
        """How many findings of a review are not resolved."""
        found = select(func.count(Finding.id)).join(ReviewItem).where(ReviewItem.review_id == review_id)
        return (await self.session.scalars(found.where(Finding.status != "resolved"))).one()

    async def run_out(self, today: date) -> Sequence[ResolutionAgreement]:
        """Approved agreements whose day has passed while their finding is not resolved and its review goes
        on, their rows held."""
        found = (
            select(ResolutionAgreement)
            .join(Finding)
            .join(ReviewItem)
            .join(ReviewItem.review)
            .where(ResolutionAgreement.status == "approved", ResolutionAgreement.decided_until < today)
            .where(Finding.status != "resolved", Review.status.in_(OPEN_REVIEWS))
            .order_by(ResolutionAgreement.id)
            .with_for_update(of=ResolutionAgreement)
        )
        return (await self.session.scalars(found.execution_options(populate_existing=True))).all()

    async def item_of(self, finding_id: int) -> tuple[ReviewItem, Finding]:
        """A finding and the item that it is on, with the review and the instrument's item."""
        found = (
            select(ReviewItem, Finding)
            .join(Finding)
            .where(Finding.id == finding_id)
            .options(joinedload(ReviewItem.review), joinedload(ReviewItem.item))
        )
        item, finding = (await self.session.execute(found)).one()
        return item, finding

    async def undecided(self, review_id: str) -> Sequence[ResolutionAgreement]:
        """Agreements of a review that are requested and not decided, their rows held."""
        found = (
            select(ResolutionAgreement)
            .join(Finding)
            .join(ReviewItem)
            .where(ReviewItem.review_id == review_id, ResolutionAgreement.status == "requested")
            .order_by(ResolutionAgreement.id)
            .with_for_update(of=ResolutionAgreement)
        )
        return (await self.session.scalars(found.execution_options(populate_existing=True))).all()


def due_day() -> ColumnElement[date | None]:
    """The day that a finding is due in a query, as `due_on` in handlers/agreements.py tells it of one: that
    of the agreement that was granted last, or its own."""
    agreed = (
        select(ResolutionAgreement.decided_until)
        .where(ResolutionAgreement.finding_id == Finding.id, ResolutionAgreement.status.in_(GRANTED))
        .order_by(ResolutionAgreement.id.desc())
        .limit(1)
        .correlate(Finding)
        .scalar_subquery()
    )
    return func.coalesce(agreed, Finding.due)
