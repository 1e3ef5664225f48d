"""Kept words of Slack as messages. Files are fetched here, when the message is handled: never in the door."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.kept_words import Objects, body_of, read_each
from bot.shown import ShownOf
from bot.slack_actions import read_press
from bot.slack_events import CHANNEL, Body, Told, is_share, message_id, sender_of, told
from handlers.messages import Attachment, Kept, Message, ReturnAddress, Sender, Unreadable
from handlers.retry import TryLater
from handlers.safe_text import safe

FORM_SECONDS = 3.0  # so long a form may show the answer itself


class Fetching(Protocol):
    """Who asks Slack for what a kept body only names (`bot/slack_files.py`)."""

    async def message_of(self, body: Body, entry: Kept) -> Body: ...

    async def fetch(self, files: Sequence[Mapping[str, Any]], entry: Kept) -> tuple[Attachment, ...]: ...


class SlackReader:
    """Reads what the Slack door kept; `objects_path` is where the object of a digest lies, `shown` looks up
    what a button stands below. `fetching`: None where Slack is not set up any more, so that what came with
    files waits."""

    def __init__(self, objects_path: Objects, shown: ShownOf, fetching: Fetching | None = None) -> None:
        self._path, self._shown, self._fetching = objects_path, shown, fetching

    async def read(self, entries: Sequence[Kept]) -> list[Message | Unreadable]:
        """Raises OSError where the disk does not give back what it keeps; TryLater where Slack does not give
        its files now."""
        return await read_each(entries, self._read)

    async def _read(self, entry: Kept) -> Message | Unreadable:
        body = await body_of(entry, self._path)
        if (pressed := await read_press(entry, body, self._shown)) is not None:
            return pressed
        if is_share(body):
            body = await self._fetcher().message_of(body, entry)
        said = told(body)
        sender = sender_of(said.account, body)
        wanted = said.files and not said.silent and not sender.elsewhere
        files = await self._fetcher().fetch(said.files, entry) if wanted else ()
        return _message(entry, said, sender, files)

    def _fetcher(self) -> Fetching:
        if self._fetching is None:
            raise TryLater("Slack is not set up")
        return self._fetching


def _message(entry: Kept, said: Told, sender: Sender, files: tuple[Attachment, ...]) -> Message:
    is_message = bool(said.ts)
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=sender,
        reply_to=None if said.silent else _answer_to(said),
        text=safe(said.text),
        files=files,
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
