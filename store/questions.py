"""The questions one may ask the record, by name: the only queries of the core."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from store.alarm_questions import AlarmQuestions
from store.authority_questions import AuthorityQuestions
from store.calendar_questions import CalendarQuestions
from store.chat_questions import ChatQuestions
from store.chat_reference import ReferenceQuestions
from store.confirmation_questions import ConfirmationQuestions
from store.delivery_questions import DeliveryQuestions
from store.due_questions import DueQuestions
from store.evidence_questions import EvidenceQuestions
from store.finding_questions import FindingQuestions
from store.form_questions import FormQuestions
from store.history_questions import HistoryQuestions
from store.inbox import DELIVERED_BEFORE, InboxEntry
from store.left_questions import LeftQuestions
from store.models import (
    OPEN_REVIEWS,
    EvidenceDocument,
    FileVerdictRow,
    Filing,
    Finding,
    Lea,
    Obligation,
    Question,
    Review,
    ReviewItem,
    School,
    StoreFact,
)
from store.outbox import OutboxEntry
from store.pen_questions import PenQuestions
from store.people_questions import PeopleQuestions
from store.reaching import Reaching
from store.receipt_questions import ReceiptQuestions
from store.reminder_log import ReminderLog
from store.reminder_questions import ReminderQuestions
from store.resending import SentQuestions
from store.review_questions import ReviewQuestions
from store.scan_questions import ScanQuestions
from store.search_questions import SearchQuestions
from store.status_questions import StatusQuestions
from store.thread_questions import ThreadQuestions
from store.user_questions import UserQuestions
from store.week_questions import WeekQuestions
from store.work_questions import WorkQuestions


@dataclass
class Questions(
    CalendarQuestions,
    PeopleQuestions,
    Reaching,
    ReceiptQuestions,
    ReviewQuestions,
    SentQuestions,
    HistoryQuestions,
    FormQuestions,
    StatusQuestions,
    WorkQuestions,
    SearchQuestions,
    UserQuestions,
    ConfirmationQuestions,
    EvidenceQuestions,
    ThreadQuestions,
    FindingQuestions,
    DeliveryQuestions,
    ScanQuestions,
    PenQuestions,
    AlarmQuestions,
    AuthorityQuestions,
    ChatQuestions,
    ReferenceQuestions,
    DueQuestions,
    LeftQuestions,
    ReminderQuestions,
    WeekQuestions,
    ReminderLog,
):
    """All of them together; those about what was sent and said are here."""

    # --- agencies

    async def leas(self, ids: Collection[str]) -> Sequence[Lea]:
        return (await self.session.scalars(select(Lea).where(Lea.id.in_(ids)).order_by(Lea.name))).all()

    async def lea_names(self, ids: Collection[str]) -> dict[str, str]:
        """How these agencies are called."""
        found = select(Lea.id, Lea.name).where(Lea.id.in_(ids))
        return {row.id: row.name for row in await self.session.execute(found)}

    async def lea(self, lea_id: str) -> Lea:
        """One that is there."""
        return await self.session.get_one(Lea, lea_id)

    async def schools(self, lea_ids: Collection[str]) -> Sequence[School]:
        found = select(School).where(School.lea_id.in_(lea_ids)).order_by(School.name)
        return (await self.session.scalars(found)).all()

    # --- what is asked of an LEA

    async def items(self, lea_ids: Collection[str], keys: Collection[str]) -> Sequence[ReviewItem]:
        """Items of open reviews of these LEAs with one of these keys (`EL2`)."""
        return (await self.session.scalars(_open_items(lea_ids).where(ReviewItem.key.in_(keys)))).all()

    async def all_items(self, lea_ids: Collection[str]) -> Sequence[ReviewItem]:
        return (await self.session.scalars(_open_items(lea_ids))).all()

    async def findings(self, item_ids: Collection[int]) -> dict[int, Finding]:
        """Findings by the number of the review item they are on."""
        found = await self.session.scalars(select(Finding).where(Finding.review_item_id.in_(item_ids)))
        return {finding.review_item_id: finding for finding in found}

    async def obligations(self, lea_ids: Collection[str]) -> Sequence[Obligation]:
        """Duties of these LEAs that are not accepted yet, the next due first."""
        found = select(Obligation).where(Obligation.lea_id.in_(lea_ids), Obligation.status != "accepted")
        loaded = found.options(joinedload(Obligation.form)).order_by(Obligation.due, Obligation.id)
        return (await self.session.scalars(loaded)).all()

    async def reviews(self, lea_ids: Collection[str]) -> Sequence[Review]:
        found = select(Review).where(Review.lea_id.in_(lea_ids), Review.status.in_(OPEN_REVIEWS))
        return (await self.session.scalars(found.order_by(Review.first_day))).all()

    # --- what was sent

    async def filings_of(self, sha256s: Collection[str], lea_ids: Collection[str]) -> Sequence[Filing]:
        """Where these bytes are on file for these LEAs."""
        found = (
            select(Filing)
            .join(EvidenceDocument)
            .where(EvidenceDocument.sha256.in_(sha256s), EvidenceDocument.lea_id.in_(lea_ids))
            .order_by(Filing.id)
        )
        return (await self.session.scalars(found)).all()

    async def documents_on(
        self, item_ids: Collection[int], obligation_ids: Collection[str] = ()
    ) -> Sequence[tuple[Filing, EvidenceDocument]]:
        """Filings to these targets with their documents, oldest first."""
        found = (
            select(Filing, EvidenceDocument)
            .join(EvidenceDocument)
            .where(Filing.review_item_id.in_(item_ids) | Filing.obligation_id.in_(obligation_ids))
            .order_by(Filing.id)
        )
        return [(filing, document) for filing, document in (await self.session.execute(found)).all()]

    async def document_with(self, lea_id: str, sha256: str) -> EvidenceDocument | None:
        """The document of this LEA with these bytes."""
        found = select(EvidenceDocument).where(
            EvidenceDocument.lea_id == lea_id, EvidenceDocument.sha256 == sha256
        )
        loaded = found.options(selectinload(EvidenceDocument.filings)).order_by(EvidenceDocument.id)
        return (await self.session.scalars(loaded.limit(1))).first()

    async def versions_of(
        self, lea_id: str, name: str, targets: Sequence[tuple[int | None, str | None]]
    ) -> Sequence[int]:
        """Versions of documents of this name on any of these (review item, obligation) targets.

        Compared here: databases do not agree on what the lower case of É is.
        """
        found = (
            select(EvidenceDocument.name, EvidenceDocument.version)
            .join(Filing)
            .where(EvidenceDocument.lea_id == lea_id)
            .where(
                Filing.review_item_id.in_([item for item, _ in targets if item])
                | Filing.obligation_id.in_([duty for _, duty in targets if duty])
            )
        )
        rows = await self.session.execute(found)
        return [version for known, version in rows if known.casefold() == name.casefold()]

    async def documents_of_message(self, inbox_id: int) -> Sequence[EvidenceDocument]:
        found = select(EvidenceDocument).where(EvidenceDocument.inbox_id == inbox_id)
        return (await self.session.scalars(found.options(selectinload(EvidenceDocument.filings)))).all()

    async def verdicts_of(self, inbox_id: int) -> Sequence[FileVerdictRow]:
        found = select(FileVerdictRow).where(FileVerdictRow.inbox_id == inbox_id)
        return (await self.session.scalars(found.order_by(FileVerdictRow.number))).all()

    async def delivered_before(self, content: str, than: int) -> InboxEntry | None:
        """An earlier delivery of the same mail that was dealt with; one that was ignored because of this very
        one, which is handled again, does not count."""
        found = select(InboxEntry).where(
            InboxEntry.content == content,
            InboxEntry.id != than,
            InboxEntry.state != "received",
            InboxEntry.reason != DELIVERED_BEFORE.format(than),
        )
        return (await self.session.scalars(found.order_by(InboxEntry.id).limit(1))).first()

    async def entry(self, inbox_id: int) -> InboxEntry | None:
        return await self.session.get(InboxEntry, inbox_id)

    async def leased(self, ids: Collection[int], worker: str) -> dict[int, InboxEntry]:
        """Of these entries, those that `worker` still holds: first question of its transaction."""
        found = select(InboxEntry).where(
            InboxEntry.id.in_(ids), InboxEntry.lease == worker, InboxEntry.state == "received"
        )
        return {entry.id: entry for entry in await self.session.scalars(found.with_for_update())}

    # --- what we said

    async def open_questions(self, person_id: int) -> Sequence[Question]:
        found = select(Question).where(Question.person_id == person_id, Question.answered_at.is_(None))
        return (await self.session.scalars(found.order_by(Question.inbox_id))).all()

    async def times_told(self, to: str, template: str, since: datetime) -> int:
        """How often this address was sent this reply since a moment."""
        found = select(func.count(OutboxEntry.id)).where(
            OutboxEntry.to == to, OutboxEntry.template == template, OutboxEntry.created_at >= since
        )
        return (await self.session.scalars(found)).one()

    async def is_sample(self) -> bool:
        return await self.session.get(StoreFact, "sample") is not None


def _open_items(lea_ids: Collection[str]) -> Select[ReviewItem]:
    return (
        select(ReviewItem)
        .join(Review)
        .where(ReviewItem.lea_id.in_(lea_ids), Review.status.in_(OPEN_REVIEWS))
        .options(joinedload(ReviewItem.review), joinedload(ReviewItem.item))
        .order_by(ReviewItem.id)
    )
