"""Take back one's own latest withdrawal, replacement or second filing: `undo`, within half an hour.

Only as long as nobody acted on it. The number of minutes is a rule of `cais.toml`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from typing import Any

from handlers.access import SENDERS, SUBMITTERS, has_role
from handlers.audience import lea_people, state_people, tell
from handlers.cabinet import FiledAt, filed_at
from handlers.decided import is_decided
from handlers.lifecycle import advance
from handlers.messages import Answer, Asker, Capability, Notice, Reply
from handlers.placing import LIVE, end, evidence_came, evidence_gone, sum_up
from handlers.refusals import NotUndone
from handlers.sealing import sealed
from handlers.standing import standing
from handlers.targets import Target
from store.inbox import InboxEntry
from store.models import EvidenceDocument, Filing
from store.programs import rule
from store.unit_of_work import UnitOfWork

REASON = "undo"
_JUDGED = ("returned", "concluded", "resolved", "reopened", "nof")


@dataclass(frozen=True)
class UndoChange:
    """Nothing more to say."""


@dataclass(frozen=True)
class ChangeUndone(Reply):
    """What is on file again, and what is not any more."""

    back: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    told: int
    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class UndoHeard(Reply):
    """To everybody who was told of what is undone now."""

    by: str
    back: list[dict[str, Any]]
    gone: list[dict[str, Any]]


@dataclass(frozen=True)
class Change:
    """What one message did to filings: those that it ended, and those that it made."""

    entry: InboxEntry
    ended: tuple[FiledAt, ...]
    made: tuple[FiledAt, ...]

    @property
    def targets(self) -> list[Target]:
        found = {one.target.name: one.target for one in (*self.ended, *self.made)}
        return list(found.values())

    @property
    def replaced_by(self) -> set[int | None]:
        return {one.filing.replaces for one in self.made}


def read_line(words: str, _programs: Collection[str]) -> UndoChange | None:
    return UndoChange() if words.lower() in ("", "it", "that", "the last change") else None


async def undo_change(_command: UndoChange, asker: Asker, uow: UnitOfWork) -> Answer:
    """Put the filings back as they were. Raises NotUndone."""
    minutes = rule("undo_minutes")
    change = await _latest(asker, uow)
    if change is None:
        raise NotUndone("nothing", minutes, [])
    if (why := await _why_not(change, minutes, asker, uow)) is not None:
        raise NotUndone(why, minutes, _instead(change))
    documents = {one.id: one for one in await _documents(change, uow)}
    back = [_line(one, documents) for one in change.ended]
    gone = [_line(one, documents) for one in change.made]
    known_to_state = [one.target for one in (*change.ended, *change.made) if one.filing.submitted_at]
    await _put_back(change, asker, uow)
    heard = UndoHeard(asker.person.name, back, gone)
    notices = await _notices(heard, change, known_to_state, asker, uow)
    rows = await standing(change.targets, asker, uow)
    signed = await sealed(_facts(change), asker, uow)
    return Answer(ChangeUndone(back, gone, len(notices), rows, signed), "done", REASON, tell=notices)


async def _latest(asker: Asker, uow: UnitOfWork) -> Change | None:
    """The asker's latest message that ended a filing, or filed a document that was on record before."""
    addresses = [one.address for one in asker.person.addresses]
    entries = [one for one in await uow.entries_from(addresses) if one.reason != REASON]
    filings = await uow.filings_touched_in([one.id for one in entries])
    for entry in entries:
        ended = [filing for filing, _ in filings if filing.ended_in == entry.id]
        mine = [(filing, doc) for filing, doc in filings if filing.inbox_id == entry.id]
        made = [filing for filing, doc in mine if ended or doc.inbox_id != entry.id]
        if ended or made:
            return Change(entry, *await _with_targets(ended, made, uow))
    return None


async def _with_targets(
    ended: Sequence[Filing], made: Sequence[Filing], uow: UnitOfWork
) -> tuple[tuple[FiledAt, ...], tuple[FiledAt, ...]]:
    found = await filed_at([*ended, *made], uow, lock=True)
    return tuple(found[: len(ended)]), tuple(found[len(ended) :])


