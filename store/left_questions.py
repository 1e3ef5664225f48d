"""Questions of what no message has brought anybody yet."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from store.asking import Asking
from store.outbox import FINAL, WAITING, OutboxEntry
from store.reminder_questions import DIGEST
from store.reminders import Digest, Reminder


def _unsent(today: date) -> Select[int]:
    """Messages of an earlier day that wait, and that nobody has got by another way either."""
    other, number = aliased(OutboxEntry), OutboxEntry.fields["digest"].as_integer()
    told = select(other.id).where(
        other.template == DIGEST,
        other.created_at == OutboxEntry.created_at,
        other.fields["digest"].as_integer() == number,
        other.state.in_(FINAL),
    )
    waiting = select(Digest.id).join(OutboxEntry, number == Digest.id).where(Digest.day < today)
    return waiting.where(WAITING, OutboxEntry.template == DIGEST, ~told.exists())


def _left(today: date, waiting: date | None = None) -> ColumnElement[bool]:
    """Reminders without a message, or whose message of a day before `waiting` (else before today) waits."""
    without = Reminder.digest_id.is_(None) & Reminder.why_not.is_(None) & (Reminder.planned_for < today)
    return without | Reminder.digest_id.in_(_unsent(waiting or today))


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

    async def weeks_left(self, people: Collection[int], today: date) -> set[int]:
        """Who of these people has not got the week's news that an earlier day was to bring."""
        found = select(Digest.person_id).where(Digest.person_id.in_(people), Digest.week)
        return set(await self.session.scalars(found.where(Digest.id.in_(_unsent(today)))))

    async def taken_over_by(self, digests: Collection[int]) -> dict[int, Digest]:
        """The next message of a later day, of those of these messages that have one: it has what they had and
        nobody has heard."""
        later = aliased(Digest)
        found = select(Digest.id, later).join(
            later, (later.person_id == Digest.person_id) & (later.day > Digest.day)
        )
        rows = await self.session.execute(found.where(Digest.id.in_(digests)).order_by(later.day.desc()))
        return {row[0]: row[1] for row in rows}  # the nearest day comes last, and stays
