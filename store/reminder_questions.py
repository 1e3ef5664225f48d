"""Questions of the reminders: who may be reminded, what people said to it, what was sent already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from store.asking import Asking
from store.chat_account import ChatAccount
from store.models import (
    LIVE,
    Filing,
    Person,
    PersonAddress,
    PersonRole,
    Review,
    ReviewItem,
    Statement,
)
from store.programs import rule
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

DIGEST = "deadlines_reminded"
SKEW = timedelta(minutes=1)  # so much the clocks of two schedulers may differ
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

    @property
    def is_of_program(self) -> bool:
        """A contact, or a reviewer of a whole program."""
        return self.program is not None and (self.role == "program_contact" or self.review is None)


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
        """Active people whom nothing reaches: mail to every address came back, and no chat takes anything
        for them."""
        found = select(Person.id).where(Person.retired_at.is_(None), ~is_reached(Person.id))
        return set(await self.session.scalars(found))

    async def reminder_wishes(
        self, person_id: int | None = None, targets: Collection[str] | None = None
    ) -> Sequence[ReminderWish]:
        """What people said to reminders, or one of them, or to those of these targets, if it still counts."""
        found = select(ReminderWish).where(ReminderWish.ended_at.is_(None)).order_by(ReminderWish.id)
        own = found if person_id is None else found.where(ReminderWish.person_id == person_id)
        some = own if targets is None else own.where(ReminderWish.target.in_(targets))
        return (await self.session.scalars(some)).all()

    async def absences(self, day: date, person_id: int | None = None) -> Sequence[Absence]:
        """Who is away on a day (one of them: whether they are), and for `absence_unknown_days` those of whom
        nobody knows until when."""
        found = select(Absence).where(Absence.ended_at.is_(None), Absence.first <= day, or_(*_not_over(day)))
        found = found if person_id is None else found.where(Absence.person_id == person_id)
        return (await self.session.scalars(found.order_by(Absence.id))).all()

    async def absences_ahead(self, person_id: int, day: date) -> Sequence[Absence]:
        """Those of one person that are not over on a day, or have not begun, the next first."""
        found = select(Absence).where(
            Absence.person_id == person_id, Absence.ended_at.is_(None), or_(*_not_over(day))
        )
        return (await self.session.scalars(found.order_by(Absence.first, Absence.id))).all()

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

    async def last_planned(self, before: date = date.max) -> date | None:
        """The last day (before one) whose reminders were all planned. A day that was planned before an
        earlier one counts for nothing: the clock was wrong then, and more may have become due since."""
        next_one = aliased(PlannedDay)
        ahead = select(next_one.id).where(next_one.id > PlannedDay.id, next_one.day < PlannedDay.day)
        found = select(func.max(PlannedDay.day)).where(PlannedDay.day < before, ~ahead.exists())
        return await self.session.scalar(found)

    async def is_planned(self, day: date, now: datetime) -> bool:
        """Whether all of a day was planned. What says that it was after `now` is of a clock that was ahead:
        more may have become due since."""
        found = select(PlannedDay.id).where(PlannedDay.day == day, PlannedDay.planned_at <= now + SKEW)
        return (await self.session.scalars(found)).first() is not None

    async def planned_day(self, day: date) -> PlannedDay | None:
        return (await self.session.scalars(select(PlannedDay).where(PlannedDay.day == day))).first()

    async def digests_of_day(self, day: date) -> set[int]:
        """The people who have their message of a day."""
        return set(await self.session.scalars(select(Digest.person_id).where(Digest.day == day)))

    async def digest_of(self, person_id: int, day: date) -> Digest | None:
        """The message of a person's day, if it is made."""
        found = select(Digest).where(Digest.person_id == person_id, Digest.day == day)
        return (await self.session.scalars(found)).one_or_none()

    async def reminders_of(self, people: Collection[int], keys: Collection[Key]) -> set[Key]:
        """Those of these keys that these people have had."""
        of = Reminder
        found = select(of.target, of.kind, of.due, of.offset, of.person_id).where(
            of.person_id.in_(people), of.target.in_({key[0] for key in keys})
        )
        return {(*row,) for row in await self.session.execute(found)} & {*keys}

    async def unsubmitted(self, names: Collection[str]) -> set[str]:
        """Those of these items (`sv-fpm/I-EL 02`) and duties on which something is on file that nobody has
        submitted yet."""
        reviews = {one.partition("/")[0] for one in names if "/" in one}
        found: set[str] = set()
        for of in (Filing, Statement) if names else ():
            draft = of.status.in_(LIVE), of.submitted_at.is_(None)
            duties = select(of.obligation_id).where(of.obligation_id.in_(names), *draft)
            found |= {one for one in await self.session.scalars(duties) if one}
            items = select(ReviewItem.review_id, ReviewItem.code).join(of, of.review_item_id == ReviewItem.id)
            items = items.where(ReviewItem.review_id.in_(reviews), *draft)
            if reviews:
                found |= {f"{review}/{code}" for review, code in await self.session.execute(items)}
        return found & {*names}

    async def claim_digests(
        self, people: Collection[int], day: date, at: datetime, late: Collection[int], week: Collection[int]
    ) -> dict[int, Digest]:
        """The one message of each person's day, of these `late`, with the `week` for those; without who has
        got theirs from another scheduler. Claimed in one order, so that two schedulers never wait for each
        other."""
        made = postgresql.insert if self._is_postgresql else sqlite.insert
        own = [
            {"person_id": one, "day": day, "made_at": at, "late": one in late, "week": one in week}
            for one in sorted(people)
        ]
        if not own:
            return {}
        statement = made(Digest).values(own).on_conflict_do_nothing().returning(Digest.id)
        numbers = (await self.session.scalars(statement)).all()
        claimed = await self.session.scalars(select(Digest).where(Digest.id.in_(numbers)))
        return {one.person_id: one for one in claimed}

    async def claim_day(
        self, day: date, at: datetime, sent: int, skipped: int, late: date | None
    ) -> PlannedDay | None:
        """That a day is planned; None: another scheduler has said so."""
        made = postgresql.insert if self._is_postgresql else sqlite.insert
        own = {"day": day, "planned_at": at, "sent": sent, "skipped": skipped, "late": late}
        statement = made(PlannedDay).values(own).on_conflict_do_nothing().returning(PlannedDay.id)
        number = await self.session.scalar(statement)
        return await self.session.get_one(PlannedDay, number) if number is not None else None

    async def day_ahead(self, day: date, now: datetime) -> PlannedDay | None:
        """A day that a clock which was ahead has planned; kept from others until the transaction ends."""
        found = select(PlannedDay).where(PlannedDay.day == day, PlannedDay.planned_at > now + SKEW)
        return (await self.session.scalars(found.with_for_update())).first()

    async def reminders_in(self, *digest_ids: int) -> Sequence[Reminder]:
        """What these messages remind of."""
        found = select(Reminder).where(Reminder.digest_id.in_(digest_ids)).order_by(Reminder.id)
        return (await self.session.scalars(found)).all()

    async def digest(self, number: int) -> Digest | None:
        return await self.session.get(Digest, number)

    async def digests(self, numbers: Collection[int]) -> Sequence[Digest]:
        """Those of these messages that are there."""
        return (await self.session.scalars(select(Digest).where(Digest.id.in_(numbers)))).all()

    async def habits(self, people: Collection[int]) -> dict[int, ReminderHabit]:
        found = await self.session.scalars(select(ReminderHabit).where(ReminderHabit.person_id.in_(people)))
        return {one.person_id: one for one in found}

    async def ways_wanted(self, addresses: Collection[str]) -> dict[str, str]:
        """How the people at these addresses want their reminders (chat, mail, both), if they said so and mail
        arrives there: what comes back is no way for anybody."""
        if not addresses:
            return {}
        found = (
            select(PersonAddress.address, ReminderHabit.way)
            .join(ReminderHabit, ReminderHabit.person_id == PersonAddress.person_id)
            .where(PersonAddress.address.in_(addresses), PersonAddress.unreachable_at.is_(None))
            .where(ReminderHabit.way.is_not(None))
        )
        return {address: way for address, way in await self.session.execute(found) if way}

    @property
    def _is_postgresql(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"


def is_reached(person: Any) -> ColumnElement[bool]:
    """Whether mail or a chat reaches somebody, by a column that holds their number."""
    by_mail = select(PersonAddress.person_id).where(PersonAddress.unreachable_at.is_(None))
    of = ChatAccount
    in_chat = select(of.person_id).where(of.ended_at.is_(None), of.unreachable_at.is_(None))
    return or_(person.in_(by_mail), person.in_(in_chat))


def _not_over(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    lately = day - timedelta(days=rule("absence_unknown_days"))
    return Absence.last >= day, Absence.last.is_(None) & (Absence.first > lately)
