"""Buttons in the Slack that runs here: what a message shows, and what Slack sends when one is pressed."""

import asyncio
from typing import Any

from bot.fake_slack_limits import UPDATED_TEXT, wrong_words

Json = dict[str, Any]


class Pressing:
    """What people do with what a message or a form shows, and messages that are written again."""

    messages: list[Json]
    _said: asyncio.Event

    async def interact(self, user: str, payload: Json) -> tuple[int, Json]:
        raise NotImplementedError

    async def press(self, user: str, message: Json, label: str) -> int:
        """Somebody presses a button of a message, as it is shown now; the status that Slack gets."""
        (button,) = [one for one in buttons_in(message) if one["text"]["text"] == label]
        return await self.press_value(user, message, button)

    async def press_value(self, user: str, message: Json, button: Json) -> int:
        """The same with a button that was shown before, or is shown nowhere."""
        return (await self.interact(user, press_of(message, button)))[0]

    async def rewritten(self, message: Json, times: int = 1, seconds: float = 30) -> Json:
        """A message, once it was written again so often."""
        async with asyncio.timeout(seconds):
            while message.get("edits", 0) < times:
                self._said.clear()
                await self._said.wait()
        return message

    async def update(self, given: Json) -> Json:
        """`chat.update`: of messages that everybody in the conversation sees."""
        if wrong := wrong_words(given, UPDATED_TEXT):
            return {"error": wrong}
        where = given["channel"], given.get("ts")
        there = [one for one in self.messages if (one["channel"], one["ts"]) == where]
        if not there or "only_for" in there[0]:
            return {"error": "message_not_found"}
        there[0].pop("blocks", None)
        there[0].update(given, edits=there[0].get("edits", 0) + 1)
        self._said.set()
        return {"channel": given["channel"], "ts": given["ts"], "text": given.get("text", "")}


def buttons_in(message: Json) -> list[Json]:
    """What a message shows to press."""
    rows = [block["elements"] for block in message.get("blocks", ()) if block["type"] == "actions"]
    return [one for row in rows for one in row if one["type"] == "button"]


def press_of(message: Json, button: Json) -> Json:
    """What Slack sends for a button, besides who pressed it."""
    place = {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]}
    place |= {"is_ephemeral": "only_for" in message}
    place |= {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    action = {"type": "button", "action_id": button["action_id"], "value": button["value"]}
    payload = {"type": "block_actions", "container": place, "channel": {"id": message["channel"]}}
    return payload | {"message": message, "actions": [action]}
