"""Take a document back: `withdraw D-17 from EL 02 because …`, or from everywhere: `withdraw D-17`.

It stays readable. What was judged already cannot lose its evidence, but for what the state never saw; what is
being reviewed can, and the reviewers are told.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.access import SENDERS
from handlers.asking import Asker, Capability
from handlers.audience import concerned, tell
from handlers.cabinet import FiledAt, documents_of, filed_at, live, read_numbers
from handlers.decided import is_decided
from handlers.filing import status_of
from handlers.messages import Answer, Notice, Reply
from handlers.placing import end, may_change
from handlers.references import TargetSaid, find_target, read_targets
from handlers.refusals import NotNow, NotOneOfYours
from handlers.sealing import came_with, sealed
from handlers.standing import judged, standing
from handlers.submit_target import check_may_submit
from handlers.summing_up import evidence_gone, sum_up
from handlers.targets import Target
from store.models import EvidenceDocument
from store.programs import rule
from store.unit_of_work import UnitOfWork

_FROM = re.compile(r"from\s+", re.I)
_WHY = re.compile(r"(?:because|since|reason)\b[\s:]*|[:,-]\s*", re.I)


@dataclass(frozen=True)
class WithdrawDocument:
    """Which document, from which targets (none: everywhere), and why."""

    number: int
    targets: tuple[TargetSaid, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class DocumentWithdrawn(Reply):
    """Where it was taken back, where it stays because it was judged, who was told, and how to undo it (no
    `minutes`: where the target is concluded, `attach` is the way back)."""

    document: int
    name: str
    targets: list[dict[str, Any]]
    kept: list[dict[str, Any]]
    why: list[str]
    told: int
    minutes: int
    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class WithdrawalHeard(Reply):
    """To the colleagues, and to the state's people where it was submitted."""

    by: str
    document: int
    name: str
    targets: list[dict[str, Any]]
    why: list[str]


def read_line(words: str, programs: Collection[str]) -> WithdrawDocument | None:
    """`D-17 [from TARGET, …] [because …]`."""
    found = read_numbers(words)
    if found is None or len(found[0]) != 1:
        return None
    (number,), rest = found
    targets: tuple[TargetSaid, ...] = ()
    if said := _FROM.match(rest):
        named = read_targets(rest[said.end() :], programs)
        if named is None:
            return None
        targets, rest = named
    why = _WHY.match(rest)
    if rest and why is None:
        return None
    return WithdrawDocument(number, targets, rest[why.end() :].strip() if why else "")


async def withdraw_document(command: WithdrawDocument, asker: Asker, uow: UnitOfWork) -> Answer:
    """End its filings. Raises NotForYourRole, NotOneOfYours, WhichOne, AskASubmitter, NotNow."""
    (document,) = await documents_of([command.number], asker, uow)
    places = await _places(command, document, asker, uow)
    if any(not may_change(one.filing, asker.person, one.target.lea) for one in places):
        await check_may_submit(document.lea_id, f"withdraw D-{document.id}", asker, uow)
    going = [one for one in places if one.filing.submitted_at is None or not is_decided(one.target)]
    if not going:
        raise _judged(places, document, asker)
    sent = [one for one in going if one.filing.submitted_at is not None]
    lines = [_line(one) for one in going]
    await _end(going, document, asker, uow)
    why = [command.why] if command.why else []
    heard = WithdrawalHeard(asker.person.name, document.id, document.name, lines, why)
    notices = await _notices(heard, document, [one.target for one in sent], asker, uow)
    reply = DocumentWithdrawn(
        document=document.id,
        name=document.name,
        targets=lines,
        kept=[_line(one) for one in places if one not in going],
        why=why,
        told=len(notices),
        minutes=0 if any(is_decided(one.target) for one in going) else rule("undo_minutes"),
        progress=await standing([one.target for one in going], asker, uow),
        signed=await sealed(await _facts(document, going, uow), asker, uow),
    )
    return Answer(reply, tell=notices)


async def _places(
    command: WithdrawDocument, document: EvidenceDocument, asker: Asker, uow: UnitOfWork
) -> list[FiledAt]:
    """Where it is on file, of what was named."""
    places = await filed_at(live(document.filings), uow, lock=True)
    wanted = {(await find_target(said, asker, uow)).key: said for said in command.targets}
    found = [one for one in places if not wanted or one.target.key in wanted]
    missed = [said for key, said in wanted.items() if key not in {one.target.key for one in found}]
    if missed or not found:
        where = missed[0].said if missed else "on file"
        raise NotOneOfYours("document", f"D-{document.id} at {where}" if missed else f"D-{document.id}")
    return found


def _judged(places: Sequence[FiledAt], document: EvidenceDocument, asker: Asker) -> NotNow:
    target = places[0].target
    return judged(f"D-{document.id} at {target.code}", target, "withdrawn", asker)


async def _end(places: Sequence[FiledAt], document: EvidenceDocument, asker: Asker, uow: UnitOfWork) -> None:
    for one in places:
        when = asker.message.received_at
        end(one.filing, one.target, "withdrawn", when, asker.message.id, uow)
        await evidence_gone(one.target, uow)
    await sum_up([document.id], uow)


async def _notices(
    heard: Reply, document: EvidenceDocument, submitted: Sequence[Target], asker: Asker, uow: UnitOfWork
) -> tuple[Notice, ...]:
    """The LEA's submitters and coordinators, and who decides on what had been submitted."""
    return tell(await concerned(document.lea_id, submitted, asker, uow), heard)


async def _facts(
    document: EvidenceDocument, going: Sequence[FiledAt], uow: UnitOfWork
) -> list[tuple[str, str]]:
    entry = await uow.entry(document.inbox_id)
    came = came_with(entry) if entry else []
    what = [("Withdrawn", f"D-{document.id}"), *came, ("Name", document.name), ("SHA-256", document.sha256)]
    return [*what, *(("From", one.target.name) for one in going)]


def _line(one: FiledAt) -> dict[str, Any]:
    return {"code": one.target.code, "title": one.target.label, "status": status_of(one.filing)}


CAPABILITY = Capability(
    verb="withdraw",
    usage="withdraw D-17 from EL 02 because it is last year's",
    does="takes a document back from an item, or from everywhere (withdraw D-17)",
    handle=withdraw_document,
    opens=r"withdraw(?= D-?\d)",
    line=read_line,
    roles=SENDERS,
    weighty=True,
)
