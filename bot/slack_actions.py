"""What a button that was pressed in Slack says, or the small form of one that asked for words first.

A value is `NUMBER.TOKEN.MARK`: our message, its own secret, and which of its buttons. Everything else is
looked up when somebody presses, so that a button works after a restart, and says the same for ever.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from typing import Any

from bot.shown import ShownOf
from bot.slack_events import CHANNEL, message_id
from handlers.buttons import Button, buttons_of, in_words, spoken
from handlers.messages import Kept, Message, Press, ReturnAddress, Sender
from store.chats import Shown
from store.outbox import OutboxEntry

Body = Mapping[str, Any]
PRESS = re.compile(r"press:\d{1,3}")
REASON = "cais:press"
OPENED = "opened"
_VALUE = re.compile(r"(\d{1,18})\.([0-9a-f]{16})\.([0-9a-f]{12})")


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


def pressed(body: Body) -> Pressed | None:
    """What somebody pressed or filled in; None for what is no button of a message of ours."""
    user, team = body.get("user", {}), body.get("team") or {}
    who = str(user.get("team_id") or team.get("id")), str(user.get("id"))
    if body.get("type") == "block_actions":
        return _press(body, who)
    view = body.get("view", {})
    if body.get("type") != "view_submission" or view.get("callback_id") != REASON:
        return None
    typed = view.get("state", {}).get("values", {})
    place = json.loads(view["private_metadata"])
    text = typed.get("text", {}).get("text", {}).get("value") or ""
    day = typed.get("day", {}).get("day", {}).get("selected_date") or ""
    return Pressed(*who, **place, filled=True, text=text, day=day)


def _press(body: Body, who: tuple[str, str]) -> Pressed | None:
    action: Body = next(iter(body.get("actions", ())), {})
    if not PRESS.fullmatch(str(action.get("action_id"))):
        return None
    place = body.get("container", {})
    ts, root = str(place.get("message_ts") or ""), str(place.get("thread_ts") or "")
    return Pressed(
        *who,
        conversation=str(place.get("channel_id") or body.get("channel", {}).get("id")),
        value=str(action.get("value")),
        thread=root or ("" if place.get("is_ephemeral") else ts),
        root=root,
    )


async def read_press(entry: Kept, body: Body, shown_of: ShownOf) -> Message | None:
    """What a press or a filled form says, in the words of the grammar; None for what is neither."""
    said = pressed(body)
    if said is None:
        return None
    shown, button = await found(said, shown_of)
    text, press = "", Press(dead=button if isinstance(button, str) else "")
    if shown is not None and isinstance(button, Button):
        text, press = _words(said, shown, button)
    opened = not said.filled and entry.envelope.get("form") == OPENED
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=Sender(said.account, "confirmed", f"Slack account {said.account}", account=said.account),
        reply_to=_answer_to(said),
        text=text,
        answers=(shown.message.message_id,) if shown and shown.message.message_id else (),
        under=(message_id(said.team, said.conversation, said.root),) if said.root else (),
        automatic="opened a form" if opened else None,
        filled=said.filled,
        press=press,
    )


def _words(said: Pressed, shown: Shown, button: Button) -> tuple[str, Press]:
    """The command; none where its words were never asked for, or no day was chosen."""
    press = Press(shown.message.id, button.subject)
    if is_spent(shown, button):
        return "", press
    if button.asks and (not said.filled or (button.asks == "day" and not _is_day(said.day))):
        return "", Press(dead="no_form", say=in_words(button))
    return spoken(button, said.text, said.day), press


async def found(said: Pressed, shown_of: ShownOf) -> tuple[Shown | None, Button | str]:
    """Our message and its button, or a word for why there is none. A value that belongs elsewhere is like
    one that belongs nowhere."""
    value = _VALUE.fullmatch(said.value)
    shown = await shown_of(int(value[1])) if value else None
    if value is None or shown is None or not _is_there(shown.message, value[2], said.conversation):
        return None, "unknown"
    buttons = {one.mark: one for one in buttons_of(shown.message.template, shown.message.fields)}
    return shown, buttons.get(value[3], "changed")


def _is_there(message: OutboxEntry, token: str, conversation: str) -> bool:
    """Whether it is the message's own token, pressed where the message was posted. A person's direct
    messages have an address of their own, which is not known before the first was posted."""
    if message.channel != CHANNEL or not compare_digest(message.token, token):
        return False
    posted = (message.receipt or "").partition("/")[0] if message.state == "sent" else ""
    return conversation in (posted, message.to) or (not posted and message.to.startswith("U"))


def is_spent(shown: Shown, button: Button) -> bool:
    """Whether what it is there for is decided already."""
    return any(one.subject == button.subject for one in shown.ended)


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


def _answer_to(said: Pressed) -> ReturnAddress:
    """Under the message; in a channel for the eyes of who pressed only."""
    only_for = None if said.conversation.startswith("D") else said.user
    return ReturnAddress(CHANNEL, said.conversation, thread=said.thread or None, only_for=only_for)
