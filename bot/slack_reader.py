"""Kept words of Slack as messages. Files are fetched here, when the message is handled: never in the door."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.slack_actions import ShownOf, read_press
from bot.slack_events import CHANNEL, Told, message_id, told
from handlers.messages import Kept, Message, ReturnAddress, Sender, Unreadable

FORM_SECONDS = 3.0  # so long a form may show the answer itself
Objects = Callable[[str], Path]


class SlackReader:
    """Reads what the Slack door kept; `objects_path` is where the object of a digest lies, `shown` looks up
    what a button stands below."""

    def __init__(self, objects_path: Objects, shown: ShownOf) -> None:
        self._path, self._shown = objects_path, shown

    async def read(self, entries: Sequence[Kept]) -> list[Message | Unreadable]:
        """Raises OSError where the disk does not give back what it keeps."""
        return list(await asyncio.gather(*map(self._read, entries)))

    async def _read(self, entry: Kept) -> Message | Unreadable:
        body = json.loads(await asyncio.to_thread(self._path(entry.sha256).read_bytes))
        return await read_press(entry, body, self._shown) or _message(entry, told(body))


def _message(entry: Kept, said: Told) -> Message:
    is_message = bool(said.ts)
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=Sender(said.account, "confirmed", f"Slack account {said.account}", account=said.account),
        reply_to=None if said.silent else _answer_to(said),
        text=said.text,
        message_id=said.own_id if is_message else None,
        automatic=said.silent.removeprefix("automatic: ") or None,
        content=said.own_id if is_message else "",
        under=(message_id(said.team, said.conversation, said.thread),) if said.thread else (),
        filled=said.filled,
    )


def _answer_to(said: Told) -> ReturnAddress:
    """In their direct messages where they asked there; in a channel for their eyes only."""
    thread = said.thread or (said.ts if said.files or not said.private else "")
    return ReturnAddress(
        CHANNEL,
        said.conversation,
        message_id=said.own_id if said.ts else None,
        thread=thread or None,
        only_for=None if said.private else said.user,
        patience=FORM_SECONDS if said.filled else 0,
    )
