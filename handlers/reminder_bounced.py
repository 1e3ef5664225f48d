"""A reminder that came back: told on another way, or to colleagues with the deadlines it spoke of.

Source: features F7, threats 2.E (a bounce's obligation is told by another channel).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.access import address_of
from handlers.digests_now import digests_now
from handlers.messages import OWN_AFFAIR, Notice
from handlers.reminder_message import DeadlinesReminded
from handlers.ways import ways_to
from store.models import Person
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.reminder_questions import DIGEST
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Unheard:
    """A reminder that did not arrive, as it would be said now, and whose the things are that it spoke of."""

    reply: DeadlinesReminded
    leas: Mapping[str, str]

    def deadlines(self, of: Reach) -> list[dict[str, Any]]:
        """What a colleague who is told hears of it: what their LEAs owe, never another."""
        owed = [row for row in self.reply.rows if row["when"] != "decision"]
        return [{name: row[name] for name in _TOLD} for row in owed if self.leas[row["name"]] in of.leas]


_TOLD = ("name", "code", "title", "kind", "due")


async def unheard(row: OutboxEntry, uow: UnitOfWork, at: datetime) -> Unheard | None:
    """What of a reminder that did not arrive is still open; None of other messages, where nothing is, and
    where the person has it by another way. A message that was not taken at an address that works is not tried
    again, or it would come back for ever."""
    if row.template != DIGEST or row.fields["test"] or await uow.told_elsewhere(row):
        return None
    digest = await uow.digest(row.fields["digest"])
    reply = (await digests_now([digest], uow, at, reached=True)).get(digest.id) if digest else None
    if digest is None or reply is None:
        return None
    about = await uow.reminders_in(digest.id)
    return Unheard(reply, {one.target.partition("#")[0]: one.lea_id for one in about})


async def told_again(missed: Unheard, person: Person, uow: UnitOfWork) -> list[Notice]:
    """The same reminder where it goes now, if that reaches them: at another address, or in a chat."""
    notice = Notice(address_of(person), missed.reply, OWN_AFFAIR)
    by_mail = any(one.unreachable_at is None for one in person.addresses)
    ways = [way.channel for _, way in await ways_to([notice], uow)]
    return [notice] if by_mail or ways != ["mail"] else []
