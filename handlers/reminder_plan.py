"""The plan of a day: (what is due, how everybody stands, today) → who hears of what, why, or why not. Pure.

Its keys are natural (target, kind, due day, offset, person), so that a second scheduler, a restart or a
clock that jumps plans the same again. Source: domain facts 9, features F1-F6, complaints 23 and 24.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from handlers.reminder_circle import Circle
from handlers.reminder_days import offset_on, send_day
from store.due_questions import Deadline
from store.programs import Schedule, schedules
from store.reminder_questions import Key


@dataclass(frozen=True, slots=True)
class Owed:
    """One person is to hear of one deadline today. `rung`: why they; `covers`: in whose place; `why_not`: it
    is left out, and for which reason (snoozed, muted, paused, not theirs, unreachable)."""

    person: int
    deadline: Deadline
    offset: int
    rung: str
    late: bool = False
    covers: int | None = None
    why_not: str = ""

    @property
    def key(self) -> Key:
        one = self.deadline
        return (one.target, one.kind, one.due, self.offset, self.person)


@dataclass(frozen=True)
class Wish:
    """What one person said to the reminders of one target: snooze (`until` a day), mute, not_me."""

    kind: str
    until: date | None = None


@dataclass
class Standing:
    """How everybody stands on a day. `wishes` by person and target; `cover` says who is away, and who stands
    in (None: nobody yet); `paused` are reviews; `own` are the days of reviews with a schedule of their own;
    `last` is the day that was planned last."""

    circle: Circle
    last: date | None = None
    wishes: Mapping[tuple[int, str], Wish] = field(default_factory=dict)
    cover: Mapping[int, int | None] = field(default_factory=dict)
    paused: frozenset[str] = frozenset()
    own: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)


def plan(deadlines: Iterable[Deadline], standing: Standing, today: date) -> Iterator[Owed]:
    """Who is to hear of what today (Pacific), each person of each deadline once; also what is left out."""
    woken = {target for (_, target), wish in standing.wishes.items() if wish.until is not None}
    reached: dict[tuple[str, str, date], tuple[int, bool] | None] = {}
    for one in deadlines:
        key = (one.program, one.kind, one.due)
        if (one.review, one.kind) in standing.own:
            now = offset_on(schedule_of(one, standing), one.due, today, standing.last)
        elif key in reached:
            now = reached[key]
        else:
            now = offset_on(schedules(one.program)[one.kind], one.due, today, standing.last)
            reached[key] = now
        if now is not None or one.name in woken:
            yield from _planned(one, now, standing, today)


def schedule_of(deadline: Deadline, standing: Standing) -> Schedule:
    """The program's days for a kind of deadline, or those of its review."""
    usual = schedules(deadline.program)[deadline.kind]
    own = standing.own.get((deadline.review or "", deadline.kind))
    return Schedule(own, usual.ladder) if own else usual


def next_rung(deadline: Deadline, standing: Standing, today: date) -> tuple[str, date] | None:
    """Who else hears of it if nothing happens, and on which day: the first rung whose day is still ahead."""
    schedule = schedule_of(deadline, standing)
    ahead = [
        (rung, send_day(deadline.due, next(day for day in schedule.days if day >= start)))
        for rung, start in schedule.ladder
        if start <= schedule.days[-1] and standing.circle.on(rung, deadline)
    ]
    return next((one for one in sorted(ahead, key=lambda one: one[1]) if one[1] > today), None)


def _planned(
    deadline: Deadline, now: tuple[int, bool] | None, standing: Standing, today: date
) -> Iterator[Owed]:
    for person, rung, covers in _hearers(deadline, now, standing, today):
        wish = standing.wishes.get((person, deadline.name))
        if wish is not None and wish.until is not None and _wakes(wish.until, standing.last, today):
            offset, late = (wish.until - deadline.due).days, False
        elif now is not None:
            offset, late = now
        else:
            continue
        why_not = _why_not(deadline, person, wish, standing, today)
        yield Owed(person, deadline, offset, rung, late, covers, why_not)


def _hearers(
    deadline: Deadline, now: tuple[int, bool] | None, standing: Standing, today: date
) -> Iterator[tuple[int, str, int | None]]:
    """Everybody on the rungs that are reached, each once, or who stands in for them."""
    offset = now[0] if now is not None else (today - deadline.due).days
    heard: set[int] = set()
    for rung in _reached(deadline, offset, standing):
        for person in standing.circle.on(rung, deadline):
            for hearer, why, covers in _in_place_of(person, rung, deadline, standing):
                if hearer not in heard:
                    heard.add(hearer)
                    yield hearer, why, covers


def _reached(deadline: Deadline, offset: int, standing: Standing) -> list[str]:
    """The rungs for this offset; the next one too, when none of them has anybody whom a message reaches."""
    reached = []
    found = False
    for rung, start in schedule_of(deadline, standing).ladder:
        if start > offset and found:
            break
        reached.append(rung)
        found = found or any(
            one not in standing.circle.unreachable for one in standing.circle.on(rung, deadline)
        )
    return reached


def _in_place_of(
    person: int, rung: str, deadline: Deadline, standing: Standing
) -> Iterator[tuple[int, str, int | None]]:
    """Who is away is covered; while nobody stands in, the coordinators hear of it as well."""
    if person not in standing.cover:
        yield person, rung, None
    elif (cover := standing.cover[person]) is not None:
        yield cover, rung, person
    else:
        yield person, rung, None
        if not deadline.is_decision:
            for one in standing.circle.coordinators(deadline):
                yield one, "coordinator", person


def _why_not(deadline: Deadline, person: int, wish: Wish | None, standing: Standing, today: date) -> str:
    if deadline.review in standing.paused:
        return "paused"
    if person in standing.circle.unreachable:
        return "unreachable"
    if wish is None:
        return ""
    if wish.kind == "snooze":
        return "snoozed" if wish.until is not None and wish.until > today else ""
    if not others_who_hear(person, deadline, standing):
        return ""  # somebody has to hear of it
    return "muted" if wish.kind == "mute" else "not theirs"


def others_who_hear(person: int, deadline: Deadline, standing: Standing) -> list[int]:
    """Who else is reminded of a deadline from the beginning, and has not asked to hear no more of it."""
    first = standing.circle.reviewers if deadline.is_decision else standing.circle.owners
    rest = standing.circle.contacts if deadline.is_decision else standing.circle.coordinators
    hearers = dict.fromkeys([*first(deadline), *rest(deadline)])
    silent = ("mute", "not_me")
    wishes = {one: standing.wishes.get((one, deadline.name)) for one in hearers if one != person}
    return [one for one, wish in wishes.items() if wish is None or wish.kind not in silent]


def _wakes(until: date, last: date | None, today: date) -> bool:
    return until == today if last is None else last < until <= today
