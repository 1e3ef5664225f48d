"""The plan of a day: (what is due, how everybody stands, today) → who hears of what, why, or why not. Pure.

Its keys are natural (target, kind, due day, offset, person), so that a second scheduler, a restart or a
clock that jumps plans the same again. Source: domain facts 9, features F1-F6, complaints 23 and 24.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from handlers.deadlines import business_days_from
from handlers.reminder_circle import Circle
from handlers.reminder_days import offset_on, send_day
from store.deadline import Deadline
from store.programs import Schedule, rule, schedules
from store.reminder_questions import Key

SILENT = {"mute": "muted", "not_me": "not theirs"}  # wishes that end with what they are about


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
    """What one person said to the reminders of one target: snooze (`until` a day), mute, not_me; and when."""

    kind: str
    until: date | None = None
    made: date | None = None


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

    def hears(self, person: int, deadline: Deadline) -> int | None:
        """Who really hears of a deadline when this person is told: they, or whoever stands in for them, or
        whoever stands in for those. None: it reaches nobody who is there."""
        asked: set[int] = set()
        here: int | None = person
        while here is not None and here in self.cover and here not in asked:
            asked.add(here)
            here = self.cover[here]
        if here is None or here in asked or here in self.circle.unreachable:
            return None
        return here if here == person or self.circle.may_hear(here, deadline) else None


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


def next_rung(
    deadline: Deadline, standing: Standing, today: date, reader: int | None = None
) -> tuple[str, date] | None:
    """Who else than the `reader` hears of it if nothing happens, and on which day: the first rung whose day
    is still ahead, and on which somebody is who is on none before it. Whose work it is are no others to each
    other."""
    schedule = schedule_of(deadline, standing)
    heard = {reader}
    for rung, start in schedule.ladder:
        people = {*standing.circle.on(rung, deadline)}
        own = rung == "owner" and reader in people
        if start <= schedule.days[-1] and not own and not people <= heard:
            day = send_day(deadline.due, next(day for day in schedule.days if day >= start))
            if day > today:
                return rung, day
        heard |= people
    return None


def _planned(
    deadline: Deadline, now: tuple[int, bool] | None, standing: Standing, today: date
) -> Iterator[Owed]:
    first = schedule_of(deadline, standing).days[0]
    for person, rung, covers in _hearers(deadline, now, standing, today):
        wish = standing.wishes.get((person, deadline.name))
        woken = _woken_on(wish, standing.last, today)
        if now is not None:
            offset, late = now[0], now[1] and woken is None
        elif woken is not None and (woken - deadline.due).days >= first:  # a step may be far away
            offset, late = (woken - deadline.due).days, False
        else:
            continue
        left_out = why_not(deadline, person, standing, today)
        yield Owed(person, deadline, offset, rung, late, covers, left_out)


def _hearers(
    deadline: Deadline, now: tuple[int, bool] | None, standing: Standing, today: date
) -> Iterator[tuple[int, str, int | None]]:
    """Everybody on the rungs that are reached, each once, or who stands in for them."""
    offset = now[0] if now is not None else (today - deadline.due).days
    heard: set[int] = set()
    for rung in _reached(deadline, offset, standing, today):
        for person in standing.circle.on(rung, deadline):
            for hearer, why, covers in _in_place_of(person, rung, deadline, standing):
                if hearer not in heard:
                    heard.add(hearer)
                    yield hearer, why, covers


def _reached(deadline: Deadline, offset: int, standing: Standing, today: date) -> list[str]:
    """The rungs for this offset; the next one too, when on none of them anybody hears of it."""
    reached = []
    heard = False
    for rung, start in schedule_of(deadline, standing).ladder:
        if start > offset and heard:
            break
        reached.append(rung)
        hearers = (standing.hears(one, deadline) for one in standing.circle.on(rung, deadline))
        heard = heard or any(
            one is not None and not _silent(one, deadline, standing, today) for one in hearers
        )
    return reached


def _in_place_of(
    person: int, rung: str, deadline: Deadline, standing: Standing
) -> Iterator[tuple[int, str, int | None]]:
    """Who is away is covered; while nobody stands in, who coordinates hears of it as well."""
    hearer = standing.hears(person, deadline)
    yield (person, rung, None) if hearer in (None, person) else (hearer, rung, person)
    if hearer is None and person in standing.cover:
        also = "contact" if deadline.is_decision else "coordinator"
        for one in standing.circle.on(also, deadline):
            if (there := standing.hears(one, deadline)) is not None:
                yield there, also, person


def why_not(deadline: Deadline, person: int, standing: Standing, today: date) -> str:
    """Why a person is not told of a deadline that they would hear of; empty: they are."""
    if deadline.review in standing.paused:
        return "paused"
    if person in standing.circle.unreachable:
        return "unreachable"
    wish = standing.wishes.get((person, deadline.name))
    if wish is not None and wish.until is not None:
        return "snoozed" if today < _awake(wish, deadline) else ""
    return _silent(person, deadline, standing, today)


def _awake(wish: Wish, deadline: Deadline) -> date:
    """From when a snooze is over: a day that was moved nearer since ends it."""
    until, last = wish.until or deadline.due, send_day(deadline.due, 0)
    return min(until, last) if wish.made is not None and wish.made < last else until


def _silent(person: int, deadline: Deadline, standing: Standing, today: date) -> str:
    """What a person wished, if somebody else hears of it: somebody has to. What is overdue is never muted."""
    wish = standing.wishes.get((person, deadline.name))
    if wish is None or wish.kind not in SILENT or not others_who_hear(person, deadline, standing):
        return ""
    late = not deadline.is_decision and (today - deadline.due).days >= rule("mute_ends_days")
    if wish.kind == "mute" and late:
        return ""
    return SILENT[wish.kind]


def others_who_hear(person: int, deadline: Deadline, standing: Standing) -> list[int]:
    """Who else is reminded of a deadline from the beginning, is there, and has not asked to hear no more."""
    first = standing.circle.reviewers if deadline.is_decision else standing.circle.owners
    rest = standing.circle.contacts if deadline.is_decision else standing.circle.coordinators
    found = (standing.hears(one, deadline) for one in (*first(deadline), *rest(deadline)))
    hearers = dict.fromkeys(one for one in found if one is not None and one != person)
    wishes = {one: standing.wishes.get((one, deadline.name)) for one in hearers}
    return [one for one, wish in wishes.items() if wish is None or wish.kind not in SILENT]


def _woken_on(wish: Wish | None, last: date | None, today: date) -> date | None:
    """The working day on which a snooze ended, if that is today or was since the `last` planned day: whoever
    plans again after a crash finds the same one. A reminder of a weekend came before it, and was left out."""
    if wish is None or wish.until is None:
        return None
    day = business_days_from(wish.until - timedelta(days=1), 1)
    return day if (last or today - timedelta(days=1)) < day <= today else None
