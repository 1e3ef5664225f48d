"""Buttons of our cards in Teams: a press as a message, and the card as it is afterwards.

Teams waits for the answer to a press and shows it to who pressed: the card with what has become of it. What
we have to say goes out as a message like any other.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.at_once import AtOnce
from bot.beside import Beside
from bot.pressing import Pressed, found, said_by
from bot.shown import ShownOf
from bot.teams_buttons import PRESS
from bot.teams_events import CHANNEL, Body, Told, contact_of, sender_of, told
from bot.teams_voice import words_of
from bot.teams_words import clean
from handlers.buttons import Button
from handlers.messages import Kept, Message, ReturnAddress
from store.outbox import OutboxEntry
from templates.render import Place, sentence
from templates.teams import KIND, for_teams

ACTION = "adaptiveCard/action"
MESSAGE = "application/vnd.microsoft.activity.message"
PATIENCE = 8.0  # seconds, of the fifteen that Teams waits


@dataclass(frozen=True)
class Presses:
    """Answers presses while Teams waits. `place` is where we speak."""

    at_once: AtOnce
    shown: ShownOf
    place: Callable[[], Place]
    beside: Beside

    async def answer(self, activity: Body, number: int) -> dict[str, Any]:
        """What Teams shows: the card as it is now; our first words where there is no such card any more."""
        working = self.beside.soon(self.at_once.work(number, CHANNEL))
        await asyncio.wait({working}, timeout=PATIENCE)
        place = replace(self.place(), channel=CHANNEL)
        if not working.done():
            return _said(sentence(CHANNEL, "kept"))
        shown, button = await found(pressed(activity), self.shown)
        if shown is not None and isinstance(button, Button):
            _, words = words_of(shown, place)
            return {"statusCode": 200, "type": KIND, "value": words["attachments"][0]["content"]}
        return _said(_headline(working.result(), place))


async def read_press(entry: Kept, activity: Body, shown_of: ShownOf) -> Message | None:
    """What a press says, in the words of the grammar; None for what is none."""
    if activity.get("type") != "invoke" or activity.get("name") != ACTION:
        return None
    who, what = told(activity), pressed(activity)
    said = await said_by(what, shown_of)
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=sender_of(who.account),
        reply_to=_answer_to(who),
        text=clean(said.text),
        answers=said.answers,
        filled=what.filled,
        press=said.press,
        contact=contact_of(who),
    )


def pressed(activity: Body) -> Pressed:
    """Which button, with what was filled in below it; fields of other buttons of the card are not its own."""
    action = (activity.get("value") or {}).get("action") or {}
    data = action.get("data") or {}
    value = str(data.get(PRESS))
    mark = value.rpartition(".")[2]
    text, day = data.get(f"text_{mark}"), data.get(f"day_{mark}")
    who = told(activity)
    filled = text is not None or day is not None
    return Pressed(CHANNEL, who.user, who.conversation, value, filled, str(text or ""), str(day or ""))


def _answer_to(who: Told) -> ReturnAddress:
    return ReturnAddress(CHANNEL, who.conversation, only_for=None if who.private else who.user)


def _headline(owed: Sequence[OutboxEntry], place: Place) -> str:
    if not owed:
        return sentence(CHANNEL, "kept")
    return for_teams(owed[0].template, owed[0].fields, place)[0].partition("\n")[0]


def _said(words: str) -> dict[str, Any]:
    return {"statusCode": 200, "type": MESSAGE, "value": words}
