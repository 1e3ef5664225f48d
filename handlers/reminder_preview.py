"""What will be said on the coming working days if nothing happens: the plan of each of them, one after the
other, with nothing written. What is handed in by now stays in; nobody answers. Source: feature F9.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from handlers.access import reach_of
from handlers.deadlines import is_business_day
from handlers.in_turn import in_parts
from handlers.reminder_days import may_send
from handlers.reminder_plan import Owed, Standing, next_rung, plan, why_not
from handlers.reminder_standing import away_on, paused_on, standing_on
from store.clock import pacific
from store.deadline import Deadline
from store.models import Person
from store.reaching import Reach
from store.reminder_questions import Key
from store.reminders import Reminder
from store.unit_of_work import UnitOfWork

Left = dict[tuple[str, str], list[Reminder]]  # by what they are of: target and kind
LEAS_AT_ONCE = 25  # planned for many days in one go, beside which nothing else runs
LONGEST = 120


@dataclass(frozen=True)
class Wanted:
    """Which part of it: of one LEA, one review, one person (by number); only what a `reach` of the state's
    people holds. None: everything."""

    lea: str | None = None
    review: str | None = None
    person: int | None = None
    reach: Reach | None = None

    def holds(self, one: Deadline) -> bool:
        """Whether a deadline is wanted, and may be seen: what comes to others is for the state's people, as
        far as they see it for the state."""
        seen = self.reach is None or self.reach.for_state(one.review, one.program)
        return seen and self.lea in (None, one.lea) and self.review in (None, one.review)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One person and one deadline on a coming `day`; `next`: who hears of it after that, and when."""

    day: date
    owed: Owed
    next: tuple[str, date] | None = None


async def foreseen(days: int, now: datetime, uow: UnitOfWork, wanted: Wanted) -> list[Foreseen]:
    """Who will hear of what from `now` (aware) on for so many days, by day; and what is left out, and why."""
    ahead = await _days_ahead(days, now, uow)
    if not ahead:
        return []
    standing = await standing_on(ahead[0], uow, None if wanted.lea is None else [wanted.lea])
    standings = [(day, await _on(day, standing, uow)) for day in ahead]
    had = await uow.keys_planned_for(ahead[0])
    left = await _left(ahead[0], now, uow)
    found = [one async for one in _in_order(standings, had, left, uow, wanted)]
    return sorted(found, key=lambda one: one.day)


async def coming_to(person: Person, days: int, now: datetime, uow: UnitOfWork) -> list[Foreseen]:
    """The next reminder of each deadline for one person, of their own LEAs and for the state, the soonest
    first. What they put off, or do not want to hear of, is not among them."""
    return first_of_each(one for one in await ahead_of(person, days, now, uow) if not one.owed.why_not)


async def ahead_of(person: Person, days: int, now: datetime, uow: UnitOfWork) -> list[Foreseen]:
    """Every reminder for one person, the soonest first; also what is left out, with its reason."""
    reach = reach_of(person)
    found: list[Foreseen] = []
    if reach.of_state:
        found += await foreseen(days, now, uow, Wanted(person=person.id, reach=reach))
    for lea in reach.leas:
        found += await foreseen(days, now, uow, Wanted(lea=lea, person=person.id))
    return sorted(found, key=lambda one: (one.day, one.owed.deadline.due))


def first_of_each(found: Iterable[Foreseen]) -> list[Foreseen]:
    """Of each deadline what comes first. Pure."""
    first: dict[tuple[str, str], Foreseen] = {}
    for one in found:
        first.setdefault(one.owed.deadline.key, one)
    return [*first.values()]


async def _left(first: date, now: datetime, uow: UnitOfWork) -> Left:
    """What no message will have brought before the `first` coming day. In office hours whatever was planned
    for today goes out today."""
    today = pacific(now).date()
    left: Left = defaultdict(list)
    for one in await uow.all_reminders_left(first, today if may_send(now) else first):
        left[one.target, one.kind].append(one)
    return left


