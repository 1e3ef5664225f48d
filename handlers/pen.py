"""The holding pen: what a person may do with a held message, by mail and at the terminal alike.

Every act holds the entry's row first, so that of two people at once the second is told what the first one
did; nothing is destroyed, and `clues["pen"]` says who did what and what it was before.
"""

from dataclasses import dataclass
from datetime import datetime
from shlex import quote
from typing import Any

from handlers.access import is_contact, leas_served, not_for, reach_of
from handlers.addresses import one_spelling
from handlers.asking import Asker
from handlers.messages import OWN_AFFAIR, Message, Notice, Reply, Sender
from handlers.references import TargetSaid, find_target
from handlers.refusals import NotOneOfYours, NotSaidRight, WhichOne
from handlers.refusals_people import NotFromPen
from store.clock import pacific
from store.inbox import RELEASED, UNIDENTIFIED, UNKNOWN_SENDER, InboxEntry
from store.models import Person
from store.reaching import Reach
from store.unit_of_work import UnitOfWork

OPERATOR = "operator"
REFUSED = "refused by "
SOMEBODY = "jlee@sierravista.example"
BY_MAIL = {
    "show": "held {number}",
    "release": "release {number} as {person}",
    "redirect": "redirect {number} to {target} as {person}",
    "refuse": "refuse {number}: {reason}",
    "add": "add user <{sender}> as user for {lea}",
}
AT_TERMINAL = {
    "show": "cais inbox show {number}",
    "release": "cais inbox release {number} --as {person}",
    "redirect": "cais inbox redirect {number} --to {target} --as {person}",
    "refuse": "cais inbox refuse {number} --reason {reason}",
    "add": "cais ask {mail} --operator --as THEIR-COORDINATOR",
}


@dataclass(frozen=True)
class Keeper:
    """Who decides on held messages: a program contact, who asks by a message, or the operator, whose reach
    has no limits. `who` is recorded."""

    who: str
    at: datetime
    asker: Asker | None = None

    @property
    def reach(self) -> Reach | None:
        return Reach(programs=reach_of(self.asker.person).programs) if self.asker else None

    @property
    def name(self) -> str:
        return self.asker.person.name if self.asker else "the people who run this service"

    def say(self, what: str, **said: object) -> str:
        """A command as this keeper writes it, to copy; whatever a mail brought is quoted for the shell."""
        mail = BY_MAIL[what].format(**said)
        if self.asker is not None:
            return mail
        quoted = {name: quote(str(one)) for name, one in said.items()}
        return AT_TERMINAL[what].format(**quoted, mail=quote(mail))


@dataclass(frozen=True)
class HeldMailRefused(Reply):
    """To who sent a held message, if they are known or proved their address: who refused it, and why."""

    told_by = "mail"
    number: int
    since: str
    by: str
    reason: str


def keeper_of(asker: Asker) -> Keeper:
    """A program contact. Raises NotForYourRole."""
    if not is_contact(asker.person):
        raise not_for(asker.person, "decide on messages that are held", "contacts")
    return Keeper(asker.message.sender.address or "", asker.message.received_at, asker)


async def is_within(entry: InboxEntry, reach: Reach | None, uow: UnitOfWork) -> bool:
    """Whether a message may concern somebody: one that is guessed to be of their LEAs or programs, and one
    without any guess."""
    if reach is None:
        return True
    clues = entry.clues or {}
    leas, programs = [lea["id"] for lea in clues.get("leas", ())], clues.get("programs", ())
    if not leas and not programs:
        return True
    return bool(set(programs) & set(reach.programs)) or bool(leas and await uow.leas_within(reach, leas))


async def taken(number: int, keeper: Keeper, uow: UnitOfWork) -> InboxEntry:
    """A message that is or was in the pen, its row held. To contacts NotOneOfYours, whether it is somebody
    else's, was never held, or is none; the operator is told which (NotFromPen)."""
    entry = await uow.hold_entry(number)
    penned = entry is not None and (entry.state == "held" or bool(act_on(entry)))
    if entry is not None and penned and await is_within(entry, keeper.reach, uow):
        return entry
    if keeper.asker is None:
        raise NotFromPen(number, "not_penned" if entry else "no_message", entry.state if entry else "")
    raise NotOneOfYours("held message", str(number))


async def taken_if_held(number: int, keeper: Keeper, uow: UnitOfWork) -> InboxEntry:
    """The same, and still held. Raises NotOneOfYours, NotFromPen with who was first."""
    entry = await taken(number, keeper, uow)
    if entry.state != "held":
        act = act_on(entry)
        raise NotFromPen(number, "not_held", entry.state, act.get("by"), act.get("at"))
    return entry


async def release(entry: InboxEntry, owner: str, keeper: Keeper, uow: UnitOfWork) -> None:
    """Back to be handled, as the person's of this address. Raises NotFromPen for what is held for another
    reason than its sender."""
    if not entry.reason.startswith(UNIDENTIFIED):
        raise NotFromPen(entry.id, "other_reason", word=(entry.clues or {}).get("word", ""))
    note(entry, "released", keeper, owner=owner)
    entry.sender = owner
    entry.requeue(f"{RELEASED}{keeper.who}")
    uow.changed(entry)


