"""Which deadlines somebody means who argues with a reminder: what they name, or what the message of ours that
they answer reminded them of. Never more than they may hear of.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.access import reach_of
from handlers.asking import Asker
from handlers.references import NAME, TargetSaid, find_target, read_target
from handlers.refusals import NotOneOfYours, NotSaidRight
from handlers.refusals_reminders import NothingReminded
from handlers.reminder_days import is_past_step
from handlers.reminder_message import within
from handlers.threads import thread_of
from store.deadline import Deadline
from store.due_questions import NOT_IN
from store.outbox import OutboxEntry
from store.programs import instrument_of
from store.reaching import Reach
from store.reminder_questions import DIGEST
from store.reminders import Reminder, ReminderWish
from store.unit_of_work import UnitOfWork

_INSTRUMENT = re.compile(rf"{NAME}/[A-Z][\w&-]*")
MOST_STEPS = 6
_ALL = re.compile(
    r"(?:(?:it|this|that|them|these|those|all|everything|all of (?:it|them|this|these))(?: reminders?)?"
    r"|(?:the|this|these|all) reminders?|lo|esto|todos?|todas?)?",
    re.I,
)


@dataclass(frozen=True)
class Due:
    """One thing that is due, by the name that wishes and commands use, with all its deadlines."""

    deadlines: tuple[Deadline, ...]

    @property
    def first(self) -> Deadline:
        return min(self.deadlines, key=lambda one: (one.due, one.kind))

    @property
    def name(self) -> str:
        return self.first.name

    @property
    def facts(self) -> dict[str, Any]:
        """As replies show it."""
        return self.first.facts


def read_due(words: str, programs: Collection[str]) -> TargetSaid | None:
    """What was named and nothing behind it: an item, a form, a review, an instrument of a review."""
    if _INSTRUMENT.fullmatch(words) is not None:
        return TargetSaid(words, name=words)
    found = read_target(words, programs)
    return found[0] if found is not None and not found[1] else None


def means_all(words: str) -> bool:
    """Words that name nothing: everything that the reminder answered was about."""
    return _ALL.fullmatch(words.strip(" ,:")) is not None


async def reminders_answered(asker: Asker, uow: UnitOfWork) -> Sequence[Reminder]:
    """What the message of ours that is answered reminded the asker of; nothing where it is no reminder, or
    somebody else's."""
    thread = await thread_of(asker.message, uow)
    sent = [thread.sent, *thread.earlier] if thread is not None else []
    digest_sent = await _reminder_among(sent, uow)
    number = digest_sent.fields.get("digest") if digest_sent is not None else None
    digest = await uow.digest(number) if number is not None else None
    if digest is None or digest.person_id != asker.person.id:
        return []
    return await uow.reminders_in(digest.id)


async def _reminder_among(sent: Sequence[OutboxEntry], uow: UnitOfWork) -> OutboxEntry | None:
    """The reminder among these messages of ours, or that which the mail was in answer to that they answer: a
    mail program may name only the last message of a thread."""
    for _ in range(MOST_STEPS):
        if (found := next((one for one in sent if one.template == DIGEST), None)) is not None:
            return found
        before = [one for row in sent for one in row.thread.get("references") or ()]
        seen = {row.id for row in sent}
        sent = [one for one in await uow.sent_messages((), before) if one.id not in seen]
    return None


async def due_of(said: TargetSaid | None, asker: Asker, uow: UnitOfWork, form: tuple[str, str]) -> list[Due]:
    """What is named, or what was reminded of, as far as it is still due; at least one thing.

    `form` is the command's verb and usage. Raises NotOneOfYours, WhichOne, NothingReminded;
    NotSaidRight where nothing is named and no reminder is answered."""
    if said is not None:
        return [await _named(said, asker, uow)]
    answered = await reminders_answered(asker, uow)
    if not answered:
        raise NotSaidRight(*form, "what it is about, unless you answer a reminder of ours")
    found = await due_within({one.lea_id for one in answered}, asker, uow)
    names = dict.fromkeys(one.target.partition("#")[0] for one in answered)
    still = [one for name in names for one in found if one.name == name]
    if not still:
        raise NothingReminded([name.rpartition("/")[2] for name in names])
    return still


async def due_within(leas: Collection[str], asker: Asker, uow: UnitOfWork) -> list[Due]:
    """Everything of these LEAs that the asker may be reminded of, the soonest first."""
    reach = reach_of(asker.person)
    by_name: dict[str, list[Deadline]] = {}
    for one in await uow.deadlines(leas):
        if within(one, reach) and not is_past_step(one, asker.today):
            by_name.setdefault(one.name, []).append(one)
    return sorted((Due(tuple(some)) for some in by_name.values()), key=lambda one: one.first.due)


async def _named(said: TargetSaid, asker: Asker, uow: UnitOfWork) -> Due:
    """An item that has no day of its own is due with its review's evidence, or waits with its instrument."""
    lea, names, code = await _names(said, asker, uow)
    found = {one.name: one for one in await due_within([lea], asker, uow)}
    due = next((found[name] for name in names if name in found), None)
    if due is None:
        raise NothingReminded([code])
    return due


async def _names(said: TargetSaid, asker: Asker, uow: UnitOfWork) -> tuple[str, list[str], str]:
    """Of which LEA it is, and the names that it may be due by, the nearest first."""
    review = (said.name or "").partition("/")[0]
    reviews = await uow.reviews_within(reach_of(asker.person), review=review) if said.code is None else []
    if reviews:
        own = [said.name or review]
        return reviews[0].lea_id, own, said.name or review
    if "/" in (said.name or ""):
        raise NotOneOfYours("review", review)
    target = await find_target(said, asker, uow)
    names, item = [target.name], target.item
    if item is not None and item.status in NOT_IN:
        names.append(item.review_id)
    if item is not None and item.status in ("submitted", "resubmitted"):
        names.append(f"{item.review_id}/{instrument_of(item.code)}")
    return target.lea, names, target.code


async def end_wishes(names: Collection[str], asker: Asker, uow: UnitOfWork) -> list[ReminderWish]:
    """What the asker said before to the reminders of these counts no more."""
    own = [one for one in await uow.reminder_wishes(asker.person.id) if one.target in names]
    for one in own:
        one.ended_at = asker.message.received_at
        uow.changed(one)
    return own


def wish(due: Due, kind: str, asker: Asker, until: date | None = None) -> ReminderWish:
    """A new word of the asker to the reminders of one thing."""
    message = asker.message
    return ReminderWish(
        person_id=asker.person.id,
        target=due.name,
        kind=kind,
        made_at=message.received_at,
        until=until,
        inbox_id=message.id,
    )


def reach_for(due: Due) -> Reach:
    """What somebody must still reach to hear of it."""
    return Reach(leas=(due.first.lea,))
