"""Rows for the store's tests, each in one line, and a look at what is really in the tables."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text, update

from store import Store
from store.clock import wall
from store.inbox import InboxEntry
from store.keeping import Arrival
from store.models import EvidenceDocument, FileVerdictRow, Filing, Person
from store.outbox import OutboxEntry
from store.unit_of_work import UnitOfWork
from tests.builders import NOW


def arrival(number: int = 1, **more: Any) -> Arrival:
    """A mail that a door has kept: its envelope knows its number."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    facts: dict[str, Any] = {"channel": "mail", "received_at": NOW, "envelope": {"number": number}}
    return Arrival(**(facts | {"sha256": digest, "size": number} | more))


def arrivals(count: int) -> list[Arrival]:
    return [arrival(number) for number in range(1, count + 1)]


def owed(channel: str = "mail", to: str = "aruiz@sierravista.example", **more: Any) -> OutboxEntry:
    """A message that waits to be sent now."""
    facts: dict[str, Any] = {"template": "help_given", "fields": {"receipt": 1}, "run_at": wall()}
    return OutboxEntry(created_at=NOW, channel=channel, to=to, **(facts | more))


async def lease_runs_out(store: Store, *numbers: int) -> None:
    """As if the worker had died long ago."""
    past = {"run_at": wall() - timedelta(seconds=1)}
    async with store.database.begin() as connection:
        for number in numbers:
            await connection.execute(update(InboxEntry).where(InboxEntry.id == number).values(past))


async def all_of(store: Store, sql: str) -> list[Row[Any]]:
    async with store.database.reading() as session:
        return list((await session.execute(text(sql))).all())


async def count(store: Store, table: str) -> int:
    return int((await all_of(store, f"SELECT count(*) FROM {table}"))[0][0])


async def history_of(store: Store, record: str) -> list[str]:
    """The kinds of what happened to a record, in order."""
    found = f"SELECT kind FROM history WHERE record = '{record}' ORDER BY seq"
    return [kind for (kind,) in await all_of(store, found)]


async def a_person(uow: UnitOfWork, address: str = "aruiz@sierravista.example") -> Person:
    """A person of the sample; Ana Ruiz unless said otherwise."""
    found = await uow.person_at(address)
    assert found is not None
    return found


async def file_a_document(
    store: Store, content: bytes, *codes: str, files: int = 1, lea: str = "sierra-vista"
) -> int:
    """One message, done, whose file is filed to these items of the LEA's review in the sample."""
    draft = store.files.draft()
    draft.write(content)
    sha256 = store.files.keep(draft)
    kept = arrival(1, sha256=sha256, size=len(content))
    (number,) = await store.inbox.insert([kept])
    async with store.begin() as uow:
        entry = await uow.entry(number)
        assert entry is not None
        entry.state, entry.files, entry.sender = "done", files, "aruiz@sierravista.example"
        items = [item for item in await uow.all_items([lea]) if item.code in codes]
        filings = [
            Filing(target=item.target, sha256=sha256, filed_at=NOW, review_item_id=item.id) for item in items
        ]
        document = EvidenceDocument(
            lea_id=lea, name="roster.pdf", sha256=sha256, size=len(content),
            media_type="application/pdf", received_at=NOW, channel="mail",
            by_id=(await a_person(uow)).id, inbox_id=number, filings=filings,
        )  # fmt: skip
        verdict = FileVerdictRow(
            inbox_id=number, number=1, file="roster.pdf", sha256=sha256, size=len(content),
            media_type="application/pdf", verdict="filed", targets=[item.target for item in items],
            document=document,
        )  # fmt: skip
        uow.add(document, *filings, verdict, owed(in_answer_to=number))
    return number
