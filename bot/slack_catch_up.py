"""Never silently deaf: every ten minutes we look through our conversations ourselves.

What is found there and was never told to us is kept like everything that is told: a day of lost events costs
time, no document. Found again it is the same arrival, by its key. In channels we hear of mentions only, so
only direct messages can be looked through.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import SlackDoor
from bot.slack_calls import what_it_said
from bot.slack_events import CHANNEL, key_of
from store import Store
from store.clock import Clock

log = structlog.get_logger()
EVERY_SECONDS = 600.0
OVERLAP = timedelta(minutes=2)  # what was on its way while we looked last
THREADS = timedelta(days=7)  # how old a message may be under which somebody still answers
PAGE = 200
Body = dict[str, Any]
Message = Mapping[str, Any]


@dataclass(frozen=True)
class CatchUp:
    """Looks through the app's direct messages for what the door never heard of."""

    client: AsyncWebClient
    door: SlackDoor
    store: Store
    clock: Clock

    async def look(self) -> int:
        """How many were missed and are kept now. Trouble is noted for the alarms, and the next look covers
        the same time again."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            since = (await uow.chat_watch(CHANNEL, now)).until - OVERLAP
        try:
            missed = [await self._take(bodies) async for bodies in self._said_since(since)]
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as trouble:
            await self._note(now, None, _word(trouble))
            return 0
        await self._note(now, sum(missed), None)
        return sum(missed)

    async def _take(self, bodies: list[Body]) -> int:
        """Keep those that we were never told of; how many."""
        keys = {key_of(body): body for body in bodies}
        async with self.store.look() as uow:
            missed = keys.keys() - await uow.keys_known(keys)
        for key in sorted(missed):
            await self.door.keep(keys[key])
        return len(missed)

    async def _said_since(self, since: datetime) -> AsyncIterator[list[Body]]:
        """Bodies like those of events, a page at a time: of conversations, and of threads that went on."""
        team, begin = await self.door.workspace.team(), _stamp(since - THREADS)
        async for channels in self._pages("conversations.list", "channels", types="im"):
            for channel in (str(one["id"]) for one in channels):
                seen = {"channel": channel, "oldest": begin}
                async for messages in self._pages("conversations.history", "messages", **seen):
                    yield _bodies(team, channel, messages, since)
                    for parent in [one for one in messages if _time(one.get("latest_reply")) >= since]:
                        under = {"channel": channel, "ts": parent["ts"], "oldest": _stamp(since)}
                        async for replies in self._pages("conversations.replies", "messages", **under):
                            yield _bodies(team, channel, replies, since)

    async def _pages(self, method: str, name: str, **given: Any) -> AsyncIterator[list[Message]]:
        cursor = ""
        while True:
            asked = {"limit": PAGE, "cursor": cursor, **given}
            said = await self.client.api_call(method, http_verb="GET", params=asked)
            yield list(said.get(name, ()))
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _note(self, at: datetime, missed: int | None, trouble: str | None) -> None:
        async with self.store.begin() as uow:
            watch = await uow.chat_watch(CHANNEL, at)
            watch.note(at, trouble)
            if missed is not None:
                watch.until = at
            if missed:
                watch.missed_at = at
                log.error("slack.missed", found=missed)


def _bodies(team: str, channel: str, messages: list[Message], since: datetime) -> list[Body]:
    return [
        {"type": "event_callback", "team_id": team, "found": "by looking"}
        | {"event": {**one, "channel": channel, "channel_type": "im"}}
        for one in messages
        if _is_a_persons(one) and _time(one["ts"]) >= since
    ]


def _is_a_persons(message: Message) -> bool:
    """Our own words, joins and the like are not."""
    said = message.get("subtype") in (None, "file_share", "thread_broadcast")
    return said and bool(message.get("user")) and not message.get("bot_id")


def _time(stamp: object) -> datetime:
    return datetime.fromtimestamp(float(str(stamp or 0)), UTC)


def _stamp(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _word(trouble: Exception) -> str:
    return what_it_said(trouble)[0] if isinstance(trouble, SlackApiError) else "no answer"
