"""What became of reminders: for preview, lists and monitors. Rows are plain values, few columns at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, or_, select
from sqlalchemy.orm import selectinload

from store.asking import Asking
from store.models import Person
from store.outbox import REMINDED, OutboxEntry
from store.reminder_questions import Key
from store.reminders import Digest, PlannedDay, Reminder, ReviewPause, ReviewSchedule

MOST = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest as it went out: where, in which state, and when that ended."""

    number: int
    digest: int
    channel: str
    to: str
    state: str
    sent_at: datetime | None
    bounced_at: datetime | None
    said: str


@dataclass(frozen=True)
class DayOfReminders:
    """The counts of a planned day: `told` people, `late` reminders, `skipped` by why, `letters` by state."""

    day: date
    told: int = 0
    sent: int = 0
    late: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)


class ReminderLog(Asking):
    """Every question goes by the day, a review or a person, each of which has its index."""

    async def keys_planned_for(self, day: date) -> set[Key]:
        """What a day has of reminders already, sent or left out."""
        of = Reminder
        found = select(of.target, of.kind, of.due, of.offset, of.person_id).where(of.planned_for == day)
        return {(*row,) for row in await self.session.execute(found)}

    async def reminders_on(self, day: date) -> Sequence[Reminder]:
        """Everything that was planned for a day."""
        found = select(Reminder).where(Reminder.planned_for == day).order_by(Reminder.id)
        return (await self.session.scalars(found)).all()

    async def reminders_of_review(self, review_id: str, lea_id: str, since: date) -> Sequence[Reminder]:
        """The newest of a review, what it is asked for and what waits for a decision there."""
        of = Reminder
        within = or_(of.target == review_id, of.target.startswith(f"{review_id}/", autoescape=True))
        found = select(of).where(of.lea_id == lea_id, of.planned_for >= since, within)
        return (await self.session.scalars(found.order_by(of.id.desc()).limit(MOST))).all()

    async def pauses_of(self, review_id: str, day: date) -> Sequence[ReviewPause]:
        """The pauses of a review that are not over on a day."""
        of = ReviewPause
        found = select(of).where(of.review_id == review_id, of.ended_at.is_(None))
        found = found.where((of.until > day) | of.until.is_(None)).order_by(of.id)
        return (await self.session.scalars(found)).all()

    async def schedules_of_review(self, review_id: str) -> Sequence[ReviewSchedule]:
        """The kinds of deadline for which a review has, or had, days of its own."""
        found = select(ReviewSchedule).where(ReviewSchedule.review_id == review_id)
        return (await self.session.scalars(found.order_by(ReviewSchedule.id))).all()

    async def letters_of(self, digests: Collection[int], since: datetime) -> list[Letter]:
        """How these digests went out, or wait; several where one was sent again elsewhere."""
        of = OutboxEntry
        number = of.fields["digest"].as_integer()
        columns = (of.id, number, of.channel, of.to, of.state, of.sent_at, of.bounced_at)
        said = func.coalesce(of.receipt, of.trouble, "")
        found = select(*columns, said).where(REMINDED, of.created_at >= since)
        rows = await self.session.execute(found.where(number.in_(digests)).order_by(of.id))
        return [Letter(*row) for row in rows]

    async def people_by_number(self, numbers: Collection[int]) -> dict[int, Person]:
        """People with their addresses, retired ones too."""
        found = select(Person).where(Person.id.in_(numbers)).options(selectinload(Person.addresses))
        return {one.id: one for one in await self.session.scalars(found)}

    async def last_day_of_reminders(self) -> DayOfReminders | None:
        """The counts of the last planned day; None: no day was planned yet."""
        found = select(PlannedDay).order_by(PlannedDay.day.desc()).limit(1)
        last = (await self.session.scalars(found)).first()
        if last is None:
            return None
        on = Reminder.planned_for == last.day
        skipped = await self._of_each(Reminder.why_not, on, Reminder.why_not.is_not(None))
        told = select(func.count()).select_from(Digest).where(Digest.day == last.day)
        late = select(func.count()).select_from(Reminder).where(on, Reminder.late)
        of = OutboxEntry
        began = last.planned_at - timedelta(hours=12)
        in_earnest = of.fields["digest"].as_integer() > 0
        letters = await self._of_each(of.state, REMINDED, of.created_at >= began, in_earnest)
        return DayOfReminders(
            last.day,
            await self.session.scalar(told) or 0,
            last.sent,
            await self.session.scalar(late) or 0,
            skipped,
            letters,
        )

    async def _of_each(self, what: Any, *where: ColumnElement[bool] | TextClause) -> dict[str, int]:
        found = select(what, func.count()).where(*where).group_by(what)
        return {str(word): count for word, count in await self.session.execute(found)}
