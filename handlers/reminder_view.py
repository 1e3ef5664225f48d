"""What is planned or was left out, as rows for a list: of a terminal, a mail or a chat."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.access import address_of, is_contact
from handlers.messages import OWN_AFFAIR, Notice
from handlers.reminder_days import send_time
from handlers.reminder_message import DeadlinesReminded
from handlers.reminder_plan import Owed
from handlers.reminder_preview import Foreseen, by_message
from handlers.reminder_standing import away_on
from handlers.ways import ways_to
from store.models import Person
from store.unit_of_work import UnitOfWork

Row = dict[str, Any]
Sees = Callable[[Owed], bool]
OF_THE_LEA = frozenset({"owner", "coordinator", "designee"})
# What ends the reminders of a kind of deadline: a word for the one thing to do.
STOPS = {
    "upload": "submit",
    "form": "submit",
    "finding": "respond",
    "agreement": "respond",
    "step": "respond",
}


def sees_everybody(_owed: Owed) -> bool:
    """As an operator at the terminal."""
    return True


def sees_as(person: Person) -> Sees:
    """Whose names somebody of the state may see: colleagues, and an LEA's people if they manage users."""

    def sees(owed: Owed) -> bool:
        return owed.rung not in OF_THE_LEA or is_contact(person, owed.deadline.program)

    return sees


@dataclass(frozen=True)
class Faces:
    """The people and agencies that a list names, read at once; `channels` and `hours` by person, who is
    `away` by day, and until when who `snoozed` what is left alone."""

    people: Mapping[int, Person]
    leas: Mapping[str, str]
    channels: Mapping[int, str]
    hours: Mapping[int, int | None]
    away: Mapping[date, Collection[int]]
    snoozed: Mapping[tuple[int, str], date]

    def of(self, number: int | None) -> Row | None:
        person = self.people.get(number or 0)
        if person is None:
            return None
        return {"name": person.name, "address": address_of(person) if person.addresses else None}


async def faces_of(found: Sequence[Foreseen], uow: UnitOfWork) -> Faces:
    """Whoever these lines speak of."""
    numbers = {one.owed.person for one in found} | {one.owed.covers or 0 for one in found}
    people = await uow.people_by_number(numbers)
    leas = {one.id: one.name for one in await uow.leas({one.owed.deadline.lea for one in found})}
    told = {address_of(one): number for number, one in people.items() if one.addresses}
    asked = [Notice(to, DeadlinesReminded(0, "", []), OWN_AFFAIR) for to in told]
    ways: dict[int, list[str]] = {}
    for notice, way in await ways_to(asked, uow):
        ways.setdefault(told[notice.to], []).append(way.channel)
    channels = {number: " and ".join(some) for number, some in ways.items()}
    hours = {number: habit.hour for number, habit in (await uow.habits(numbers)).items()}
    away = {day: await away_on(day, uow) for day in {one.day for one in found}}
    wishes = [one for one in await uow.reminder_wishes() if one.person_id in numbers]
    snoozed = {(one.person_id, one.target): one.until for one in wishes if one.until is not None}
    return Faces(people, leas, channels, hours, away, snoozed)


def message_rows(found: Sequence[Foreseen], faces: Faces, sees: Sees) -> list[Row]:
    """A row for each message: `day`, `at`, `channel`, `person` (None: not to be named), `role`, `away`,
    `lines`."""
    rows = []
    for (day, person), lines in by_message(found).items():
        at = send_time(day, faces.hours.get(person))
        rows.append(
            {
                "day": day.isoformat(),
                "at": at.isoformat(),
                "channel": faces.channels.get(person, "mail"),
                "person": faces.of(person) if all(sees(one.owed) for one in lines) else None,
                "role": lines[0].owed.rung,
                "away": person in faces.away[day],
                "late": any(one.owed.late for one in lines),
                "lines": [_line(one, faces, sees) for one in lines],
            }
        )
    return sorted(rows, key=lambda row: str(row["at"]))


def left_out_rows(found: Sequence[Foreseen], faces: Faces, sees: Sees) -> list[Row]:
    """A row for each person who is not told of a deadline on a day, with `why_not`."""
    return [
        {
            "day": one.day.isoformat(),
            "person": faces.of(one.owed.person) if sees(one.owed) else None,
            "role": one.owed.rung,
            "why_not": one.owed.why_not,
            "until": _until(one, faces),
            **_line(one, faces, sees),
        }
        for one in found
        if one.owed.why_not
    ]


def _until(one: Foreseen, faces: Faces) -> str | None:
    """The day that somebody put it off to, where that is why it is left out."""
    day = faces.snoozed.get((one.owed.person, one.owed.deadline.name))
    return day.isoformat() if day is not None and one.owed.why_not == "snoozed" else None


def _line(one: Foreseen, faces: Faces, sees: Sees) -> Row:
    deadline = one.owed.deadline
    covered = faces.of(one.owed.covers) if sees(one.owed) else None
    return {
        "name": deadline.name,
        "code": deadline.code,
        "title": deadline.title,
        "kind": deadline.kind,
        "lea": faces.leas.get(deadline.lea, ""),
        "due": deadline.due.isoformat(),
        "offset": one.owed.offset,
        "count": deadline.count,
        "said": deadline.said,
        "why": one.owed.rung,
        "covers": covered["name"] if covered else None,
        "stops": STOPS.get(deadline.kind, "decide"),
        "next": {"who": one.next[0], "day": one.next[1].isoformat()} if one.next else None,
    }
