"""Who a person is here, and what waits for them: for themselves, and for those who manage their LEA."""

from dataclasses import dataclass
from typing import Any

from handlers.access import SENDERS, is_contact, reach_of
from handlers.asking import Asker
from handlers.managing import leas_managed
from handlers.messages import Reply
from handlers.refusals import NotOneOfYours
from handlers.status_of_lea import questions_waiting
from handlers.status_of_program import work_status
from store.models import Person, PersonRole
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PersonStatusShown(Reply):
    """`roles` are `{"role", "of"}`. `waiting` are questions we asked (`{"receipt", "files"}`), `work` counts
    of what waits for a decision; both are told to the person alone."""

    name: str
    who: str
    own: bool
    retired: bool
    roles: list[dict[str, Any]]
    waiting: list[dict[str, Any]]
    work: dict[str, int]


async def person_status(said: str, asker: Asker, uow: UnitOfWork) -> PersonStatusShown:
    """Of oneself (`me`), or of the person with this address. Raises NotOneOfYours."""
    person = asker.person if "@" not in said else await uow.person_at(said.lower())
    own = person is not None and person.id == asker.person.id
    roles = [] if person is None else person.roles if own else await _roles_shown(person, asker.person, uow)
    if person is None or not (own or roles):
        raise NotOneOfYours("person", said[:80])
    names = {lea.id: lea.name for lea in await uow.leas({role.lea_id for role in roles if role.lea_id})}
    work = (await work_status(asker, uow)).counts if own and reach_of(person).of_state else {}
    return PersonStatusShown(
        name=asker.person.name,
        who=person.name,
        own=own,
        retired=person.retired_at is not None,
        roles=[{"role": role.role, "of": _of(role, names)} for role in roles],
        waiting=await questions_waiting(asker, uow) if own else [],
        work=work,
    )


async def _roles_shown(person: Person, asker: Person, uow: UnitOfWork) -> list[PersonRole]:
    """A coordinator sees the roles in the LEAs they manage; a program's contact those in the LEAs that have
    a review or a duty of the program."""
    in_lea = {role.lea_id for role in person.roles if role.role in SENDERS and role.lea_id}
    shown = in_lea & {*leas_managed(asker)}
    if is_contact(asker):
        shown |= {*await uow.leas_within(reach_of(asker), in_lea)}
    return [role for role in person.roles if role.role in SENDERS and role.lea_id in shown]


def _of(role: PersonRole, names: dict[str, str]) -> str:
    if role.lea_id:
        return names[role.lea_id]
    place = role.program_id or role.review_id or ""
    return f"{place}, {role.instrument}" if role.instrument else place
