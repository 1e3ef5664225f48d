"""Reminders of a day: planned once on every working day, one message to each person, whoever plans it.

Nothing here is remembered between two calls: a scheduler that dies leaves rows, and the next one goes on.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from handlers.access import address_of
from handlers.deadlines import business_days_from
from handlers.messages import OWN_AFFAIR, Notice
from handlers.outcome import owe_unasked
from handlers.reminder_days import send_time
from handlers.reminder_message import digest_reply
from handlers.reminder_plan import Owed, plan
from handlers.reminder_standing import standing_on
from store.reminders import Digest, PlannedDay, Reminder
from store.unit_of_work import Actor, UnitOfWork

LEAS_AT_ONCE = 200
PEOPLE_AT_ONCE = 20


async def plan_of(today: date, uow: UnitOfWork) -> list[Owed]:
    """Everything that is to be said or left out today, from the whole record; nothing is changed."""
    standing = await standing_on(today, uow)
    leas = await uow.lea_ids()
    found: list[Owed] = []
    for first in range(0, len(leas), LEAS_AT_ONCE):
        found += plan(await uow.deadlines(leas[first : first + LEAS_AT_ONCE]), standing, today)
    return found


def by_person(owed: Sequence[Owed]) -> Mapping[int, list[Owed]]:
    """What each person is to hear of; what is left out is nobody's."""
    people: dict[int, list[Owed]] = defaultdict(list)
    for one in owed:
        if not one.why_not:
            people[one.person].append(one)
    return people


async def remind(person_id: int, owed: Sequence[Owed], today: date, uow: UnitOfWork, now: datetime) -> bool:
    """Owe a person the message of their day, if nobody has yet; whether we did. Natural keys make a second
    call, by whomever, change nothing."""
    had = await uow.reminders_of(person_id, [one.key for one in owed])
    new = [one for one in owed if one.key not in had]
    person = await uow.person_numbered(person_id) if new else None
    if person is None or not person.addresses:
        return False
    uow.act_as(Actor(at=now))
    digest = await uow.claim_digest(person_id, today, now, any(one.late for one in new))
    if digest is None:
        return False
    uow.add(digest, *(_row(one, digest, today) for one in new))
    await uow.session.flush()
    reply = await digest_reply(digest, uow, now)
    if reply is not None:
        notice = Notice(address_of(person), reply, OWN_AFFAIR)
        hour = (await uow.habits([person_id])).get(person_id)
        await owe_unasked([notice], now, uow, send_time(today, hour.hour if hour else None))
    return True


async def close_day(owed: Sequence[Owed], today: date, uow: UnitOfWork, now: datetime) -> PlannedDay | None:
    """Note that all of a day was planned, with what was left out and why; once, by whoever is first."""
    uow.act_as(Actor(at=now))
    last = await uow.last_planned()
    missed = last is not None and business_days_from(last, 1) < today
    counts = Counter("skipped" if one.why_not else "sent" for one in owed)
    late = business_days_from(last, 1) if last is not None and missed else None
    day = await uow.claim_day(today, now, counts["sent"], counts["skipped"], late)
    if day is None:
        return None
    uow.add(day)
    for person, left in _left_out(owed).items():
        had = await uow.reminders_of(person, [one.key for one in left])
        uow.add(*(_row(one, None, today) for one in left if one.key not in had))
    return day


def _left_out(owed: Sequence[Owed]) -> Mapping[int, list[Owed]]:
    people: dict[int, list[Owed]] = defaultdict(list)
    for one in owed:
        if one.why_not:
            people[one.person].append(one)
    return people


def _row(one: Owed, digest: Digest | None, today: date) -> Reminder:
    deadline = one.deadline
    return Reminder(
        target=deadline.target,
        kind=deadline.kind,
        due=deadline.due,
        offset=one.offset,
        person_id=one.person,
        planned_for=today,
        rung=one.rung,
        lea_id=deadline.lea,
        digest_id=digest.id if digest else None,
        why_not=one.why_not or None,
        covers=one.covers,
        late=one.late,
    )
