"""The one message of a person's day: what is due and what would stop it, read from the record as it is now.

It is made when the day is planned and again when it is sent, so that nobody is reminded of what is in.
Source: features F3 and N11, complaint 23.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from handlers.access import leas_served, reach_of
from handlers.messages import Reply
from handlers.reminder_days import until_office_hours
from handlers.reminder_facts import Facts, facts_of
from handlers.reminder_plan import Standing, why_not
from handlers.reminder_rows import WHEN, Reader, done_rows, rows_of
from handlers.reminder_standing import standing_on
from handlers.retry import NotDue
from handlers.timeline_facts import timeline_of
from handlers.week import weeks_of
from store.clock import pacific
from store.due_questions import Deadline
from store.models import Person
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.reminder_questions import DIGEST
from store.reminders import Digest, Reminder
from store.unit_of_work import UnitOfWork

MOST_ROWS = 25


@dataclass(frozen=True)
class DeadlinesReminded(Reply):
    """The digest of a day. `day` (ISO, Pacific) is that of its words; `rows` are open, the most urgent first
    (`handlers/reminder_rows.py`), `more` counts the others, and `counts` all of them by how urgent they are.
    `done` was handed in since it was planned; `late`: it should have gone out on an earlier day. `test`: only
    a try. `timeline` is what its picture shows, made when it is sent; `week` the news of a contact's
    programs, once a week, also without rows."""

    by_habit = True
    digest: int
    name: str
    rows: list[dict[str, Any]]
    more: int = 0
    done: list[dict[str, Any]] = field(default_factory=list)
    late: bool = False
    test: bool = False
    day: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    timeline: dict[str, Any] | None = None
    week: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class AsOf:
    """What of the record is known already: how everybody stands, deadlines by their key, and their facts."""

    standing: Standing
    deadlines: Mapping[tuple[str, str], Deadline]
    facts: Facts


async def digest_reply(digest: Digest, uow: UnitOfWork, now: datetime) -> DeadlinesReminded | None:
    """What a person is to hear of now; None: nothing is open any more that they may hear of."""
    person = await uow.person_numbered(digest.person_id)
    if person is None:
        return None
    reminders = await uow.reminders_in(digest.id)
    reply = await message_for(person, digest.id, reminders, uow, now, late=digest.late)
    return await with_week(reply, person, digest, uow, now)


async def with_week(
    reply: DeadlinesReminded | None, person: Person, digest: Digest, uow: UnitOfWork, now: datetime
) -> DeadlinesReminded | None:
    """The same with the week of a contact's programs, where it is the day for it, or that alone."""
    told = await weeks_of(person, digest.day, uow, now) if digest.week else []
    if not told:
        return reply
    alone = DeadlinesReminded(digest.id, person.name, [], day=pacific(now).date().isoformat())
    return replace(reply or alone, week=told)


async def message_for(
    person: Person,
    digest: int,
    reminders: Sequence[Reminder],
    uow: UnitOfWork,
    now: datetime,
    *,
    late: bool = False,
    test: bool = False,
    known: AsOf | None = None,
) -> DeadlinesReminded | None:
    """The message that these reminders make for a person, as everything stands now, or as it is `known`."""
    today, reach = pacific(now).date(), reach_of(person)
    mine = [one for one in reminders if may_know(one, reach)]
    if known is None or not {(one.target, one.kind) for one in mine} <= {*known.deadlines}:
        known = await _as_of(today, mine, uow)
    standing = known.standing
    heard, over = [], []
    for one in mine:
        deadline = known.deadlines.get((one.target, one.kind))
        no = _not_now(one, deadline, person, standing, today)
        if deadline is None:
            over.append(one)
        elif not no:
            heard.append((one, deadline))
        if not test:
            one.why_not = no or None
    for one in reminders if len(mine) < len(reminders) and not test else ():
        one.why_not = one.why_not if one in mine else "out of reach"
    if not heard:
        return None
    leas = await _leas_to_name(person, mine, uow)
    reader = Reader(person, reach, today, standing, leas, known.facts)
    rows, done = rows_of(heard, reader), await done_rows(over, reader, uow)
    more, counts = max(0, len(rows) - MOST_ROWS), Counter(one["when"] for one in rows)
    urgent: dict[str, int] = {when: counts[when] for when in WHEN}
    own = (digest, person.name, rows[:MOST_ROWS], more, done, late, test)
    return DeadlinesReminded(*own, day=today.isoformat(), counts=urgent)


