"""What a week was like in one program: counts, and the few rows that come next; and what was done lately.

A week is a half-open span of moments; its days are Pacific. Everything is counted from columns that say when
it happened, or from the history, never from how things stand.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select

from store.asking import Asking
from store.due_questions import NOT_IN, UPLOADING
from store.finding_questions import due_day
from store.history import HistoryEntry
from store.models import (
    OPEN_REVIEWS,
    TO_DO,
    Comment,
    Finding,
    Form,
    Lea,
    Obligation,
    Person,
    PersonRole,
    ResolutionAgreement,
    Review,
    ReviewItem,
)
from store.outbox import OutboxEntry
from store.reminder_questions import DIGEST, is_reached
from store.reminders import Reminder

_IS_NEW = HistoryEntry.kind == "obligation added"


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with one thing that had a day: a finding was resolved, a form accepted; and when."""

    kind: str
    target: str
    lea: str
    program: str
    review: str | None
    code: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """An approved agreement and the last day that it gives."""

    name: str
    title: str
    lea: str
    until: date


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment (and its day) until another, which does not count any more."""

    start: datetime
    end: datetime
    first: date
    after: date


class WeekQuestions(Asking):
    """Each about one program, but for the first."""

    async def lately_done(self, lea_ids: Collection[str], since: datetime) -> list[Done]:
        """Findings of these LEAs that were resolved since a moment, in reviews that go on, and forms that
        were accepted."""
        findings = (
            select(ReviewItem.review_id, ReviewItem.code, ReviewItem.lea_id, Review.program_id)
            .add_columns(ReviewItem.title, Finding.decided_at)
            .join(Finding, Finding.review_item_id == ReviewItem.id)
            .join(Review, Review.id == ReviewItem.review_id)
            .where(ReviewItem.lea_id.in_(lea_ids), Finding.status == "resolved")
            .where(Finding.decided_at >= since, Review.status.in_(OPEN_REVIEWS))
        )
        forms = (
            select(Obligation.id, Obligation.lea_id, Form.program_id, Form.id, Form.title)
            .add_columns(Obligation.decided_at)
            .join(Form, Form.id == Obligation.form_id)
            .where(Obligation.lea_id.in_(lea_ids), Obligation.status == "accepted")
            .where(Obligation.decided_at >= since)
        )
        found = [
            Done("finding", f"{review}/{code}", lea, program, review, code, title, at)
            for review, code, lea, program, title, at in await self.session.execute(findings)
        ]
        return found + [
            Done("form", name, lea, program, None, form, title, at)
            for name, lea, program, form, title, at in await self.session.execute(forms)
        ]

    async def findings_notified(self, program_id: str, week: Span) -> int:
        """Findings of the Notifications of Findings that bear a day of the week."""
        found = _findings(program_id).where(Review.nof_date >= week.first, Review.nof_date < week.after)
        return await self._count(found)

    async def forms_assigned(self, program_id: str, week: Span) -> int:
        """Forms to hand in that are on record since the week: of which day they are, the history says."""
        first = HistoryEntry.record == literal("obligation:") + Obligation.id, _IS_NEW
        found = _forms(program_id).join(HistoryEntry, and_(*first))
        return await self._count(found.where(HistoryEntry.at >= week.start, HistoryEntry.at < week.end))

    async def said_so(self, program_id: str, kind: str, week: Span) -> int:
        """How many findings and forms of the program were dealt with so (a kind of comment: resolved,
        accepted, reopened, returned) in the week, each as often as it happened."""
        of_review = select(Review.id).where(Review.program_id == program_id)
        of_form = select(Obligation.id).join(Obligation.form).where(Form.program_id == program_id)
        found = select(func.count(Comment.id)).where(
            Comment.kind == kind,
            Comment.made_at >= week.start,
            Comment.made_at < week.end,
            or_(Comment.review_id.in_(of_review), Comment.obligation_id.in_(of_form)),
        )
        return await self._count(found)

    async def findings_resolved(self, program_id: str, week: Span) -> int:
        """Findings that were resolved in the week and still are."""
        of = Finding.decided_at
        found = _findings(program_id).where(Finding.status == "resolved", of >= week.start, of < week.end)
        return await self._count(found)

    async def forms_accepted(self, program_id: str, week: Span) -> int:
        """Forms that were accepted in the week and still are."""
        of = Obligation.decided_at
        found = _forms(program_id).where(Obligation.status == "accepted", of >= week.start, of < week.end)
        return await self._count(found)

    async def forms_overdue(self, program_id: str, today: date) -> int:
        """Forms that the LEA has, of a day that has passed."""
        found = _forms(program_id).where(Obligation.status.in_(TO_DO), Obligation.due < today)
        return await self._count(found)

    async def evidence_overdue(self, program_id: str, today: date) -> int:
        """Reviews whose upload day has passed while the state has nothing yet of some item."""
        found = (
            select(func.count(Review.id.distinct()))
            .join(ReviewItem, ReviewItem.review_id == Review.id)
            .where(Review.program_id == program_id, Review.status.in_(UPLOADING))
            .where(Review.upload_due < today, ReviewItem.status.in_(NOT_IN))
        )
        return await self._count(found)

    async def agreements_ending(
        self, program_id: str, first: date, last: date, most: int
    ) -> tuple[int, list[Ending]]:
        """Approved agreements whose last day lies between these, while the finding is not resolved."""
        of = ResolutionAgreement.decided_until
        found = (
            select(ReviewItem.review_id, ReviewItem.code, ReviewItem.title, Lea.name, of)
            .join(Finding, Finding.id == ResolutionAgreement.finding_id)
            .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
            .join(ReviewItem.review)
            .join(Lea, Lea.id == ReviewItem.lea_id)
            .where(ResolutionAgreement.status == "approved", of >= first, of <= last)
            .where(Finding.status != "resolved", due_day() == of)
            .where(Review.program_id == program_id, Review.status.in_(OPEN_REVIEWS))
            .add_columns(func.count().over())
            .order_by(of, ReviewItem.id)
            .limit(most)
        )
        rows = (await self.session.execute(found)).all()
        ending = [Ending(f"{one[0]}/{one[1]}", *one[2:5]) for one in rows]
        return (rows[0][-1] if rows else 0), ending

    async def reminders_counted(self, program_id: str, week: Span) -> tuple[int, int, int]:
        """Reminders planned for days of the week: how many went into a message, were left out, and were in a
        message that came back."""
        came_back = await self.session.scalars(
            select(OutboxEntry.fields["digest"].as_integer()).where(
                OutboxEntry.template == DIGEST,
                OutboxEntry.bounced_at.is_not(None),
                OutboxEntry.created_at >= week.start,
            )
        )
        back = sorted({number for number in came_back if number is not None})
        of = Reminder
        said = of.digest_id.is_not(None) & of.why_not.is_(None)
        found = select(
            func.coalesce(func.sum(case((said, 1), else_=0)), 0),
            func.coalesce(func.sum(case((of.why_not.is_not(None), 1), else_=0)), 0),
            func.coalesce(func.sum(case((said & of.digest_id.in_(back), 1), else_=0)), 0),
        ).where(of.program_id == program_id, of.planned_for >= week.first, of.planned_for < week.after)
        sent, skipped, bounced = (await self.session.execute(found)).one()
        return int(sent), int(skipped), int(bounced)

    async def contacts(self) -> set[int]:
        """Active people who are the contact of some program, if anything reaches them: mail or a chat."""
        of = PersonRole
        held = of.role == "program_contact", of.program_id.is_not(None), of.ended_at.is_(None)
        found = select(of.person_id).join(Person, Person.id == of.person_id)
        found = found.where(*held, Person.retired_at.is_(None))
        found = found.where(is_reached(of.person_id))
        return set(await self.session.scalars(found))

    async def _count(self, found: Select[Any]) -> int:
        return int((await self.session.scalars(found)).one())


def _findings(program_id: str) -> Select[Any]:
    found = select(func.count(Finding.id)).join(ReviewItem, ReviewItem.id == Finding.review_item_id)
    return found.join(Review, Review.id == ReviewItem.review_id).where(Review.program_id == program_id)


def _forms(program_id: str) -> Select[Any]:
    return select(func.count(Obligation.id)).join(Obligation.form).where(Form.program_id == program_id)
