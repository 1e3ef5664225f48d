"""Who is told: the people with a role on what something happened to. Nobody is told of their own act.

Without an asker it happened by itself, as when a day has passed.
"""

from collections.abc import Collection, Iterable
from itertools import chain

from handlers.access import LEA_ADMINS, SUBMITTERS, Matter, address_of, decides_on
from handlers.messages import Asker, Notice, Reply
from handlers.targets import Target
from store.models import Person, Review
from store.unit_of_work import UnitOfWork


async def lea_people(
    lea_id: str, asker: Asker | None, uow: UnitOfWork, roles: Collection[str] = SUBMITTERS
) -> list[Person]:
    """Who speaks for an LEA: coordinators, administrators and submitters, or who has one of `roles` there."""
    return others(await uow.people_of_lea(lea_id, roles), asker)


async def lea_admins(lea_id: str, asker: Asker, uow: UnitOfWork) -> list[Person]:
    return await lea_people(lea_id, asker, uow, LEA_ADMINS)


async def state_people(target: Target, asker: Asker | None, uow: UnitOfWork) -> list[Person]:
    """Who decides on a target: the review's team for its instrument. Forms: the contacts, and reviewers
    with a role on the program."""
    if target.item is not None:
        return others(await team_of(target.item.review, uow, target.code), asker)
    return others(await uow.deciders_of_forms(program_of(target)), asker)


async def team_of(review: Review, uow: UnitOfWork, code: str | None = None) -> list[Person]:
    """The state's people on a review: with `code`, its leader and the monitors of that instrument. Where
    there are none, the program's contacts."""
    people = await uow.people_on_review(review.id)
    team = [person for person in people if decides_on(person, review.id, code)]
    return team or list(await uow.contacts_of(review.program_id))


async def concerned(
    leas: Iterable[str], targets: Iterable[Target], asker: Asker | None, uow: UnitOfWork
) -> list[Person]:
    """Who speaks for these LEAs, and who decides on these targets."""
    people = [await lea_people(lea, asker, uow) for lea in leas]
    people += [await state_people(target, asker, uow) for target in targets]
    return list(chain.from_iterable(people))


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


def tell(people: Iterable[Person], reply: Reply) -> tuple[Notice, ...]:
    """The same notice to each of them, once."""
    return tuple(Notice(address, reply) for address in dict.fromkeys(map(address_of, people)))


def others(people: Iterable[Person], asker: Asker | None) -> list[Person]:
    own = asker.person.id if asker else None
    return [person for person in people if person.id != own and person.addresses]
