"""A second address of a person, proven by a code. Source: complaint 30 (aliases), N6 (earned by proof).

Both mailboxes take part: the code goes to one and comes back from the other. Who asks for themself proved
their known address by asking, so the code goes to the new one. Who asks for somebody else proved nothing
of that person's: the code goes to the address on record, so that nobody can make a mailbox of their own
another person's.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from handlers.access import address_of, reach_of
from handlers.addresses import EMAIL
from handlers.asking import Asker, Capability
from handlers.managing import Form, checked_address, leas_managed, may_manage_somebody
from handlers.messages import OWN_AFFAIR, Answer, Message, Notice, Reply
from handlers.one_use import LIFETIME, digest, is_code, is_doubtful, may_try, new_code, read_code, tried
from handlers.pen_known import take_up
from handlers.refusals import NotOneOfYours
from handlers.refusals_people import AddressNotFree
from handlers.threads import thread_of
from store.models import AddressProof, Person, PersonAddress
from store.reaching import Reach
from store.unit_of_work import UnitOfWork

USAGE = "add address jlee@home.example"
MOST_OPEN = 3
FORM = Form("add address", USAGE, "add addresses for others")


@dataclass(frozen=True)
class AddAddress:
    """The new address; `owner` is an address on record of whom it is for, None for oneself."""

    address: str
    owner: str | None


@dataclass(frozen=True)
class AddressAsked(Reply):
    """To who asked: a code is on its way to `code_to`, and must come back from `address` in time."""

    address: str
    owner: str | None
    code_to: str
    ends_at: str


@dataclass(frozen=True)
class AddressCodeSent(Reply):
    """The code. Of `one_use_code` the history keeps only the digest."""

    told_by = "mail"
    address: str
    by: str
    ends_at: str
    one_use_code: str


@dataclass(frozen=True)
class AddressProven(Reply):
    """To the new address: it is the person's now. `held`: mails from it that were kept and are handled
    now."""

    name: str
    address: str
    held: int = 0


@dataclass(frozen=True)
class AddressLinked(Reply):
    """To the address that was known before: another one may speak for the person now."""

    told_by = "both"
    name: str
    address: str


_SAID = re.compile(rf"<?(?P<new>{EMAIL})>?(?: for <?(?P<owner>{EMAIL})>?)?", re.I)


def read_line(words: str, _programs: Collection[str]) -> AddAddress | None:
    """`NEW [for EMAIL]`."""
    said = _SAID.fullmatch(words)
    return AddAddress(said["new"], said["owner"]) if said else None


async def add_address(command: AddAddress, asker: Asker, uow: UnitOfWork) -> Answer:
    """Mail a code; nothing is linked before it came back. Raises NotForYourRole, NotSaidRight,
    NotOneOfYours, AddressNotFree."""
    address = checked_address(command.address, FORM)
    person = asker.person if command.owner is None else await _owner(command.owner, asker, uow)
    await uow.person_again(person.id)
    await _must_be_free(address, person, asker, uow)
    code, until = new_code(), asker.now + LIFETIME
    proof = AddressProof(
        address=address,
        person_id=person.id,
        code_sha256=digest(code, address),
        asked_at=asker.now,
        asked_by=asker.person.id,
    )
    uow.add(proof)
    owner = checked_address(command.owner, FORM) if command.owner else None
    code_to = owner or address
    sent = AddressCodeSent(address, asker.person.name, until.isoformat(), code)
    return Answer(
        AddressAsked(address, owner, code_to, until.isoformat()), tell=(Notice(code_to, sent, OWN_AFFAIR),)
    )


async def confirm_address(message: Message, uow: UnitOfWork) -> Answer | None:
    """What becomes of a stranger's mail that holds a code and nothing else; None if it opens nothing."""
    address, code = message.sender.address, read_code(message)
    if address is None or code is None or message.rehearsal:
        return None
    proof = await _opened_by(code, address, message, uow)
    if proof is None or await uow.hold_person(address) is not None:
        return None
    person = await uow.person_again(proof.person_id)
    if person.retired_at is not None:
        return None
    known = address_of(person)
    row = PersonAddress(address=address, proven_at=message.received_at)
    person.addresses.append(row)
    proof.proven_at = message.received_at
    uow.add(row)
    uow.changed(proof)
    linked = Notice(known, AddressLinked(person.name, address), OWN_AFFAIR)
    held = await take_up(address, uow)
    return Answer(AddressProven(person.name, address, held), tell=(linked,))


async def _opened_by(code: str, address: str, message: Message, uow: UnitOfWork) -> AddressProof | None:
    """The open proof whose code this is; a wrong one counts as a try of every code for this address."""
    thread = await thread_of(message, uow)
    doubtful = is_doubtful(message, thread if thread and thread.sent.to == address else None)
    waiting = await uow.open_proofs(message.received_at - LIFETIME, address=address)
    waiting = [proof for proof in waiting if may_try(proof, doubtful)]
    for proof in waiting:
        if is_code(code, address, proof.code_sha256):
            return proof
    for proof in waiting:
        tried(proof, doubtful)
        uow.changed(proof)
    return None


async def _owner(said: str, asker: Asker, uow: UnitOfWork) -> Person:
    """Somebody of an LEA whose users the asker manages; anybody else is like nobody."""
    may_manage_somebody(asker, FORM)
    address = checked_address(said, FORM)
    person = await uow.person_at(address)
    if person is None or person.retired_at is not None:
        raise NotOneOfYours("user", address)
    reach = Reach(leas=leas_managed(asker.person), programs=reach_of(asker.person).programs)
    theirs = [role.lea_id for role in person.roles if role.lea_id]
    if person.id != asker.person.id and not await uow.leas_within(reach, theirs):
        raise NotOneOfYours("user", address)
    return person


async def _must_be_free(address: str, person: Person, asker: Asker, uow: UnitOfWork) -> None:
    """One refusal for an address in use and for one that was asked for too often: it tells nothing.

    The limits also keep our codes from being poured into a mailbox.
    """
    since = asker.now - LIFETIME
    asked = await uow.open_proofs(since, address=address)
    own = await uow.open_proofs(since, person_id=person.id)
    taken = await uow.person_at(address) is not None
    if taken or len(asked) >= MOST_OPEN or len(own) >= MOST_OPEN:
        raise AddressNotFree(address)


CAPABILITY = Capability(
    verb="add address",
    usage=USAGE,
    does="lets you mail from one more address, after a code proved that it is yours",
    handle=add_address,
    opens="add (?:an? |the |my )?(?:new |second )?address",
    line=read_line,
    weighty=True,
)
