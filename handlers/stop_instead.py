"""What somebody can say who wants a reminder to stop: words that fit it, and that would not be refused."""

from collections.abc import Sequence

from handlers.access import leas_served
from handlers.asking import Asker
from handlers.mute_reminder import others_hearing
from handlers.reminded_of import Due, due_within, reminders_answered
from handlers.reminder_days import is_overdue
from handlers.snooze_reminder import may_wait
from store.unit_of_work import UnitOfWork

_MOST = 12  # as many as a digest shows


async def stopping(asker: Asker, uow: UnitOfWork) -> list[str]:
    """Of what the reminder answered was about, or else of what is due at the asker's LEAs: `mute`, `snooze`
    and `not me`, each for one thing for which it is possible. Empty: nothing is due."""
    meant = await _meant(asker, uow)
    quiet = [one for one in meant if not is_overdue(one.deadlines, asker.today)]
    muted = [f"mute {one.name}" for one in quiet if await others_hearing(one, asker, uow)]
    later = [words for one in reversed(meant) if (words := may_wait(one, asker.today))]
    theirs = [f"not me {one.name}" for one in meant if one.first.lea in leas_served(asker.person)]
    return [*muted[-1:], *later[:1], *theirs[:1]]


async def _meant(asker: Asker, uow: UnitOfWork) -> Sequence[Due]:
    if answered := await reminders_answered(asker, uow):
        names = {one.target.partition("#")[0] for one in answered}
        still = [
            one for one in await due_within({one.lea_id for one in answered}, asker, uow) if one.name in names
        ]
        return still[:_MOST]
    return (await due_within(leas_served(asker.person), asker, uow))[:_MOST]
