"""Move what was filed to the wrong place: `move R-412 to CE 08`, all that this message filed, or
`move D-17 from EL 02 to CE 08`. Withdrawn there and filed here in one transaction; nothing is deleted.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.access import SENDERS, leas_served, not_for
from handlers.asking import Asker, Capability
from handlers.attach_evidence import sending_of
from handlers.audience import concerned, tell
from handlers.cabinet import FiledAt, as_attachment, documents_of, filed_at, live, read_numbers
from handlers.decided import is_decided
from handlers.evidence_rules import ruled
from handlers.messages import Answer, Notice, Reply
from handlers.placing import Details, Placed, end, may_change, place
from handlers.references import TargetSaid, find_target, read_target
from handlers.refusals import NotOneOfYours, NotSaidRight, WhichOne
from handlers.responding import respond_with
from handlers.reuse_document import INITIALS_NEEDED
from handlers.sealing import sealed
from handlers.standing import judged, standing
from handlers.submit_target import check_may_submit
from handlers.summing_up import evidence_gone, sum_up
from handlers.targets import Aim, Target
from handlers.wishes import Wish
from store.models import EvidenceDocument
from store.programs import rule
from store.unit_of_work import UnitOfWork

USAGE = "move R-412 to CE 08"
_MESSAGE = re.compile(r"(?:R-?)?(\d{1,9})(?!\w)\s*", re.I)
_FROM, _TO = re.compile(r"from\s+", re.I), re.compile(r"to\s+", re.I)


@dataclass(frozen=True)
class MoveFiling:
    """What a message filed, or one document (from one target, if it is at several), and where it goes."""

    to: TargetSaid
    message: int | None = None
    document: int | None = None
    source: TargetSaid | None = None


@dataclass(frozen=True)
class FilingMoved(Reply):
    """Which documents went from where, where they are now, who was told, and how to undo it."""

    code: str
    title: str
    documents: list[dict[str, Any]]
    told: int
    minutes: int
    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FilingMoveHeard(Reply):
    """To the colleagues, and to the state's people of what had been submitted."""

    by: str
    code: str
    title: str
    documents: list[dict[str, Any]]


@dataclass(frozen=True)
class _Move:
    """One filing on its way."""

    at: FiledAt
    document: EvidenceDocument


def read_line(words: str, programs: Collection[str]) -> MoveFiling | None:
    """`R-412 to TARGET`, `D-17 to TARGET`, `D-17 from TARGET to TARGET`."""
    numbers, message = read_numbers(words), _MESSAGE.match(words)
    if numbers is not None and len(numbers[0]) == 1:
        return _with_target(MoveFiling(TargetSaid(""), document=numbers[0][0]), numbers[1], programs)
    if message is not None:
        return _with_target(MoveFiling(TargetSaid(""), int(message[1])), words[message.end() :], programs)
    return None


def _with_target(found: MoveFiling, rest: str, programs: Collection[str]) -> MoveFiling | None:
    if found.document is not None and (said := _FROM.match(rest)):
        source = read_target(rest[said.end() :], programs)
        if source is None:
            return None
        found, rest = replace(found, source=source[0]), source[1]
    to = _TO.match(rest)
    target = read_target(rest[to.end() :], programs) if to else None
    return replace(found, to=target[0]) if target is not None and not target[1].strip() else None


async def move_filing(command: MoveFiling, asker: Asker, uow: UnitOfWork) -> Answer:
    """End the old filings and make the new ones. Raises NotForYourRole, NotOneOfYours, WhichOne, NotNow,
    NotSaidRight, AskASubmitter."""
    going = await _going(command, asker, uow)
    target = await find_target(command.to, asker, uow, lock=True)
    going = await _checked(going, target, asker, uow)
    lines = [_line(one) for one in going]
    sent = [one.at.target for one in going if one.at.filing.submitted_at is not None]
    placed = await _move(going, target, asker, uow)
    responses = await respond_with(placed, asker, uow)
    heard = FilingMoveHeard(asker.person.name, target.code, target.label, lines)
    notices = tell(await concerned(target.lea, sent, asker, uow), heard)
    told = await _moved(going, target, notices, asker, uow)
    return Answer(told, tell=(*notices, *responses))


async def _going(command: MoveFiling, asker: Asker, uow: UnitOfWork) -> list[_Move]:
    """The filings that are meant, still on file. Another LEA's message is like none."""
    if command.message is not None:
        return await _filed_by(command.message, asker, uow)
    (document,) = await documents_of([command.document or 0], asker, uow)
    places = await filed_at(live(document.filings), uow, lock=True)
    if command.source is not None:
        wanted = await find_target(command.source, asker, uow)
        places = [one for one in places if one.target.key == wanted.key]
    if not places:
        raise NotOneOfYours("document", f"D-{document.id}")
    if len(places) > 1:
        choices = [
            {
                "say": f"move D-{document.id} from {one.target.name} to {command.to.said}",
                "title": one.target.label,
            }
            for one in places
        ]
        raise WhichOne("document", f"D-{document.id}", choices)
    return [_Move(places[0], document)]


