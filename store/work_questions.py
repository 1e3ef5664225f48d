"""What waits for the state's people: counted, and the oldest few of it. Nothing else is fetched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from store.asking import Asking
from store.finding_questions import due_day
from store.models import (
    OPEN_REVIEWS,
    TO_DO,
    Finding,
    Form,
    Lea,
    Obligation,
    ResolutionAgreement,
    Review,
    ReviewItem,
)


@dataclass(frozen=True)
class Deciding:
    """What somebody decides on: whole reviews, one instrument of a review, all of a program."""

    reviews: tuple[str, ...] = ()
    instruments: tuple[tuple[str, str], ...] = ()
    programs: tuple[str, ...] = ()

    def within(self, program: str, reviews: Collection[str]) -> "Deciding":
        """Only what of it belongs to one program, which has these reviews."""
        return Deciding(
            tuple(one for one in self.reviews if one in reviews),
            tuple(one for one in self.instruments if one[0] in reviews),
            tuple(one for one in self.programs if one == program),
        )


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: `kind` is item, finding, agreement or form, `name` what to call it by."""

    kind: str
    name: str
    title: str
    lea: str
    since: datetime | None


@dataclass(frozen=True)
class Overdue:
    """A finding whose day has passed, and which day that was."""

    name: str
    title: str
    lea: str
    due: date


class WorkQuestions(Asking):
    """Each answer is a count and the oldest rows of it."""

    async def waiting_items(self, by: Deciding, most: int) -> tuple[int, list[Waiting]]:
        """Items that were submitted and not taken up."""
        found = (
            select(ReviewItem.review_id, ReviewItem.code, ReviewItem.title, Lea.name, ReviewItem.submitted_at)
            .join(ReviewItem.review)
            .join(Lea, Lea.id == ReviewItem.lea_id)
            .where(ReviewItem.status.in_(("submitted", "resubmitted")), Review.status.in_(OPEN_REVIEWS))
            .where(_decides(by))
        )
        return await self._oldest("item", found, ReviewItem.submitted_at, most)

    async def waiting_findings(self, by: Deciding, most: int) -> tuple[int, list[Waiting]]:
        """Findings that the LEA responded to."""
        found = (
            select(ReviewItem.review_id, ReviewItem.code, ReviewItem.title, Lea.name, Finding.responded_at)
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .join(ReviewItem.review)
            .join(Lea, Lea.id == ReviewItem.lea_id)
            .where(Finding.status.in_(("responded", "under_review")), Review.status.in_(OPEN_REVIEWS))
            .where(_decides(by))
        )
        return await self._oldest("finding", found, Finding.responded_at, most)

    async def waiting_agreements(self, by: Deciding, most: int) -> tuple[int, list[Waiting]]:
        """Resolution agreements that are requested."""
        since = ResolutionAgreement.requested_at
        found = (
            select(ReviewItem.review_id, ReviewItem.code, ReviewItem.title, Lea.name, since)
            .join(Finding, Finding.id == ResolutionAgreement.finding_id)
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .join(ReviewItem.review)
            .join(Lea, Lea.id == ReviewItem.lea_id)
            .where(ResolutionAgreement.status == "requested", Review.status.in_(OPEN_REVIEWS))
            .where(_decides(by))
        )
        return await self._oldest("agreement", found, since, most)

    async def waiting_forms(self, programs: Collection[str], most: int) -> tuple[int, list[Waiting]]:
        """Forms that came in and are not decided."""
        found = (
            select(Obligation.id, Form.title, Lea.name, Obligation.submitted_at)
            .join(Obligation.form)
            .join(Lea, Lea.id == Obligation.lea_id)
            .where(Obligation.status.in_(("submitted", "received", "under_review")))
            .where(Form.program_id.in_(programs))
        )
        rows = await self._counted(found, Obligation.submitted_at, most)
        return _count(rows), [Waiting("form", *row[:-1]) for row in rows]

    async def overdue_findings(
        self, programs: Collection[str], today: date, most: int
    ) -> tuple[int, list[Overdue]]:
        """Findings of these programs' open reviews that the LEA was to deal with by a day that has passed."""
        due = due_day()
        found = (
            select(ReviewItem.review_id, ReviewItem.code, ReviewItem.title, Lea.name, due)
            .join(Finding, Finding.review_item_id == ReviewItem.id)
            .join(ReviewItem.review)
            .join(Lea, Lea.id == ReviewItem.lea_id)
            .where(due < today, Finding.status.in_(TO_DO))
            .where(Review.program_id.in_(programs), Review.status.in_(OPEN_REVIEWS))
        )
        rows = await self._counted(found, due, most)
        late = [Overdue(f"{review}/{code}", title, lea, day) for review, code, title, lea, day, _ in rows]
        return _count(rows), late

    async def reviews_by_status(self, program_id: str) -> list[tuple[str, int]]:
        found = select(Review.status, func.count(Review.id)).where(Review.program_id == program_id)
        rows = await self.session.execute(found.group_by(Review.status).order_by(Review.status))
        return [(status, count) for status, count in rows]

    async def findings_by_status(self, program_id: str, today: date) -> list[tuple[str, int, int]]:
        """Status, how many, and how many of them are overdue by the day that was agreed; of a review that is
        over only what was resolved: nobody can do more about the rest."""
        late = and_(due_day() < today, Finding.status.in_(TO_DO))
        counts = or_(Review.status.in_(OPEN_REVIEWS), Finding.status == "resolved")
        found = (
            select(Finding.status, func.count(Finding.id), func.sum(case((late, 1), else_=0)))
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .join(ReviewItem.review)
            .where(Review.program_id == program_id, counts)
            .group_by(Finding.status)
            .order_by(Finding.status)
        )
        return [(status, count, int(over)) for status, count, over in await self.session.execute(found)]

    async def forms_by_status(self, program_id: str, today: date) -> list[tuple[str, int, int]]:
        """Status, how many, and how many of them are overdue."""
        late = func.sum(case((and_(Obligation.due < today, Obligation.status.in_(TO_DO)), 1), else_=0))
        found = select(Obligation.status, func.count(Obligation.id), late).join(Obligation.form)
        found = found.where(Form.program_id == program_id)
        rows = await self.session.execute(found.group_by(Obligation.status).order_by(Obligation.status))
        return [(status, count, int(over)) for status, count, over in rows]

    async def _oldest(self, kind: str, found: Any, since: Any, most: int) -> tuple[int, list[Waiting]]:
        rows = await self._counted(found, since, most)
        return _count(rows), [
            Waiting(kind, f"{review}/{code}", title, lea, when) for review, code, title, lea, when, _ in rows
        ]

    async def _counted(self, found: Any, since: Any, most: int) -> Sequence[Any]:
        """The oldest rows, each with the count of all."""
        counted = found.add_columns(func.count().over()).order_by(since.is_(None), since).limit(most)
        return (await self.session.execute(counted)).all()


def _count(rows: Sequence[Any]) -> int:
    return int(rows[0][-1]) if rows else 0


def _decides(by: Deciding) -> ColumnElement[bool]:
    """Only the ways that somebody has; an instrument's items have its code in front of their number."""
    ways: list[ColumnElement[bool]] = []
    if by.reviews:
        ways.append(Review.id.in_(by.reviews))
    if by.programs:
        ways.append(Review.program_id.in_(by.programs))
    for review, instrument in by.instruments:
        code = or_(
            ReviewItem.code.startswith(f"{instrument} ", autoescape=True),
            ReviewItem.code.contains(f"-{instrument} ", autoescape=True),
        )
        ways.append(and_(Review.id == review, code))
    return or_(false(), *ways)
