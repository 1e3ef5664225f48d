"""A file of which Slack told only the id: the message that it was shared with, asked of Slack.

The message comes as an event of its own, too, in most cases sooner: then there is nothing left to do.
"""

from datetime import timedelta
from typing import Any

from bot.slack_calls import SaidNo, SlackCalls
from bot.slack_events import Body, message_id
from handlers.messages import Kept
from handlers.retry import TryLater
from store import Store
from store.clock import wall

FIRST_LOOK = timedelta(seconds=5)
PATIENCE = timedelta(minutes=2)


class Shares:
    """Finds what was said with a file."""

    def __init__(self, calls: SlackCalls, store: Store) -> None:
        self._calls, self._store = calls, store

    async def message_of(self, body: Body, entry: Kept) -> Body:
        """The event of the message; of the file alone where there is none. Raises TryLater."""
        event, team = body["event"], str(body.get("team_id"))
        conversation, age = str(event.get("channel_id")), wall() - entry.received_at
        if timedelta(0) <= age < FIRST_LOOK:
            raise TryLater("its message may come by itself", FIRST_LOOK - age)
        shared = await self._shared(str(event.get("file_id")), conversation)
        if shared is None and timedelta(0) <= age < PATIENCE:
            raise TryLater("Slack does not say yet where it was shared", FIRST_LOOK)
        if shared is None:
            return {**body, "event": alone(event)}
        ts, thread = shared
        async with self._store.look() as uow:
            came = await uow.keys_known([message_id(team, conversation, ts)])
        said = {"subtype": "told already"} if came else await self._said(conversation, ts, thread)
        whole = alone(event) | {"ts": ts, "thread_ts": thread} | said
        return {**body, "event": whole | {"type": "message"}}

    async def _shared(self, file: str, conversation: str) -> tuple[str, str] | None:
        """Stamp and thread of the message there that the file came with."""
        try:
            record = (await self._calls.ask("files.info", file=file)).get("file")
        except SaidNo:
            return None
        return shared_in(record if isinstance(record, dict) else {}, conversation)

    async def _said(self, conversation: str, ts: str, thread: str) -> dict[str, Any]:
        """The message as it stands there."""
        where = {"channel": conversation, "oldest": ts, "latest": ts, "inclusive": "true", "limit": 1}
        try:
            if thread:
                found = await self._calls.ask("conversations.replies", ts=thread, **where)
            else:
                found = await self._calls.ask("conversations.history", **where)
        except SaidNo:
            return {}
        return next((one for one in found.get("messages") or () if one.get("ts") == ts), {})


def shared_in(record: dict[str, Any], conversation: str) -> tuple[str, str] | None:
    """Stamp and thread of the first message of a conversation that a file's record names."""
    shares = record.get("shares") or {}
    there = [
        one for kind in ("private", "public") for one in (shares.get(kind) or {}).get(conversation) or ()
    ]
    return (str(there[0].get("ts")), str(there[0].get("thread_ts") or "")) if there else None


def alone(event: dict[str, Any]) -> dict[str, Any]:
    """The event of a message that is nothing but the file."""
    return {
        "type": "message",
        "subtype": "file_share",
        "user": event.get("user_id"),
        "channel": event.get("channel_id"),
        "files": [{"id": event.get("file_id")}],
    }
