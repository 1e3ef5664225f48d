"""Our voice in Slack: a reply as blocks with its whole text beside them, posted where it is owed."""

from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import NeverAgain, Outgoing, TryLater
from bot.reference import reference_of
from bot.slack_actions import ShownOf
from bot.slack_buttons import below
from bot.slack_calls import what_it_said
from bot.slack_events import HOME
from bot.slack_home import home_view
from handlers.surfaces import UPDATE
from store.chats import Shown
from store.outbox import OutboxEntry
from templates.chat import MOST_BLOCKS, for_slack
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
# A message that was deleted, or may not be edited any more: nobody sees its buttons, or they get an answer.
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
NOT_THERE = "not there any more"


class SlackVoice:
    """Says what is owed through Slack's Web API."""

    def __init__(self, client: AsyncWebClient, shown: ShownOf) -> None:
        self._client, self._shown = client, shown

    async def send(self, outgoing: Outgoing) -> str:
        """`CONVERSATION/TS` of the message. Raises TryLater, NeverAgain."""
        entry = outgoing.entry
        try:
            if entry.to.startswith(HOME):
                return await self._publish(entry, outgoing.place)
            shown = await self._shown(entry.thread.get(UPDATE, entry.id)) or Shown(entry)
            words = _words(shown, outgoing.place)
            if UPDATE in entry.thread:
                return await self._write_again(shown.message, words)
            return await self._post(entry, words)
        except SlackApiError as no:
            raise verdict_on(no) from no
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise TryLater(type(trouble).__name__) from trouble

    async def _publish(self, entry: OutboxEntry, place: Place) -> str:
        view = home_view(entry.template, entry.fields, _placed(entry, place))
        said = await self._client.views_publish(user_id=entry.to.removeprefix(HOME), view=view)
        return f"{entry.to}/{said['view']['id']}"

    async def _post(self, entry: OutboxEntry, words: dict[str, Any]) -> str:
        words = words | {"channel": entry.to}
        if thread := entry.thread.get("thread"):
            words["thread_ts"] = thread
        if only_for := entry.thread.get("only_for"):
            said = await self._client.chat_postEphemeral(user=only_for, **words)
            return f"{entry.to}/{said['message_ts']}"
        said = await self._client.chat_postMessage(**words, unfurl_links=False, unfurl_media=False)
        return f"{said['channel']}/{said['ts']}"

    async def _write_again(self, message: OutboxEntry, words: dict[str, Any]) -> str:
        """Put the words in the place of those that were posted. What never was posted, or is not there any
        more, needs none."""
        if message.state in ("dead", "suppressed"):
            return NOT_THERE
        if message.state != "sent" or not message.receipt:
            raise TryLater("not posted yet")
        channel, _, ts = message.receipt.partition("/")
        try:
            await self._client.chat_update(channel=channel, ts=ts, **words)
        except SlackApiError as no:
            if no.response.get("error") in GONE:
                return NOT_THERE
            raise
        return message.receipt


def _words(shown: Shown, place: Place) -> dict[str, Any]:
    """The message as it is now: its words, who decided what, and what can still be pressed."""
    message = shown.message
    text, blocks = for_slack(message.template, message.fields, _placed(message, place))
    lines, extra = below(shown)
    return {"text": "\n".join([text, *lines]), "blocks": blocks[: MOST_BLOCKS - len(extra)] + extra}


def _placed(message: OutboxEntry, place: Place) -> Place:
    return replace(place, reference=reference_of(message) or "")


def verdict_on(no: SlackApiError) -> TryLater | NeverAgain:
    """Whether Slack said no for good, or how long it asks us to wait."""
    error, _, wait = what_it_said(no)
    return NeverAgain(error) if error in FINAL else TryLater(error, wait)
