"""The week of a program, for its contacts: what was opened, resolved and said in the last one, what is
overdue now, what ends soon, and what waits longest.

It comes with the first message of a week, and on the word `week`. Counts of the week are of things that bear
a day of it; what is overdue or waits is as it stands when it is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from store.clock import PACIFIC, pacific
from store.instruments import Program
from store.models import Person
from store.unit_of_work import UnitOfWork
from store.week_questions import Span
from store.work_questions import Deciding, Waiting

AHEAD = timedelta(days=28)
SHOWN = 3
OUR_OWN = ("sent", "skipped")  # counts of what we did ourselves
Facts = dict[str, Any]


def week_before(day: date) -> Span:
    """The whole week, Monday to Sunday in Sacramento, before the one that a day is in."""
    monday = day - timedelta(days=day.weekday())
    first = monday - timedelta(days=7)
    return Span(_begins(first), _begins(monday), first, monday)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(0), PACIFIC)


def programs_of(person: Person) -> list[str]:
    """The programs that somebody is a contact of."""
    held = (role.program_id for role in person.roles if role.role == "program_contact" and role.program_id)
    return list(dict.fromkeys(held))


async def weeks_of(person: Person, day: date, uow: UnitOfWork, now: datetime) -> list[Facts]:
    """The week before a day in each program of a contact."""
    return weeks_among(person, await weeks_before(day, [person], uow, now))


async def weeks_before(
    day: date, people: Iterable[Person], uow: UnitOfWork, now: datetime
) -> dict[str, Facts]:
    """The week before a day in each program that one of these people is a contact of, each read once."""
    programs = {one for person in people for one in programs_of(person)}
    found = [await uow.program_called(one) for one in sorted(programs)]
    return {one.id: await week_of(one, week_before(day), uow, now) for one in found if one is not None}


def weeks_among(person: Person, weeks: Mapping[str, Facts]) -> list[Facts]:
    """Those of a contact's own programs."""
    mine = [weeks[one] for one in programs_of(person) if one in weeks]
    return sorted(mine, key=lambda one: str(one["program"]))


def is_quiet(weeks: Sequence[Facts]) -> bool:
    """Whether nothing happened in these weeks, nothing is overdue and nothing waits. The reminders that we
    sent are no news of a program; that one came back is."""
    return not any(one["counts"][word] for one in weeks for word in one["counts"] if word not in OUR_OWN)


async def week_of(program: Program, week: Span, uow: UnitOfWork, now: datetime) -> Facts:
    """`first` and `last` day (ISO), `counts` by what is counted (words of their own in the templates), the
    agreements that end soonest, and what waits longest."""
    await uow.session.flush()
    today = pacific(now).date()
    ending, soonest = await uow.agreements_ending(program.id, today, today + AHEAD, SHOWN)
    waiting, longest = await _waiting(program.id, uow)
    counts = await _counts(program.id, week, today, uow)
    return {
        "program": program.name,
        "first": week.first.isoformat(),
        "last": (week.after - timedelta(days=1)).isoformat(),
        "counts": counts | {"ending": ending, "waiting": waiting},
        "ending": [
            {"name": one.name, "title": one.title, "lea": one.lea, "day": one.until.isoformat()}
            for one in soonest
        ],
        "waiting": [_line(one) for one in longest],
    }


async def _counts(program: str, week: Span, today: date, uow: UnitOfWork) -> dict[str, int]:
    late, _ = await uow.overdue_findings((program,), today, 1)
    sent, skipped, bounced = await uow.reminders_counted(program, week)
    return {
        "opened": await uow.findings_notified(program, week),
        "assigned": await uow.forms_assigned(program, week),
        "resolved": await uow.findings_resolved(program, week),
        "accepted": await uow.forms_accepted(program, week),
        "returned": await uow.said_so(program, "returned", week),
        "reopened": await uow.said_so(program, "reopened", week),
        "overdue": late,
        "evidence_overdue": await uow.evidence_overdue(program, today),
        "forms_overdue": await uow.forms_overdue(program, today),
        "sent": sent,
        "skipped": skipped,
        "bounced": bounced,
    }


async def _waiting(program: str, uow: UnitOfWork) -> tuple[int, Sequence[Waiting]]:
    """How much waits for a decision, and the few things that wait longest."""
    by = Deciding(programs=(program,))
    found = [
        await uow.waiting_items(by, SHOWN),
        await uow.waiting_findings(by, SHOWN),
        await uow.waiting_agreements(by, SHOWN),
        await uow.waiting_forms((program,), SHOWN),
    ]
    lines = [one for _, some in found for one in some if one.since is not None]
    lines.sort(key=lambda one: (one.since, one.name))
    return sum(count for count, _ in found), lines[:SHOWN]


def _line(one: Waiting) -> Facts:
    assert one.since is not None
    day = pacific(one.since).date().isoformat()
    return {"kind": one.kind, "name": one.name, "title": one.title, "lea": one.lea, "day": day}