async def _why_not(change: Change, minutes: int, asker: Asker, uow: UnitOfWork) -> str | None:
    """In a machine's word: late, acted, submitted."""
    when = change.entry.received_at
    if asker.message.received_at - when > timedelta(minutes=minutes):
        return "late"
    touched = any(one.filing.status not in LIVE for one in change.made)
    judged = [is_decided(one) or await _was_judged(one, change, uow) for one in change.targets]
    if touched or any(judged):
        return "acted"
    stays = {one.filing.id for one in change.ended if one.filing.submitted_at}
    new = [one.filing for one in change.made if one.filing.submitted_at]
    return "submitted" if any(one.replaces not in stays for one in new) else None


async def _was_judged(target: Target, change: Change, uow: UnitOfWork) -> bool:
    since = change.entry.received_at
    decided = target.finding.decided_at if target.finding else None
    decided = target.obligation.decided_at if target.obligation else decided
    if decided is not None and decided > since:
        return True
    return await uow.said_since(*target.key, kinds=_JUDGED, since=since)


def _instead(change: Change) -> list[str]:
    """The commands that do the same by hand."""
    codes = [f"withdraw D-{one.filing.document_id} from {one.target.name}" for one in change.made]
    again = [f"attach D-{one.filing.document_id} to {one.target.name}" for one in change.ended]
    return [*codes, *again][:6]


async def _put_back(change: Change, asker: Asker, uow: UnitOfWork) -> None:
    when = asker.message.received_at
    for one in change.made:
        end(one.filing, one.target, "withdrawn", when, asker.message.id, uow)
    for one in change.ended:
        await _restore(one, uow)
    for target in change.targets:
        await evidence_came(target, uow)
        await evidence_gone(target, uow)
    await sum_up({one.filing.document_id for one in (*change.ended, *change.made)}, uow)


async def _restore(one: FiledAt, uow: UnitOfWork) -> None:
    """As it was: a draft if who filed it may not submit, and nobody submitted it."""
    filing, target = one.filing, one.target
    author = await uow.person_numbered(filing.by_id) if filing.by_id is not None else None
    draft = (
        filing.submitted_at is None and author is not None and not has_role(author, target.lea, SUBMITTERS)
    )
    happened = "restored_as_draft" if draft else "restored"
    filing.status = advance("document", target.label, filing.status, happened)
    filing.ended_at, filing.ended_in = None, None
    uow.changed(filing)


async def _notices(
    heard: Reply, change: Change, known: Iterable[Target], asker: Asker, uow: UnitOfWork
) -> tuple[Notice, ...]:
    leas = dict.fromkeys(one.lea for one in change.targets)
    people = [await lea_people(lea, asker, uow) for lea in leas]
    of_state = [await state_people(target, asker, uow) for target in known]
    return tell(chain.from_iterable([*people, *of_state]), heard)


async def _documents(change: Change, uow: UnitOfWork) -> Sequence[EvidenceDocument]:
    numbers = {one.filing.document_id for one in (*change.ended, *change.made)}
    return await uow.documents_numbered(numbers, {one.lea for one in change.targets})


def _facts(change: Change) -> list[tuple[str, str]]:
    back = [("Back", f"D-{one.filing.document_id} {one.target.name}") for one in change.ended]
    gone = [("Gone", f"D-{one.filing.document_id} {one.target.name}") for one in change.made]
    return [("Undone", f"R-{change.entry.id}"), *back, *gone]


def _line(one: FiledAt, documents: dict[int, EvidenceDocument]) -> dict[str, Any]:
    number = one.filing.document_id
    return {
        "document": number,
        "name": documents[number].name,
        "code": one.target.code,
        "title": one.target.label,
    }


CAPABILITY = Capability(
    verb="undo",
    usage="undo",
    does="takes back what your latest mail withdrew, replaced or attached again (within 30 minutes)",
    handle=undo_change,
    opens="undo",
    line=read_line,
    roles=SENDERS,
)
