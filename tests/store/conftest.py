"""A full store, and a transaction in which everything may be tampered with."""

import hashlib
from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store import Store
from store.base import Base
from store.chats import ChatAccount, ChatFile, ChatOffer, ChatProof
from store.models import (
    AddressProof,
    Comment,
    Confirmation,
    Question,
    Receipt,
    ResolutionAgreement,
    Statement,
)
from store.outbox import OutboxEntry
from store.reminders import (
    Absence,
    Assignment,
    CalendarFeed,
    Digest,
    PlannedDay,
    Reminder,
    ReminderHabit,
    ReminderWish,
    ReviewPause,
    ReviewSchedule,
)
from tests.builders import NOW
from tests.store.rows import a_person, file_a_document


@pytest.fixture
async def full(store: Store) -> Store:
    """The sample with a message of every kind: every vouched table has rows."""
    await file_a_document(store, b"roster", "I-EL 02", "II-CE 08")
    second = await file_a_document(store, b"minutes", "II-CE 08")
    async with store.begin() as uow:
        ana = await a_person(uow)
        (finding, *_) = (await uow.findings([i.id for i in await uow.all_items(["sierra-vista"])])).values()
        uow.add(
            ResolutionAgreement(
                finding_id=finding.id, requested_until=date(2014, 3, 1), cap=date(2014, 7, 1), reason="time"
            ),
            Question(
                inbox_id=second, person_id=ana.id, asked_at=NOW, files=[{"number": 1}], choices=["a", "b"]
            ),
            Statement(
                lea_id="sierra-vista",
                target="sv-fpm/I-EL 02",
                kind="narrative",
                text="We held the election.",
                made_at=NOW,
                by_id=ana.id,
                inbox_id=second,
            ),
            Comment(lea_id="sierra-vista", target="sv-fpm", text="Thank you.", made_at=NOW, by_id=ana.id),
            Receipt(inbox_id=second, made_at=NOW, position=1, text="receipt", key="k", signature="s"),
            AddressProof(
                address="ana@home.example", person_id=ana.id, code_sha256="0", asked_at=NOW, asked_by=ana.id
            ),
            Confirmation(
                inbox_id=second, person_id=ana.id, code_sha256="0", asked_at=NOW, channel="mail", sent_to="x"
            ),
            ChatAccount(account="slack:T0/U0", person_id=ana.id, linked_at=NOW),
            ChatProof(
                account="slack:T0/U0", person_id=ana.id, address="x", code_sha256="0", asked_at=NOW
            ),
            ChatFile(
                inbox_id=second, file="F0", name="minutes.pdf", kept_at=NOW,
                sha256=hashlib.sha256(b"minutes").hexdigest(),
            ),
            ChatOffer(subject="item sv-fpm/I-EL 02", message=OutboxEntry(
                created_at=NOW, channel="slack", to="U0", template="status_shown", fields={}, run_at=NOW
            )),
        )  # fmt: skip
        await uow.session.flush()
        uow.add(*deadline_rows(ana.id, second))
    return store


def deadline_rows(person: int, inbox: int) -> list[Base]:
    """One row of everything that is remembered of deadlines."""
    day, target = date(2013, 12, 23), "sv-fpm/I-EL 02"
    return [
        PlannedDay(day=day, planned_at=NOW, sent=1, skipped=0),
        Digest(person_id=person, day=day, made_at=NOW),
        Reminder(
            target=target, kind="finding", due=date(2014, 1, 6), offset=-14, person_id=person, planned_for=day,
            rung="owner", lea_id="sierra-vista",
        ),
        ReminderWish(person_id=person, target=target, kind="snooze", made_at=NOW, until=day, inbox_id=inbox),
        ReminderHabit(person_id=person, hour=9),
        ReviewPause(review_id="sv-fpm", by_id=person, made_at=NOW, why="Winter recess."),
        ReviewSchedule(review_id="sv-fpm", kind="finding", days=[-30, 0]),
        Absence(person_id=person, first=day, noted_at=NOW, inbox_id=inbox),
        Assignment(target=target, lea_id="sierra-vista", person_id=person, by_id=person, made_at=NOW),
        CalendarFeed(person_id=person, token_sha256="0", made_at=NOW),
    ]  # fmt: skip


@pytest.fixture
async def session(full: Store) -> AsyncIterator[AsyncSession]:
    """A transaction that is never committed, in which references need not hold."""
    sqlite = full.database.is_sqlite
    unchecked = "PRAGMA defer_foreign_keys=ON" if sqlite else "SET LOCAL session_replication_role = replica"
    async with AsyncSession(full.database.writer) as session:
        await session.execute(text(unchecked))
        yield session
