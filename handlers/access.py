"""Who may do what: pure checks on a person's roles. Source: domain facts 2.3 (role matrix)."""

from collections.abc import Iterable

from handlers.refusals import NotForYourRole
from store.models import Person, PersonRole

SENDERS = frozenset({"lea_user", "lea_submitter", "lea_coordinator", "lea_admin", "school_user"})


def leas_served(person: Person) -> tuple[str, ...]:
    """The LEAs a person works for, in the order of their roles."""
    served = (role.lea_id for role in person.roles if role.role in SENDERS and role.lea_id)
    return tuple(dict.fromkeys(served))


def schools_bound(roles: Iterable[PersonRole]) -> tuple[str, ...]:
    """The CDS codes a school user is bound to; nothing for people of the whole LEA."""
    return tuple(role.school_cds for role in roles if role.role == "school_user" and role.school_cds)


def may_attach(person: Person) -> None:
    """Evidence comes from an LEA's own people. Raises NotForYourRole."""
    if not leas_served(person):
        raise NotForYourRole(action="send evidence", roles=sorted({role.role for role in person.roles}))
