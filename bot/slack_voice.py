"""Our voice in Slack: a reply as blocks with its whole text beside them, posted where it is owed.

A method that Slack asks us to leave alone rests for everybody. Where the conversation is gone, or shows
nothing to the person, we write to the person instead; what Slack refuses for good goes by mail
(handlers/mail_instead.py).
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import NeverAgain, NotYet, Outgoing, TryLater
from bot.slack_events import HOME
from bot.slack_home import home_view
from templates.chat import for_slack

log = structlog.get_logger()
# The conversation does not take it any more; its person may.
GONE = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "user_not_in_channel", "restricted_action"}
    | {"messages_tab_disabled", "thread_not_found", "cannot_reply_to_message", "channel_is_limited_access"}
)
# These very blocks are refused; the same words without them are better than nothing.
UNBLOCKED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
# What no second try can mend; everything else Slack says is tried again.
FINAL = GONE | UNBLOCKED
FINAL |= {"cannot_dm_bot", "msg_too_long", "no_text", "user_disabled", "user_not_found", "user_not_visible"}
FINAL |= {"not_enabled", "view_too_large"}
Words = dict[str, Any]


class SlackVoice:
    """Says what is owed through Slack's Web API."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._rests_until: dict[str, float] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, outgoing: Outgoing) -> str:
        """`CONVERSATION/TS` of the message. Raises TryLater, NotYet, NeverAgain."""
        entry = outgoing.entry
        if entry.to.startswith(HOME):
            return await self._publish(outgoing)
        text, blocks = for_slack(entry.template, entry.fields, outgoing.place)
        words: Words = {"channel": entry.to, "text": text, "blocks": blocks}
        if thread := entry.thread.get("thread"):
            words["thread_ts"] = thread
        async with self._turns.setdefault(entry.to, asyncio.Lock()):  # one conversation hears us in our order
            try:
                return await self._say(words, entry.thread.get("only_for"))
            except NeverAgain as no:
                person = _person_of(entry.thread)
                if str(no) not in GONE or person in (None, entry.to):
                    raise
                return await self._say({"channel": person, "text": text, "blocks": blocks})

    async def _publish(self, outgoing: Outgoing) -> str:
        """The home tab of one user."""
        to, entry = outgoing.entry.to, outgoing.entry
        view = home_view(entry.template, entry.fields, outgoing.place)
        said = await self._call("views.publish", {"user_id": to.removeprefix(HOME), "view": view})
        return f"{to}/{said['view']['id']}"

    async def _say(self, words: Words, only_for: str | None = None) -> str:
        try:
            return await self._post(words, only_for)
        except NeverAgain as no:
            if str(no) not in UNBLOCKED:
                raise
            log.error("slack refuses our blocks", code=str(no))
            return await self._post({name: words[name] for name in words if name != "blocks"}, only_for)

    async def _post(self, words: Words, only_for: str | None) -> str:
        if only_for:
            said = await self._call("chat.postEphemeral", {**words, "user": only_for})
            return f"{words['channel']}/{said['message_ts']}"
        quiet = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        said = await self._call("chat.postMessage", words | quiet)
        return f"{said['channel']}/{said['ts']}"

    async def _call(self, method: str, words: Words) -> Mapping[str, Any]:
        left = self._rests_until.get(method, 0.0) - monotonic()
        if left > 0:
            raise NotYet(f"{method} rests", timedelta(seconds=left))
        try:
            said = await self._client.api_call(method, json=words)
        except SlackApiError as no:
            raise self._verdict_on(method, no) from no
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise TryLater(type(trouble).__name__) from trouble
        return said.data if isinstance(said.data, dict) else {}

    def _verdict_on(self, method: str, no: SlackApiError) -> TryLater | NeverAgain:
        """Whether Slack said no for good, or how long it asks us to wait: then nobody calls the method."""
        error, wait = what_it_said(no)
        if wait is not None:
            self._rests_until[method] = monotonic() + wait.total_seconds()
        return NeverAgain(error) if error in FINAL and wait is None else TryLater(error, wait)


def what_it_said(no: SlackApiError) -> tuple[str, timedelta | None]:
    """Slack's word, or the HTTP status where its answer has none, and how long to wait. Of an answer that is
    no JSON the library hands on whatever it has."""
    response = no.response
    data = getattr(response, "data", None)
    status = getattr(response, "status_code", getattr(response, "status", 0))
    error = str(data.get("error") or "") if isinstance(data, dict) else ""
    wait = str(getattr(response, "headers", {}).get("Retry-After", ""))
    return error or f"HTTP {status}", timedelta(seconds=int(wait)) if wait.isdigit() else None


def _person_of(thread: Mapping[str, Any]) -> str | None:
    """Slack's id of whom the message is for (`U0ANA` of `slack:T0CAIS/U0ANA`): posted to, it is a direct
    message."""
    only_for: str = thread.get("only_for") or str(thread.get("account") or "").rpartition("/")[2]
    return only_for or None
