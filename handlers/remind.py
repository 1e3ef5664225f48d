"""Reminders of a day: planned once on every working day, one message to each person, whoever plans it.

Nothing here is remembered between two calls: a scheduler that dies leaves rows, and the next one goes on.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from handlers.access import address_of
from handlers.deadlines import business_days_from
from handlers.in_turn import in_parts
from handlers.messages import OWN_AFFAIR, Notice, Reply
from handlers.outcome import owe_unasked
from handlers.reminder_as_of import LEAS_AT_ONCE, as_of
from handlers.reminder_days import due_days_reached, send_time
from handlers.reminder_message import Own, messages_of
from handlers.reminder_plan import Owed, Standing, plan
from handlers.reminder_standing import standing_on
from store.clock import pacific
from store.models import Person
from store.programs import schedules
from store.reminder_questions import Key
from store.reminders import Digest, PlannedDay, Reminder
from store.unit_of_work import Actor, UnitOfWork

PEOPLE_AT_ONCE = 25  # whoever writes meanwhile waits for these
ROWS_AT_ONCE = 500
Ahead = Mapping[Key, Reminder]  # what a clock that was ahead has planned for later days


async def plan_of(today: date, uow: UnitOfWork, standing: Standing | None = None) -> list[Owed]:
    """Everything that is to be said or left out today, from the whole record; nothing is changed."""
    standing = standing or await standing_on(today, uow)
    leas = await uow.lea_ids()
    every = {schedules(one.id)["form"] for one in await uow.programs()}
    days = {day for one in every for day in due_days_reached(one, today, standing.last)}
    found: list[Owed] = []
    for some in in_parts(leas, LEAS_AT_ONCE):
        found += plan(await uow.deadlines(some, days), standing, today)
    return found


def by_person(owed: Sequence[Owed]) -> Mapping[int, list[Owed]]:
    """What each person is to hear of, always in the same order, so that no two schedulers wait for each
    other; what is left out is nobody's."""
    people: dict[int, list[Owed]] = defaultdict(list)
    for one in owed:
        if not one.why_not:
            people[one.person].append(one)
    return dict(sorted(people.items()))


async def remind(
    owed: Mapping[int, Sequence[Owed]],
    today: date,
    uow: UnitOfWork,
    now: datetime,
    *,
    week: Collection[int] = (),
) -> int:
    """Owe each of these people the message of their day, if nobody has yet; how many we did. Natural keys
    make a second call, by whomever, change nothing. What no message of an earlier day has brought them comes
    with it; that of these contacts also tells of the last `week`, and comes for that alone."""
    uow.act_as(Actor(at=now))
    fresh, ahead = await _not_had([one for some in owed.values() for one in some], today, uow)
    new: dict[int, list[Owed]] = defaultdict(list)
    for owing in fresh:
        new[owing.person].append(owing)
    left: dict[int, list[Reminder]] = defaultdict(list)
    for row in await uow.reminders_left([*owed], today):
        left[row.person_id].append(row)
    monday = today - timedelta(days=today.weekday())
    week = {*week} - await uow.weeks_had([*owed], monday, today) | await uow.weeks_left([*owed], today)
    people = await uow.people_numbered([one for one in owed if new[one] or left[one] or one in week])
    here = {number for number, person in people.items() if person.addresses}
    late = {one for one in here if left[one] or any(owing.late for owing in new[one])}
    digests = await uow.claim_digests(here, today, now, late, week)
    for number in sorted(here - digests.keys()):
        await _add_to_it(number, left[number], new[number], today, uow)
    owns = [
        Own(digest, people[one], _rows(digest, left[one], new[one], ahead, uow), digest.week)
        for one, digest in digests.items()
    ]
    await uow.session.flush()
    known = await as_of(pacific(now).date(), [row for own in owns for row in own.reminders], uow)
    made = await messages_of(owns, known, uow, now)
    told = [(own.person, made[own.digest.id]) for own in owns]
    await _owe([(person, reply) for person, reply in told if reply is not None], today, uow, now)
    return len(owns)  # of whom there is no message, each reminder says why


