"""How an LEA or a review stands, in counts: no evidence is fetched to be counted.

`reach` decides what exists for the asker. The state sees only what was submitted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import contains_eager

from store.asking import Asking
from store.finding_questions import due_day
from store.instruments import Program
from store.models import LIVE, Filing, Finding, ReviewItem


@dataclass(frozen=True)
class Collected:
    """Of one review: its items, those with evidence, and those of each status."""

    items: int = 0
    with_evidence: int = 0
    statuses: tuple[tuple[str, int], ...] = ()


class StatusQuestions(Asking):
    """`submitted` counts only what the state may see."""

    async def collected(self, review_ids: Collection[str], submitted: bool) -> dict[str, Collected]:
        """The counts of these reviews."""
        some = func.sum(case((_has_evidence(submitted), 1), else_=0))
        found = select(ReviewItem.review_id, ReviewItem.status, func.count(ReviewItem.id), some)
        found = found.where(ReviewItem.review_id.in_(review_ids)).group_by(
            ReviewItem.review_id, ReviewItem.status
        )
        counts: dict[str, Collected] = {}
        for review, status, items, with_evidence in await self.session.execute(found):
            so_far = counts.get(review, Collected())
            statuses = (*so_far.statuses, (status, items))
            counts[review] = Collected(
                so_far.items + items, so_far.with_evidence + int(with_evidence), statuses
            )
        return counts

    async def findings_of(
        self, review_ids: Collection[str], submitted: bool
    ) -> Sequence[tuple[Finding, ReviewItem, bool]]:
        """The findings of these reviews, the next due first, and whether evidence is on file for them."""
        found = (
            select(Finding, ReviewItem, _has_evidence(submitted))
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .join(ReviewItem.review)
            .where(ReviewItem.review_id.in_(review_ids))
            .options(contains_eager(ReviewItem.review))
            .order_by(due_day(), Finding.id)
        )
        rows = await self.session.execute(found)
        return [(finding, item, evidence) for finding, item, evidence in rows]

    async def items_without_evidence(
        self, review_id: str, submitted: bool, most: int
    ) -> Sequence[tuple[str, str]]:
        """Codes and titles of items that still need evidence and have none, in the instruments' order."""
        waiting = ReviewItem.status.in_(("not_started", "more_evidence", "does_not_meet"))
        found = (
            select(ReviewItem.code, ReviewItem.title)
            .where(ReviewItem.review_id == review_id, waiting, ~_has_evidence(submitted))
            .order_by(ReviewItem.id)
            .limit(most)
        )
        return [(code, title) for code, title in await self.session.execute(found)]

    async def program_called(self, program_id: str) -> Program | None:
        return await self.session.get(Program, program_id)

    async def programs_said(self, said: str) -> Sequence[Program]:
        """The program of this id, or those whose whole name this is, whatever the case."""
        known = await self.program_called(said.lower())
        return [known] if known is not None else await self.programs_named(said)

    async def programs_named(self, name: str) -> Sequence[Program]:
        """Programs whose whole name this is, whatever the case."""
        found = select(Program).where(func.lower(Program.name) == " ".join(name.split()).lower())
        return (await self.session.scalars(found)).all()


def _has_evidence(submitted: bool) -> ColumnElement[bool]:
    live = and_(Filing.review_item_id == ReviewItem.id, Filing.status.in_(LIVE))
    seen = and_(live, Filing.submitted_at.is_not(None)) if submitted else live
    return exists().where(seen).correlate(ReviewItem)
