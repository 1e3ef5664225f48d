"""Questions of what no message has brought anybody yet."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Exists, Select, literal_column, select
from sqlalchemy.orm import aliased

from store.asking import Asking
from store.outbox import FINAL, REMINDING, OutboxEntry
from store.reminder_questions import DIGEST, Key
from store.reminders import Digest, Reminder

NUMBER = OutboxEntry.fields["digest"].as_integer()


def _told_otherwise() -> Exists:
    """Somebody has got the same message by another way."""
    other = aliased(OutboxEntry)
    told = select(other.id).where(
        other.template == literal_column(f"'{DIGEST}'"),  # a parameter would not find the index
        other.created_at == OutboxEntry.created_at,
        other.fields["digest"].as_integer() == NUMBER,
        other.state.in_(FINAL),
    )
    return told.exists()


def _unsent(of: ColumnElement[bool]) -> Select[int]:
    """Messages of such days that wait, and that nobody has got by another way either."""
    waiting = select(Digest.id).join(OutboxEntry, Digest.id == NUMBER).where(of)
    return waiting.where(REMINDING, ~_told_otherwise())


def _put_off(today: date) -> ColumnElement[bool]:
    """Of a day that has come, and in a message of a later one that a clock which was ahead has made."""
    return (Reminder.planned_for <= today) & Reminder.digest_id.in_(_unsent(Digest.day > today))


def _left(today: date, waiting: date | None = None) -> ColumnElement[bool]:
    """Reminders without a message, or whose message of a day before `waiting` (else before today) waits; and
    what was put off."""
    without = Reminder.digest_id.is_(None) & Reminder.why_not.is_(None) & (Reminder.planned_for < today)
    waits = Reminder.digest_id.in_(_unsent(Digest.day < (waiting or today)))
    return without | waits | _put_off(today)


class LeftQuestions(Asking):
    """What the next message of somebody takes over."""

    async def people_left(self, today: date) -> set[int]:
        """Who has reminders of earlier days that no message has brought them."""
        return set(await self.session.scalars(select(Reminder.person_id).where(_left(today))))

    async def reminders_left(self, people: Collection[int], today: date) -> Sequence[Reminder]:
        """Those reminders of these people."""
        found = select(Reminder).where(Reminder.person_id.in_(people), _left(today))
        return (await self.session.scalars(found.order_by(Reminder.id))).all()

    async def all_reminders_left(self, day: date, waiting: date) -> Sequence[Reminder]:
        """Those of everybody that the messages of a coming day take over, if the messages that wait now go
        out but for those of days before `waiting`."""
        return (await self.session.scalars(select(Reminder).where(_left(day, waiting)))).all()

    async def waits_to_be_sent(self, digest_id: int) -> bool:
        """Whether a message can still be added to; until the end of the transaction nobody sends it."""
        found = select(OutboxEntry.id).where(REMINDING, OutboxEntry.lease.is_(None), digest_id == NUMBER)
        return (await self.session.scalars(found.with_for_update())).first() is not None

    async def weeks_left(self, people: Collection[int], today: date) -> set[int]:
        """Who of these people has not got the week's news that an earlier day was to bring."""
        found = select(Digest.person_id).where(Digest.person_id.in_(people), Digest.week)
        return set(await self.session.scalars(found.where(Digest.id.in_(_unsent(Digest.day < today)))))

    async def weeks_had(self, people: Collection[int], first: date, today: date) -> set[int]:
        """Who of these people have a message of the days from `first` to today with the week's news."""
        found = select(Digest.person_id).where(Digest.person_id.in_(people), Digest.week)
        return set(await self.session.scalars(found.where(Digest.day >= first, Digest.day <= today)))

    async def reminders_put_off(self, people: Collection[int], today: date) -> Sequence[Reminder]:
        """Those of these people that a clock which was ahead took out of earlier messages."""
        found = select(Reminder).where(Reminder.person_id.in_(people), _put_off(today))
        return (await self.session.scalars(found.order_by(Reminder.id))).all()

    async def reminders_ahead(self, people: Collection[int], today: date) -> dict[Key, Reminder]:
        """Those of these people that a clock which was ahead has planned for a later day, and nobody has
        heard, by their keys."""
        unheard = Reminder.digest_id.is_(None) | Reminder.digest_id.in_(_unsent(Digest.day > today))
        found = select(Reminder).where(Reminder.person_id.in_(people), Reminder.planned_for > today, unheard)
        rows = await self.session.scalars(found)
        return {(one.target, one.kind, one.due, one.offset, one.person_id): one for one in rows}

    async def taken_over_by(self, digests: Collection[int], today: date) -> dict[int, Digest]:
        """The next message of a later day until today, of those of these messages that have one: what nobody
        had heard when it was made is in it."""
        later = aliased(Digest)
        found = select(Digest.id, later).join(
            later, (later.person_id == Digest.person_id) & (later.day > Digest.day) & (later.day <= today)
        )
        rows = await self.session.execute(found.where(Digest.id.in_(digests)).order_by(later.day.desc()))
        return {row[0]: row[1] for row in rows}  # the nearest day comes last, and stays

    async def told_otherwise(self, entries: Collection[int]) -> set[int]:
        """Those of these entries of the outbox whose message somebody has got by another way."""
        found = select(OutboxEntry.id).where(OutboxEntry.id.in_(entries), _told_otherwise())
        return set(await self.session.scalars(found))
