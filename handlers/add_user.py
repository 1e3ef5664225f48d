"""Add a user to an existing LEA, or give a role on a review or a program. Source: fact sheet 1, S1, S4.

An address that is on record already gets the role added: who else that person is, and for whom, is told
to nobody. Nobody gives a role to themself, or one of an LEA to who has one of the state. Making an LEA is
the state's (`cais store load`).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from handlers.access import address_of, reach_of
from handlers.addresses import EMAIL
from handlers.asking import Asker, Capability
from handlers.managing import (
    MANAGERS,
    Form,
    checked_address,
    lea_to_manage,
    may_be_given,
    may_manage_somebody,
    retired_roles,
    roles_at,
    state_place,
    users_command,
    wake,
)
from handlers.messages import OWN_AFFAIR, Answer, Notice, Reply
from handlers.pen_known import take_up
from handlers.refusals import NotOneOfYours, NotSaidRight
from handlers.refusals_people import HasThatRole, IsRetired
from handlers.roles import AT, ROLE_NAMES, Place, RoleSaid, read_role_and_place
from handlers.sealing import sealed
from handlers.user_news import UserChangeHeard, admins_told, user_facts
from store.models import Person, PersonAddress, PersonRole, School
from store.unit_of_work import UnitOfWork

USAGE = "add user Jo Lee <jlee@district.example> as submitter"
STATE_USAGE = {
    "program_monitor": "add user Jo Lee <jlee@cde.example> as monitor of EL on sv-fpm",
    "rtl": "add user Jo Lee <jlee@cde.example> as team leader of sv-fpm",
    "program_contact": "add user Jo Lee <jlee@cde.example> as contact of fpm",
}
AT_SCHOOL = "add user Jo Lee <jlee@district.example> as school user at Lincoln Elementary"
FORM = Form("add user", USAGE, "add users", AT_SCHOOL)


@dataclass(frozen=True)
class AddUser:
    """Whom, and as what. `role` is None where the words name no role that we know."""

    name: str
    address: str
    role: RoleSaid | None


@dataclass(frozen=True)
class UserAdded(Reply):
    """To who added: the user in the adder's own words, the role, and where; `users` lists who is there."""

    name: str
    address: str
    role: str
    where: str
    school: str | None
    instrument: str | None
    users: str
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class UserWelcomed(Reply):
    """To who was added: what this service is, what they are there, and who added them. `held`: mails from
    the address that were kept and are handled now."""

    told_by = "mail"
    name: str
    by: str
    by_address: str
    role: str
    where: str
    school: str | None
    instrument: str | None
    held: int = 0


_WHOM = re.compile(rf"(?P<before>[^<>@]{{0,100}}?)[\s<,(]*(?P<email>{EMAIL})[>)]?(?P<after>[^<>@]{{0,100}})")
_AS = re.compile(r",?\s+as\s+", re.I)


def read_line(words: str, _programs: Collection[str]) -> AddUser | None:
    """`NAME <email> as ROLE …`, `email NAME as ROLE …`, or `as ROLE …: NAME <email>`."""
    whom, found, role = _parted(f" {words}")
    who = _WHOM.fullmatch(whom.strip())
    if not found or who is None:
        return None
    name = " ".join(f"{who['before']} {who['after']}".split()).strip(' ,"()')
    return AddUser(name, who["email"], read_role_and_place(role))


def _parted(words: str) -> tuple[str, bool, str]:
    """Whom, whether `as` stands between, and as what."""
    found = _AS.search(words)
    if found is None:
        return words, False, ""
    whom, role = words[: found.start()], words[found.end() :]
    if not whom.strip():
        role, _, whom = role.partition(":")
    return whom, True, role


async def add_user(command: AddUser, asker: Asker, uow: UnitOfWork) -> Answer:
    """Add the role, and the person if the address is new. Raises NotForYourRole, NotSaidRight, NoSuchLea,
    WhichOne, NotOneOfYours, NotYourself, BothSides, AddressNotFree, HasThatRole, IsRetired."""
    may_manage_somebody(asker, FORM)
    if command.role is None:
        raise NotSaidRight(FORM.verb, USAGE, f"a role that we know, such as {ROLE_NAMES}")
    address, name = checked_address(command.address, FORM), command.name
    place = await _place_of(command.role, asker, uow)
    role, school = await role_at(place, command.role, FORM, uow)
    person = await uow.hold_person(address)
    if person is None:
        person = _new_person(address, name or address, role, uow)
    else:
        may_be_given(address, person, place, asker)
        person = await _with_role(address, person, role, place, uow)
    by, told = asker.person, (role.role, place.name, school, role.instrument)
    held = await take_up(address, uow)
    welcome = UserWelcomed(person.name, by.name, address_of(by), *told, held)
    heard = UserChangeHeard(by.name, "added", name or address, address, [role.role], place.name)
    others = await admins_told(heard, place, person, asker, uow)
    signed = await sealed(user_facts("User-added", address, [role], place), asker, uow)
    return Answer(
        UserAdded(name or address, address, *told, users_command(asker, place), signed),
        tell=(Notice(address, welcome, OWN_AFFAIR), *others),
    )


