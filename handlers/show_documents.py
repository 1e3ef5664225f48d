"""The file cabinet: every document of the LEA with its number, and where it is filed: `documents`."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.access import SENDERS, leas_served, not_for
from handlers.asking import Asker, Capability
from handlers.cabinet import FiledAt, filed_at, own_documents, read_numbers
from handlers.filing import status_of
from handlers.messages import Answer, Message, Reply
from handlers.own_lines import own_lines
from handlers.references import TargetSaid, find_target, read_target
from handlers.show_status import first_words
from store.models import EvidenceDocument
from store.unit_of_work import UnitOfWork

MOST = 60


@dataclass(frozen=True)
class ShowDocuments:
    """All of them, those of one target, or those of these numbers."""

    target: TargetSaid | None = None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class DocumentsShown(Reply):
    """The documents, the newest first; `more` are not listed. `asked`: only these were (`D-17`)."""

    leas: list[str]
    on: str | None
    documents: list[dict[str, Any]]
    more: int
    asked: list[str] = field(default_factory=list)


def read(message: Message, programs: Collection[str]) -> ShowDocuments | None:
    """`documents`, `documents EL 02`, `D-17`, and nothing else; with a file, the word only speaks of it."""
    line = first_words(message).rstrip(" .!?")
    if message.has_documents:
        return None
    if (alone := _ALONE.fullmatch(line)) and len(own_lines(message)) <= 1:
        return _numbered(alone[1])
    if (said := _OPENS.match(line)) is None:
        return None
    if not said["rest"]:
        return ShowDocuments()
    if (numbered := _numbered(said["rest"])) is not None:
        return numbered
    found = read_target(said["rest"], programs)
    return ShowDocuments(found[0]) if found and not found[1] else None


def _numbered(words: str) -> ShowDocuments | None:
    found = read_numbers(words)
    return ShowDocuments(numbers=found[0]) if found and not found[1] else None


_ALONE = re.compile(r"(?:please )?(?:show (?:me )?)?(?:document )?(D-?\d{1,9})", re.I)
_OPENS = re.compile(
    r"(?:(?:please )?(?:my |our |list |show )?documents|file cabinet)"
    r"(?:$|\s+(?:for\s+|on\s+)?(?P<rest>\S.*))",
    re.I,
)


async def show_documents(command: ShowDocuments, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell. Raises NotForYourRole, NotOneOfYours, WhichOne."""
    leas = leas_served(asker.person)
    if not leas:
        raise not_for(asker.person, "see an LEA's documents")
    target = await find_target(command.target, asker, uow) if command.target else None
    documents: Sequence[EvidenceDocument]
    if command.numbers:
        documents = [*await own_documents(command.numbers, leas, uow)]
    else:
        documents = [*await uow.cabinet([target.lea] if target else leas)]
    places = await _places(documents, uow)
    if target is not None:
        documents = [one for one in documents if any(at.target.key == target.key for at in places[one.id])]
    names = {lea.id: lea.name for lea in await uow.leas(leas)}
    several = len(names) > 1
    lines = [_line(one, places[one.id], names[one.lea_id] if several else None) for one in documents[:MOST]]
    on = f"{target.code} {target.label}" if target else None
    asked = [f"D-{number}" for number in command.numbers]
    return Answer(DocumentsShown(list(names.values()), on, lines, len(documents) - len(lines), asked))


async def _places(documents: Sequence[EvidenceDocument], uow: UnitOfWork) -> dict[int, list[FiledAt]]:
    found = await filed_at([filing for one in documents for filing in one.filings], uow)
    places: dict[int, list[FiledAt]] = {one.id: [] for one in documents}
    for at in found:
        places[at.filing.document_id].append(at)
    return places


def _line(document: EvidenceDocument, places: Sequence[FiledAt], lea: str | None) -> dict[str, Any]:
    return {
        "number": document.id,
        "name": document.name,
        "version": document.version,
        "received_at": document.received_at.isoformat(),
        "lea": lea,
        "scan": document.scan,
        "filed": [
            {
                "code": at.target.code,
                "title": at.target.title,
                "status": status_of(at.filing),
                "pages": at.filing.pages,
            }
            for at in places
        ],
    }


CAPABILITY = Capability(
    verb="documents",
    usage="documents, or documents EL 02, or D-17",
    does="lists your LEA's documents by number, and where each is filed",
    handle=show_documents,
    read=read,
    roles=SENDERS,
)
