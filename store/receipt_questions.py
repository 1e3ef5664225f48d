"""What receipts ask the record: where the history stands, what stood there, which bytes are on file."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from store.asking import Asking
from store.history import HistoryEntry, HistoryHead
from store.inbox import InboxEntry
from store.models import (
    EvidenceDocument,
    FileVerdictRow,
    Filing,
    Form,
    Obligation,
    PersonAddress,
    Receipt,
    Review,
    ReviewItem,
)
from store.outbox import OutboxEntry
from store.reaching import MOST, Reach


class ReceiptQuestions(Asking):
    """Positions are those of the history; receipts are named by their message."""

    async def history_head(self) -> tuple[int, str]:
        """The position that stands last, and its digest."""
        head = (await self.session.execute(select(HistoryHead.seq, HistoryHead.digest))).one()
        return head.seq, head.digest

    async def digests_at(self, positions: Collection[int]) -> dict[int, str]:
        found = select(HistoryEntry.seq, HistoryEntry.digest).where(HistoryEntry.seq.in_(positions))
        return {row.seq: row.digest for row in await self.session.execute(found)}

    async def receipt_of(self, inbox_id: int) -> Receipt | None:
        found = select(Receipt).where(Receipt.inbox_id == inbox_id)
        return (await self.session.scalars(found)).one_or_none()

    async def receipts_made(self, at: datetime, person_id: int | None) -> Sequence[Receipt]:
        """Receipts of what a person did by messages of that very moment."""
        found = select(Receipt).join(InboxEntry, InboxEntry.id == Receipt.inbox_id)
        found = found.join(PersonAddress, PersonAddress.address == InboxEntry.sender)
        found = found.where(PersonAddress.person_id == person_id, Receipt.made_at == at)
        return (await self.session.scalars(found.order_by(Receipt.inbox_id))).all()

    async def receipted_last(self, addresses: Collection[str]) -> int | None:
        """The message from these addresses with the latest receipt: ordered by when it was handled, which may
        be long after it came."""
        await self.session.flush()
        found = select(Receipt.inbox_id).join(InboxEntry).where(InboxEntry.sender.in_(addresses))
        latest = found.order_by(Receipt.position.desc(), Receipt.inbox_id.desc()).limit(1)
        return (await self.session.scalars(latest)).one_or_none()

    async def receipts_after(self, inbox_id: int, limit: int) -> Sequence[Receipt]:
        found = select(Receipt).where(Receipt.inbox_id > inbox_id).order_by(Receipt.inbox_id).limit(limit)
        return (await self.session.scalars(found)).all()

    async def receipt_sent_to(
        self, addresses: Collection[str], *, number: int | None = None, replied: Collection[int] = ()
    ) -> Receipt | None:
        """A receipt that we sent to who has these addresses, also in a chat: of this message, or in one of
        these messages of ours (by their outbox numbers)."""
        found = select(Receipt).join(OutboxEntry, OutboxEntry.in_answer_to == Receipt.inbox_id)
        found = found.join(InboxEntry, InboxEntry.id == Receipt.inbox_id)
        in_chat = and_(OutboxEntry.channel != "mail", InboxEntry.sender.in_(addresses))
        found = found.where(or_(OutboxEntry.to.in_(addresses), in_chat))
        which = OutboxEntry.id.in_(replied) if number is None else Receipt.inbox_id == number
        return (await self.session.scalars(found.where(which).limit(1))).first()

    async def received_at(self, inbox_ids: Collection[int]) -> dict[int, datetime]:
        found = select(InboxEntry.id, InboxEntry.received_at).where(InboxEntry.id.in_(inbox_ids))
        return {row.id: row.received_at for row in await self.session.execute(found)}

    async def digests_of_files(self, inbox_ids: Collection[int]) -> dict[int, set[str]]:
        """The digests of all files that came with these messages."""
        found = select(FileVerdictRow.inbox_id, FileVerdictRow.sha256)
        came: dict[int, set[str]] = defaultdict(set)
        for number, sha256 in await self.session.execute(found.where(FileVerdictRow.inbox_id.in_(inbox_ids))):
            came[number].add(sha256)
        return came

    async def on_file(
        self, reach: Reach, sha256s: Collection[str]
    ) -> Sequence[tuple[EvidenceDocument, Filing]]:
        """Where these bytes are on file within reach, the oldest first; the state sees what was submitted."""
        for_state = and_(
            Filing.submitted_at.is_not(None),
            or_(
                Review.id.in_(reach.reviews),
                Review.program_id.in_(reach.programs),
                Form.program_id.in_(reach.programs),
            ),
        )
        found = (
            select(EvidenceDocument, Filing)
            .join(Filing, Filing.document_id == EvidenceDocument.id)
            .outerjoin(ReviewItem, ReviewItem.id == Filing.review_item_id)
            .outerjoin(Review, Review.id == ReviewItem.review_id)
            .outerjoin(Obligation, Obligation.id == Filing.obligation_id)
            .outerjoin(Form, Form.id == Obligation.form_id)
            .where(EvidenceDocument.sha256.in_(sha256s))
            .where(or_(EvidenceDocument.lea_id.in_(reach.leas), for_state))
            .order_by(Filing.id)
            .limit(MOST)
        )
        return [(document, filing) for document, filing in (await self.session.execute(found)).all()]
