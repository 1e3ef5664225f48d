"""Show a program's contact what last week was like, as the first message of every week tells it.

`week`, `week fpm`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from handlers.access import CONTACTS, is_contact, not_for
from handlers.asking import Asker, Capability
from handlers.grammar import plain
from handlers.messages import Answer, Reply
from handlers.refusals import NotOneOfYours
from handlers.week import programs_of, week_before, week_of, weeks_of
from store.instruments import Program
from store.programs import program_names
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ShowWeek:
    """Of the program that `said` names; empty: of all that the asker is a contact of."""

    said: str = ""


@dataclass(frozen=True)
class WeekShown(Reply):
    """`week` as `handlers/week.py` makes it, one for each program."""

    name: str
    week: list[dict[str, Any]]


def read_line(words: str, _programs: Collection[str]) -> ShowWeek | None:
    """Nothing, or a program's id or name: other words are about some week."""
    said = plain(words).strip(" :").rstrip(" .?!").removeprefix("of ").removeprefix("for ")
    return ShowWeek(said) if not said or said.lower() in program_names() else None


async def show_week(command: ShowWeek, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell; nothing changes. Raises NotForYourRole, NotOneOfYours."""
    if not is_contact(asker.person):
        raise not_for(asker.person, "see a program's week", "contacts")
    at = asker.message.received_at
    if not command.said:
        return Answer(WeekShown(asker.person.name, await weeks_of(asker.person, asker.today, uow, at)))
    program = await _named(command.said, asker, uow)
    week = await week_of(program, week_before(asker.today), uow, at)
    return Answer(WeekShown(asker.person.name, [week]))


async def _named(said: str, asker: Asker, uow: UnitOfWork) -> Program:
    """One of the asker's programs, by its id or its name."""
    mine = [one for one in await uow.programs_said(said) if one.id in programs_of(asker.person)]
    if not mine:
        raise NotOneOfYours("program", said[:80])
    return mine[0]


CAPABILITY = Capability(
    verb="week",
    usage="week, or week fpm",
    does="shows what last week was like in a program: opened, resolved, overdue, and what waits longest",
    handle=show_week,
    opens="week",
    line=read_line,
    only_asks=True,
    roles=CONTACTS,
)
