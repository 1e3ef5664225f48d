"""Managing users: which place an administrator means, and whom there; both held until the commit.

The place is held first, then the person: two administrators at once go one by one, and the second is
checked as things are by then. An LEA of others is answered exactly like one that is nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.access import LEA_ADMINS, SENDERS, STATE, address_of, is_contact, not_for, reach_of
from handlers.addresses import domain_of, one_spelling
from handlers.asking import Asker
from handlers.refusals import NotForYourRole, NotOneOfYours, NotSaidRight, WhichOne
from handlers.refusals_people import AddressNotFree, BothSides, IsRetired, LastAdmin, NoSuchLea, NotYourself
from handlers.roles import Place
from store.models import Lea, Person, PersonRole
from store.reaching import Reach
from store.unit_of_work import UnitOfWork

MANAGERS = LEA_ADMINS | {"program_contact"}


@dataclass(frozen=True)
class Form:
    """How a command of user management is said (also with a school), what it does, for refusals, and the
    word before the LEA's name."""

    verb: str
    usage: str
    action: str
    school_usage: str = ""
    before_lea: str = "for"


def leas_managed(person: Person) -> tuple[str, ...]:
    """The LEAs whose coordinator or administrator this is."""
    managed = (role.lea_id for role in person.roles if role.role in LEA_ADMINS and role.lea_id)
    return tuple(dict.fromkeys(managed))


def named_by(asker: Asker, place: Place) -> str:
    """How the asker's next command must call the place; empty where it goes without saying."""
    if leas_managed(asker.person) == (place.id,):
        return ""
    return place.id if place.kind == "review" else place.name


def users_command(asker: Asker, place: Place) -> str:
    """What lists the users there; empty for a review or a program, which have no such list."""
    named = named_by(asker, place)
    return "" if place.kind != "lea" else f"users of {named}" if named else "users"


async def lea_to_manage(
    said: str | None, form: Form, asker: Asker, uow: UnitOfWork, *, also_new: bool = False
) -> Place:
    """The one LEA that is meant, held. A contact reaches the LEAs of their programs; with `also_new` also
    those that nobody manages yet, so that an LEA fresh from the directory can get its first user.

    Raises NotForYourRole, NotSaidRight, NoSuchLea, WhichOne.
    """
    may_manage_somebody(asker, form)
    leas = await _leas(said, asker, uow, also_new)
    if said is None and not leas:
        usage = f"{form.usage} {form.before_lea} Sierra Vista Unified"
        raise NotSaidRight(form.verb, usage, "the LEA")
    if not leas:
        raise NoSuchLea(said or "")
    if len(leas) > 1:
        raise WhichOne("LEA", said or "Your command", [_choice(lea, said) for lea in leas])
    await uow.hold_lea(leas[0].id)
    await _still_may(leas[0], form, asker, uow)
    if leas[0] not in await _leas(said, asker, uow, also_new):  # somebody else was first while we waited
        raise NoSuchLea(said or leas[0].name)
    return Place("lea", leas[0].id, leas[0].name)


async def place_to_manage(said: str | None, form: Form, asker: Asker, uow: UnitOfWork) -> Place:
    """As `lea_to_manage`; for a contact also a review or a program of theirs, by its id."""
    may_manage_somebody(asker, form)
    if said is not None and (programs := reach_of(asker.person).programs):
        for find in (_review, _program):
            if (place := await find(said.lower(), programs, uow)) is not None:
                return await state_place(place.kind, place.id, form, asker, uow)
    return await lea_to_manage(said, form, asker, uow)


def may_manage_somebody(asker: Asker, form: Form) -> None:
    if not leas_managed(asker.person) and not is_contact(asker.person):
        raise _not_for(asker, form, "managers")


async def state_place(kind: str, said: str, form: Form, asker: Asker, uow: UnitOfWork) -> Place:
    """The review or the program of the asker's own programs, held. Raises NotForYourRole, NotOneOfYours."""
    programs = reach_of(asker.person).programs
    if not programs:
        raise _not_for(asker, form, "contacts")
    again = await uow.person_again(asker.person.id)
    if again.retired_at is not None or reach_of(again).programs != programs:
        raise _not_for(asker, form, "contacts")
    found = await (_review if kind == "review" else _program)(said.lower(), programs, uow)
    if found is None:
        raise NotOneOfYours(kind, said)
    return found


def checked_address(said: str, form: Form) -> str:
    """Raises NotSaidRight for what is no address."""
    address = one_spelling(said)
    if address is None:
        lacks = f"a whole e-mail address, such as jlee@district.example; “{said[:80]}” is none"
        raise NotSaidRight(form.verb, form.usage, lacks)
    return address


