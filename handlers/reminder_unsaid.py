"""A digest whose address died between the night it was planned in and the hour it was to be said: it is told
like one that came back, or its deadlines would reach nobody.

Source: features F7, threats 2.E.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.audience import tell
from handlers.bounces import MailCameBack, is_news, who_can_help, who_hears, with_deadlines
from handlers.messages import Notice
from handlers.outcome import owe_unasked
from handlers.reminder_bounced import told_again, unheard
from store.models import Person, PersonAddress
from store.outbox import OutboxEntry
from store.unit_of_work import Actor, UnitOfWork

LOOKED_BACK = timedelta(days=14)  # it is found within a minute; what is older was planned again since


async def take_unsaid(uow: UnitOfWork, now: datetime) -> list[OutboxEntry]:
    """Tell what these were to say where it is heard. `now` is aware; the old rows stay suppressed."""
    unsaid = [*await uow.digests_unsaid(now - LOOKED_BACK)]
    for row in unsaid:
        uow.act_as(Actor(at=now))
        row.bounced_at = now
        uow.changed(row)
        person = await uow.person_at(row.to)
        if person is not None and person.retired_at is None:
            await owe_unasked(await _told(row, person, uow, now), now, uow)
    return unsaid


async def _told(row: OutboxEntry, person: Person, uow: UnitOfWork, now: datetime) -> Sequence[Notice]:
    """Where no way of their own is left, each reminder says that they did not hear of it."""
    missed = await unheard(row, uow, now)
    if missed is None:
        return ()
    again = await told_again(missed, person, uow)
    dead = next(one for one in person.addresses if one.address == row.to)
    helpers = tell(await who_can_help(person, uow), _news(person, dead, now))
    hears = who_hears(again, helpers)
    if hears == "themselves":
        return again
    for one in await uow.reminders_in(missed.reply.digest):
        one.why_not = one.why_not or "unreachable"
    notices = [with_deadlines(one, missed) for one in helpers]
    return [one for one in notices if await is_news(one, now, uow)]


def _news(person: Person, dead: PersonAddress, now: datetime) -> MailCameBack:
    since, why = dead.unreachable_at or now, dead.unreachable_why or ""
    status = why if why[:1].isdigit() else ""
    about = (person.name, dead.address, since.isoformat(), "deadlines", False)
    return MailCameBack(*about, status, own=False, marked=True)
