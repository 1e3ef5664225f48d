"""A button that was pressed in Slack, or the small form of one that asked for words first, as a message."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import pressing
from bot.pressing import said_by
from bot.shown import ShownOf
from bot.slack_events import CHANNEL, message_id, sender_of, who_acts
from handlers.messages import Kept, Message, ReturnAddress
from handlers.safe_text import safe

Body = Mapping[str, Any]
PRESS = re.compile(r"press:\d{1,3}")
REASON = "cais:press"
OPENED = "opened"


@dataclass(frozen=True)
class Pressed:
    """A press, or a small form that was filled in after one (`filled`). `root`: the message in whose thread
    the button stands; `thread`: where our answer belongs."""

    team: str
    user: str
    conversation: str
    value: str
    thread: str = ""
    root: str = ""
    filled: bool = False
    text: str = ""
    day: str = ""

    @property
    def account(self) -> str:
        return f"{CHANNEL}:{self.team}/{self.user}"

    @property
    def what(self) -> pressing.Pressed:
        """The same in words of no chat."""
        return pressing.Pressed(
            CHANNEL, self.user, self.conversation, self.value, self.filled, self.text, self.day
        )


def pressed(body: Body) -> Pressed | None:
    """What somebody pressed or filled in; None for what is no button of a message of ours."""
    if body.get("type") == "block_actions":
        return _press(body)
    view = body.get("view", {})
    if body.get("type") != "view_submission" or view.get("callback_id") != REASON:
        return None
    typed = view.get("state", {}).get("values", {})
    place = json.loads(view["private_metadata"])
    text = typed.get("text", {}).get("text", {}).get("value") or ""
    day = typed.get("day", {}).get("day", {}).get("selected_date") or ""
    return Pressed(*who_acts(body), **place, filled=True, text=text, day=day)


def _press(body: Body) -> Pressed | None:
    action: Body = next(iter(body.get("actions", ())), {})
    if not PRESS.fullmatch(str(action.get("action_id"))):
        return None
    place = body.get("container", {})
    ts, root = str(place.get("message_ts") or ""), str(place.get("thread_ts") or "")
    return Pressed(
        *who_acts(body),
        conversation=str(place.get("channel_id") or body.get("channel", {}).get("id")),
        value=str(action.get("value")),
        thread=root or ("" if place.get("is_ephemeral") else ts),
        root=root,
    )


async def read_press(entry: Kept, body: Body, shown_of: ShownOf) -> Message | None:
    """What a press or a filled form says, in the words of the grammar; None for what is neither."""
    if (said := pressed(body)) is None:
        return None
    what = await said_by(said.what, shown_of)
    opened = not said.filled and entry.envelope.get("form") == OPENED
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=sender_of(said.account, body),
        reply_to=_answer_to(said),
        text=safe(what.text),
        answers=what.answers,
        under=(message_id(said.team, said.conversation, said.root),) if said.root else (),
        automatic="opened a form" if opened else None,
        filled=said.filled,
        press=what.press,
    )


def _answer_to(said: Pressed) -> ReturnAddress:
    """Under the message; in a channel for the eyes of who pressed only."""
    only_for = None if said.conversation.startswith("D") else said.user
    return ReturnAddress(CHANNEL, said.conversation, thread=said.thread or None, only_for=only_for)
