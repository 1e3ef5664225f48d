"""What became of the reminders of a day or a review, as rows for a list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from handlers.access import address_of
from store.clock import PACIFIC
from store.models import Person
from store.reminder_log import Letter
from store.reminders import Reminder
from store.unit_of_work import UnitOfWork

Row = dict[str, Any]


async def day_of_reminders(day: date | None, uow: UnitOfWork) -> Row:
    """Everything that was planned for a day (None: no day was yet), with its end, and the counts."""
    planned = await uow.planned_day(day) if day is not None else None
    reminders = await uow.reminders_on(day) if day is not None else []
    rows = await reminder_rows(reminders, uow)
    return {
        "day": day and day.isoformat(),
        "planned_at": planned and planned.planned_at.isoformat(),
        "counts": _counts(rows),
        "reminders": rows,
    }


async def reminder_rows(reminders: Sequence[Reminder], uow: UnitOfWork) -> list[Row]:
    """A row for each: to whom, of what, why they, by which `channel`, its `state` (None: not sent at all) and
    `why_not`."""
    people = await uow.people_by_number({one.person_id for one in reminders})
    letters = await _letters(reminders, uow)
    return [_row(one, people, letters.get(one.digest_id or 0, ())) for one in reminders]


async def _letters(reminders: Sequence[Reminder], uow: UnitOfWork) -> Mapping[int, list[Letter]]:
    digests = {one.digest_id for one in reminders if one.digest_id is not None}
    if not digests:
        return {}
    first = min(one.planned_for for one in reminders)
    found: dict[int, list[Letter]] = {}
    for letter in await uow.letters_of(digests, _midnight(first)):
        found.setdefault(letter.digest, []).append(letter)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PACIFIC) - timedelta(hours=1)


def _row(one: Reminder, people: Mapping[int, Person], letters: Sequence[Letter]) -> Row:
    person, last = people.get(one.person_id), letters[-1] if letters else None
    address = address_of(person) if person is not None and person.addresses else None
    return {
        "day": one.planned_for.isoformat(),
        "person": {"name": person.name, "address": address} if person is not None else None,
        "target": one.target,
        "kind": one.kind,
        "due": one.due.isoformat(),
        "offset": one.offset,
        "role": one.rung,
        "late": one.late,
        "why_not": one.why_not,
        "channel": last and last.channel,
        "state": last and last.state,
        "said": last.said if last is not None else "",
    }


def _counts(rows: Iterable[Row]) -> Row:
    """How many of each end."""
    counts: dict[str, Any] = {"planned": 0, "late": 0, "skipped": {}, "letters": {}}
    for row in rows:
        if row["why_not"]:
            counts["skipped"][row["why_not"]] = counts["skipped"].get(row["why_not"], 0) + 1
        else:
            counts["planned"] += 1
            counts["late"] += row["late"]
            state = row["state"] or "none"
            counts["letters"][state] = counts["letters"].get(state, 0) + 1
    return counts
