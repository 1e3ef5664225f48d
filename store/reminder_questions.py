"""Questions of the reminders: who may be reminded, what people said to it, what was sent already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.asking import Asking
from store.chat_account import ChatAccount
from store.models import Person, PersonAddress, PersonRole, Review
from store.reminders import (
    Absence,
    Assignment,
    Digest,
    PlannedDay,
    Reminder,
    ReminderHabit,
    ReminderWish,
    ReviewPause,
    ReviewSchedule,
)

Key = tuple[str, str, date, int, int]  # target, kind, due, offset, person


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One active role of one active person, as plain values."""

    person: int
    role: str
    lea: str | None
    review: str | None
    program: str | None
    instrument: str | None


class ReminderQuestions(Asking):
    """What a day's plan is made from, and what it has become."""

    async def roles_held(self, leas: Collection[str] | None = None) -> list[RoleHeld]:
        """Every role that somebody has now; with `leas`, only at these, on their reviews, and in programs."""
        of = PersonRole
        found = (
            select(of.person_id, of.role, of.lea_id, of.review_id, of.program_id, of.instrument)
            .join(Person, Person.id == of.person_id)
            .where(of.ended_at.is_(None), Person.retired_at.is_(None))
            .order_by(of.id)
        )
        if leas is not None:
            theirs = select(Review.id).where(Review.lea_id.in_(leas))
            of_state = of.program_id.is_not(None) | of.review_id.in_(theirs)
            found = found.where(of.lea_id.in_(leas) | of_state)
        return [RoleHeld(*row) for row in await self.session.execute(found)]

    async def people_out_of_reach(self) -> set[int]:
        """Active people whom nothing reaches: mail to every address came back, and they are in no chat."""
        reached = select(PersonAddress.person_id).where(PersonAddress.unreachable_at.is_(None))
        in_chat = select(ChatAccount.person_id).where(ChatAccount.ended_at.is_(None))
        found = select(Person.id).where(
            Person.retired_at.is_(None), Person.id.not_in(reached), Person.id.not_in(in_chat)
        )
        return set(await self.session.scalars(found))

    async def reminder_wishes(self, person_id: int | None = None) -> Sequence[ReminderWish]:
        """What people said to reminders, or one of them, as far as it counts."""
        found = select(ReminderWish).where(ReminderWish.ended_at.is_(None)).order_by(ReminderWish.id)
        own = found if person_id is None else found.where(ReminderWish.person_id == person_id)
        return (await self.session.scalars(own)).all()

    async def absences(self, day: date) -> Sequence[Absence]:
        """Who is away on a day, or nobody knows until when."""
        found = select(Absence).where(
            Absence.ended_at.is_(None), Absence.first <= day, (Absence.last >= day) | Absence.last.is_(None)
        )
        return (await self.session.scalars(found.order_by(Absence.id))).all()

    async def review_pauses(self, day: date) -> Sequence[ReviewPause]:
        """Reviews whose reminders are stopped on a day."""
        found = select(ReviewPause).where(
            ReviewPause.ended_at.is_(None), (ReviewPause.until > day) | ReviewPause.until.is_(None)
        )
        return (await self.session.scalars(found.order_by(ReviewPause.id))).all()

    async def review_schedules(self) -> Sequence[ReviewSchedule]:
        return (await self.session.scalars(select(ReviewSchedule))).all()

    async def assignments(self, targets: Collection[str] | None = None) -> Sequence[Assignment]:
        """Whose work what is."""
        found = select(Assignment).where(Assignment.ended_at.is_(None)).order_by(Assignment.id)
        some = found if targets is None else found.where(Assignment.target.in_(targets))
        return (await self.session.scalars(some)).all()

    async def last_planned(self) -> date | None:
        """The last day whose reminders were all planned."""
        found = select(PlannedDay.day).order_by(PlannedDay.day.desc()).limit(1)
        return (await self.session.scalars(found)).first()

    async def planned_day(self, day: date) -> PlannedDay | None:
        return (await self.session.scalars(select(PlannedDay).where(PlannedDay.day == day))).first()

    async def digests_of_day(self, day: date) -> set[int]:
        """The people who have their message of a day."""
        return set(await self.session.scalars(select(Digest.person_id).where(Digest.day == day)))

    async def reminders_of(self, person_id: int, keys: Collection[Key]) -> set[Key]:
        """Those of these keys that one person has had."""
        of = Reminder
        found = select(of.target, of.kind, of.due, of.offset, of.person_id).where(
            of.person_id == person_id, of.target.in_({key[0] for key in keys})
        )
        return {(*row,) for row in await self.session.execute(found)} & {*keys}

    async def claim_digest(self, person_id: int, day: date, at: datetime, late: bool) -> Digest | None:
        """The one message of a person's day; None: another scheduler has made it."""
        made = postgresql.insert if self._is_postgresql else sqlite.insert
        own = {"person_id": person_id, "day": day, "made_at": at, "late": late, "week": False}
        statement = made(Digest).values(own).on_conflict_do_nothing().returning(Digest.id)
        number = await self.session.scalar(statement)
        return await self.session.get_one(Digest, number) if number is not None else None

    async def claim_day(
        self, day: date, at: datetime, sent: int, skipped: int, late: date | None
    ) -> PlannedDay | None:
        """That a day is planned; None: another scheduler has said so."""
        made = postgresql.insert if self._is_postgresql else sqlite.insert
        own = {"day": day, "planned_at": at, "sent": sent, "skipped": skipped, "late": late}
        statement = made(PlannedDay).values(own).on_conflict_do_nothing().returning(PlannedDay.id)
        number = await self.session.scalar(statement)
        return await self.session.get_one(PlannedDay, number) if number is not None else None

    async def reminders_in(self, digest_id: int) -> Sequence[Reminder]:
        """What one message reminds of."""
        found = select(Reminder).where(Reminder.digest_id == digest_id).order_by(Reminder.id)
        return (await self.session.scalars(found)).all()

    async def digest(self, number: int) -> Digest | None:
        return await self.session.get(Digest, number)

    async def habits(self, people: Collection[int]) -> dict[int, ReminderHabit]:
        found = await self.session.scalars(select(ReminderHabit).where(ReminderHabit.person_id.in_(people)))
        return {one.person_id: one for one in found}

    @property
    def _is_postgresql(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"
