"""A button: nothing but a command that need not be typed. Pure; for every chat.

Whether it is done is the core's to decide when it is pressed, by whoever presses it. What it would decide is
its `subject`, so that every message that offers it can be told when somebody was first
(`handlers/surfaces.py`). Which reply offers what: `handlers/buttons.py`.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from handlers.agreements import day_said

Style = Literal["primary", "danger", ""]
Asks = Literal["needed", "found", "why", "day", "answer", "comment"]
_TO_TYPE: dict[Asks, str] = {
    "needed": ": what else is needed",
    "found": ": what was found",
    "why": ": the reason",
    "day": " until … because …",
    "answer": ": what was done",
    "comment": ": your words",
}
_FINAL = ("grant", "shorten", "decline", "return", "does_not_meet")


@dataclass(frozen=True)
class Button:
    """`label` is a word of `[buttons]` in `words.toml`; `on` ends it where a message has several of a kind.
    `row` is the number of the row it belongs to, where the words of chats have a place for its buttons.
    `asks` is what must be typed before `say` is complete (`spoken`). `day` (ISO): until when time is granted,
    or the latest day that may be chosen."""

    label: str
    say: str
    style: Style = ""
    asks: Asks | None = None
    on: str = ""
    subject: str = ""
    day: str = ""
    row: str = ""

    @property
    def target(self) -> str:
        """What it decides on or speaks of, as people call it."""
        about = self.subject or self.say
        return about.partition(" ")[2].rpartition("/")[2]

    @property
    def is_final(self) -> bool:
        """No other button takes it back: a chat says before what will happen (`will_happen` in
        `phrases.txt`), in the form of what asks for words, or else in a question of its own."""
        return self.label in _FINAL

    @property
    def mark(self) -> str:
        """Names the button within its message: another order of buttons in a later version changes it not."""
        said = f"{self.label}\n{self.say}\n{self.asks}"
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def spoken(button: Button, text: str = "", day: str = "") -> str:
    """The command with what was typed behind it, as a form is read (`Message.filled`); `day` is ISO."""
    until = f" until {day_said(date.fromisoformat(day))}" if day else ""
    words = text.strip()
    return f"{button.say}{until}: {words}" if words else f"{button.say}{until}"


def in_words(button: Button) -> str:
    """How to say the same without a form."""
    return button.say + (_TO_TYPE[button.asks] if button.asks else "")
