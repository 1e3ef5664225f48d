"""Words that argue with a reminder where a chat has no thread: they are meant for the newest reminder there.

Only where it is sure: as soon as we said something since that they may answer as well, a code is asked for.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from handlers import mute_reminder, not_me, snooze_reminder
from handlers.meant_instead import meant_instead
from handlers.messages import Message
from handlers.own_lines import own_lines
from handlers.script import script_of
from handlers.sent_already import read as read_sent
from handlers.threads import is_answer
from store.channels import CHATS
from store.outbox import OutboxEntry
from store.reminder_questions import DIGEST
from store.unit_of_work import UnitOfWork

AS_LONG = timedelta(days=7)
_ARGUING = (
    snooze_reminder.CAPABILITY,
    mute_reminder.CAPABILITY,
    mute_reminder.WAKING,
    not_me.CAPABILITY,
)
_ASKS_NOTHING = (
    "reminders_snoozed",
    "reminders_muted",
    "reminders_woken",
    "not_theirs",
    "habit_kept",
    "my_reminders_shown",
    "delivery_looked_for",
    "help_given",
)
_SAY_IT_AGAIN = ("snooze_too_long", "until_when", "day_not_sure", "day_passed", "not_muted", "no_wish")


async def below_newest_reminder(message: Message, programs: Collection[str], uow: UnitOfWork) -> Message:
    """The same message, as an answer to the reminder that it argues with without naming anything."""
    back = message.reply_to
    if back is None or back.channel not in CHATS or back.thread or back.only_for or message.filled:
        return message
    if is_answer(message) or not _argues(message, programs):
        return message
    user = message.sender.account.rpartition("/")[2]
    since = message.received_at - AS_LONG
    for row in await uow.said_there(back.channel, {back.to, user}, since, message.received_at):
        if row.template == DIGEST:
            return replace(message, answers=(row.message_id or "",))
        if not _asks_nothing(row):
            return message
    return message


def _argues(message: Message, programs: Collection[str]) -> bool:
    """Whether it is, as an answer, nothing but words about a reminder, or wants reminders to stop."""
    answer = replace(message, answers=("<a reminder>",))
    if read_sent(answer, programs) is not None:
        return True
    if meant_instead("\n".join(own_lines(message))) == "stop":
        return True
    script = script_of(answer, _ARGUING, programs)
    meant = [one.command for one in script.steps if one.command is not None and one.command.target is None]
    return len(meant) == len(script.steps) == 1 and not script.left


def _asks_nothing(row: OutboxEntry) -> bool:
    """Of what is not sure to ask nothing we say that it may."""
    again = row.template == "request_refused" and row.fields.get("refusal") in _SAY_IT_AGAIN
    return again or row.template in _ASKS_NOTHING
