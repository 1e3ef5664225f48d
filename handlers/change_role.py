"""Give a user of an LEA another role there: the old one ends and stays on record, the new one begins."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from handlers.access import LEA_ADMINS
from handlers.add_user import role_at
from handlers.addresses import EMAIL
from handlers.asking import Asker, Capability
from handlers.managing import (
    MANAGERS,
    Form,
    checked_address,
    end,
    lea_to_manage,
    may_be_given,
    may_manage_somebody,
    must_not_be_last_admin,
    roles_at,
    user_at,
    users_command,
)
from handlers.messages import Answer, Reply
from handlers.refusals import NotSaidRight
from handlers.refusals_people import HasThatRole
from handlers.roles import AT, ROLE_NAMES, RoleSaid, read_role_and_place
from handlers.sealing import sealed
from handlers.user_news import Change, names_of, told, user_facts
from store.unit_of_work import UnitOfWork

USAGE = "change role jlee@district.example to submitter"
AT_SCHOOL = "change role jlee@district.example to school user at Lincoln Elementary"
FORM = Form("change role", USAGE, "change roles", AT_SCHOOL)


@dataclass(frozen=True)
class ChangeRole:
    """Whose, and to what. `role` is None where the words name no role that we know."""

    address: str
    role: RoleSaid | None


@dataclass(frozen=True)
class RoleChanged(Reply):
    """Whose role it was, what ended, what began, and where; `users` lists who is there."""

    name: str
    address: str
    ended: list[str]
    role: str
    where: str
    school: str | None
    users: str
    signed: list[str] = field(default_factory=list)


_SAID = re.compile(rf"(?:of |for )?<?(?P<email>{EMAIL})>?,? (?:to|into) (?P<role>.+)", re.I)


def read_line(words: str, _programs: Collection[str]) -> ChangeRole | None:
    """`EMAIL to ROLE [for LEA] [at SCHOOL]`."""
    said = _SAID.fullmatch(words)
    return ChangeRole(said["email"], read_role_and_place(said["role"])) if said else None


async def change_role(command: ChangeRole, asker: Asker, uow: UnitOfWork) -> Answer:
    """End what the user is in the LEA and begin the new role. Raises NotForYourRole, NotSaidRight,
    NoSuchLea, WhichOne, NotOneOfYours, IsRetired, NotYourself, BothSides, AddressNotFree, HasThatRole,
    LastAdmin."""
    may_manage_somebody(asker, FORM)
    if command.role is None or command.role.role in AT:
        raise NotSaidRight(FORM.verb, USAGE, f"a role of an LEA: {ROLE_NAMES}")
    address = checked_address(command.address, FORM)
    place = await lea_to_manage(command.role.lea, FORM, asker, uow)
    role, school = await role_at(place, command.role, FORM, uow)
    person = await user_at(address, place, uow)
    may_be_given(address, person, place, asker)
    old = roles_at(person, place)
    if [(one.role, one.school_cds) for one in old] == [(role.role, role.school_cds)]:
        raise HasThatRole(address, role.role, place.name)
    if role.role not in LEA_ADMINS:
        await must_not_be_last_admin(person, place, uow)
    end(old, "changed", asker, uow)
    person.roles.append(role)
    uow.add(role)
    await uow.person_again(person.id)
    notices = await told(Change("changed", person, address, [role], place), asker, uow)
    facts = user_facts("Role-changed", address, [role], place)
    signed = await sealed([*facts, *(("Ended", one) for one in names_of(old))], asker, uow)
    now = (role.role, place.name, school, users_command(asker, place))
    return Answer(RoleChanged(person.name, address, names_of(old), *now, signed), tell=notices)


CAPABILITY = Capability(
    verb="change role",
    usage=USAGE,
    does="gives a user of your LEA another role",
    handle=change_role,
    opens="change (?:the )?role",
    line=read_line,
    roles=MANAGERS,
    weighty=True,
)
