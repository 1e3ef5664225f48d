"""The deadlines of somebody as a timeline shows them: the first few, in which state, as plain values."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.access import decides_on, leas_served, reach_of
from handlers.in_turn import in_parts
from store.clock import pacific
from store.due_questions import Deadline
from store.models import Person
from store.reaching import Reach
from store.unit_of_work import UnitOfWork
from store.week_questions import Done

MOST = 12
DONE_SINCE = timedelta(days=14)
LEAS_AT_ONCE = 200
_ORDER = ("decide", "due", "sent", "done")
Facts = dict[str, Any]


async def timeline_of(
    person: Person, leas: Sequence[str], uow: UnitOfWork, now: datetime, review: str | None = None
) -> Facts:
    """What these LEAs (or one review of theirs) have due, as far as the person reaches; what is done since
    two weeks, too."""
    reach, found, done = reach_of(person), list[Deadline](), list[Done]()
    for some in in_parts(leas, LEAS_AT_ONCE):
        found += [one for one in await uow.deadlines(some) if reached(one, reach)]
        done += [one for one in await uow.lately_done(some, now - DONE_SINCE) if reached(one, reach)]
    of = review or await _only(leas, uow)
    if review is not None:
        found = [one for one in found if one.review == review]
        done = [one for one in done if one.review == review]
    shown = _shown(found, done, person)
    names = {lea.id: lea.name for lea in await uow.leas({row["lea"] for row in shown[:MOST]})}
    several = len(leas) > 1
    rows = [row | {"lea": names[row["lea"]] if several else ""} for row in shown[:MOST]]
    return {"of": of, "rows": rows, "more": max(0, len(shown) - MOST)}


def reached(deadline: Deadline | Done, reach: Reach) -> bool:
    """Whether a deadline is in reach: of one's own LEA, of a review, of a program."""
    return (
        deadline.lea in reach.leas or deadline.review in reach.reviews or deadline.program in reach.programs
    )


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


async def _only(leas: Sequence[str], uow: UnitOfWork) -> str:
    """The name of the one LEA; nothing where there are several."""
    return (await uow.lea(leas[0])).name if len(leas) == 1 else ""
