"""Who is told: the people with a role on what something happened to. Nobody is told of their own act.

Without an asker it happened by itself, as when a day has passed.
"""

from collections.abc import Collection, Iterable

from handlers.access import LEA_ADMINS, SUBMITTERS, Matter, address_of, decides_on
from handlers.messages import Asker, Notice, Reply
from handlers.targets import Target
from store.models import Person
from store.unit_of_work import UnitOfWork


async def lea_people(
    lea_id: str, asker: Asker | None, uow: UnitOfWork, roles: Collection[str] = SUBMITTERS
) -> list[Person]:
    """Who speaks for an LEA: coordinators, administrators and submitters, or who has one of `roles` there."""
    return others(await uow.people_of_lea(lea_id, roles), asker)


async def lea_admins(lea_id: str, asker: Asker, uow: UnitOfWork) -> list[Person]:
    return await lea_people(lea_id, asker, uow, LEA_ADMINS)


async def state_people(target: Target, asker: Asker | None, uow: UnitOfWork) -> list[Person]:
    """Who decides on a target: the monitors of its instrument and the team leader; where the review has
    none, the program's contacts. Forms: the contacts, and reviewers with a role on the program."""
    if target.item is not None:
        on_review = await uow.people_on_review(target.item.review_id)
        deciding = [person for person in on_review if decides_on(person, target.item.review_id, target.code)]
        if deciding:
            return others(deciding, asker)
    program = program_of(target)
    if target.obligation is not None:
        return others(await uow.deciders_of_forms(program), asker)
    return others(await uow.contacts_of(program), asker)


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
