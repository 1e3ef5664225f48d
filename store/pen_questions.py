"""Questions about the holding pen: held messages, what their senders are like, what names which LEA.

Nothing here looks at reach: `handlers/pen.py` shows a held message only to whom it may concern.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import joinedload

from store.asking import Asking
from store.history import HistoryEntry
from store.inbox import TO_CONFIRM, TROUBLED, UNKNOWN_SENDER, InboxEntry
from store.models import Lea, Person, PersonAddress

MOST_HELD = 500
MOST_LIKE = 200
LONGEST = 300
_UNKNOWN = (InboxEntry.state == "held") & InboxEntry.reason.startswith(UNKNOWN_SENDER)


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
        return await self._ours(_UNKNOWN & (InboxEntry.sender == address), limit)

    async def count_unknown_from(self, address: str) -> int:
        found = select(func.count()).select_from(InboxEntry).where(TROUBLED, _UNKNOWN)
        return await self.session.scalar(found.where(InboxEntry.sender == address)) or 0

    async def known_meanwhile(self, limit: int) -> Sequence[InboxEntry]:
        """The same of everybody whose address is on record by now; what somebody put back stays held."""
        active = select(PersonAddress.address).join(Person).where(Person.retired_at.is_(None))
        did = func.coalesce(InboxEntry.clues["pen"]["did"].as_string(), "")
        return await self._ours(_UNKNOWN & InboxEntry.sender.in_(active) & (did != "held"), limit)

    async def without_code(self, since: datetime, limit: int) -> Sequence[int]:
        """Of each sender the oldest message received since then that waits for a code that nobody mailed."""
        waits = (InboxEntry.state == "held") & InboxEntry.reason.startswith(TO_CONFIRM)
        oldest = func.min(InboxEntry.id)
        found = select(oldest).where(TROUBLED, waits, InboxEntry.received_at >= since)
        found = found.group_by(InboxEntry.sender).order_by(oldest).limit(limit)
        return (await self.session.scalars(found)).all()

    async def _ours(self, which: ColumnElement[bool], limit: int) -> Sequence[InboxEntry]:
        found = select(InboxEntry).where(TROUBLED, which)
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

    async def changed_by_since(self, who: str, seq: int) -> Sequence[HistoryEntry]:
        """What was done on somebody's word after a position of the history; the first of very much."""
        found = select(HistoryEntry).where(HistoryEntry.seq > seq, HistoryEntry.who == who)
        return (await self.session.scalars(found.order_by(HistoryEntry.seq).limit(MOST_HELD))).all()