async def _days_ahead(days: int, now: datetime, uow: UnitOfWork) -> list[date]:
    """The working days that have no plan yet; today, while there is time."""
    today = pacific(now).date()
    coming = [today + timedelta(days=ahead) for ahead in range(days + 1)]
    if not may_send(now) or await uow.is_planned(today, now):
        coming = coming[1:]
    return [day for day in coming if is_business_day(day)]


async def _on(day: date, standing: Standing, uow: UnitOfWork) -> Standing:
    """How everybody will stand on a day, as far as it is known: who is away, which reviews are paused."""
    return replace(standing, cover=await away_on(day, uow), paused=await paused_on(day, uow))


async def _in_order(
    standings: Sequence[tuple[date, Standing]],
    had: Collection[Key],
    left: Left,
    uow: UnitOfWork,
    wanted: Wanted,
) -> AsyncIterator[Foreseen]:
    leas = [wanted.lea] if wanted.lea is not None else await _leas(uow, wanted)
    for some in in_parts(leas, LEAS_AT_ONCE):
        deadlines = [one for one in await uow.deadlines(some) if wanted.holds(one)]
        late = left_over(deadlines, left, standings[0])
        ahead = [*day_by_day(deadlines, standings, {*had, *(one.owed.key for one in late)})]
        new = {(one.day, one.owed.person, one.owed.deadline.key) for one in ahead}  # each once in a message
        late = [one for one in late if (one.day, one.owed.person, one.owed.deadline.key) not in new]
        for one in chain(late, ahead):
            if wanted.person in (None, one.owed.person):
                yield one


async def _leas(uow: UnitOfWork, wanted: Wanted) -> Sequence[str]:
    everyone = await uow.lea_ids()
    return everyone if wanted.reach is None else sorted(await uow.leas_within(wanted.reach, everyone))


def left_over(deadlines: Iterable[Deadline], left: Left, first: tuple[date, Standing]) -> list[Foreseen]:
    """What the messages of the first day bring beside what is new: nothing that is in by now, has another
    day, or is not theirs to hear any more. Pure."""
    day, standing = first
    found = []
    for deadline in deadlines:
        for one in left.get(deadline.key, ()):
            if one.due != deadline.due or not standing.circle.may_hear(one.person_id, deadline):
                continue
            no = why_not(deadline, one.person_id, standing, day)
            owed = Owed(one.person_id, deadline, one.offset, one.rung, True, one.covers, no)
            found.append(Foreseen(day, owed, next_rung(deadline, standing, day, owed.person)))
    return found


def day_by_day(
    deadlines: Sequence[Deadline], standings: Sequence[tuple[date, Standing]], had: Collection[Key] = ()
) -> Iterator[Foreseen]:
    """The plans of these days, each as if the one before had been done; `had` was said before. Pure."""
    said = set(had)
    last = standings[0][1].last if standings else None
    for day, at_first in standings:
        standing = replace(at_first, last=last)
        for one in [*plan(deadlines, standing, day), *_away(deadlines, standing, day)]:
            if one.key not in said:
                said.add(one.key)
                yield Foreseen(day, one, next_rung(one.deadline, standing, day, one.person))
        last = day


def _away(deadlines: Sequence[Deadline], standing: Standing, day: date) -> Iterator[Owed]:
    """Who would have heard, were they not away with somebody who stands in."""
    covered = {person for person, cover in standing.cover.items() if cover is not None}
    if covered:
        for one in plan(deadlines, replace(standing, cover={}), day):
            if one.person in covered:
                yield replace(one, why_not="away")


def by_message(found: Sequence[Foreseen]) -> Mapping[tuple[date, int], list[Foreseen]]:
    """What will be said, as one message a person and day, the soonest due first in each."""
    messages: dict[tuple[date, int], list[Foreseen]] = {}
    for one in found:
        if not one.owed.why_not:
            messages.setdefault((one.day, one.owed.person), []).append(one)
    for lines in messages.values():
        lines.sort(key=lambda one: (one.owed.deadline.due, one.owed.deadline.name))
    return messages
