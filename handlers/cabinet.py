"""The LEA's file cabinet: documents by their number (`D-17`), and the targets that they are filed to.

Another LEA's document is like none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from handlers.access import leas_served, not_for
from handlers.asking import Asker
from handlers.grammar import plain
from handlers.messages import Attachment, Scan
from handlers.refusals import NotOneOfYours
from handlers.targets import Target, form_target, item_targets
from store.models import LIVE, EvidenceDocument, Filing
from store.unit_of_work import UnitOfWork

_NUMBERS = re.compile(
    r"(D-?\d{1,9}(?:(?:\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s*&\s*)D-?\d{1,9}){0,19})(?!\w)\s*", re.I
)


@dataclass(frozen=True)
class FiledAt:
    """One filing of a document, and its target."""

    filing: Filing
    target: Target


def read_numbers(text: str) -> tuple[tuple[int, ...], str] | None:
    """The document numbers that a text begins with, and the words behind them."""
    found = _NUMBERS.match(plain(text))
    if found is None:
        return None
    numbers = tuple(dict.fromkeys(map(int, re.findall(r"\d+", found[1]))))
    return numbers, plain(text)[found.end() :].strip()


async def documents_of(numbers: Sequence[int], asker: Asker, uow: UnitOfWork) -> list[EvidenceDocument]:
    """The asker's own documents of these numbers, in their order, held. Raises NotForYourRole,
    NotOneOfYours."""
    leas = leas_served(asker.person)
    if not leas:
        raise not_for(asker.person, "use an LEA's documents")
    return await own_documents(numbers, leas, uow, lock=True)


async def own_documents(
    numbers: Sequence[int], leas: Sequence[str], uow: UnitOfWork, lock: bool = False
) -> list[EvidenceDocument]:
    """Those of these numbers, all of which must be of these LEAs, in their order. Raises NotOneOfYours."""
    found = {one.id: one for one in await uow.documents_numbered(numbers, leas, lock=lock)}
    for number in numbers:
        if number not in found:
            raise NotOneOfYours("document", f"D-{number}")
    return [found[number] for number in numbers]


async def filed_at(filings: Iterable[Filing], uow: UnitOfWork, lock: bool = False) -> list[FiledAt]:
    """Filings with their targets, in their order."""
    some = list(filings)
    items = {one.review_item_id for one in some if one.review_item_id is not None}
    duties = {one.obligation_id for one in some if one.obligation_id is not None}
    targets = await item_targets(await uow.items_numbered(items, lock), uow)
    targets += [form_target(duty) for duty in await uow.duties_named(duties, lock)]
    by_key = {target.key: target for target in targets}
    return [FiledAt(one, by_key[one.key]) for one in some]


def live(filings: Iterable[Filing]) -> list[Filing]:
    return [one for one in filings if one.status in LIVE]


def as_attachment(document: EvidenceDocument, number: int) -> Attachment:
    """A document on record as a file that came along."""
    return Attachment(
        number,
        document.name,
        document.size,
        document.sha256,
        document.media_type,
        extent=document.extent,
        scan=cast(Scan | None, document.scan),
    )
