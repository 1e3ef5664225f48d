"""The assistant's thread, where a workspace has it: what to ask first, and that we are at it.

It is an ornament: what Slack does not allow is noted once, and every answer comes without it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.beside import Beside
from bot.slack_calls import what_it_said
from bot.slack_events import CHANNEL
from handlers.open_work import OpenWork, open_for_account
from store import Store
from templates.forms import CHAT_FORMS

log = structlog.get_logger()
MOST_PROMPTS = 4
NOT_HERE = frozenset(
    {"unknown_method", "not_allowed", "not_allowed_token_type", "missing_scope", "feature_not_enabled"}
)
Body = dict[str, Any]


class Assistant:
    """Suggested prompts when a thread begins, and a status line while a message there is worked."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, store: Store, beside: Beside) -> None:
        self._client, self._store, self._beside = client, store, beside
        self._is_here = True
        app.event("assistant_thread_started")(self._on_thread)
        app.event("assistant_thread_context_changed")(_nothing)
        app.use(self._watch)

    async def suggest(self, team: str, thread: Body) -> None:
        """What somebody may ask first, in their new thread."""
        async with self._store.look() as uow:
            work = await open_for_account(f"{CHANNEL}:{team}/{thread['user_id']}", uow)
        where = {name: thread[name] for name in ("channel_id", "thread_ts")}
        await self._call("assistant.threads.setSuggestedPrompts", prompts=prompts_for(work), **where)

    async def at_it(self, event: Body) -> None:
        """Say so in the thread of a message that is being worked; our answer takes it away."""
        where = {"channel_id": event["channel"], "thread_ts": event["thread_ts"]}
        status = CHAT_FORMS["assistant"]["status"]
        await self._call("assistant.threads.setStatus", status=status, **where)

    async def _on_thread(self, body: Body) -> None:
        self._beside.soon(self.suggest(str(body.get("team_id")), body["event"]["assistant_thread"]))

    async def _watch(self, body: Body, next: Callable[[], Awaitable[Any]]) -> Any:
        """Bolt gives arguments by their names."""
        event = body.get("event") or {}
        if self._is_here and _is_asked_in_thread(event):
            self._beside.soon(self.at_it(event))
        return await next()

    async def _call(self, method: str, **words: Any) -> None:
        if not self._is_here:
            return
        try:
            await self._client.api_call(method, json=words)
        except SlackApiError as no:
            code = what_it_said(no)[0]
            self._is_here = code not in NOT_HERE
            log.info("assistant thread", method=method, code=code)
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            log.info("assistant thread", method=method, code=type(trouble).__name__)


def prompts_for(work: OpenWork | None) -> list[dict[str, str]]:
    """What to ask first, by what one can do here: each is a title, and the words that it says."""
    words = CHAT_FORMS["prompts"]
    if work is None:
        wanted = ["help"]
    elif work.contact:
        wanted = ["home", "status", "held", "help"]
    else:
        wanted = ["home", "status", "me" if work.deciding else "forms", "help"]
    return [{"title": words[one]["title"], "message": words[one]["message"]} for one in wanted[:MOST_PROMPTS]]


async def _nothing() -> None:
    """Where somebody looks at meanwhile changes nothing."""


def _is_asked_in_thread(event: Body) -> bool:
    """By a person, in a thread of their conversation with us."""
    own = event.get("type") == "message" and event.get("channel_type") == "im" and "thread_ts" in event
    return own and not event.get("bot_id") and event.get("subtype") in (None, "file_share")
