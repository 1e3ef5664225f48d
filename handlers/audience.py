"""Who is told: the people with a role on what something happened to. Nobody is told of their own act.

Without an asker it happened by itself, as when a day has passed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

from handlers.access import LEA_ADMINS, SUBMITTERS, Matter, address_of, decides_on
from handlers.asking import Asker
from handlers.messages import Notice, Reply
from handlers.targets import Target
from store.models import Person, Review
from store.reaching import Reach
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Hearer:
    """Somebody who is told, and what of: they must still reach it when the notice is sent."""

    person: Person
    of: Reach


async def lea_people(
    lea_id: str, asker: Asker | None, uow: UnitOfWork, roles: Collection[str] = SUBMITTERS
) -> list[Hearer]:
    """Who speaks for an LEA: coordinators, administrators and submitters, or who has one of `roles` there."""
    return others(await uow.people_of_lea(lea_id, roles), asker, Reach(leas=(lea_id,)))


async def lea_admins(lea_id: str, asker: Asker | None, uow: UnitOfWork) -> list[Hearer]:
    return await lea_people(lea_id, asker, uow, LEA_ADMINS)


async def state_people(target: Target, asker: Asker | None, uow: UnitOfWork) -> list[Hearer]:
    """Who decides on a target: the review's team for its instrument. Forms: the contacts, and reviewers
    with a role on the program."""
    if target.item is not None:
        return await team_of(target.item.review, asker, uow, target.code)
    program = program_of(target)
    return others(await uow.deciders_of_forms(program), asker, Reach(programs=(program,)))


async def team_of(
    review: Review, asker: Asker | None, uow: UnitOfWork, code: str | None = None
) -> list[Hearer]:
    """The state's people on a review: with `code`, its leader and the monitors of that instrument. Where
    there are none, the program's contacts."""
    people = await uow.people_on_review(review.id)
    team = [person for person in people if decides_on(person, review.id, code)]
    return others(team or await uow.contacts_of(review.program_id), asker, Reach(reviews=(review.id,)))


async def contacts(program_id: str, asker: Asker | None, uow: UnitOfWork) -> list[Hearer]:
    """The contacts of a program, for what belongs to no review of it."""
    return others(await uow.contacts_of(program_id), asker, Reach(programs=(program_id,)))


async def concerned(lea_id: str, targets: Iterable[Target], asker: Asker, uow: UnitOfWork) -> list[Hearer]:
    """Who speaks for the LEA, and who decides on these targets of it."""
    state = [await state_people(target, asker, uow) for target in targets]
    return [*await lea_people(lea_id, asker, uow), *chain.from_iterable(state)]


def program_of(target: Target) -> str:
    """The program that a target belongs to."""
    if target.obligation is not None:
        return target.obligation.form.program_id
    assert target.item is not None
    return target.item.review.program_id


def matter_of(target: Target) -> Matter:
    """A target as who may decide on it is checked."""
    program, item = program_of(target), target.item
    return Matter(target.lea, program, item.review_id, target.code) if item else Matter(target.lea, program)


def tell(people: Iterable[Hearer], reply: Reply) -> tuple[Notice, ...]:
    """The same notice to each of them, once; who is told for two reasons must still have both."""
    needs: dict[str, Reach] = {}
    for one in people:
        to = address_of(one.person)
        needs[to] = needs[to].joined(one.of) if to in needs else one.of
    return tuple(Notice(to, reply, of) for to, of in needs.items())


def others(people: Iterable[Person], asker: Asker | None, of: Reach) -> list[Hearer]:
    """Those of the people who may be told of this: with an address, and not who asks."""
    own = asker.person.id if asker else None
    return [Hearer(person, of) for person in people if person.id != own and person.addresses]
