"""Questions about the holding pen: held messages, what their senders are like, what names which LEA.

Nothing here looks at reach: `handlers/pen.py` shows a held message only to whom it may concern.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import joinedload

from store.asking import Asking
from store.history import HistoryEntry
from store.inbox import TROUBLED, UNKNOWN_SENDER, InboxEntry
from store.models import Lea, Person, PersonAddress
from store.outbox import OutboxEntry

MOST_HELD = 500
MOST_LIKE = 200
LONGEST = 300


class PenQuestions(Asking):
    """An entry that is held here stays so until the end of the transaction: of two people at once the second
    sees what the first one did."""

    async def hold_entry(self, number: int) -> InboxEntry | None:
        """An entry as it is now, its row ours until the end of the transaction."""
        await self.session.flush()
        found = select(InboxEntry).where(InboxEntry.id == number).with_for_update()
        return (await self.session.scalars(found.execution_options(populate_existing=True))).one_or_none()

    async def held_entries(self, sender: str | None = None) -> Sequence[InboxEntry]:
        """What is held now (of one sender), the newest first; cut at `MOST_HELD`."""
        found = select(InboxEntry).where(TROUBLED, InboxEntry.state == "held")
        found = found if sender is None else found.where(InboxEntry.sender == sender)
        return (await self.session.scalars(found.order_by(InboxEntry.id.desc()).limit(MOST_HELD))).all()

    async def troubled_because(self, word: str) -> Sequence[InboxEntry]:
        """Held and failed entries whose reason begins with these words, the oldest first."""
        begins = InboxEntry.reason.startswith(word, autoescape=True)
        found = select(InboxEntry).where(TROUBLED, begins).order_by(InboxEntry.id).limit(MOST_HELD)
        return (await self.session.scalars(found)).all()

    async def unknown_from(self, address: str, limit: int) -> Sequence[InboxEntry]:
        """Mails that are held because nobody knew this address, the oldest first, their rows ours."""
        unknown = (InboxEntry.sender == address) & InboxEntry.reason.startswith(UNKNOWN_SENDER)
        found = select(InboxEntry).where(TROUBLED, InboxEntry.state == "held", unknown)
        found = found.order_by(InboxEntry.id).limit(limit).with_for_update()
        return (await self.session.scalars(found.execution_options(populate_existing=True))).all()

    async def people_like(self, address: str) -> Sequence[tuple[str, Person]]:
        """Active people with an address of this local part or of this domain, with that address."""
        local, _, domain = address.rpartition("@")
        same: list[ColumnElement[bool]] = [PersonAddress.address == address]
        if local and domain:
            same.append(PersonAddress.address.startswith(f"{local}@", autoescape=True))
            same.append(PersonAddress.address.endswith(f"@{domain}", autoescape=True))
        found = (
            select(PersonAddress.address, Person)
            .join(Person, Person.id == PersonAddress.person_id)
            .where(or_(*same), Person.retired_at.is_(None))
            .options(joinedload(Person.roles))
            .order_by(PersonAddress.address)
            .limit(MOST_LIKE)
        )
        return [(row[0], row[1]) for row in (await self.session.execute(found)).unique().all()]

    async def leas_in_words(self, words: str) -> Sequence[Lea]:
        """LEAs whose name stands somewhere in these words, perhaps only as a part of others."""
        said = literal(" ".join(words.split()).lower()[:LONGEST])
        named = said.like(literal("%") + func.lower(Lea.name) + literal("%"))
        return (await self.session.scalars(select(Lea).where(named).order_by(Lea.id).limit(20))).all()

    async def said_as(self, message_ids: Sequence[str], template: str) -> OutboxEntry | None:
        """Our message of this kind that has one of these Message-IDs."""
        found = select(OutboxEntry).where(
            OutboxEntry.message_id.in_(message_ids), OutboxEntry.template == template
        )
        return (await self.session.scalars(found.order_by(OutboxEntry.id).limit(1))).first()

    async def changed_by_since(self, who: str, seq: int) -> Sequence[HistoryEntry]:
        """What was done on somebody's word after a position of the history; the first of very much."""
        found = select(HistoryEntry).where(HistoryEntry.seq > seq, HistoryEntry.who == who)
        return (await self.session.scalars(found.order_by(HistoryEntry.seq).limit(MOST_HELD))).all()
