"""An out-of-office answer to a reminder is noted, and cover asked for: once, of who can name it. A machine is
never answered, and nothing that it says is a command; who writes again is back.

Source: feature N14, threats 2.E.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.access import LEA_ADMINS, address_of, leas_served, reach_of
from handlers.audience import Hearer, contacts, lea_people, tell
from handlers.away_words import Away, read_away
from handlers.messages import Message, Notice, Reply
from handlers.not_me import COORDINATORS
from handlers.threads import thread_of
from store.clock import pacific
from store.models import Person
from store.programs import rule
from store.reminder_questions import DIGEST
from store.reminders import Absence
from store.unit_of_work import UnitOfWork

ABSENT = "out of office"


@dataclass(frozen=True)
class CoverAsked(Reply):
    """To who can name somebody to stand in: who is away, until which day (None: nobody knows; then it ends by
    itself on the day `until`), and the words that name cover."""

    name: str
    address: str
    last: str | None
    until: str


async def note_absence(message: Message, uow: UnitOfWork) -> tuple[str, tuple[Notice, ...]] | None:
    """The reason to record, and who is asked; None: it answers no reminder of ours, or says nothing of it.
    Only from an address of the very person that the reminder was for."""
    if not _may_say_so(message.automatic or "") or not message.sender.is_believed:
        return None
    today = pacific(message.received_at).date()
    read = read_away(message.subject, message.text, today)
    if not (read.away or message.automatic == ABSENT):
        return None
    person = await _reminded(message, uow)
    if person is None:
        return None
    if read.over:
        return "out of office, until a day that is over", ()
    known = await uow.absences(today, person.id)
    if known:
        return await _again(known[-1], read, uow), ()
    made = Absence(
        person_id=person.id,
        first=today,
        noted_at=message.received_at,
        last=read.last,
        inbox_id=message.id,
    )
    uow.add(made)
    return f"out of office: {_until(made)}", await _ask(made, person, uow)


def _may_say_so(automatic: str) -> bool:
    """Whether such a mail may tell of an absence: one that says so, or any that was answered by a machine."""
    return automatic == ABSENT or automatic.startswith("auto-")


async def back_again(message: Message, person: Person, uow: UnitOfWork) -> None:
    """Who writes while nobody knows how long they are away is back."""
    if not message.sender.is_believed:
        return
    for one in await uow.absences(pacific(message.received_at).date(), person.id):
        if one.last is None and one.inbox_id is not None and one.noted_at < message.received_at:
            one.ended_at = message.received_at
            uow.changed(one)


async def _reminded(message: Message, uow: UnitOfWork) -> Person | None:
    thread = await thread_of(message, uow)
    if thread is None or thread.basis not in ("address", "header") or thread.sent.template != DIGEST:
        return None
    digest = await uow.digest(thread.sent.fields["digest"])
    person = await uow.person_numbered(digest.person_id) if digest is not None else None
    own = {one.address for one in person.addresses} if person is not None else set()
    return person if message.sender.address in own else None


async def _again(known: Absence, read: Away, uow: UnitOfWork) -> str:
    """They are away already; only the last day may be new."""
    if read.last is not None and known.last is None:
        known.last = read.last
        uow.changed(known)
    return f"out of office, known already: {_until(known)}"


def _until(one: Absence) -> str:
    return f"until {one.last.isoformat()}" if one.last else "until nobody knows when"


async def _ask(made: Absence, person: Person, uow: UnitOfWork) -> tuple[Notice, ...]:
    ends = made.last or made.first + timedelta(days=rule("absence_unknown_days"))
    last = made.last.isoformat() if made.last else None
    reply = CoverAsked(person.name, address_of(person), last, ends.isoformat())
    return tell(await _who_names(person, uow), reply)


async def _who_names(person: Person, uow: UnitOfWork) -> Sequence[Hearer]:
    """The coordinators of each LEA; where there is no other, the District Admin; else the contacts of the
    program, as for who works for the state."""
    found: list[Hearer] = []
    for lea in leas_served(person):
        own = [one for one in await lea_people(lea, None, uow, COORDINATORS) if one.person.id != person.id]
        if not own:
            own = [one for one in await lea_people(lea, None, uow, LEA_ADMINS) if one.person.id != person.id]
        found += own or await _contacts_for(person, lea, uow)
    if not leas_served(person):
        found += await _contacts_for(person, None, uow)
    return found


async def _contacts_for(person: Person, lea: str | None, uow: UnitOfWork) -> list[Hearer]:
    """The contacts of the programs that have work there."""
    reviews = await uow.reviews_within(reach_of(person), lea=lea)
    forms = await uow.duties_within(reach_of(person), lea=lea)
    own = [role.program_id for role in person.roles if role.program_id] if lea is None else []
    programs = dict.fromkeys(
        [*(one.program_id for one in reviews), *(one.form.program_id for one in forms), *own]
    )
    return [
        one
        for program in programs
        for one in await contacts(program, None, uow)
        if one.person.id != person.id
    ]
