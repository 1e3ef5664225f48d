"""List who works for an LEA, or who was retired from it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.asking import Asker, Capability
from handlers.managing import MANAGERS, Form, address_at, lea_to_manage, named_by
from handlers.messages import Answer, Reply
from handlers.roles import Place
from store.models import Lea, Person, PersonRole
from store.unit_of_work import UnitOfWork

USAGE = "users, or users retired"
FORM = Form("list users", "users", "list users", before_lea="of")


@dataclass(frozen=True)
class ListUsers:
    """Of which LEA (None: the one whose users the asker manages), and whether those retired."""

    lea: str | None
    retired: bool


@dataclass(frozen=True)
class UsersListed(Reply):
    """Each user with their roles there (`role`, `school`), and where they are `away` until which day (None:
    nobody knows) and who stands in; `named` is the LEA for the next command."""

    where: str
    named: str
    retired: bool
    users: list[dict[str, Any]]


_SAID = re.compile(
    r"(?:(?P<before>retired)\b ?)?(?:(?:of|in|for|at|from) (?P<lea>.+?))?,?(?: ?\b(?P<after>retired))?", re.I
)


def read_line(words: str, _programs: Collection[str]) -> ListUsers | None:
    """`users [of LEA] [retired]`."""
    said = _SAID.fullmatch(words)
    return ListUsers(said["lea"], bool(said["before"] or said["after"])) if said else None


async def list_users(command: ListUsers, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell. Raises NotForYourRole, NotSaidRight, NoSuchLea, WhichOne."""
    place = await lea_to_manage(command.lea, FORM, asker, uow)
    lea = await uow.lea(place.id)
    schools = {school.cds: school.name for school in await uow.schools([place.id])}
    found = await (_retired if command.retired else _current)(place, uow)
    away = {} if command.retired else await _away(asker.today, uow)
    users = [_user(one, roles, lea, schools) | {"away": away.get(one.id)} for one, roles in found]
    return Answer(UsersListed(place.name, named_by(asker, place), command.retired, users))


async def _current(place: Place, uow: UnitOfWork) -> list[tuple[Person, list[PersonRole]]]:
    people = await uow.people_of_lea(place.id)
    return [(person, [role for role in person.roles if place.holds(role)]) for person in people]


async def _retired(place: Place, uow: UnitOfWork) -> list[tuple[Person, list[PersonRole]]]:
    found: dict[int, tuple[Person, list[PersonRole]]] = {}
    for person, role in await uow.retired_from(place.id):
        found.setdefault(person.id, (person, []))[1].append(role)
    return list(found.values())


async def _away(today: date, uow: UnitOfWork) -> dict[int, dict[str, str | None]]:
    return {
        one.person_id: {
            "last": one.last.isoformat() if one.last else None,
            "cover": await uow.name_of(one.cover_id) or None,
        }
        for one in await uow.absences(today)
    }


def _user(person: Person, roles: Sequence[PersonRole], lea: Lea, schools: dict[str, str]) -> dict[str, Any]:
    held = [{"role": role.role, "school": schools.get(role.school_cds or "")} for role in roles]
    return {"name": person.name, "address": address_at(person, lea), "roles": held}


CAPABILITY = Capability(
    verb="users",
    usage=USAGE,
    does="lists who works for your LEA, with their roles",
    handle=list_users,
    opens=r"(?:list )?users(?=$|,? (?:of|in|for|at|from|retired)\b)",
    line=read_line,
    only_asks=True,
    roles=MANAGERS,
)
