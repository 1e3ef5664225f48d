"""Malware: a file in which the scanner found some is kept for staff only, and counts as received.

Nothing is deleted. The sender is told at once, as are the people of the state whom it concerns.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, Final

from handlers.access import leas_served
from handlers.audience import Hearer, contacts, others, program_of, state_people, tell
from handlers.cabinet import FiledAt, filed_at
from handlers.form_names import ids_in_name, ids_named, titles_named
from handlers.grammar import find_codes
from handlers.lifecycle import advance
from handlers.messages import OWN_AFFAIR, Answer, Attachment, Message, Notice, Reply
from handlers.outcome import owe_unasked
from handlers.summing_up import evidence_gone, sum_up
from store.models import LIVE, EvidenceDocument, Obligation, Person
from store.reaching import Reach
from store.unit_of_work import Actor, UnitOfWork

INFECTED: Final = "infected"


@dataclass(frozen=True)
class FileQuarantined(Reply):
    """Malware was found: to the sender, and to the state's people (`staff`). `message` is the receipt's
    number, `filed` where the file had been filed before it was found (`document`: its number)."""

    staff: bool
    message: int
    received_at: str
    by: str
    files: list[dict[str, Any]]


async def with_known(message: Message, uow: UnitOfWork) -> Message:
    """The scanner may be away, but these very bytes may be in quarantine already."""
    digests = {file.sha256 for file in message.files if file.role != INFECTED}
    known = await uow.known_infected(digests) if digests else {}
    if not known:
        return message
    return replace(message, files=tuple(_as_known(file, known) for file in message.files))


def _as_known(file: Attachment, known: Mapping[str, str | None]) -> Attachment:
    if file.role == INFECTED or file.sha256 not in known:
        return file
    return replace(file, role=INFECTED, remark=INFECTED, scan=INFECTED, found=known[file.sha256])


async def tell_of_malware(
    answer: Answer, message: Message, programs: Collection[str], uow: UnitOfWork
) -> Answer:
    """The answer with notices about infected files: to the contacts of the programs that the message names;
    to the sender, where the reply has no list of files. Whoever we do not know is told nothing."""
    infected = [file for file in message.files if file.role == INFECTED]
    if not infected or answer.reply is None:
        return answer
    person = await uow.person_at(message.sender.address or "")
    if person is None:
        return answer
    await _quarantine_known(infected, message.received_at, uow)
    listed = {one["sha256"] for one in getattr(answer.reply, "files", ())}
    untold = [file for file in infected if file.sha256 not in listed]
    notices = tell(
        await _contacts(message, person, programs, uow), _of_message(infected, message, person, True)
    )
    if untold:
        notices += tell(others([person], None, OWN_AFFAIR), _of_message(untold, message, person, False))
    return replace(answer, tell=answer.tell + notices)


async def _contacts(
    message: Message, person: Person, programs: Collection[str], uow: UnitOfWork
) -> list[Hearer]:
    """Of the programs that ask the LEA for the items or the forms that are named."""
    said = "; ".join([message.subject, message.text, *message.hints])
    keys = {mention.code.key for mention in find_codes(said, programs)}
    items = await uow.items(leas_served(person), keys) if keys else []
    concerned = [item.review.program_id for item in items]
    concerned += [duty.form.program_id for duty in await _forms(said, message, person, uow)]
    known = [await contacts(program, None, uow) for program in dict.fromkeys(concerned)]
    return [one for one in chain.from_iterable(known) if one.person.id != person.id]


async def _forms(said: str, message: Message, person: Person, uow: UnitOfWork) -> list[Obligation]:
    """By id, also in a file's name, and by title."""
    duties = await uow.duties_within(Reach(leas=leas_served(person)))
    named = ids_named(said, duties)
    for lea in await uow.leas(leas_served(person)) if duties else ():
        named += titles_named(f"{message.subject}\n{message.text}", lea.name, duties)
    return named + [duty for file in message.files for duty in ids_in_name(file.name, duties)]


def _of_message(files: Sequence[Attachment], message: Message, person: Person, staff: bool) -> Reply:
    rows: list[dict[str, Any]] = [
        {"name": file.name, "sha256": file.sha256, "found": file.found, "document": None, "filed": []}
        for file in files
    ]
    return FileQuarantined(staff, message.id, message.received_at.isoformat(), person.name, rows)


async def _quarantine_known(files: Sequence[Attachment], at: datetime, uow: UnitOfWork) -> None:
    """The same bytes may be on file from a day when the scanner did not know them yet."""
    found = {file.sha256: file.found for file in files}
    for document in await uow.documents_to_scan(list(found)):
        await _quarantine(document, found[document.sha256], at, uow)


async def note_scan(
    sha256: str, scan: str, found: str | None, at: datetime, uow: UnitOfWork
) -> Sequence[EvidenceDocument]:
    """What the scanner said of bytes that waited for it; the documents this settles. `at` is aware (UTC)."""
    uow.act_as(Actor(at=at))
    waiting = [one for one in await uow.documents_to_scan([sha256]) if one.scan == "checking"]
    for document in waiting:
        if scan == INFECTED:
            await _quarantine(document, found, at, uow)
        else:
            document.scan = scan
            uow.changed(document)
    return waiting


async def _quarantine(document: EvidenceDocument, found: str | None, at: datetime, uow: UnitOfWork) -> None:
    """End its filings, and tell who sent it and who would have read it."""
    document.scan, document.scan_found = INFECTED, found
    uow.changed(document)
    places = await filed_at(document.filings, uow, lock=True)
    counted = [one for one in places if one.filing.status in LIVE]
    for one in places:
        one.filing.status = advance("document", one.target.label, one.filing.status, "quarantined")
        one.filing.ended_at = one.filing.ended_at or at
        uow.changed(one.filing)
    for one in counted:
        await evidence_gone(one.target, uow)
    await sum_up([document.id], uow)
    await owe_unasked(await _notices(document, counted, uow), at, uow)


async def _notices(
    document: EvidenceDocument, places: Sequence[FiledAt], uow: UnitOfWork
) -> tuple[Notice, ...]:
    """The sender; of what was submitted who decides on it, of the rest the program's contacts."""
    person = await uow.sender_of(document)
    active = [person] if person is not None and person.retired_at is None else []
    sender = others(active, None, Reach(leas=(document.lea_id,)))
    staff: list[Hearer] = []
    for one in places:
        submitted = one.filing.submitted_at is not None
        staff += await state_people(one.target, None, uow) if submitted else []
        staff += [] if submitted else await contacts(program_of(one.target), None, uow)
    by, own = (person.name, person.id) if person else ("", None)
    told = [one for one in staff if one.person.id != own]
    return tell(sender, _of_document(document, places, by, False)) + tell(
        told, _of_document(document, places, by, True)
    )


def _of_document(document: EvidenceDocument, places: Sequence[FiledAt], by: str, staff: bool) -> Reply:
    filed = [{"code": one.target.code, "title": one.target.label} for one in places]
    row = {"name": document.name, "sha256": document.sha256, "found": document.scan_found}
    rows = [row | {"document": document.id, "filed": filed}]
    return FileQuarantined(staff, document.inbox_id, document.received_at.isoformat(), by, rows)
