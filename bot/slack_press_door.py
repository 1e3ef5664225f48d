"""The door of buttons: kept like everything else; one that asks for words first opens its small form."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.pressing import found, is_spent
from bot.shown import ShownOf
from bot.slack_actions import OPENED, PRESS, REASON, Body, Pressed, pressed
from bot.slack_events import CHANNEL
from bot.slack_fields import View, modal, note, plain_text
from bot.slack_forms import open_form
from handlers.button import Button
from templates.chat import Block
from templates.forms import CHAT_FORMS
from templates.render import sentence
from templates.values import long_date
from templates.words import button as words_on

NOT_OPENED = "not opened"
OPENING_SECONDS = 2.0  # of the three that Slack gives us for the whole press
LONGEST_TEXT = 3000
Ack = Callable[..., Awaitable[Any]]
Keep = Callable[[dict[str, Any], dict[str, Any]], Awaitable[int]]


class PressDoor:
    """Takes presses, and the small forms that were filled in after them."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, keep: Keep, shown: ShownOf) -> None:
        self._client, self._keep, self._shown = client, keep, shown
        app.action(PRESS)(self._press)
        app.view(REASON)(self._filled)

    async def _press(self, body: dict[str, Any], ack: Ack) -> None:
        """What triggers a form is good for seconds: it is opened first, and what became of it kept."""
        form = await form_for(body, self._shown)
        await self._keep(body, {"form": await self._open(body, form)} if form else {})
        await ack()

    async def _filled(self, body: dict[str, Any], ack: Ack) -> None:
        await self._keep(body, {})
        await ack()

    async def _open(self, body: Body, form: View) -> str:
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                opened = await open_form(self._client, str(body.get("trigger_id")), form)
        except (TimeoutError, aiohttp.ClientError, OSError):
            return NOT_OPENED
        return OPENED if opened else NOT_OPENED


async def form_for(body: Body, shown_of: ShownOf) -> View | None:
    """The small form of a button that asks for words first, if it is alive."""
    said = pressed(body)
    if said is None or said.filled:
        return None
    shown, button = await found(said.what, shown_of)
    if shown is None or not isinstance(button, Button) or not button.asks or is_spent(shown, button):
        return None
    return _form(button, said)


def _form(button: Button, said: Pressed) -> View:
    assert button.asks is not None
    words = CHAT_FORMS["press"][button.asks]
    place = {"conversation": said.conversation, "value": said.value}
    place |= {"thread": said.thread, "root": said.root}
    text = words["text"].format(target=button.target)
    element = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_TEXT}
    blocks = [_field("text", text, element)]
    if button.asks == "day":
        blocks = [_day(button.day), blocks[0] | {"optional": True}]
    if button.is_final:
        blocks.append(note(sentence(CHANNEL, "will_happen", button.label, button.target, button.day)))
    return modal(
        REASON,
        words["title"],
        blocks,
        submit=words_on(button.label, ""),
        close=CHAT_FORMS["waiting"]["close"],
        private_metadata=json.dumps(place),
    )


def _day(latest: str) -> Block:
    words = CHAT_FORMS["press_day"]
    first = {"initial_date": latest} if latest else {}
    block = _field("day", words["label"], {"type": "datepicker"} | first)
    return block | ({"hint": plain_text(words["hint"].format(day=long_date(latest)), 2000)} if latest else {})


def _field(name: str, label: str, element: Block) -> Block:
    words, named = plain_text(label, 2000), element | {"action_id": name}
    return {"type": "input", "block_id": name, "label": words, "element": named}