async def user_at(address: str, place: Place, uow: UnitOfWork) -> Person:
    """Who has a role there now, held. Raises IsRetired; NotOneOfYours, whether the address is on record
    elsewhere or nowhere."""
    person = await uow.hold_person(address)
    if person is not None and (person.retired_at is None and roles_at(person, place)):
        return person
    if person is not None and await retired_roles(person, place, uow):
        raise IsRetired(address, place.name)
    raise NotOneOfYours("user", address)


def may_be_given(address: str, person: Person, place: Place, asker: Asker) -> None:
    """Nobody gives a role to themself, and nobody has roles of an LEA and of the state together (separation
    of duties). What else an address is on record for, only contacts are told.

    Raises NotYourself, BothSides, AddressNotFree.
    """
    if person.id == asker.person.id:
        raise NotYourself(address, "give yourself a role")
    has, others = ("state", STATE) if place.kind == "lea" else ("lea", SENDERS)
    if person.retired_at is None and any(role.role in others for role in person.roles):
        raise BothSides(address, has) if is_contact(asker.person) else AddressNotFree(address)


def roles_at(person: Person, place: Place) -> list[PersonRole]:
    return [role for role in person.roles if place.holds(role)]


async def retired_roles(person: Person, place: Place, uow: UnitOfWork) -> list[PersonRole]:
    """What was taken from a person there by retiring them; also of somebody retired as a whole."""
    ended = [role for role in await uow.ended_roles([person.id], "retired") if place.holds(role)]
    return ended or (roles_at(person, place) if person.retired_at is not None else [])


async def must_not_be_last_admin(person: Person, place: Place, uow: UnitOfWork) -> None:
    """An LEA keeps at least one coordinator or administrator. Raises LastAdmin."""
    admins = await uow.people_of_lea(place.id, LEA_ADMINS) if place.kind == "lea" else []
    if [admin.id for admin in admins] == [person.id]:
        raise LastAdmin(place.name)


def end(roles: Sequence[PersonRole], how: str, asker: Asker, uow: UnitOfWork) -> None:
    """Roles end and stay on record: nothing is deleted."""
    for role in roles:
        role.ended_at, role.ended_how = asker.message.received_at, how
        uow.changed(role)


async def wake(person: Person, uow: UnitOfWork) -> None:
    """Somebody retired as a whole gets a role again: what else they had then stays retired."""
    if person.retired_at is None:
        return
    for role in person.roles:
        role.ended_at, role.ended_how = person.retired_at, "retired"
        uow.changed(role)
    person.retired_at = None
    uow.changed(person)


def address_at(person: Person, lea: Lea | None) -> str:
    """The address that an LEA's people know: one of the LEA's own domains before any other."""
    own = [one.address for one in person.addresses if lea and domain_of(one.address) in lea.domains]
    return min(own) if own else address_of(person)


async def _review(said: str, programs: tuple[str, ...], uow: UnitOfWork) -> Place | None:
    found = await uow.reviews_within(Reach(programs=programs), review=said, lock=True)
    return Place("review", found[0].id, f"review {found[0].id}") if found else None


async def _program(said: str, programs: tuple[str, ...], uow: UnitOfWork) -> Place | None:
    own = [program for program in await uow.programs() if program.id in programs]
    found = [program for program in own if said in (program.id.lower(), program.name.lower())]
    return Place("program", found[0].id, found[0].name) if found else None


async def _leas(said: str | None, asker: Asker, uow: UnitOfWork, also_new: bool) -> Sequence[Lea]:
    managed, programs = leas_managed(asker.person), reach_of(asker.person).programs
    if said is None:
        return await uow.leas(managed)
    called = await uow.leas_called(said.removeprefix("the "))
    within = set(await uow.leas_within(Reach(leas=managed, programs=programs), [lea.id for lea in called]))
    if also_new and programs:
        within |= {lea.id for lea in called if not await uow.people_of_lea(lea.id, LEA_ADMINS)}
    return [lea for lea in called if lea.id in within]


async def _still_may(lea: Lea, form: Form, asker: Asker, uow: UnitOfWork) -> None:
    """Whoever was retired while they waited may nothing any more."""
    again = await uow.person_again(asker.person.id)
    may = lea.id in leas_managed(again) or is_contact(again)
    if again.retired_at is not None or not may:
        raise _not_for(asker, form, "managers")


def _choice(lea: Lea, said: str | None) -> dict[str, str]:
    """Several LEAs of one name are told apart by their id."""
    return {"say": f"for {lea.name}" if said is None else f"for {lea.id}", "title": f"{lea.county} County"}


def lists_users(person: Person) -> bool:
    """Whether somebody may list users."""
    return any(role.role in MANAGERS for role in person.roles)


def _not_for(asker: Asker, form: Form, side: str) -> NotForYourRole:
    return not_for(asker.person, form.action, side)
