"""What one message did to filings, and which change of one's own is the latest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.asking import Asker
from handlers.cabinet import FiledAt, filed_at
from handlers.former_state import former_facts
from handlers.targets import Target
from store.inbox import InboxEntry
from store.models import Filing
from store.unit_of_work import UnitOfWork

REASON = "undo"


@dataclass(frozen=True)
class Change:
    """What one message did to filings: those that it ended, those that it made (or brought back), and the
    drafts of others that it confirmed. `former`: what each filing was before, by its number; a new one was
    nothing. `begun`: when it was handled, if that was long after it came."""

    entry: InboxEntry
    ended: tuple[FiledAt, ...]
    made: tuple[FiledAt, ...]
    confirmed: tuple[FiledAt, ...] = ()
    former: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    begun: datetime | None = None

    @property
    def since(self) -> datetime:
        return self.begun or self.entry.received_at

    @property
    def all(self) -> tuple[FiledAt, ...]:
        return (*self.ended, *self.made, *self.confirmed)

    @property
    def targets(self) -> list[Target]:
        return list({one.target.name: one.target for one in self.all}.values())

    def of(self, lea: str, *, only_submitted: bool = False) -> "Change":
        """What of it is this LEA's, and perhaps only what the state has seen."""

        def part(some: Sequence[FiledAt]) -> tuple[FiledAt, ...]:
            own = (one for one in some if one.target.lea == lea)
            return tuple(one for one in own if one.filing.submitted_at or not only_submitted)

        return replace(self, ended=part(self.ended), made=part(self.made), confirmed=part(self.confirmed))


async def latest_change(asker: Asker, uow: UnitOfWork) -> Change | None:
    """The asker's latest message that ended a filing, or filed a document that was on record before."""
    addresses = [one.address for one in asker.person.addresses]
    entries = [one for one in await uow.entries_from(addresses) if one.reason != REASON]
    filings = await uow.filings_touched_in([one.id for one in entries])
    for entry in entries:
        ended = [filing for filing, _ in filings if filing.ended_in == entry.id]
        mine = [(filing, doc) for filing, doc in filings if filing.inbox_id == entry.id]
        made = [filing for filing, doc in mine if ended or doc.inbox_id != entry.id]
        if ended or made:
            return await change_of(entry, ended, made, uow)
    return None


async def change_of(
    entry: InboxEntry, ended: Sequence[Filing], made: Sequence[Filing], uow: UnitOfWork
) -> Change:
    """What one message did to these filings, their rows held."""
    former = await former_facts([*ended, *made], entry.id, uow)
    places = await filed_at([*ended, *made], uow, lock=True)
    began = places[len(ended) :]
    drafts = {one.filing.id for one in began if former.get(one.filing.id, {}).get("status") == "draft"}
    new = tuple(one for one in began if one.filing.id not in drafts)
    confirmed = tuple(one for one in began if one.filing.id in drafts)
    return Change(entry, tuple(places[: len(ended)]), new, confirmed, former)


async def done_last(asker: Asker, uow: UnitOfWork) -> int | None:
    """The asker's message that was the last to change anything: whatever changed has a receipt."""
    return await uow.receipted_last([one.address for one in asker.person.addresses])
