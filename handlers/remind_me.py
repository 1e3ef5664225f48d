"""When and how somebody wants their reminders: `remind me at 9`, `remind me by mail`, `remind me as usual`.

Within the program's limits: on working days, between its hours (features F5 and F10).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from handlers.access import address_of
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.refusals_reminders import HourOutside
from store.programs import rule
from store.reminders import ReminderHabit
from store.unit_of_work import UnitOfWork

USAGE = (
    "remind me at 9, remind me by mail (by chat, by both), or: remind me as usual; "
    "one deadline later: snooze EL 02 until Friday"
)
WAYS = {
    "mail": "mail", "email": "mail", "correo": "mail", "chat": "chat", "slack": "chat",
    "teams": "chat", "both": "both", "ambos": "both",
}  # fmt: skip


@dataclass(frozen=True)
class RemindMe:
    """The hour (0-23) and the way, where they were said; neither: as usual."""

    hour: int | None = None
    way: str | None = None


@dataclass(frozen=True)
class HabitKept(Reply):
    """The hour at which reminders come from now on, and how (`way_of`: chat, mail, both); `usual`: nothing is
    special. `in_chat`: whether there is a chat to come to; without one they come by mail."""

    hour: int
    way_of: str
    usual: bool
    in_chat: bool


_SAID = re.compile(
    r"(?P<usual>as usual|normally|como siempre)"
    r"|(?:(?:at|a las"
    r"|around) (?P<hour>\d{1,2})(?::00)? ?(?P<half>[ap]\.?m\.?)?(?: o'?clock)?(?: in the morning)?)?"
    r"(?:(?:^|,? (?:and )?)(?:(?:by|in|through|via|on|por) )?(?P<way>" + "|".join(WAYS) + r"))?",
    re.I,
)


def read_line(words: str, _programs: Collection[str]) -> RemindMe | None:
    """`at 9`, `at 2 pm`, `by mail`, `at 9 by chat`, `as usual`."""
    said = _SAID.fullmatch(words)
    if said is None or not any(said.groupdict().values()):
        return None
    half, hour = (said["half"] or "").lower(), int(said["hour"]) if said["hour"] else None
    if hour is not None and half:
        hour = hour % 12 + (12 if half.startswith("p") else 0) if hour <= 12 else 24
    return RemindMe(hour, WAYS[said["way"].lower()] if said["way"] else None)


async def remind_me(command: RemindMe, asker: Asker, uow: UnitOfWork) -> Answer:
    """Note what was said; the rest stays. Raises HourOutside."""
    first, last = rule("reminder_first_hour"), rule("reminder_last_hour") - 1
    if command.hour is not None and not first <= command.hour <= last:
        raise HourOutside(command.hour, first, last)
    habit = (await uow.habits([asker.person.id])).get(asker.person.id)
    if habit is None:
        habit = ReminderHabit(person_id=asker.person.id)
        uow.add(habit)
    usual = command == RemindMe()
    habit.hour = None if usual else command.hour if command.hour is not None else habit.hour
    habit.way = None if usual else command.way or habit.way
    uow.changed(habit)
    address = address_of(asker.person)
    in_chat = bool((await uow.accounts_at({address})).get(address))
    return Answer(HabitKept(habit.hour or first, habit.way or "chat", usual, in_chat))


CAPABILITY = Capability(
    verb="remind me",
    usage=USAGE,
    does="sets the hour at which your reminders come, and whether by mail or in your chat",
    handle=remind_me,
    opens="remind me|recu[eé]rda(?:me|dme)|rec[uú]erdenme",
    line=read_line,
)
