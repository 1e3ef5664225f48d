"""File a document that is on record to more targets: `attach D-17, D-18 to CE 08 p. 4-9 and EL 06`."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from handlers.access import SENDERS
from handlers.asking import Asker, Capability
from handlers.attach_evidence import one_file, receipt, sending_of, signed_as_brought
from handlers.cabinet import as_attachment, documents_of, read_numbers
from handlers.evidence_rules import INITIALS, ruled
from handlers.filing import placed_in
from handlers.grammar import leading_pages
from handlers.messages import Answer
from handlers.references import TargetSaid, find_target, read_target
from handlers.refusals import NotOneOfYours, NotSaidRight
from handlers.responding import respond_with
from handlers.standing import standing
from handlers.targets import Aim, Target
from handlers.wishes import Wish
from store.models import EvidenceDocument
from store.unit_of_work import UnitOfWork

USAGE = "attach D-17 to CE 08 p. 4-9"
INITIALS_NEEDED = "a line of its own that says: initials only (if complainants stand in it so)"
_TO = re.compile(r"(?:to|for)\s+", re.I)
_AND = re.compile(r"(?:[,;]\s*(?:and\s+)?|(?:and|&)\s+)", re.I)


@dataclass(frozen=True)
class ReuseDocument:
    """Document numbers, and where they go, each with the pages that count there."""

    numbers: tuple[int, ...]
    targets: tuple[tuple[TargetSaid, str | None], ...]


def read_line(words: str, programs: Collection[str]) -> ReuseDocument | None:
    """`D-17 to TARGET [pages]`, several of both."""
    found = read_numbers(words)
    to = _TO.match(found[1]) if found else None
    if found is None or to is None:
        return None
    targets: list[tuple[TargetSaid, str | None]] = []
    rest = found[1][to.end() :]
    while rest and (said := read_target(rest, programs)) is not None:
        pages, rest = leading_pages(said[1])
        targets.append((said[0], pages))
        following = _AND.match(rest)
        if following is None:
            break
        rest = rest[following.end() :]
    return ReuseDocument(found[0], tuple(targets)) if targets and not rest.strip() else None


async def reuse_document(command: ReuseDocument, asker: Asker, uow: UnitOfWork) -> Answer:
    """File the documents as if they had come again. Raises NotForYourRole, NotOneOfYours, WhichOne,
    NotSaidRight."""
    documents = await documents_of(command.numbers, asker, uow)
    targets = [await find_target(said, asker, uow, lock=True) for said, _ in command.targets]
    pages = {one.name: said[1] for one, said in zip(targets, command.targets, strict=True) if said[1]}
    _all_of_one_lea(documents, targets)
    aims = [
        ruled(_aim(document, number, targets, pages), asker.message.text)
        for number, document in enumerate(documents, 1)
    ]
    if any(one.doubt == INITIALS for one in aims):
        raise NotSaidRight("attach", f"{USAGE}\ninitials only", INITIALS_NEEDED)
    sending = sending_of(asker)
    outcomes = [await one_file(one, sending, uow) for one in aims]
    tell = await respond_with(placed_in(outcomes), asker, uow)
    leas = await uow.leas({one.lea_id for one in documents})
    told = receipt(asker, outcomes, await standing(targets, asker, uow), [], leas)
    came = zip([await uow.entry(one.inbox_id) for one in documents], outcomes, strict=True)
    told = await signed_as_brought(told, [(entry, [one]) for entry, one in came if entry], asker, uow)
    return replace(told, verdicts=(), tell=tell)


def _aim(document: EvidenceDocument, number: int, targets: Sequence[Target], pages: dict[str, str]) -> Aim:
    return Aim(Wish(as_attachment(document, number), ()), tuple(targets), pages=pages)


def _all_of_one_lea(documents: Sequence[EvidenceDocument], targets: Sequence[Target]) -> None:
    """Who serves two LEAs still files nothing of the one for the other."""
    leas = {one.lea for one in targets}
    for document in documents:
        if leas != {document.lea_id}:
            raise NotOneOfYours("document of that LEA", f"D-{document.id}")


CAPABILITY = Capability(
    verb="attach again",
    usage=USAGE,
    does="files a document that is on record to more items or forms",
    handle=reuse_document,
    opens=r"(?:attach|reuse)(?= D-?\d)",
    line=read_line,
    roles=SENDERS,
)