def _rows(
    digest: Digest, left: Sequence[Reminder], new: Sequence[Owed], ahead: Ahead, uow: UnitOfWork
) -> list[Reminder]:
    """What a message brings: what none of an earlier day has brought, and what is new."""
    _take_over(digest, left)
    uow.add(digest)
    return [*left, *(_noted(one, digest, digest.day, ahead, uow) for one in new)]


def _take_over(digest: Digest, left: Sequence[Reminder]) -> None:
    for row in left:
        row.digest_id, row.late = digest.id, True


async def _owe(told: Sequence[tuple[Person, Reply]], today: date, uow: UnitOfWork, now: datetime) -> None:
    """Each at the hour that the person chose."""
    habits = await uow.habits([person.id for person, _ in told])
    at: dict[datetime, list[Notice]] = defaultdict(list)
    for person, reply in told:
        habit = habits.get(person.id)
        moment = send_time(today, habit.hour if habit else None)
        at[moment].append(Notice(address_of(person), reply, OWN_AFFAIR))
    for moment, notices in at.items():
        await owe_unasked(notices, now, uow, moment)


async def _add_to_it(
    person_id: int, left: Sequence[Reminder], new: Sequence[Owed], today: date, uow: UnitOfWork
) -> None:
    """What was left, or became due, after somebody's message was made goes into it, or with the next one if
    it is sent."""
    fresh, ahead = await _not_had(new, today, uow)  # who made it may have them all
    digest = await uow.digest_of(person_id, today)
    if digest is not None and not await uow.waits_to_be_sent(digest.id):
        digest = None
    if digest is not None:
        _take_over(digest, left)
    for one in fresh:
        _noted(one, digest, today, ahead, uow)


async def close_day(owed: Sequence[Owed], today: date, uow: UnitOfWork, now: datetime) -> PlannedDay | None:
    """Note that all of a day was planned, with what was left out and why; once, by whoever is first."""
    uow.act_as(Actor(at=now))
    last = await uow.last_planned(today)
    missed = last is not None and business_days_from(last, 1) < today
    counts = Counter("skipped" if one.why_not else "sent" for one in owed)
    late = business_days_from(last, 1) if last is not None and missed else None
    day = await uow.claim_day(today, now, counts["sent"], counts["skipped"], late)
    if day is not None:
        uow.add(day)
    elif (day := await uow.day_ahead(today, now)) is not None:
        day.planned_at, day.sent, day.skipped, day.late = now, counts["sent"], counts["skipped"], late
        uow.changed(day)
    else:
        return None
    left_out = [one for one in owed if one.why_not]
    for some in in_parts(left_out, ROWS_AT_ONCE):
        fresh, ahead = await _not_had(some, today, uow)
        for one in fresh:
            _noted(one, None, today, ahead, uow)
    return day


async def _not_had(owed: Sequence[Owed], today: date, uow: UnitOfWork) -> tuple[list[Owed], Ahead]:
    """Those that their people have not had yet, and what a clock that was ahead has planned of them."""
    people = {one.person for one in owed}
    ahead = await uow.reminders_ahead(people, today)
    had = await uow.reminders_of(people, [one.key for one in owed]) - ahead.keys()
    return [one for one in owed if one.key not in had], ahead


def _noted(one: Owed, digest: Digest | None, today: date, ahead: Ahead, uow: UnitOfWork) -> Reminder:
    """Its row; one that a clock which was ahead has planned already becomes that of today."""
    row = ahead.get(one.key)
    if row is None:
        row = _row(one, digest, today)
        uow.add(row)
        return row
    row.digest_id, row.planned_for, row.rung = digest.id if digest else None, today, one.rung
    row.why_not, row.covers, row.late = one.why_not or None, one.covers, one.late
    uow.changed(row)
    return row


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
        program_id=deadline.program,
    )
