"""Who hears that a user was added, changed, retired or reinstated: themself and the LEA's admins."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.access import address_of
from handlers.asking import Asker
from handlers.audience import lea_admins, tell
from handlers.messages import OWN_AFFAIR, Notice, Reply
from handlers.roles import Place
from store.models import Person, PersonRole
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class UserChangeHeard(Reply):
    """To an LEA's administrators: who did what (`added`, `changed`, `retired`, `reinstated`) to whom."""

    told_by = "both"
    by: str
    what: str
    name: str
    address: str
    roles: list[str]
    where: str


@dataclass(frozen=True)
class OwnRolesChanged(Reply):
    """To the person themself: what happened to their roles at a place, and who did it. `held`: mails of
    theirs that were kept and are handled now."""

    told_by = "both"
    name: str
    by: str
    by_address: str
    what: str
    roles: list[str]
    where: str
    held: int = 0


@dataclass(frozen=True)
class Change:
    """What happened to a user's roles at a place; `address` is the one that was named, `held` counts their
    held mails that are handled now."""

    what: str
    person: Person
    address: str
    roles: Sequence[PersonRole]
    place: Place
    held: int = 0


async def admins_told(
    heard: UserChangeHeard, place: Place, person: Person, asker: Asker, uow: UnitOfWork
) -> tuple[Notice, ...]:
    """To the LEA's other administrators; for the state's places to nobody."""
    admins = await lea_admins(place.id, asker, uow) if place.kind == "lea" else []
    return tell([admin for admin in admins if admin.person.id != person.id], heard)


async def told(change: Change, asker: Asker, uow: UnitOfWork) -> tuple[Notice, ...]:
    """The user hears of it at the address that was named, the LEA's other administrators at theirs."""
    by, person, names = asker.person, change.person, names_of(change.roles)
    heard = UserChangeHeard(by.name, change.what, person.name, change.address, names, change.place.name)
    facts = (change.what, names, change.place.name, change.held)
    own = OwnRolesChanged(person.name, by.name, address_of(by), *facts)
    return Notice(change.address, own, OWN_AFFAIR), *await admins_told(
        heard, change.place, person, asker, uow
    )


def user_facts(what: str, address: str, roles: Sequence[PersonRole], place: Place) -> list[tuple[str, str]]:
    """What happened to whom, their roles with what these are bound to, and where, for a receipt."""
    bound = [" ".join(filter(None, (one.role, one.school_cds, one.instrument))) for one in roles]
    return [(what, address), *(("Role", one) for one in bound), ("At", place.name)]


def names_of(roles: Sequence[PersonRole]) -> list[str]:
    """The kinds of roles, each once."""
    return list(dict.fromkeys(role.role for role in roles))
