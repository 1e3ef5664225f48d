"""The deadlines of somebody as a timeline shows them: the first few, in which state, as plain values."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.access import decides_on, leas_served, reach_of
from handlers.in_turn import in_parts
from store.clock import pacific
from store.deadline import Deadline
from store.models import Person
from store.reaching import Reach
from store.unit_of_work import UnitOfWork
from store.week_questions import Done

MOST = 12
DONE_SINCE = timedelta(days=14)
LEAS_AT_ONCE = 200
_ORDER = ("decide", "due", "sent", "done")
Facts = dict[str, Any]


@dataclass(frozen=True)
class Dated:
    """What LEAs have due, what they have done since two weeks, and how they are called: by LEA, as far as
    somebody of those for whom it was read may know."""

    open: Mapping[str, list[Deadline]] = field(default_factory=lambda: defaultdict(list))
    done: Mapping[str, list[Done]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, str] = field(default_factory=dict)


async def dated(readers: Mapping[str, Sequence[Reach]], uow: UnitOfWork, now: datetime) -> Dated:
    """Of every LEA what one of its readers reaches; few LEAs at a time."""
    found = Dated()
    for some in in_parts(sorted(readers), LEAS_AT_ONCE):
        for one in await uow.deadlines(some):
            if any(reached(one, reach) for reach in readers[one.lea]):
                found.open[one.lea].append(one)
        for was in await uow.lately_done(some, now - DONE_SINCE):
            if any(reached(was, reach) for reach in readers[was.lea]):
                found.done[was.lea].append(was)
        found.names.update(await uow.lea_names(some))
    return found


@dataclass(frozen=True)
class Only:
    """The part of it that is meant: one review (by its id), or one program; and what that is called."""

    name: str
    review: str | None = None
    program: str | None = None

    def holds(self, one: Deadline | Done) -> bool:
        return self.review in (None, one.review) and self.program in (None, one.program)


async def timeline_of(
    person: Person, leas: Sequence[str], uow: UnitOfWork, now: datetime, only: Only | None = None
) -> Facts:
    """What these LEAs have due, or only a part of it, as far as the person reaches; what is done since two
    weeks, too."""
    reach = reach_of(person)
    return timeline(person, leas, await dated({lea: [reach] for lea in leas}, uow, now), only)


def timeline(person: Person, leas: Sequence[str], on: Dated, only: Only | None = None) -> Facts:
    """The same, made from what was read for several people. `more` are not among the `rows`; `rest` says how
    they stand, for the counts."""
    reach = reach_of(person)
    open_now = [one for lea in leas for one in on.open[lea] if reached(one, reach)]
    done = [one for lea in leas for one in on.done[lea] if reached(one, reach)]
    if only is not None:
        open_now, done = [*filter(only.holds, open_now)], [*filter(only.holds, done)]
    shown = _shown(open_now, done, person)
    several = len(leas) > 1
    rows = [row | {"lea": on.names[row["lea"]] if several else ""} for row in shown[:MOST]]
    of = only.name if only is not None else "" if several or not leas else on.names[leas[0]]
    rest = Counter((row["state"], row["day"]) for row in shown[MOST:])
    left = [{"state": state, "day": day, "count": count} for (state, day), count in rest.items()]
    return {"of": of, "rows": rows, "more": max(0, len(shown) - MOST), "rest": left}


def reached(deadline: Deadline | Done, reach: Reach) -> bool:
    """Whether a deadline may be seen: an LEA sees what the state has of theirs, too, though it is not
    reminded of it (`handlers/reminder_message.within`)."""
    return deadline.lea in reach.leas or reach.for_state(deadline.review, deadline.program)


def _shown(found: Iterable[Deadline], done: Iterable[Done], person: Person) -> list[Facts]:
    """The person's own decisions first, then what is due, what the state has, and what is done; each with
    the oldest day first."""
    rows = [_row(one, _state(one, person)) for one in found]
    rows += [_done(one) for one in done]
    return sorted(rows, key=lambda row: (_ORDER.index(row["state"]), row["day"], row["name"]))


def _state(one: Deadline, person: Person) -> str:
    if not one.is_decision:
        return "due"
    if one.lea in leas_served(person):
        return "sent"
    if one.program in reach_of(person).programs or decides_on(person, one.review or "", one.code):
        return "decide"
    return "sent"


def _row(one: Deadline, state: str) -> Facts:
    return {
        "kind": one.kind,
        "name": one.name,
        "code": one.code,
        "title": one.title,
        "lea": one.lea,
        "day": one.due.isoformat(),
        "count": one.count,
        "step": int(one.target.partition("#")[2] or 0),
        "state": state,
    }


def _done(one: Done) -> Facts:
    day = pacific(one.at).date().isoformat()
    own = {"name": one.target, "code": one.code, "title": one.title, "lea": one.lea}
    return own | {"kind": one.kind, "day": day, "count": 1, "step": 0, "state": "done"}