async def direct(entry: InboxEntry, said: TargetSaid, owner: Person, keeper: Keeper, uow: UnitOfWork) -> str:
    """Say what the message's files are for; what this is, in words. It must be the owner's LEA's.
    Raises NotOneOfYours, WhichOne, NotFromPen."""
    if not entry.files:
        raise NotFromPen(entry.id, "no_files")
    target = await find_target(said, keeper.asker or _as_owner(entry, owner), uow)
    if target.lea not in leas_served(owner):
        raise NotFromPen(entry.id, "other_lea")
    lea = await uow.lea(target.lea)
    entry.directed = f"{target.code} of {lea.name}" if target.item else target.name
    return entry.directed


async def refuse(entry: InboxEntry, reason: str, keeper: Keeper, uow: UnitOfWork) -> list[Notice]:
    """End it; who it came from is told why if they are known, or proved their address."""
    notices = await _told(entry, reason, keeper, uow)
    await turn_away(entry, reason, "refused-by-contact", keeper, uow)
    return notices


async def turn_away(entry: InboxEntry, reason: str, word: str, keeper: Keeper, uow: UnitOfWork) -> None:
    """End it as refused, with its files; `word` is theirs."""
    note(entry, "refused", keeper)
    entry.state, entry.reason = "refused", f"{REFUSED}{keeper.who}: {reason}"[:400]
    await judge(entry, "refused", word, uow)
    uow.changed(entry)


async def owner_of(entry: InboxEntry, said: str | None, keeper: Keeper, uow: UnitOfWork) -> Person:
    """Whose the message is to be: the one named, or the person of record whose address its From is. Only
    people of LEAs within reach. Raises NotSaidRight, WhichOne, NotOneOfYours (to the operator NotFromPen)."""
    address = one_spelling(said or entry.sender or "")
    person = await uow.person_at(address) if address else None
    if person is not None and person.retired_at is None and await _is_theirs(person, keeper, uow):
        return person
    if said is not None and keeper.asker is None:
        raise NotFromPen(entry.id, "no_person", who=said)
    if said is not None:
        raise NotOneOfYours("user", said)
    near = (entry.clues or {}).get("people", ())
    if near:
        say = [keeper.say("release", number=entry.id, person=one["address"]) for one in near]
        choices = [{"say": one, "title": "a guess"} for one in say]
        raise WhichOne("sender", f"release {entry.id}", choices)
    usage = keeper.say("release", number=entry.id, person=SOMEBODY)
    raise NotSaidRight("release", usage, "whose it is")


def address_as(entry: InboxEntry, said: str | None) -> str:
    """The address that the message is released as."""
    return one_spelling(said or "") or entry.sender or ""


def act_on(entry: InboxEntry) -> dict[str, Any]:
    """What was done last with a message in the pen: `did`, `by`, `at`, `was` (the reason), `sender`."""
    found: dict[str, Any] = (entry.clues or {}).get("pen") or {}
    return found


def note(entry: InboxEntry, did: str, keeper: Keeper, owner: str | None = None) -> None:
    """Remember in the entry what is done with it now, and what it was."""
    act: dict[str, str | None] = {"did": did, "by": keeper.who, "at": keeper.at.isoformat()}
    act |= {"was": entry.reason, "sender": entry.sender, "as": owner}
    entry.clues = (entry.clues or {}) | {"pen": act}


async def judge(entry: InboxEntry, verdict: str, reason: str, uow: UnitOfWork) -> None:
    """The same verdict for every file of the message that could be evidence."""
    for row in await uow.verdicts_of(entry.id):
        row.verdict, row.reason, row.targets, row.document_id = verdict, reason, [], None
        uow.changed(row)


async def _is_theirs(person: Person, keeper: Keeper, uow: UnitOfWork) -> bool:
    """The operator may name anybody; a contact somebody of an LEA of theirs, and never one of the state."""
    if keeper.reach is None:
        return True
    leas, state = leas_served(person), reach_of(person).of_state
    return not state and bool(leas and await uow.leas_within(keeper.reach, leas))


async def _told(entry: InboxEntry, reason: str, keeper: Keeper, uow: UnitOfWork) -> list[Notice]:
    address = one_spelling(entry.sender or "")
    if address is None:
        return []
    known = await uow.person_at(address)
    if known is None and not entry.reason.startswith(UNKNOWN_SENDER):
        return []
    told = HeldMailRefused(entry.id, entry.received_at.isoformat(), keeper.name, reason)
    return [Notice(address, told, OWN_AFFAIR)]


def _as_owner(entry: InboxEntry, owner: Person) -> Asker:
    """The operator has no reach of their own: what they name is looked for in the owner's."""
    sender = Sender(OPERATOR, "confirmed", OPERATOR)
    message = Message(entry.id, "terminal", entry.received_at, sender, None)
    return Asker(owner, message, pacific(entry.received_at).date(), entry.received_at)
