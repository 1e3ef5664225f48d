"""Our voice in Slack: a reply as blocks with its whole text beside them, posted where it is owed."""

from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import NeverAgain, Outgoing, TryLater
from bot.slack_events import HOME
from bot.slack_home import home_view
from store.outbox import OutboxEntry
from templates.chat import for_slack
from templates.render import Place

# What no second try can mend; everything else Slack says is tried again.
FINAL = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "invalid_blocks",
        "msg_too_long",
        "no_text",
        "not_enabled",
        "not_in_channel",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "view_too_large",
    }
)


class SlackVoice:
    """Says what is owed through Slack's Web API."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def send(self, outgoing: Outgoing) -> str:
        """`CONVERSATION/TS` of the message. Raises TryLater, NeverAgain."""
        entry = outgoing.entry
        text, blocks = for_slack(entry.template, entry.fields, outgoing.place)
        words: dict[str, Any] = {"channel": entry.to, "text": text, "blocks": blocks}
        words |= {"unfurl_links": False, "unfurl_media": False}
        if thread := entry.thread.get("thread"):
            words["thread_ts"] = thread
        try:
            if entry.to.startswith(HOME):
                return await self._publish(entry, outgoing.place)
            if only_for := entry.thread.get("only_for"):
                said = await self._client.chat_postEphemeral(user=only_for, **_quiet(words))
                return f"{entry.to}/{said['message_ts']}"
            said = await self._client.chat_postMessage(**words)
            return f"{said['channel']}/{said['ts']}"
        except SlackApiError as no:
            raise verdict_on(no) from no
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise TryLater(type(trouble).__name__) from trouble

    async def _publish(self, entry: OutboxEntry, place: Place) -> str:
        view = home_view(entry.template, entry.fields, place)
        said = await self._client.views_publish(user_id=entry.to.removeprefix(HOME), view=view)
        return f"{entry.to}/{said['view']['id']}"


def verdict_on(no: SlackApiError) -> TryLater | NeverAgain:
    """Whether Slack said no for good, or how long it asks us to wait."""
    error = str(no.response.get("error", "")) or f"HTTP {no.response.status_code}"
    if error in FINAL:
        return NeverAgain(error)
    wait = str(no.response.headers.get("Retry-After", ""))
    return TryLater(error, timedelta(seconds=int(wait)) if wait.isdigit() else None)


def _quiet(words: dict[str, Any]) -> dict[str, Any]:
    """What is for one pair of eyes unfurls nothing anyway, and Slack refuses to be told so."""
    return {name: value for name, value in words.items() if not name.startswith("unfurl")}