async def _filed_by(number: int, asker: Asker, uow: UnitOfWork) -> list[_Move]:
    touched = await uow.filings_touched_in([number])
    mine = {one.document_id for one, _ in touched if one.inbox_id == number}
    documents = {one.id: one for one in await uow.documents_numbered(mine, _leas(asker), lock=True)}
    filings = [one for one, _ in touched if one.inbox_id == number and one.document_id in documents]
    places = await filed_at(live(filings), uow, lock=True)
    if not places:
        raise NotOneOfYours("message with documents", f"R-{number}")
    return [_Move(one, documents[one.filing.document_id]) for one in places]


def _leas(asker: Asker) -> Sequence[str]:
    leas = leas_served(asker.person)
    if not leas:
        raise not_for(asker.person, "move an LEA's documents")
    return leas


async def _checked(going: Sequence[_Move], target: Target, asker: Asker, uow: UnitOfWork) -> list[_Move]:
    """The moves that change something, all of them allowed."""
    moves = [one for one in going if one.at.target.key != target.key]
    if not moves:
        raise NotSaidRight("move", USAGE, "another item than the one where it is filed already")
    if any(one.document.lea_id != target.lea for one in moves):
        raise NotOneOfYours("item of that LEA", target.code)
    for one in moves:
        _check_movable(one, asker)
    _check_rules(moves, target, asker)
    foreign = [one for one in moves if not may_change(one.at.filing, asker.person, one.at.target.lea)]
    if foreign:
        await check_may_submit(target.lea, f"move D-{foreign[0].document.id}", asker, uow)
    return moves


def _check_movable(one: _Move, asker: Asker) -> None:
    target = one.at.target
    if one.at.filing.submitted_at is not None and is_decided(target):
        raise judged(f"D-{one.document.id} at {target.code}", target, "withdrawn", asker)


def _check_rules(moves: Sequence[_Move], target: Target, asker: Asker) -> None:
    for number, one in enumerate(moves, 1):
        wish = Wish(as_attachment(one.document, number), ())
        aimed = ruled(Aim(wish, (target,)), asker.message.text)
        if aimed.doubt:
            raise NotSaidRight("move", f"{USAGE}\ninitials only", INITIALS_NEEDED)
        if aimed.held:
            raise NotSaidRight("move", "on site EES 01: where", "that this is shown on site and not uploaded")


async def _move(going: Sequence[_Move], target: Target, asker: Asker, uow: UnitOfWork) -> list[Placed]:
    sending, placed = sending_of(asker), []
    for one in going:
        filing = one.at.filing
        end(filing, one.at.target, "withdrawn", asker.message.received_at, asker.message.id, uow)
        own = replace(sending, draft=sending.draft or filing.status == "draft", covers=filing.covers)
        details = Details(filing.pages, filing.schools)
        placed.append(await place(one.document, target, own, uow, details))
    for source in {one.at.target.name: one.at.target for one in going}.values():
        await evidence_gone(source, uow)
    await sum_up({one.document.id for one in going}, uow)
    return placed


async def _moved(
    going: Sequence[_Move], target: Target, notices: tuple[Notice, ...], asker: Asker, uow: UnitOfWork
) -> FilingMoved:
    facts = [
        fact
        for one in going
        for fact in (("Moved", f"D-{one.document.id}"), ("From", one.at.target.name), ("To", target.name))
    ]
    rows = await standing([target, *(one.at.target for one in going)], asker, uow)
    return FilingMoved(
        code=target.code,
        title=target.label,
        documents=[_line(one) for one in going],
        told=len(notices),
        minutes=0 if any(is_decided(one.at.target) for one in going) else rule("undo_minutes"),
        progress=rows,
        signed=await sealed(facts, asker, uow),
    )


def _line(one: _Move) -> dict[str, Any]:
    target = one.at.target
    return {
        "document": one.document.id,
        "name": one.document.name,
        "code": target.code,
        "title": target.label,
    }


CAPABILITY = Capability(
    verb="move",
    usage=USAGE,
    does="moves all that one of your messages filed to another item, or one document (move D-17 to CE 08)",
    handle=move_filing,
    opens=r"move(?= (?:[DR]-?)?\d)",
    line=read_line,
    roles=SENDERS,
    weighty=True,
)
