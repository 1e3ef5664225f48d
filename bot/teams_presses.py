"""Buttons of our cards in Teams: a press is answered with the card as it is afterwards.

Teams waits for the answer to a press and shows it to who pressed: the card with what has become of it. What
we have to say goes out as a message like any other.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.at_once import AtOnce
from bot.beside import Beside
from bot.pressing import found
from bot.shown import ShownOf
from bot.teams_actions import pressed
from bot.teams_activity import CHANNEL, Body
from bot.teams_voice import words_of
from handlers.button import Button
from store.outbox import OutboxEntry
from templates.render import Place, sentence
from templates.teams import KIND, for_teams

MESSAGE = "application/vnd.microsoft.activity.message"
PATIENCE = 8.0  # seconds, of the fifteen that Teams waits


@dataclass(frozen=True)
class Presses:
    """Answers presses while Teams waits. `place` is where we speak; `own_chat` leads to
    their own chat with us."""

    at_once: AtOnce
    shown: ShownOf
    place: Callable[[], Place]
    beside: Beside
    own_chat: str = ""

    async def answer(self, activity: Body, number: int) -> dict[str, Any]:
        """What Teams shows: the card as it is now; our first words where there is no such card any more."""
        working = self.beside.soon(self.at_once.work(number, CHANNEL))
        await asyncio.wait({working}, timeout=PATIENCE)
        place = replace(self.place(), channel=CHANNEL)
        if not working.done():
            return _said(sentence(CHANNEL, "kept"))
        shown, button = await found(pressed(activity), self.shown)
        if shown is not None and isinstance(button, Button):
            _, words = words_of(shown, place, self.own_chat)
            return {"statusCode": 200, "type": KIND, "value": words["attachments"][0]["content"]}
        return _said(_headline(working.result(), place))


def _headline(owed: Sequence[OutboxEntry], place: Place) -> str:
    if not owed:
        return sentence(CHANNEL, "kept")
    return for_teams(owed[0].template, owed[0].fields, place)[0].partition("\n")[0]


def _said(words: str) -> dict[str, Any]:
    return {"statusCode": 200, "type": MESSAGE, "value": words}