async def _leas_to_name(person: Person, reminders: Sequence[Reminder], uow: UnitOfWork) -> Mapping[str, str]:
    """The names of the LEAs, where the reader must tell several apart."""
    leas = {one.lea_id for one in reminders}
    several = len(leas) > 1 or len(leas_served(person)) != 1
    return {lea.id: lea.name for lea in await uow.leas(leas)} if several else {}


async def read_again(row: OutboxEntry, uow: UnitOfWork, now: datetime) -> Reply | None:
    """A digest as it is to be said now, just before it is sent; None: it is not to be said any more. Raises
    NotDue outside of office hours, and for one of an earlier day until today is planned: who gets another
    today gets both in one."""
    known = {one.name for one in fields(DeadlinesReminded)}
    if row.fields["test"]:  # it belongs to no digest
        return DeadlinesReminded(**{name: row.fields[name] for name in known & row.fields.keys()})
    digest = await uow.digest(row.fields["digest"])
    if digest is None:
        return None
    today = pacific(now).date()
    if wait := until_office_hours(now):
        raise NotDue("it is said in office hours", wait)
    if digest.day < today and await uow.planned_day(today) is None:
        raise NotDue("today is planned first", timedelta(minutes=1))
    if await uow.is_taken_over(digest):
        return None
    reply = await digest_reply(digest, uow, now)
    return await _with_timeline(reply, digest, uow, now) if reply is not None else None


async def _with_timeline(
    reply: DeadlinesReminded, digest: Digest, uow: UnitOfWork, now: datetime
) -> DeadlinesReminded:
    person = await uow.person_numbered(digest.person_id)
    assert person is not None
    leas = {one.lea_id for one in await uow.reminders_in(digest.id)} | {*leas_served(person)}
    return replace(reply, timeline=await timeline_of(person, sorted(leas), uow, now))


# What is made anew just before it is sent, by its template.
AS_OF_NOW = {DIGEST: read_again}


async def _as_of(today: date, reminders: Sequence[Reminder], uow: UnitOfWork) -> AsOf:
    leas = {one.lea_id for one in reminders}
    targets = {(one.target, one.kind) for one in reminders}
    found = {one.key: one for one in await uow.deadlines(leas) if one.key in targets}
    names = {one.name for one in found.values()}
    facts = await facts_of([*found.values()], [one.covers for one in reminders], uow)
    return AsOf(await standing_on(today, uow, leas, names), found, facts)


def _not_now(
    one: Reminder, deadline: Deadline | None, person: Person, standing: Standing, today: date
) -> str:
    """Why a reminder that was planned is not said, as everything stands now; empty: it is."""
    if deadline is None:
        return "not open any more"
    if deadline.due != one.due:
        return "moved"
    if not within(deadline, reach_of(person)):
        return "out of reach"
    return why_not(deadline, person.id, standing, today)


def may_know(one: Reminder, reach: Reach) -> bool:
    """Whether somebody may still hear what became of what they were to be reminded of."""
    review = one.target.partition("/")[0]
    return one.lea_id in reach.leas or review in reach.reviews or one.program_id in reach.programs


def within(deadline: Deadline, reach: Reach) -> bool:
    """Whether somebody with this reach may hear of a deadline."""
    own = deadline.lea in reach.leas and not deadline.is_decision
    return own or deadline.review in reach.reviews or deadline.program in reach.programs
