"""Take back one's own latest withdrawal, replacement or second filing: `undo`, within half an hour.

Only as long as nobody acted on it. The number of minutes is a rule of `cais.toml`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from handlers.access import SENDERS
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, state_people, tell
from handlers.cabinet import FiledAt
from handlers.decided import is_decided
from handlers.drop_question import ask_again, dropped_in
from handlers.former_state import restore
from handlers.latest_change import REASON, Change, done_last, latest_change
from handlers.messages import Answer, Notice, Reply
from handlers.placing import end
from handlers.refusals import NotUndone
from handlers.sealing import sealed
from handlers.standing import standing
from handlers.summing_up import evidence_came, evidence_gone, sum_up
from handlers.targets import Target
from store.inbox import InboxEntry
from store.models import LIVE, EvidenceDocument, Question
from store.programs import rule
from store.unit_of_work import UnitOfWork

Lines = list[dict[str, Any]]
_JUDGED = ("returned", "concluded", "resolved", "reopened", "nof")


@dataclass(frozen=True)
class UndoChange:
    """`number`: only if the latest change is that of this message; without one, only if it is the last thing
    that its sender did."""

    number: int | None = None


@dataclass(frozen=True)
class ChangeUndone(Reply):
    """What is on file again, what is not any more, and what is a draft `again`, as a colleague sent it."""

    back: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    told: int
    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)
    again: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class UndoHeard(Reply):
    """To everybody who was told of what is undone now."""

    by: str
    back: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    again: list[dict[str, Any]] = field(default_factory=list)


def read_line(words: str, _programs: Collection[str]) -> UndoChange | None:
    """`undo`, `undo that`, `undo R-118`."""
    if receipt := re.fullmatch(r"R-(\d{1,15})", words, re.I):
        return UndoChange(int(receipt[1]))
    return UndoChange() if words.lower() in ("", "it", "that", "the last change") else None


async def undo_change(command: UndoChange, asker: Asker, uow: UnitOfWork) -> Answer:
    """Put the filings back as they were, and nothing else. Raises NotUndone."""
    minutes = rule("undo_minutes")
    last = await done_last(asker, uow)
    if command.number in (None, last) and (dropped := await dropped_in(last, uow)) is not None:
        return await _asked_again(*dropped, asker, uow)
    change = await latest_change(asker, uow)
    if change is None:
        raise NotUndone("nothing", minutes, [])
    if command.number not in (None, change.entry.id):
        raise NotUndone("another", minutes, _instead(change))
    why = await _why_not(change, minutes, asker, uow)
    if command.number is None and last not in (None, change.entry.id):
        raise NotUndone("older", minutes, [], last=f"R-{last}", **({} if why else await _named(change, uow)))
    if why is not None:
        raise NotUndone(why, minutes, _instead(change))
    back, gone, again = await lines_of(change, uow)
    notices = await undo_news(change, asker.person.name, asker, uow)
    await put_back(change, asker.message.received_at, asker.message.id, uow)
    rows = await standing(change.targets, asker, uow)
    signed = await sealed(_facts(change), asker, uow)
    reply = ChangeUndone(back, gone, len(notices), rows, signed, again)
    return Answer(reply, "done", REASON, tell=notices)


async def _asked_again(entry: InboxEntry, question: Question, asker: Asker, uow: UnitOfWork) -> Answer:
    minutes = rule("undo_minutes")
    if asker.message.received_at - entry.received_at > timedelta(minutes=minutes):
        raise NotUndone("late", minutes, [])
    return replace(await ask_again(question, asker, uow), reason=REASON)


async def _why_not(change: Change, minutes: int, asker: Asker, uow: UnitOfWork) -> str | None:
    """In a machine's word: late, acted, submitted."""
    when = change.entry.received_at
    if asker.message.received_at - when > timedelta(minutes=minutes):
        return "late"
    return await acted_on(change, uow)


