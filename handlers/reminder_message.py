"""The one message of a person's day: what is due and what would stop it.

It is made when the day is planned and again when it is sent, so that nobody is reminded of what is in.
Source: features F3 and N11, complaint 23.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.access import leas_served, reach_of
from handlers.messages import Reply
from handlers.reminder_as_of import AsOf
from handlers.reminder_days import is_past_step
from handlers.reminder_plan import why_not
from handlers.reminder_rows import WHEN, Reader, done_rows, rows_of
from handlers.week import weeks_among, weeks_before
from store.deadline import Deadline
from store.models import Person
from store.reaching import Reach
from store.reminders import Digest, Reminder
from store.unit_of_work import UnitOfWork

MOST_ROWS = 25
NOT_OPEN = "not open any more"


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
class Own:
    """One digest, whose it is, what it reminds of, and whether it tells of the week; whether it was `told` by
    some way before."""

    digest: Digest
    person: Person
    reminders: Sequence[Reminder]
    week: bool
    told: bool = False

    @property
    def leas(self) -> list[str]:
        """Those that its timeline shows."""
        return sorted({one.lea_id for one in self.reminders} | {*leas_served(self.person)})


async def messages_of(
    owns: Sequence[Own], known: AsOf, uow: UnitOfWork, now: datetime
) -> dict[int, DeadlinesReminded | None]:
    """The messages by the numbers of their digests, each with the week of a contact's programs where it is
    the day for it, or that alone; None: there is nothing to say."""
    made = {}
    for own in owns:
        digest, how = own.digest, {"late": any(one.late for one in own.reminders), "told": own.told}
        made[digest.id] = await message_for(own.person, digest.id, own.reminders, known, uow, **how)
    for day in {own.digest.day for own in owns if own.week}:
        told = [own for own in owns if own.week and own.digest.day == day]
        weeks = await weeks_before(day, [own.person for own in told], uow, now)
        for own in told:
            made[own.digest.id] = _with_week(made[own.digest.id], own, weeks_among(own.person, weeks), known)
    return made


async def message_for(
    person: Person,
    digest: int,
    reminders: Sequence[Reminder],
    known: AsOf,
    uow: UnitOfWork,
    *,
    late: bool = False,
    test: bool = False,
    told: bool = False,
) -> DeadlinesReminded | None:
    """The message that these reminders make for a person, as everything is `known` to stand; None: nothing is
    open any more that they may hear of. Each reminder that is not said gets its reason; what was `told`
    before stays as it was said."""
    in_earnest = not test and not told
    reach = reach_of(person)
    mine = [one for one in reminders if may_know(one, reach)]
    heard: dict[tuple[str, str], tuple[Reminder, Deadline]] = {}  # of two that meet, the newer one
    over: dict[tuple[str, str], Reminder] = {}
    for one in mine:
        deadline = known.deadlines.get((one.target, one.kind))
        no = _not_now(one, deadline, person, known)
        if deadline is None:
            over[one.target, one.kind] = one
        elif not no:
            heard[deadline.key] = one, deadline
        if in_earnest:
            one.why_not = no or None
    for one in reminders if len(mine) < len(reminders) and in_earnest else ():
        one.why_not = one.why_not if one in mine else "out of reach"
    if not heard:
        return None
    names, due = _names_to_say(person, mine, known), _due_by(mine, known, reach)
    reader = Reader(person, reach, known.today, known.standing, names, known.facts, due)
    rows, done = rows_of([*heard.values()], reader), await done_rows([*over.values()], reader, uow)
    more, counts = max(0, len(rows) - MOST_ROWS), Counter(one["when"] for one in rows)
    urgent: dict[str, int] = {when: counts[when] for when in WHEN}
    own = (digest, person.name, rows[:MOST_ROWS], more, done, late, test)
    return DeadlinesReminded(*own, day=known.today.isoformat(), counts=urgent)


def _with_week(
    reply: DeadlinesReminded | None, own: Own, weeks: list[dict[str, Any]], known: AsOf
) -> DeadlinesReminded | None:
    if not weeks:
        return reply
    alone = DeadlinesReminded(own.digest.id, own.person.name, [], day=known.today.isoformat())
    return replace(reply or alone, week=weeks)


def _due_by(mine: Sequence[Reminder], known: AsOf, reach: Reach) -> Mapping[str, Sequence[Deadline]]:
    """All that is due by the names of these, as far as their reader may hear of it and can argue with it."""
    names = {one.target.partition("#")[0] for one in mine}
    return {
        name: [
            one
            for one in known.by_name.get(name, ())
            if within(one, reach) and not is_past_step(one, known.today)
        ]
        for name in names
    }


def _names_to_say(person: Person, reminders: Sequence[Reminder], known: AsOf) -> Mapping[str, str]:
    """How LEAs are called, where the reader must tell several apart."""
    several = len({one.lea_id for one in reminders}) > 1 or len(leas_served(person)) != 1
    return known.facts.leas if several else {}


def _not_now(one: Reminder, deadline: Deadline | None, person: Person, known: AsOf) -> str:
    """Why a reminder that was planned is not said, as everything stands now; empty: it is."""
    if deadline is None:
        return NOT_OPEN
    if deadline.due != one.due:
        return "moved"
    if not within(deadline, reach_of(person)):
        return "out of reach"
    return why_not(deadline, person.id, known.standing, known.today)


def may_know(one: Reminder, reach: Reach) -> bool:
    """Whether somebody may still hear what became of what they were to be reminded of."""
    review = one.target.partition("/")[0]
    return one.lea_id in reach.leas or reach.for_state(review, one.program_id)


def within(deadline: Deadline, reach: Reach) -> bool:
    """Whether somebody with this reach may hear of a deadline: of what the state is to decide, its LEA hears
    nothing. A plan asks `Circle.may_hear` instead, which knows everybody's roles and loads nobody."""
    own = deadline.lea in reach.leas and not deadline.is_decision
    return own or reach.for_state(deadline.review, deadline.program)
