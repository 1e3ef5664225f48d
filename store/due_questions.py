"""Everything that has a day: what LEAs owe and what waits for the state, few columns at a time.

Read for all LEAs once a day, so that rows are plain values and nothing is loaded as an object.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Executable, func, select

from store.asking import Asking
from store.clock import pacific
from store.deadline import Deadline, Kind
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
from store.programs import instrument_of
from store.reminders import ReminderWish

log = structlog.get_logger()
UPLOADING = ("scheduled", "upload_open", "in_review")
NOT_IN = ("not_started", "evidence_attached", "more_evidence")  # items of which the state has nothing yet
WAITING_ITEM = ("submitted", "resubmitted")
WAITING_FINDING = ("responded", "under_review")
WAITING_FORM = ("submitted", "received", "under_review")


class DueQuestions(Asking):
    """Deadlines of LEAs that are open; nothing of reviews that are over."""

    async def lea_ids(self) -> Sequence[str]:
        """Every LEA of the record, in a fixed order."""
        return (await self.session.scalars(select(Lea.id).order_by(Lea.id))).all()

    async def deadlines(
        self, lea_ids: Collection[str], days: Collection[date] | None = None
    ) -> list[Deadline]:
        """Everything with a day that these LEAs owe, or that waits for the state of theirs. With `days`, of
        the forms they owe, which are most of it, only what is due on one of these, or was put off."""
        found = [*await self._due_uploads(lea_ids), *await self._due_forms(lea_ids, days)]
        found += await self._due_findings(lea_ids)
        found += await self._due_agreements(lea_ids)
        return found + await self._due_submitted(lea_ids)

    async def handed_in(self, target: str) -> tuple[str, datetime | None]:
        """How a target stands that is not owed any more: its status, and when the LEA handed it in."""
        if (duty := await self.session.get(Obligation, target)) is not None:
            return duty.status, duty.submitted_at
        review, _, code = target.partition("/")
        if not code:
            last = select(func.max(ReviewItem.submitted_at)).where(ReviewItem.review_id == review)
            return "submitted", await self.session.scalar(last)
        found = (
            select(Finding.status, Finding.responded_at)
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .where(ReviewItem.review_id == review, ReviewItem.code == code)
        )
        row = (await self.session.execute(found)).first()
        return (row[0], row[1]) if row is not None else ("closed", None)

    async def missing_items(self, reviews: Collection[str]) -> dict[str, list[tuple[str, str]]]:
        """Code and status of the items of which the state has nothing yet, by their review."""
        columns = (ReviewItem.review_id, ReviewItem.code, ReviewItem.status)
        found = select(*columns).where(ReviewItem.review_id.in_(reviews), ReviewItem.status.in_(NOT_IN))
        missing: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for review, code, status in await self._rows(found.order_by(ReviewItem.id)) if reviews else ():
            missing[review].append((code, status))
        return missing

    async def _rows(self, found: Executable) -> Sequence[Any]:
        return (await self.session.execute(found)).all()

    async def _due_uploads(self, lea_ids: Collection[str]) -> list[Deadline]:
        found = (
            select(
                Review.id, Review.lea_id, Review.program_id, Review.upload_due, Review.status, func.count()
            )
            .join(ReviewItem, ReviewItem.review_id == Review.id)
            .where(Review.lea_id.in_(lea_ids), Review.status.in_(UPLOADING), Review.upload_due.is_not(None))
            .where(ReviewItem.status.in_(NOT_IN))
            .group_by(Review.id)
        )
        return [
            Deadline("upload", review, lea, program, review, review, "", due, status, count)
            for review, lea, program, due, status, count in await self._rows(found)
        ]

    async def _due_forms(
        self, lea_ids: Collection[str], days: Collection[date] | None = None
    ) -> list[Deadline]:
        columns = (Obligation.id, Obligation.lea_id, Form.program_id, Obligation.form_id, Form.title)
        found = (
            select(*columns, Obligation.due, Obligation.status, Obligation.submitted_at)
            .join(Form, Form.id == Obligation.form_id)
            .where(Obligation.lea_id.in_(lea_ids), Obligation.status != "accepted")
        )
        if days is not None:
            put_off = select(ReminderWish.target).where(
                ReminderWish.ended_at.is_(None), ReminderWish.until.is_not(None)
            )
            among = Obligation.due.in_(days) | Obligation.id.in_(put_off)
            found = found.where(among | Obligation.status.not_in(TO_DO))
        return [
            Deadline("form", name, lea, program, None, code, title, due, status)
            if status in TO_DO
            else Deadline("decide_form", name, lea, program, None, code, title, _day(since, due), status)
            for name, lea, program, code, title, due, status, since in await self._rows(found)
        ]

    async def _due_findings(self, lea_ids: Collection[str]) -> list[Deadline]:
        due = due_day()
        columns = (
            ReviewItem.review_id,
            ReviewItem.lea_id,
            Review.program_id,
            ReviewItem.code,
            ReviewItem.title,
        )
        found = (
            select(*columns, due, Finding.due, Finding.status, Finding.responded_at)
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .join(Review, Review.id == ReviewItem.review_id)
            .where(ReviewItem.lea_id.in_(lea_ids), Review.status.in_(OPEN_REVIEWS))
            .where(Finding.status != "resolved")
        )
        made = []
        for review, lea, program, code, title, day, first, status, since in await self._rows(found):
            kind: Kind = "finding" if day == first else "agreement"
            if status in WAITING_FINDING:
                kind, day = "decide_finding", _day(since, day)
            if day is not None:
                name = f"{review}/{code}"
                made.append(Deadline(kind, name, lea, program, review, code, title, day, status))
        return made

    async def _due_agreements(self, lea_ids: Collection[str]) -> list[Deadline]:
        """Those that are asked for, and the steps of those that were granted."""
        of = ResolutionAgreement
        columns = (
            ReviewItem.review_id,
            ReviewItem.lea_id,
            Review.program_id,
            ReviewItem.code,
            ReviewItem.title,
        )
        found = (
            select(*columns, of.status, of.requested_at, of.requested_until, of.steps, Finding.status)
            .join(Finding, Finding.id == of.finding_id)
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .join(Review, Review.id == ReviewItem.review_id)
            .where(ReviewItem.lea_id.in_(lea_ids), Review.status.in_(OPEN_REVIEWS))
            .where(of.status.in_(("requested", "approved")), Finding.status != "resolved")
        )
        made: list[Deadline] = []
        for review, lea, program, code, title, status, at, until, steps, finding in await self._rows(found):
            own = (lea, program, review, code, title)
            if status == "requested":
                since = _day(at, until)
                made.append(Deadline("decide_agreement", f"{review}/{code}", *own, since, status))
            elif finding in TO_DO:
                made += _steps(f"{review}/{code}", own, steps)
        return made

    async def _due_submitted(self, lea_ids: Collection[str]) -> list[Deadline]:
        """What was submitted, together for each instrument of a review; the day is that of the oldest."""
        columns = (ReviewItem.review_id, ReviewItem.lea_id, Review.program_id, ReviewItem.code)
        found = (
            select(*columns, ReviewItem.submitted_at)
            .join(Review, Review.id == ReviewItem.review_id)
            .where(ReviewItem.lea_id.in_(lea_ids), ReviewItem.status.in_(WAITING_ITEM))
            .where(Review.status.in_(OPEN_REVIEWS), ReviewItem.submitted_at.is_not(None))
        )
        waiting: dict[tuple[str, str, str, str], list[datetime]] = defaultdict(list)
        for review, lea, program, code, since in await self._rows(found):
            waiting[review, lea, program, instrument_of(code)].append(since)
        return [
            Deadline(
                "decide_item",
                f"{review}/{instrument}",
                lea,
                program,
                review,
                instrument,
                "",
                pacific(min(since)).date(),
                "submitted",
                len(since),
            )
            for (review, lea, program, instrument), since in waiting.items()
        ]


def _steps(name: str, own: tuple[str, str, str, str, str], steps: Sequence[dict[str, str]]) -> list[Deadline]:
    """A step that cannot be read is left out, and the log names it: nobody else waits for it."""
    made = []
    for number, one in enumerate(steps, 1):
        target = f"{name}#{number}"
        try:
            by, said = date.fromisoformat(one["by"]), one["what"]
        except (KeyError, TypeError, ValueError):
            log.error("step of an agreement cannot be read", target=target)
        else:
            made.append(Deadline("step", target, *own, by, "open", said=said))
    return made


def _day(since: datetime | None, otherwise: date) -> date:
    return pacific(since).date() if since is not None else otherwise
