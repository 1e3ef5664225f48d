"""Where the files of somebody's own message went: asked for where nothing of theirs waits to be filed.
Nothing changes by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.access import leas_served
from handlers.open_work import person_speaking
from store.inbox import InboxEntry
from store.models import LIVE, Person
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class WhereItWent:
    """Of one message that brought files: its receipt, when it came, whether it is worked on still, and what
    its files are filed to now (`sv-fpm/I-EL 02`)."""

    receipt: int
    at: datetime
    waits: bool
    targets: tuple[str, ...]


async def sent_last(account: str, uow: UnitOfWork, key: str = "") -> WhereItWent | None:
    """Of whom a chat account speaks for: their newest message with files, on any channel; with `key` the one
    that this arrival is. None where there is none, or it is somebody else's."""
    person = await person_speaking(account, uow)
    if person is None:
        return None
    entry = await uow.newest_with_files([one.address for one in person.addresses], account, key)
    return await _went(entry, person, uow) if entry is not None else None


async def _went(entry: InboxEntry, person: Person, uow: UnitOfWork) -> WhereItWent:
    rows = await uow.verdicts_of(entry.id)
    filed = await uow.filings_of({row.sha256 for row in rows if row.sha256}, leas_served(person))
    targets: Sequence[str] = [one.target for one in filed if one.status in LIVE]
    waits = entry.state == "received"
    return WhereItWent(entry.id, entry.received_at, waits, tuple(dict.fromkeys(targets)))
