"""A review in which a lot happened, for the exports: hostile names, every kind of word, time agreed."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from store import Store
from store.keeping import Arrival
from store.models import (
    Comment,
    EvidenceDocument,
    FileVerdictRow,
    Filing,
    Person,
    Receipt,
    ResolutionAgreement,
    ReviewItem,
    Statement,
)
from store.unit_of_work import UnitOfWork
from tests.builders import ANA, NOW
from tests.store.rows import a_person, owed

PLAIN = (
    "ELAC roster.pdf",
    "Acta de elección, Niñez José.pdf",
    "Minutes 2013-10-04.docx",
    "SPSA (approved).pdf",
)


async def rich(store: Store, names: Sequence[str] = PLAIN, words: Sequence[str] = ()) -> None:
    """Documents of these names on the findings of the sample's first review; `words` said by everyone."""
    said = words or ("Which school is this election of?", "Lincoln Elementary.\nThe minutes follow.")
    async with store.begin() as uow:
        ana, helen = await a_person(uow), await a_person(uow, "hwu@cde.example")
        items = {item.code: item for item in await uow.all_items(["sierra-vista"])}
        found = await uow.findings([item.id for item in items.values()])
    targets = [item for item in items.values() if item.id in found]
    for number, name in enumerate(names):
        await file(store, targets[number % len(targets)], name, f"content {number}".encode(), ana, number)
    async with store.begin() as uow:
        for number, text in enumerate(said):
            item, by = targets[number % len(targets)], (helen, ana)[number % 2]
            uow.add(comment(item, text, by, number), statement(item, text, ana, number))
        _agree(uow, found[items["I-EL 02"].id].id, said, helen)


async def file(store: Store, item: ReviewItem, name: str, content: bytes, by: Person, number: int) -> int:
    """One message with one document for one item, with its receipt; the number of the message."""
    draft = store.files.draft()
    draft.write(content)
    sha256, at = store.files.keep(draft), NOW + timedelta(days=number // 2, hours=number)
    (message,) = await store.inbox.insert([Arrival("mail", at, {}, sha256, len(content))])
    facts: dict[str, Any] = {"sha256": sha256, "size": len(content), "media_type": "application/pdf"}
    async with store.begin() as uow:
        entry = await uow.entry(message)
        assert entry is not None
        entry.state, entry.files, entry.sender = "done", 1, ANA
        filing = Filing(
            target=item.target, sha256=sha256, filed_at=at, review_item_id=item.id, by_id=by.id,
            inbox_id=message, pages="3-5" if number % 3 == 0 else None, submitted_at=at if number % 2 else None,
        )  # fmt: skip
        document = EvidenceDocument(
            lea_id=item.lea_id, name=name, received_at=at, channel="mail", by_id=by.id, inbox_id=message,
            filings=[filing], **facts,
        )  # fmt: skip
        verdict = FileVerdictRow(
            inbox_id=message, number=1, file=name, verdict="filed", targets=[item.target], document=document,
            **facts,
        )  # fmt: skip
        text = f"RECEIPT R-{message}\n{name}\n{hashlib.sha256(content).hexdigest()}\n"
        receipt = Receipt(inbox_id=message, made_at=at, position=1, text=text, key="k1", signature="c2ln")
        uow.add(document, filing, verdict, receipt, owed(in_answer_to=message))
    return message


def comment(item: ReviewItem, text: str, by: Person, number: int = 0) -> Comment:
    return Comment(
        lea_id=item.lea_id, target=item.target, text=text, made_at=NOW + timedelta(hours=number), by_id=by.id,
        review_id=item.review_id, review_item_id=item.id,
    )  # fmt: skip


def statement(item: ReviewItem, text: str, by: Person, number: int = 0) -> Statement:
    return Statement(
        lea_id=item.lea_id, target=item.target, kind=("narrative", "statement", "on_site")[number % 3],
        text=text, made_at=NOW + timedelta(hours=number), by_id=by.id, inbox_id=1, review_item_id=item.id,
    )  # fmt: skip


def _agree(uow: UnitOfWork, finding: int, said: Sequence[str], by: Person) -> None:
    step = {"what": said[0], "who": "Ana Ruiz", "by": "2014-01-31"}
    cap: dict[str, Any] = {"finding_id": finding, "cap": date(2014, 6, 28), "requested_at": NOW}
    uow.add(
        ResolutionAgreement(
            requested_until=date(2014, 5, 30), reason=said[0], status="denied", decided_by=by.id,
            decided_why="That is later than an election needs.", decided_at=NOW, **cap,
        ),
        ResolutionAgreement(
            requested_until=date(2014, 3, 1), reason=said[-1], status="approved", decided_by=by.id,
            decided_until=date(2014, 2, 28), decided_at=NOW, steps=[step], late=True, **cap,
        ),
    )  # fmt: skip
