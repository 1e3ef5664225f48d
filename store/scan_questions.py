"""Questions about the malware scanner's work: what waits for it, and what it found; and on verdicts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from store.asking import Asking
from store.inbox import InboxEntry
from store.models import EvidenceDocument, FileVerdictRow, Person

MOST = 200


class ScanQuestions(Asking):
    """`scan` of a document: checking, clean, infected, unscanned; None where there was no scanner."""

    async def documents_to_scan(self, digests: Collection[str]) -> Sequence[EvidenceDocument]:
        """All documents with these bytes, whatever the scanner said of them, but for those in quarantine; the
        oldest first. With their filings, held."""
        await self.session.flush()
        free = EvidenceDocument.scan.is_(None) | (EvidenceDocument.scan != "infected")
        which = EvidenceDocument.sha256.in_(digests) & free
        found = select(EvidenceDocument).where(which).order_by(EvidenceDocument.id).limit(MOST)
        loaded = found.options(selectinload(EvidenceDocument.filings)).with_for_update()
        return (await self.session.scalars(loaded.execution_options(populate_existing=True))).all()

    async def digests_to_scan(self) -> Sequence[str]:
        """The bytes that wait for the scanner, the oldest first."""
        found = select(EvidenceDocument.sha256).where(EvidenceDocument.scan == "checking")
        return list(dict.fromkeys((await self.session.scalars(found.order_by(EvidenceDocument.id))).all()))[
            :MOST
        ]

    async def sender_of(self, document: EvidenceDocument) -> Person | None:
        """Who sent it, with their addresses; also if retired."""
        found = select(Person).where(Person.id == document.by_id)
        loaded = found.options(selectinload(Person.roles), selectinload(Person.addresses))
        return (await self.session.scalars(loaded.execution_options(populate_existing=True))).one_or_none()

    async def known_infected(self, digests: Collection[str]) -> dict[str, str | None]:
        """Which of these bytes are in quarantine, and what was found in them."""
        columns = select(EvidenceDocument.sha256, EvidenceDocument.scan_found)
        found = columns.where(EvidenceDocument.sha256.in_(digests), EvidenceDocument.scan == "infected")
        rows = (await self.session.execute(found)).all()
        return {row.sha256: row.scan_found for row in rows}

    async def unscanned_since(self, before: datetime) -> int:
        """How many documents that came before this moment still wait for the scanner."""
        waiting = (EvidenceDocument.scan == "checking") & (EvidenceDocument.received_at < before)
        return await self.session.scalar(select(func.count(EvidenceDocument.id)).where(waiting)) or 0

    async def messages_with_verdict(self, reason: str, since: datetime) -> dict[int, str]:
        """The messages since then with a file whose verdict has this reason; how each ended."""
        found = (
            select(FileVerdictRow.inbox_id, InboxEntry.state)
            .join(InboxEntry, InboxEntry.id == FileVerdictRow.inbox_id)
            .where(FileVerdictRow.reason == reason, InboxEntry.received_at >= since)
            .order_by(FileVerdictRow.inbox_id)
        )
        return {row.inbox_id: row.state for row in await self.session.execute(found)}
