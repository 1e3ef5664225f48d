"""A filled dialog of Teams: what it says (`bot/form_words.py`), as a message. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.form_views import MOST_STEPS
from bot.form_words import command_said, is_command
from bot.teams_activity import CHANNEL, SUBMITS, Body, filled_data
from bot.teams_events import Told, contact_of, sender_of, told
from bot.teams_fields import decoded
from bot.teams_words import clean
from handlers.messages import Kept, Message, ReturnAddress
from handlers.signals import Press

PATIENCE = 8.0  # seconds that a dialog may show the answer itself
FORM, ONCE, NOTED = "form", "once", "noted"
OURS = frozenset({FORM, ONCE, NOTED, "next", "msteams"})
_RECEIPT = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class TeamsFilled:
    """The fields of a form by their inputs' names. Whatever a client sends: nothing is trusted to be there,
    or to be what it should be."""

    data: Mapping[str, Any]

    @property
    def form(self) -> str:
        return str(self.data.get(FORM))

    @property
    def noted(self) -> Mapping[str, Any]:
        noted = self.data.get(NOTED)
        noted = noted if isinstance(noted, dict) else {}
        steps, find = noted.get("steps"), noted.get("find")
        room = min(max(steps, 1), MOST_STEPS) if isinstance(steps, int) else 1
        return {"steps": room, "find": find if isinstance(find, str) else ""}

    @property
    def shape(self) -> Any:
        """What the card's fields depended on when it was shown."""
        noted = self.data.get(NOTED)
        return noted.get("shape") if isinstance(noted, dict) else None

    @property
    def next(self) -> str:
        """Which dialog comes next, where none is submitted: another form (`open`), the `next` part of this
        one, or this one with room for `more`."""
        return self.text("next")

    @property
    def values(self) -> dict[str, str]:
        """All that was filled in."""
        return {name: self.text(name) for name in self.data if name not in OURS}

    def text(self, name: str) -> str:
        said = self.data.get(name)
        return clean(said).strip() if isinstance(said, str) else ""

    def day(self, name: str) -> str:
        return self.chosen(name)

    def chosen(self, name: str) -> str:
        return " ".join(self.text(name).split())

    def several(self, name: str) -> list[str]:
        """A box that is not checked is none of them."""
        some = map(decoded, self.chosen(name).split(","))
        return [one for one in some if one and one != "no"]


def filled_in(activity: Body) -> TeamsFilled | None:
    """The dialog that was sent; None for what is none of ours."""
    if activity.get("type") != "invoke" or activity.get("name") not in SUBMITS:
        return None
    filled = TeamsFilled(filled_data(activity))
    return filled if is_command(filled.form) else None


def read_form(entry: Kept, activity: Body) -> Message | None:
    """What a dialog says, in the words of the grammar; None for what is none."""
    filled = filled_in(activity)
    if filled is None:
        return None
    who = told(activity)
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=sender_of(who.account),
        reply_to=_answer_to(who),
        text=command_said(filled),
        filled=True,
        press=_of_files(filled),
        contact=contact_of(who),
    )


def _of_files(filled: TeamsFilled) -> Press | None:
    """It answers our question about files that we have, like a button below that question."""
    receipt = filled.chosen("files") if filled.form == "attach" else ""
    return Press(subject=f"question {int(receipt)}") if _RECEIPT.fullmatch(receipt) else None


def _answer_to(who: Told) -> ReturnAddress:
    only_for = None if who.private else who.user
    return ReturnAddress(CHANNEL, who.conversation, only_for=only_for, patience=PATIENCE)
