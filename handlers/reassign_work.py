"""Say whose work something is: `reassign EL 02 to jlee@district.example`, by an LEA's coordinators. Who gets
it is reminded first; everybody's rights stay as they are.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import LEA_ADMINS, has_role, not_for, roles_in
from handlers.addresses import EMAIL, one_spelling
from handlers.asking import Asker, Capability
from handlers.audience import others, tell
from handlers.messages import Answer, Notice, Reply
from handlers.references import TargetSaid
from handlers.refusals import NotOneOfYours, WhichOne
from handlers.reminded_of import Due, due_of, reach_for, read_due
from store.models import Person
from store.reminders import Assignment
from store.unit_of_work import UnitOfWork

USAGE = "reassign EL 02 to jlee@district.example"
_TO = re.compile(rf"(?P<what>.+?),? (?:to|a) (?:<?(?P<email>{EMAIL})>?|(?P<name>[^<>@]{{2,80}}))", re.I)
_NOBODY = re.compile(r"no ?body|no ?one|every ?body|every ?one|all|any ?one|any ?body|nadie|todos", re.I)


@dataclass(frozen=True)
class ReassignWork:
    """An address or a name as it was said; None: to nobody in particular."""

    target: TargetSaid
    to: str | None


@dataclass(frozen=True)
class WorkReassigned(Reply):
    """To who said it: whose it is now (empty: nobody's in particular, so that everybody who speaks for the
    LEA hears of it), and whose it was."""

    row: dict[str, Any]
    name: str
    was: str
    own: bool = False


@dataclass(frozen=True)
class ReassignmentHeard(Reply):
    """To who has it now (`got`), or had it until now."""

    by: str
    row: dict[str, Any]
    got: bool
    name: str


def read_line(words: str, programs: Collection[str]) -> ReassignWork | None:
    """`TARGET to ADDRESS`, `TARGET to NAME`, `TARGET to nobody`."""
    said = _TO.fullmatch(words)
    target = read_due(said["what"], programs) if said else None
    if said is None or target is None:
        return None
    to = said["email"] or said["name"].strip()
    return ReassignWork(target, None if _NOBODY.fullmatch(to) else to)


async def reassign_work(command: ReassignWork, asker: Asker, uow: UnitOfWork) -> Answer:
    """End what was said before, and note whose it is. Raises NotForYourRole, NotOneOfYours, WhichOne,
    NothingReminded."""
    (due,) = await due_of(command.target, asker, uow, ("reassign", USAGE))
    lea = due.first.lea
    if not has_role(asker.person, lea, LEA_ADMINS):
        raise not_for(asker.person, "say whose work it is", "managers")
    await uow.hold_lea(lea)
    person = await somebody_of(lea, command.to, asker, uow) if command.to else None
    old = await _end(due, asker, uow)
    if person is not None:
        await _give(due, person, asker, uow)
    notices = _told(due, person, [one for one in old if one != person], asker)
    was = ", ".join(one.name for one in old)
    own = person is not None and person.id == asker.person.id
    return Answer(WorkReassigned(due.facts, person.name if person else "", was, own), tell=notices)


async def somebody_of(lea: str, said: str, asker: Asker, uow: UnitOfWork) -> Person:
    """Who has a role in the LEA and is called so, by an address or by a name. Raises NotOneOfYours,
    WhichOne."""
    if said.lower() in ("me", "myself", "mí", "mi"):
        return asker.person
    people = await uow.people_of_lea(lea)
    address, name = one_spelling(said) or "", said.casefold()
    found = [one for one in people if address in {held.address for held in one.addresses}]
    found = found or [one for one in people if one.name.casefold() == name]
    found = found or [one for one in people if name in one.name.casefold().split()]
    if not found:
        raise NotOneOfYours("user", said[:80])
    if len(found) > 1:
        ways = [{"say": min(held.address for held in one.addresses), "title": one.name} for one in found[:6]]
        raise WhichOne("user", said[:80], ways)
    return found[0]


async def _end(due: Due, asker: Asker, uow: UnitOfWork) -> list[Person]:
    """Whose it was until now."""
    had = []
    for one in await uow.assignments([due.name]):
        one.ended_at = asker.message.received_at
        uow.changed(one)
        person = await uow.person_numbered(one.person_id)
        had += [person] if person is not None else []
    return had


async def _give(due: Due, person: Person, asker: Asker, uow: UnitOfWork) -> None:
    """From now on theirs, whatever they said before to its reminders but that they want them later."""
    uow.add(
        Assignment(
            target=due.name,
            lea_id=due.first.lea,
            person_id=person.id,
            by_id=asker.person.id,
            made_at=asker.message.received_at,
        )
    )
    for one in await uow.reminder_wishes(person.id):
        if one.target == due.name and one.kind in ("not_me", "mute"):
            one.ended_at = asker.message.received_at
            uow.changed(one)


def _told(due: Due, person: Person | None, old: Sequence[Person], asker: Asker) -> tuple[Notice, ...]:
    name, by, reach = person.name if person else "", asker.person.name, reach_for(due)
    got = tell(others([person] if person else [], asker, reach), ReassignmentHeard(by, due.facts, True, name))
    had = [one for one in old if roles_in(one, due.first.lea)]
    return (*got, *tell(others(had, asker, reach), ReassignmentHeard(by, due.facts, False, name)))


CAPABILITY = Capability(
    verb="reassign",
    usage=USAGE,
    does="says whose work it is: they are reminded of it first; to nobody: everybody is again",
    handle=reassign_work,
    opens="reassign|hand over|reasignar|reasigna",
    line=read_line,
    roles=LEA_ADMINS,
)