async def acted_on(change: Change, uow: UnitOfWork) -> str | None:
    """Why it cannot be taken back though there is time, in a machine's word: acted, submitted."""
    began = [one.filing for one in (*change.made, *change.confirmed)]
    touched = any(one.status not in LIVE for one in began)
    touched = touched or any(one.filing.status == "quarantined" for one in change.ended)
    judged = [is_decided(one) or await _was_judged(one, change, uow) for one in change.targets]
    if touched or any(judged):
        return "acted"
    stays = {one.filing.id for one in change.ended if one.filing.submitted_at}
    new = [one for one in began if one.submitted_at]
    return "submitted" if any(one.replaces not in stays for one in new) else None


async def _was_judged(target: Target, change: Change, uow: UnitOfWork) -> bool:
    since = change.since
    decided = target.finding.decided_at if target.finding else None
    decided = target.obligation.decided_at if target.obligation else decided
    if decided is not None and decided > since:
        return True
    return await uow.said_since(*target.key, kinds=_JUDGED, since=since)


async def _named(change: Change, uow: UnitOfWork) -> dict[str, Any]:
    """The command that takes back this change, and its documents' names."""
    names = [one.name for one in await _documents(change, uow)]
    return {"older": f"undo R-{change.entry.id}", "older_names": names}


def _instead(change: Change) -> list[str]:
    """The commands that do the same by hand."""
    began = (*change.made, *change.confirmed)
    codes = [f"withdraw D-{one.filing.document_id} from {one.target.name}" for one in began]
    again = [f"attach D-{one.filing.document_id} to {one.target.name}" for one in change.ended]
    return [*codes, *again][:6]


async def put_back(change: Change, at: datetime, inbox_id: int, uow: UnitOfWork) -> None:
    """The filings as they were; new ones are withdrawn at that time, in that message."""
    for one in change.all:
        if (facts := change.former.get(one.filing.id)) is not None:
            restore(one, facts, uow)
        else:
            end(one.filing, one.target, "withdrawn", at, inbox_id, uow)
    for target in change.targets:
        await evidence_came(target, uow)
        await evidence_gone(target, uow)
    await sum_up({one.filing.document_id for one in change.all}, uow)


async def undo_news(change: Change, by: str, asker: Asker | None, uow: UnitOfWork) -> tuple[Notice, ...]:
    """To the people of each LEA what is undone there, to the state's what they have seen of it; to be asked
    for before it is undone."""
    notices: tuple[Notice, ...] = ()
    for lea in dict.fromkeys(one.lea for one in change.targets):
        part = change.of(lea)
        seen = part.of(lea, only_submitted=True)
        state = [await state_people(target, asker, uow) for target in seen.targets]
        notices += tell(await lea_people(lea, asker, uow), UndoHeard(by, *await lines_of(part, uow)))
        notices += tell(chain.from_iterable(state), UndoHeard(by, *await lines_of(seen, uow)))
    return notices


async def lines_of(change: Change, uow: UnitOfWork) -> tuple[Lines, Lines, Lines]:
    """What is back, gone, and a draft again, as replies show it."""
    documents = {one.id: one for one in await _documents(change, uow)}
    back, gone, again = (
        [_line(one, documents) for one in some] for some in (change.ended, change.made, change.confirmed)
    )
    return back, gone, again


async def _documents(change: Change, uow: UnitOfWork) -> Sequence[EvidenceDocument]:
    numbers = {one.filing.document_id for one in change.all}
    return await uow.documents_numbered(numbers, {one.lea for one in change.targets})


def _facts(change: Change) -> list[tuple[str, str]]:
    back = [("Back", f"D-{one.filing.document_id} {one.target.name}") for one in change.ended]
    gone = [("Gone", f"D-{one.filing.document_id} {one.target.name}") for one in change.made]
    again = [("Draft-again", f"D-{one.filing.document_id} {one.target.name}") for one in change.confirmed]
    return [("Undone", f"R-{change.entry.id}"), *back, *gone, *again]


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
    does="takes back what your latest message withdrew, replaced or attached again (within 30 minutes)",
    handle=undo_change,
    opens="undo",
    line=read_line,
    roles=SENDERS,
)