async def role_at(place: Place, said: RoleSaid, form: Form, uow: UnitOfWork) -> tuple[PersonRole, str | None]:
    """The role as a row, and the name of its school. Raises NotSaidRight, NotOneOfYours."""
    if place.kind == "program":
        return PersonRole(role=said.role, program_id=place.id), None
    if place.kind == "review":
        instrument = await _instrument(said, place, form, uow)
        return PersonRole(role=said.role, review_id=place.id, instrument=instrument), None
    school = await _school(said, place, form, uow)
    cds, name = (school.cds, school.name) if school else (None, None)
    return PersonRole(role=said.role, lea_id=place.id, school_cds=cds), name


async def _place_of(said: RoleSaid, asker: Asker, uow: UnitOfWork) -> Place:
    """Where the role is to be, held."""
    if said.role not in AT:
        return await lea_to_manage(said.lea, FORM, asker, uow, also_new=True)
    kind = AT[said.role]
    if said.of is None and reach_of(asker.person).programs:
        raise NotSaidRight(FORM.verb, STATE_USAGE[said.role], f"the {kind}")
    return await state_place(kind, said.of or "", FORM, asker, uow)


async def _school(said: RoleSaid, place: Place, form: Form, uow: UnitOfWork) -> School | None:
    """A school user is bound to one school of the LEA, and nobody else is."""
    if (said.role == "school_user") != (said.school is not None):
        lacks = "the role school user, which a school goes with" if said.school else "the school"
        raise NotSaidRight(form.verb, form.school_usage, lacks)
    if said.school is None:
        return None
    wanted = said.school.casefold()
    for school in await uow.schools([place.id]):
        if wanted in (school.name.casefold(), school.cds):
            return school
    raise NotOneOfYours("school", said.school)


async def _instrument(said: RoleSaid, place: Place, form: Form, uow: UnitOfWork) -> str | None:
    """A monitor reviews one instrument of the review; a team leader all of them."""
    if said.role != "program_monitor":
        return None
    if said.instrument is None:
        raise NotSaidRight(form.verb, STATE_USAGE[said.role], "the instrument")
    instruments = {one.code for one in await uow.instruments_of_review(place.id)}
    found = [one for one in instruments if one.upper() == said.instrument.upper()]
    if not found:
        raise NotOneOfYours("instrument", f"{said.instrument} on {place.name}")
    return found[0]


def _new_person(address: str, name: str, role: PersonRole, uow: UnitOfWork) -> Person:
    row = PersonAddress(address=address)
    person = Person(name=name, addresses=[row], roles=[role])
    uow.add(person, row, role)
    return person


async def _with_role(address: str, person: Person, role: PersonRole, place: Place, uow: UnitOfWork) -> Person:
    """Who is on record, with one role more. Raises HasThatRole, IsRetired."""
    if person.retired_at is None and any(_is_same(one, role) for one in person.roles):
        raise HasThatRole(address, role.role, place.name)
    here = [] if person.retired_at else roles_at(person, place)
    if not here and await retired_roles(person, place, uow):
        raise IsRetired(address, place.name)
    await wake(person, uow)
    person.roles.append(role)
    uow.add(role)
    return await uow.person_again(person.id)


def _is_same(one: PersonRole, other: PersonRole) -> bool:
    return _facts(one) == _facts(other)


def _facts(role: PersonRole) -> tuple[str | None, ...]:
    return (role.role, role.lea_id, role.school_cds, role.program_id, role.review_id, role.instrument)


CAPABILITY = Capability(
    verb="add user",
    usage=USAGE,
    does="adds a user to your LEA; a school user with “as school user at” and the school's name",
    handle=add_user,
    opens="add (?:an? |the )?(?:new )?user",
    line=read_line,
    roles=MANAGERS,
    weighty=True,
)
