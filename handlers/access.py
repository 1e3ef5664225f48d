"""Who may do what: pure checks on a person's roles. Source: domain facts 2.3 (role matrix).

Each `may_…` raises NotForYourRole. What a person can find at all is their `Reach`; beyond it everything
is NotOneOfYours, whether it exists or not.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.lifecycle import CONCLUSIONS
from handlers.refusals import NotForYourRole
from store import reaching
from store.models import Person, PersonRole, Review, ReviewItem
from store.programs import instrument_of
from store.reaching import LEA_ROLES, REVIEW_ROLES, Reach, is_of_program

SENDERS = LEA_ROLES
SUBMITTERS = frozenset({"lea_submitter", "lea_coordinator", "lea_admin"})
LEA_ADMINS = frozenset({"lea_coordinator", "lea_admin"})
REVIEWERS = REVIEW_ROLES
STATE = frozenset({"program_contact", "rtl", "program_monitor"})
LEADERS = frozenset({"rtl", "program_contact"})
CONTACTS = frozenset({"program_contact"})


@dataclass(frozen=True)
class Matter:
    """What is decided on: of which LEA, in which program; for items also the review and the code
    (`I-EL 02`, or `EL`), which says whose instrument it is."""

    lea_id: str
    program_id: str
    review_id: str | None = None
    code: str | None = None


def reach_of(person: Person) -> Reach:
    """What of the record this person may see."""
    return reaching.reach_of(person.roles)


def leas_served(person: Person) -> tuple[str, ...]:
    """The LEAs a person works for, in the order of their roles."""
    return reach_of(person).leas


def schools_bound(roles: Iterable[PersonRole], lea_id: str) -> tuple[str, ...]:
    """The CDS codes that a school user of this LEA is bound to; nothing for people of the whole LEA."""
    own = (role for role in roles if role.lea_id == lea_id and role.role == "school_user")
    return tuple(role.school_cds for role in own if role.school_cds)


def roles_in(person: Person, lea_id: str) -> set[str]:
    """What a person is to one LEA."""
    return {role.role for role in person.roles if role.lea_id == lea_id}


def has_role(person: Person, lea_id: str, wanted: Collection[str]) -> bool:
    return not roles_in(person, lea_id).isdisjoint(wanted)


def may_attach(person: Person) -> None:
    """Evidence comes from an LEA's own people."""
    if not leas_served(person):
        raise not_for(person, "send evidence")


def may_submit(person: Person, lea_id: str, action: str = "submit") -> None:
    """Submitting, resubmitting and requesting agreements is for submitters and coordinators (S4, S5)."""
    if not has_role(person, lea_id, SUBMITTERS):
        raise not_for(person, action)


def may_decide(person: Person, matter: Matter, action: str = "decide that") -> None:
    """Deciding is for the program's contact, the review's team leader, and its monitor of the instrument
    of the code; without a code, of any. Never for who works for the LEA."""
    if not any(_decides(role, matter) for role in person.roles):
        raise not_for(person, action, "state")
    _must_not_serve(person, matter.lea_id, action)


def decides_on(person: Person, review_id: str, code: str | None = None) -> bool:
    """Whether somebody is on a review's team for the item or the instrument that `code` names."""
    return any(is_for(role, review_id, code) for role in person.roles)


def leads(person: Person, review: Review) -> bool:
    """Whether somebody is a review's team leader, or a contact of its program."""
    rtl = any(role.role == "rtl" and role.review_id == review.id for role in person.roles)
    return rtl or is_contact(person, review.program_id)


def may_lead(person: Person, review: Review, action: str) -> None:
    """A review is run, and its findings are issued, by its team leader and the program's contact (S8)."""
    if not leads(person, review):
        raise not_for(person, action, "leaders")
    _must_not_serve(person, review.lea_id, action)


def told_status(person: Person, item: ReviewItem) -> str:
    """A conclusion stays among the state's people until the Notification of Findings, for it may still be
    changed: until then the LEA hears that the state has its item. Source: domain facts 4, steps 10 and 11."""
    private = item.status in CONCLUSIONS and item.review.nof_date is None
    return "in_progress" if private and has_role(person, item.lea_id, SENDERS) else item.status


def may_assign(person: Person, program_id: str | None = None, action: str = "assign forms") -> None:
    """Forms are given out, and their days moved, by program contacts, each for their own programs."""
    if not is_contact(person, program_id):
        raise not_for(person, action, "contacts")


def is_contact(person: Person, program_id: str | None = None) -> bool:
    """Whether the person is a contact (system administrator) of this program, or of any."""
    return any(
        role.role == "program_contact" and program_id in (None, role.program_id) for role in person.roles
    )


def address_of(person: Person) -> str:
    """Where we write of our own accord: the address on record first, of those that mail reaches."""
    first = datetime.min.replace(tzinfo=UTC)
    reached = [one for one in person.addresses if one.unreachable_at is None] or person.addresses
    return min(reached, key=lambda one: (one.proven_at or first, one.address)).address


def _must_not_serve(person: Person, lea_id: str, action: str) -> None:
    """Nobody decides for the state on the LEA they work for, whatever roles the record gives them."""
    if lea_id in leas_served(person):
        raise not_for(person, action, "apart")


def _decides(role: PersonRole, matter: Matter) -> bool:
    code, review_id = matter.code, matter.review_id
    if role.role == "program_contact" or (review_id is None and is_of_program(role)):
        return role.program_id == matter.program_id
    return review_id is not None and is_for(role, review_id, code)


def is_for(role: PersonRole, review_id: str, code: str | None) -> bool:
    """The leader has all of a review, a monitor their instrument; without a code, any of it counts."""
    if role.role not in REVIEWERS or role.review_id != review_id:
        return False
    return role.role == "rtl" or role.instrument is None or code is None or role.instrument == _program(code)


def _program(code: str) -> str:
    return instrument_of(code) if " " in code else code


def not_for(person: Person, action: str, side: str = "lea") -> NotForYourRole:
    """The refusal for somebody whose role does not do this; `side` says whose role does."""
    return NotForYourRole(action=action, roles=sorted({role.role for role in person.roles}), side=side)
