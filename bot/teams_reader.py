"""Kept words of Teams as messages. Files are fetched here, when the message is handled: never in the door."""

from collections.abc import Sequence
from typing import Protocol

from bot.kept_words import Objects, body_of, read_each
from bot.shown import ShownOf
from bot.teams_actions import read_press
from bot.teams_activity import CHANNEL
from bot.teams_events import Told, contact_of, sender_of, told
from bot.teams_form_words import read_form
from handlers.messages import Attachment, Kept, Message, ReturnAddress, Unreadable
from handlers.retry import TryLater


class Fetching(Protocol):
    """Who asks Teams for the files of a message (`bot/teams_files.py`)."""

    async def fetch(self, said: Told, entry: Kept) -> tuple[Attachment, ...]: ...


class TeamsReader:
    """Reads what the Teams door kept; `objects_path` is where the object of a digest lies, `shown_of` looks
    up what a button stands below. `fetching`: None where Teams is not set up any more, so that what came with
    files waits."""

    def __init__(self, objects_path: Objects, shown_of: ShownOf, fetching: Fetching | None = None) -> None:
        self._path, self._shown, self._fetching = objects_path, shown_of, fetching

    async def read(self, entries: Sequence[Kept]) -> list[Message | Unreadable]:
        """Raises OSError where the disk does not give back what it keeps; TryLater where Teams does not give
        its files now."""
        return await read_each(entries, self._read)

    async def _read(self, entry: Kept) -> Message | Unreadable:
        activity = await body_of(entry, self._path)
        if (press := await read_press(entry, activity, self._shown)) is not None:
            return press
        if (form := read_form(entry, activity)) is not None:
            return form
        said = told(activity)
        wanted = said.files and not said.silent
        return _message(entry, said, await self._fetcher().fetch(said, entry) if wanted else ())

    def _fetcher(self) -> Fetching:
        if self._fetching is None:
            raise TryLater("Teams is not set up")
        return self._fetching


def _message(entry: Kept, said: Told, files: tuple[Attachment, ...]) -> Message:
    is_message = bool(said.activity)
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=sender_of(said.account),
        reply_to=None if said.silent else _answer_to(said),
        text=said.text,
        files=files,
        message_id=said.own_id if is_message else None,
        automatic=said.silent.removeprefix("automatic: ") or None,
        content=said.own_id if is_message else "",
        under=said.under,
        contact=contact_of(said),
    )


def _answer_to(said: Told) -> ReturnAddress:
    """In their chat with us where they asked there; elsewhere for their eyes only."""
    thread = said.activity if said.files or not said.private else ""
    return ReturnAddress(
        CHANNEL,
        said.conversation,
        message_id=said.own_id if said.activity else None,
        thread=thread or None,
        only_for=None if said.private else said.user,
    )
