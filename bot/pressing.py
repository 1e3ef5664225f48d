"""What a button of ours says when it is pressed, in whatever chat.

Its value is `NUMBER.TOKEN.MARK`: our message, its own secret, and which of its buttons. Everything else is
looked up when somebody presses, so that a button works after a restart, and says the same for ever.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from typing import Any

from bot.shown import ShownOf
from handlers.button import Button, in_words, spoken
from handlers.buttons import buttons_of
from handlers.signals import Press
from store.chats import Shown
from store.outbox import OutboxEntry
from templates.words import button as words_on

Placed = tuple[int, Button]
_VALUE = re.compile(r"(\d{1,9})\.([0-9a-f]{16})\.([0-9a-f]{12})")


@dataclass(frozen=True)
class Pressed:
    """Which value was pressed in which chat and conversation, by whom (their id there), and with which words
    and day, where it asks for some and they were given (`filled`)."""

    channel: str
    user: str
    conversation: str
    value: str
    filled: bool = False
    text: str = ""
    day: str = ""


@dataclass(frozen=True)
class Said:
    """A press in the words of the grammar, and what it is a press of; `shown`: our message, if it is one."""

    text: str
    press: Press
    shown: Shown | None

    @property
    def answers(self) -> tuple[str, ...]:
        own = self.shown.message.message_id if self.shown else None
        return (own,) if own else ()


def title_of(button: Button) -> str:
    """The words on it; what stands with its row need not name what it is about."""
    return words_on(button.label, "" if button.row else button.on)


def value_of(message: OutboxEntry, button: Button) -> str:
    """What a button of a message sends when it is pressed."""
    return f"{message.id}.{message.token}.{button.mark}"


def decided_in(shown: Shown) -> list[dict[str, Any]]:
    """Who decided what of a message's offers, and when; `target` only where it offers several things."""
    several = len({one.subject for one in shown.offers}) > 1
    return [
        {
            "target": one.subject.partition(" ")[2].rpartition("/")[2] if several else "",
            "outcome": one.outcome,
            "who": one.ended_by,
            "at": one.ended_at.isoformat() if one.ended_at else "",
        }
        for one in shown.ended
    ]


def alive_in(shown: Shown) -> list[Button]:
    """What can still be pressed."""
    offered = buttons_of(shown.message.template, shown.message.fields)
    return [one for one in offered if not is_spent(shown, one)]


def placed_in(shown: Shown) -> Mapping[str, Sequence[Placed]]:
    """The same with their numbers, by the row of the message where they stand; those of none under ""."""
    placed: dict[str, list[Placed]] = defaultdict(list)
    for number, one in enumerate(alive_in(shown), 1):
        placed[one.row].append((number, one))
    return placed


async def said_by(pressed: Pressed, shown_of: ShownOf) -> Said:
    """What somebody says by pressing; no words, with the reason, for a button that is dead."""
    shown, button = await found(pressed, shown_of)
    if shown is None or not isinstance(button, Button):
        return Said("", Press(dead=str(button)), shown)
    return Said(*_words(pressed, shown, button), shown)


async def found(pressed: Pressed, shown_of: ShownOf) -> tuple[Shown | None, Button | str]:
    """Our message and its button, or a word for why there is none. A value that belongs elsewhere is like
    one that belongs nowhere."""
    value = _VALUE.fullmatch(pressed.value)
    shown = await shown_of(int(value[1])) if value else None
    if value is None or shown is None or not _is_there(shown.message, value[2], pressed):
        return None, "unknown"
    buttons = {one.mark: one for one in buttons_of(shown.message.template, shown.message.fields)}
    return shown, buttons.get(value[3], "changed")


def is_spent(shown: Shown, button: Button) -> bool:
    """Whether what it is there for is decided already."""
    return any(one.subject == button.subject for one in shown.ended)


def _words(pressed: Pressed, shown: Shown, button: Button) -> tuple[str, Press]:
    """The command; none where its words were never asked for, or no day was chosen."""
    press = Press(shown.message.id, button.subject)
    if is_spent(shown, button):
        return "", press
    if button.asks and (not pressed.filled or (button.asks == "day" and not _is_day(pressed.day))):
        return "", Press(dead="no_form", say=in_words(button))
    return spoken(button, pressed.text, pressed.day), press


def _is_there(message: OutboxEntry, token: str, pressed: Pressed) -> bool:
    """Whether it is the message's own token, pressed where the message was posted. A person's own chat with
    us has an address which is not known before the first message was posted."""
    if message.channel != pressed.channel or not compare_digest(message.token, token):
        return False
    posted = (message.receipt or "").rpartition("/")[0] if message.state == "sent" else ""
    return pressed.conversation in (posted, message.to) or (not posted and message.to == pressed.user)


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True
