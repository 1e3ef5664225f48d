"""Retire a user and bring one back: roles end and stay on record, nothing is deleted. Source: S5 headings.

Who has no role left is retired as a whole, and a stranger from then on.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from handlers.addresses import EMAIL
from handlers.asking import Asker, Capability
from handlers.managing import (
    MANAGERS,
    Form,
    checked_address,
    end,
    may_be_given,
    may_manage_somebody,
    must_not_be_last_admin,
    named_by,
    place_to_manage,
    retired_roles,
    roles_at,
    user_at,
    users_command,
    wake,
)
from handlers.messages import Answer, Reply
from handlers.pen_known import take_up
from handlers.refusals import NotOneOfYours, Refusal
from handlers.refusals_people import HasThatRole, NotYourself
from handlers.roles import Place
from handlers.sealing import sealed
from handlers.user_news import Change, names_of, told, user_facts
from store.models import Person
from store.unit_of_work import UnitOfWork

RETIRE = Form("retire", "retire jlee@district.example", "retire users", before_lea="from")
REINSTATE = Form("reinstate", "reinstate jlee@district.example", "reinstate users", before_lea="in")


@dataclass(frozen=True)
class RetireUser:
    """Whom, and from where; None: from the one LEA whose users the asker manages."""

    address: str
    place: str | None


@dataclass(frozen=True)
class ReinstateUser:
    """Whom, and where."""

    address: str
    place: str | None


@dataclass(frozen=True)
class UserRetired(Reply):
    """Who is retired from where, and what they were there; `named` is the place for the next command."""

    name: str
    address: str
    roles: list[str]
    where: str
    named: str
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class UserReinstated(Reply):
    """Who is back, as what, and where; `users` lists who is there."""

    name: str
    address: str
    roles: list[str]
    where: str
    users: str
    signed: list[str] = field(default_factory=list)


_SAID = re.compile(rf"(?:user )?<?(?P<email>{EMAIL})>?,?(?: (?:from|in|for|at|of|on) (?P<place>.+))?", re.I)


def read_retire(words: str, _programs: Collection[str]) -> RetireUser | None:
    """`EMAIL [from LEA]`."""
    said = _SAID.fullmatch(words)
    return RetireUser(said["email"], said["place"]) if said else None


def read_reinstate(words: str, _programs: Collection[str]) -> ReinstateUser | None:
    """`EMAIL [in LEA]`."""
    said = _SAID.fullmatch(words)
    return ReinstateUser(said["email"], said["place"]) if said else None


async def retire_user(command: RetireUser, asker: Asker, uow: UnitOfWork) -> Answer:
    """End the user's roles there; with none left, the person is retired. Raises NotForYourRole,
    NotSaidRight, NoSuchLea, WhichOne, NotOneOfYours, IsRetired, NotYourself, LastAdmin."""
    may_manage_somebody(asker, RETIRE)
    address = checked_address(command.address, RETIRE)
    place = await place_to_manage(command.place, RETIRE, asker, uow)
    if address in {one.address for one in asker.person.addresses}:
        raise NotYourself(address)
    person = await user_at(address, place, uow)
    await must_not_be_last_admin(person, place, uow)
    roles = roles_at(person, place)
    end(roles, "retired", asker, uow)
    await uow.person_again(person.id)
    _retire_if_nothing_is_left(person, asker, uow)
    notices = await told(Change("retired", person, address, roles, place), asker, uow)
    signed = await sealed(user_facts("User-retired", address, roles, place), asker, uow)
    named = named_by(asker, place)
    return Answer(UserRetired(person.name, address, names_of(roles), place.name, named, signed), tell=notices)


async def reinstate_user(command: ReinstateUser, asker: Asker, uow: UnitOfWork) -> Answer:
    """Begin again what retiring ended there. Raises NotForYourRole, NotSaidRight, NoSuchLea, WhichOne,
    NotOneOfYours, HasThatRole, NotYourself, BothSides, AddressNotFree."""
    may_manage_somebody(asker, REINSTATE)
    address = checked_address(command.address, REINSTATE)
    place = await place_to_manage(command.place, REINSTATE, asker, uow)
    person = await uow.hold_person(address)
    roles = await retired_roles(person, place, uow) if person else []
    if person is None or not roles:
        raise _nothing_to_reinstate(person, address, place)
    may_be_given(address, person, place, asker)
    await wake(person, uow)
    for role in roles:
        role.ended_at = role.ended_how = None
        uow.changed(role)
    again = await uow.person_again(person.id)
    held = sum([await take_up(one.address, uow) for one in again.addresses])
    notices = await told(Change("reinstated", person, address, roles, place, held), asker, uow)
    signed = await sealed(user_facts("User-reinstated", address, roles, place), asker, uow)
    users = users_command(asker, place)
    reply = UserReinstated(person.name, address, names_of(roles), place.name, users, signed)
    return Answer(reply, tell=notices)


def _nothing_to_reinstate(person: Person | None, address: str, place: Place) -> Refusal:
    """Whom one can see there is told of; who is elsewhere is nobody."""
    here = roles_at(person, place) if person else []
    return HasThatRole(address, here[0].role, place.name) if here else NotOneOfYours("retired user", address)


def _retire_if_nothing_is_left(person: Person, asker: Asker, uow: UnitOfWork) -> None:
    if not person.roles:
        person.retired_at = asker.message.received_at
        uow.changed(person)


RETIRING = Capability(
    verb="retire",
    usage=RETIRE.usage,
    does="ends what a user may do for your LEA; nothing is deleted",
    handle=retire_user,
    opens="retire",
    line=read_retire,
    roles=MANAGERS,
    weighty=True,
)
REINSTATING = Capability(
    verb="reinstate",
    usage=REINSTATE.usage,
    does="brings a retired user of your LEA back",
    handle=reinstate_user,
    opens="reinstate",
    line=read_reinstate,
    roles=MANAGERS,
    weighty=True,
)
