"""Try a reminder: somebody's own digest of what comes in the next 30 days, to them alone. It is no reminder:
no day, no key and no wish is changed by it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.access import leas_served
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.reminder_as_of import as_of
from handlers.reminder_message import DeadlinesReminded, message_for
from handlers.reminder_preview import Foreseen, coming_to
from handlers.timeline_facts import timeline_of
from store.clock import pacific
from store.models import Person
from store.reminders import Reminder
from store.unit_of_work import UnitOfWork

DAYS = 30
NO_DIGEST = 0


@dataclass(frozen=True)
class TryReminder:
    """Of the asker."""


@dataclass(frozen=True)
class NothingToRemind(Reply):
    """No reminder of the asker's comes in so many `days`."""

    days: int


def read_line(words: str, _programs: Collection[str]) -> TryReminder | None:
    """Nothing, or to whom: oneself."""
    return TryReminder() if re.fullmatch(r"(?:to |for )?(?:me|myself)?[ .!]*", words, re.I) else None


async def try_reminder(_command: TryReminder, asker: Asker, uow: UnitOfWork) -> Answer:
    """The digest as the answer; nothing changes."""
    return Answer(await try_digest(asker.person, uow, asker.now) or NothingToRemind(DAYS))


async def try_digest(person: Person, uow: UnitOfWork, now: datetime) -> DeadlinesReminded | None:
    """What somebody would be reminded of in the next 30 days, marked as a try; None: of nothing."""
    found = await coming_to(person, DAYS, now, uow)
    own = _as_reminders(found)
    known = await as_of(pacific(now).date(), own, uow)
    reply = await message_for(person, NO_DIGEST, own, known, uow, test=True)
    if reply is None:
        return None
    leas = sorted({one.lea_id for one in own} | {*leas_served(person)})
    return replace(reply, timeline=await timeline_of(person, leas, uow, now))


def _as_reminders(found: Sequence[Foreseen]) -> list[Reminder]:
    """As rows that no store has and none gets."""
    return [
        Reminder(
            target=one.owed.deadline.target,
            kind=one.owed.deadline.kind,
            due=one.owed.deadline.due,
            offset=one.owed.offset,
            person_id=one.owed.person,
            planned_for=one.day,
            rung=one.owed.rung,
            lea_id=one.owed.deadline.lea,
            covers=one.owed.covers,
        )
        for one in found
    ]


CAPABILITY = Capability(
    verb="test reminder",
    usage="test reminder",
    does="sends you, and nobody else, a try of your reminder of what is due in the next 30 days",
    handle=try_reminder,
    opens=r"(?:test|try) (?:a |my |the )?reminders?",
    line=read_line,
    only_asks=True,
)
