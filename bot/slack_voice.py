"""Our voice in Slack: a reply as blocks with its whole text beside them, posted where it is owed.

A method that Slack asks us to leave alone rests for everybody. Where the conversation is gone, or shows
nothing to the person, we write to the person instead; what Slack refuses for good goes by mail
(handlers/mail_instead.py).
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import NeverAgain, Outgoing, TryLater
from bot.rests import Rests
from bot.shown import ShownOf
from bot.slack_buttons import below, beside
from bot.slack_calls import what_it_said
from bot.slack_home import home_view
from bot.slack_pictures import SlackPictures
from handlers.surfaces import HOME, UPDATE
from store.chats import Shown
from store.outbox import OutboxEntry
from templates.chat import MOST_BLOCKS, Block, escaped, for_slack
from templates.render import Place

log = structlog.get_logger()
# The conversation does not take it any more; its person may.
GONE = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "user_not_in_channel", "restricted_action"}
    | {"messages_tab_disabled", "thread_not_found", "cannot_reply_to_message", "channel_is_limited_access"}
)
# These very blocks are refused; the same words without them are better than nothing.
UNBLOCKED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
# A message that was deleted, or may not be edited any more: nobody sees its buttons, or they get an answer.
UNWRITTEN = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
# What no second try can mend; everything else Slack says is tried again.
FINAL = GONE | UNBLOCKED | UNWRITTEN
FINAL |= {"cannot_dm_bot", "msg_too_long", "no_text", "user_disabled", "user_not_found", "user_not_visible"}
FINAL |= {"not_enabled", "view_too_large"}
NOT_THERE = "not there any more"
REWRITTEN = 3_900  # of the 4,000 characters of text that a message may have when it is written again
Words = dict[str, Any]


class SlackVoice:
    """Says what is owed through Slack's Web API."""

    def __init__(self, client: AsyncWebClient, shown: ShownOf) -> None:
        self._client, self._shown, self._rests = client, shown, Rests()
        self._pictures = SlackPictures(client, self._rests)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, outgoing: Outgoing) -> str:
        """`CONVERSATION/TS` of the message. Raises TryLater, NotYet, NeverAgain."""
        entry = outgoing.entry
        async with self._turns.setdefault(entry.to, asyncio.Lock()):  # one conversation hears us in our order
            if entry.to.startswith(HOME):
                return await self._publish(entry, outgoing.place)
            shown = await self._shown(entry.thread.get(UPDATE, entry.id)) or Shown(entry)
            pictures = await self._pictures.blocks(shown.message.id, outgoing.extras)
            words = words_of(shown, outgoing.place, pictures)
            if UPDATE in entry.thread:
                return await self._write_again(shown.message, words)
            return await self._tell(entry, words)

    async def _publish(self, entry: OutboxEntry, place: Place) -> str:
        """The home tab of one user."""
        view = home_view(entry.template, entry.fields, place)
        said = await self._call("views.publish", {"user_id": entry.to.removeprefix(HOME), "view": view})
        return f"{entry.to}/{said['view']['id']}"

    async def _write_again(self, message: OutboxEntry, words: Words) -> str:
        """Put the words in the place of those that were posted. What never was posted, or is not there any
        more, needs none."""
        if message.state in ("dead", "suppressed"):
            return NOT_THERE
        if message.state != "sent" or not message.receipt:
            raise TryLater("not posted yet")
        channel, _, ts = message.receipt.partition("/")
        text = words["text"]
        short = text if len(text) <= REWRITTEN else f"{text[:REWRITTEN]}…"
        try:
            await self._call("chat.update", words | {"channel": channel, "ts": ts, "text": short})
        except NeverAgain as no:
            if str(no) in UNWRITTEN:
                return NOT_THERE
            if str(no) in UNBLOCKED and (plain := _without_picture(words)):
                return await self._write_again(message, plain)
            raise
        return message.receipt

    async def _tell(self, entry: OutboxEntry, words: Words) -> str:
        """In the conversation, or else to the person."""
        thread = {"thread_ts": entry.thread["thread"]} if entry.thread.get("thread") else {}
        try:
            return await self._say(words | thread | {"channel": entry.to}, entry.thread.get("only_for"))
        except NeverAgain as no:
            await self._hush(entry)
            person = _person_of(entry.thread)
            if str(no) not in GONE or person in (None, entry.to):
                raise
            return await self._say(words | {"channel": person})

    async def _hush(self, entry: OutboxEntry) -> None:
        """No answer comes in this thread, which would take away that we are at it (`bot/slack_assistant.py`).
        It is an ornament: where Slack does not take it, nothing is lost."""
        if not entry.thread.get("thread") or entry.thread.get("only_for"):
            return
        where = {"channel_id": entry.to, "thread_ts": entry.thread["thread"]}
        with suppress(NeverAgain, TryLater):
            await self._call("assistant.threads.setStatus", where | {"status": ""})

    async def _say(self, words: Words, only_for: str | None = None) -> str:
        try:
            return await self._post(words, only_for)
        except NeverAgain as no:
            if str(no) not in UNBLOCKED:
                raise
            if plain := _without_picture(words):
                log.warning("Slack shows no picture", code=str(no))
                return await self._say(plain, only_for)
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
        self._rests.check(method)
        try:
            said = await self._client.api_call(method, json=words)
        except SlackApiError as no:
            error, _, wait = what_it_said(no)
            if wait is not None:
                raise self._rests.later(method, error, wait) from no
            raise (NeverAgain if error in FINAL else TryLater)(error) from no
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise TryLater(type(trouble).__name__) from trouble
        return said.data if isinstance(said.data, dict) else {}


def words_of(shown: Shown, place: Place, pictures: Sequence[Block] = ()) -> Words:
    """The message as it is now: its words, its picture, who decided what, and what can still be pressed."""
    message = shown.message
    lines, extra = below(shown)
    room = len(json.dumps([*pictures, *extra]))
    text, blocks = for_slack(message.template, message.fields, place, below=room, beside=beside(shown))
    blocks = blocks[: MOST_BLOCKS - len(pictures) - len(extra)]
    at = len(blocks) - (blocks[-1]["type"] == "context")  # small print stands below a picture
    return {
        "text": "\n".join([text, *map(escaped, lines)]),
        "blocks": [*blocks[:at], *pictures, *blocks[at:], *extra],
    }


def _without_picture(words: Words) -> Words | None:
    """The same without its picture; None: it has none."""
    kept = [one for one in words.get("blocks", ()) if one["type"] != "image"]
    return words | {"blocks": kept} if len(kept) < len(words.get("blocks", ())) else None


def _person_of(thread: Mapping[str, Any]) -> str | None:
    """Slack's id of whom the message is for (`U0ANA` of `slack:T0CAIS/U0ANA`): posted to, it is a direct
    message."""
    only_for: str = thread.get("only_for") or str(thread.get("account") or "").rpartition("/")[2]
    return only_for or None
