"""Preview, for the state's people: who would be reminded of what in the coming days, and who is left out.

Only of what they reach; nothing is written. Source: feature F9.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.access import STATE, not_for, reach_of
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.refusals import NotSaidRight
from handlers.reminder_preview import Wanted, foreseen
from handlers.reminder_view import faces_of, left_out_rows, message_rows, sees_as
from handlers.reviews import find_review, read_review
from store.clock import pacific
from store.unit_of_work import UnitOfWork

VERB = "preview reminders"
USAGE = "preview reminders for 14 days, or preview reminders of sv-fpm"
USUAL_DAYS = 7
MOST_DAYS = 62  # for more there is the terminal, beside which nobody waits
MOST = 40
MOST_LEFT_OUT = 15
_FOR = re.compile(
    r"\b(?:for|in|over)? ?(?:the )?(?:next |coming )?(?P<count>\d{1,4}|a|one|two)? ?(?P<unit>days?|weeks?)$",
    re.I,
)
_WORDS = {"a": 1, "one": 1, "two": 2}


@dataclass(frozen=True)
class PreviewReminders:
    """For how many days from today on, and of which review (None: everything in reach)."""

    days: int = USUAL_DAYS
    review: str | None = None


@dataclass(frozen=True)
class RemindersForeseen(Reply):
    """From the day `first` to `last`: `messages` as `message_rows` has them, `left_out` as `left_out_rows`;
    `more` and `more_left_out` count what is not shown. `review`: only of this one."""

    first: str
    last: str
    messages: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    more: int = 0
    more_left_out: int = 0
    review: str | None = None


def read_line(words: str, _programs: Collection[str]) -> PreviewReminders | None:
    """`[of REVIEW] [for N days]`."""
    said = words.strip(" .!?")
    days = USUAL_DAYS
    if (found := _FOR.search(said)) is not None:
        count = (found["count"] or "1").lower()
        days = int(_WORDS.get(count, count)) * (7 if found["unit"].lower().startswith("week") else 1)
        said = said[: found.start()].strip(" ,")
    if not said:
        return PreviewReminders(days)
    review = read_review(said)
    return PreviewReminders(days, review[0]) if review is not None and not review[1] else None


async def preview_reminders(command: PreviewReminders, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look ahead and tell. Raises NotForYourRole, NotOneOfYours, NotSaidRight."""
    reach = reach_of(asker.person)
    if not reach.of_state:
        raise not_for(asker.person, "preview reminders", "state")
    if not 0 < command.days <= MOST_DAYS:
        raise NotSaidRight(VERB, USAGE, f"a number of days from 1 to {MOST_DAYS}")
    if command.review is not None:
        await find_review(command.review, asker, uow)
    found = await foreseen(command.days, asker.now, uow, Wanted(review=command.review, reach=reach))
    faces, sees = await faces_of(found, uow), sees_as(asker.person)
    messages, left_out = message_rows(found, faces, sees), left_out_rows(found, faces, sees)
    today = pacific(asker.now).date()
    reply = RemindersForeseen(
        today.isoformat(),
        (today + timedelta(days=command.days)).isoformat(),
        messages[:MOST],
        left_out[:MOST_LEFT_OUT],
        max(len(messages) - MOST, 0),
        max(len(left_out) - MOST_LEFT_OUT, 0),
        command.review,
    )
    return Answer(reply, needs=reach)


CAPABILITY = Capability(
    verb=VERB,
    usage=USAGE,
    does="shows who will be reminded of what, when and why, and who is left out; nothing is sent",
    handle=preview_reminders,
    opens=r"preview (?:the |my |all )?reminders?",
    line=read_line,
    only_asks=True,
    roles=STATE,
)
