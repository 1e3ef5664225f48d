"""Hear no more of one deadline before it is due (`mute EL 02`), as long as somebody else does; and hear of it
again (`unmute`, `wake`). Source: complaint 24; what is overdue is heard of again (F10: program limits).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.access import LEA_ADMINS, has_role
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.references import TargetSaid
from handlers.refusals_reminders import NotMuted, NoWish
from handlers.reminded_of import Due, due_of, end_wishes, means_all, read_due, wish
from handlers.reminder_days import is_overdue
from handlers.reminder_plan import others_who_hear
from handlers.reminder_standing import standing_on
from handlers.snooze_reminder import may_wait
from store.unit_of_work import UnitOfWork

USAGE = "mute EL 02, or as a reply to a reminder: mute"
WAKES = "wake EL 02, or: unmute EL 02"


@dataclass(frozen=True)
class MuteReminder:
    """None: what the reminder answered was about."""

    target: TargetSaid | None


@dataclass(frozen=True)
class WakeReminder:
    """None: what the reminder answered was about."""

    target: TargetSaid | None


@dataclass(frozen=True)
class RemindersMuted(Reply):
    """`rows` are heard of no more before they are due, each with how many `others` hear of it; `left` must be
    heard of all the same (`why`: last, overdue)."""

    rows: list[dict[str, Any]]
    left: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class RemindersWoken(Reply):
    """These are heard of again; each with what was `said` to it (snooze, mute, not_me)."""

    rows: list[dict[str, Any]]


def read_mute(words: str, programs: Collection[str]) -> MuteReminder | None:
    said = read_due(words, programs)
    return MuteReminder(said) if said else None


def read_wake(words: str, programs: Collection[str]) -> WakeReminder | None:
    said = read_due(words, programs)
    return WakeReminder(said) if said else None


async def mute_reminder(command: MuteReminder, asker: Asker, uow: UnitOfWork) -> Answer:
    """Note it where somebody else hears and it is not overdue. Raises NotSaidRight, NotOneOfYours, WhichOne,
    NothingReminded, NotMuted if none of it can be muted."""
    meant = await due_of(command.target, asker, uow, ("mute", USAGE))
    hear = {one.name: await others_hearing(one, asker, uow) for one in meant}
    muted = [one for one in meant if hear[one.name] and not is_overdue(one.deadlines, asker.today)]
    left = [_left(one, asker.today) for one in meant if one not in muted]
    if not muted:
        raise NotMuted(left, all(has_role(asker.person, one.first.lea, LEA_ADMINS) for one in meant))
    await end_wishes([one.name for one in muted], asker, uow)
    uow.add(*(wish(one, "mute", asker) for one in muted))
    return Answer(RemindersMuted([one.facts | {"others": hear[one.name]} for one in muted], left))


def _left(due: Due, today: date) -> dict[str, Any]:
    why = "overdue" if is_overdue(due.deadlines, today) else "last"
    return due.facts | {"why": why, "say": may_wait(due, today)}


async def others_hearing(due: Due, asker: Asker, uow: UnitOfWork) -> int:
    """How many others hear of every deadline of it."""
    standing = await standing_on(asker.today, uow, {due.first.lea})
    return min(len(others_who_hear(asker.person.id, one, standing)) for one in due.deadlines)


async def wake_reminder(command: WakeReminder, asker: Asker, uow: UnitOfWork) -> Answer:
    """End what was said to its reminders. Raises NotSaidRight, NotOneOfYours, WhichOne, NothingReminded,
    NoWish."""
    meant = await due_of(command.target, asker, uow, ("wake", WAKES))
    said = {one.target: one.kind for one in await end_wishes([one.name for one in meant], asker, uow)}
    if not said:
        raise NoWish([one.first.code for one in meant])
    return Answer(RemindersWoken([one.facts | {"said": said[one.name]} for one in meant if one.name in said]))


CAPABILITY = Capability(
    verb="mute",
    usage=USAGE,
    does="reminds you of it no more before it is due, if somebody else hears of it",
    handle=mute_reminder,
    opens="mute|silenciar|silencia",
    line=read_mute,
    in_answer=lambda words, _: MuteReminder(None) if means_all(words) else None,
)
WAKING = Capability(
    verb="wake",
    usage=WAKES,
    does="reminds you of it as usual again, after snooze, mute or not me",
    handle=wake_reminder,
    opens="wake|unmute|reactivar|reactiva",
    line=read_wake,
    in_answer=lambda words, _: WakeReminder(None) if means_all(words) else None,
)
