"""Our voice in Teams: a reply as a card, with its whole text where no card is shown, said where it is owed.

In a channel or a group only its asker sees the answer; where Teams cannot do that, it goes to their personal
chat. A conversation that is gone is opened again, once. Who does not let us in gets a mail instead
(handlers/mail_instead.py).
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.delivery import Extra, NeverAgain, Outgoing, TryLater
from bot.shown import ShownOf
from bot.teams_buttons import below, beside
from bot.teams_connector import GONE, UNCARDED, Connector, Room, SaidNo
from bot.teams_home import HOME, forms_below, home_card
from bot.teams_link import with_link
from bot.teams_offers import consent_card, offer_of
from bot.teams_picture import with_picture
from handlers.surfaces import UPDATE
from store import Store
from store.chat_reference import UNINSTALLED, ChatReference
from store.chats import Shown
from store.outbox import OutboxEntry
from store.unit_of_work import Actor
from templates.render import Place
from templates.teams import KIND, for_teams

log = structlog.get_logger()
NOT_THERE = "not there any more"
# A message that was deleted: nobody sees its buttons.
UNWRITTEN = GONE | {"ActivityNotFoundInConversation", "MessageNotFound"}
SUMMARY = 200
LONGEST = 20_000  # characters of plain words, of the 28 KB that a message may have
Json = dict[str, Any]


class TeamsVoice:
    """Says what is owed through the connector. `own_chat` leads people to their own chat with us."""

    def __init__(self, connector: Connector, store: Store, shown: ShownOf, own_chat: str = "") -> None:
        self._connector, self._store, self._shown, self._own_chat = connector, store, shown, own_chat
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, outgoing: Outgoing) -> str:
        """`CONVERSATION/ID` of the message. Raises TryLater, NotYet, NeverAgain."""
        entry = outgoing.entry
        async with self._turns.setdefault(entry.to, asyncio.Lock()):  # one conversation hears us in our order
            shown = await self._shown(entry.thread.get(UPDATE, entry.id)) or Shown(entry)
            text, activity = words_of(shown, outgoing.place, self._own_chat, outgoing.extras)
            reference = await self._reference(account_of(entry))
            if UPDATE in entry.thread:
                return await self._write_again(shown.message, reference, activity)
            telling = _Telling(self._connector, self._store, reference, outgoing, text)
            receipt = await telling.tell(activity)
            await self._offer(entry, reference, receipt.rpartition("/")[0])
            return receipt

    async def _offer(self, entry: OutboxEntry, reference: ChatReference, conversation: str) -> None:
        """Below it, the same as a file. Without it nothing is missing, so that it is not tried again."""
        offered = offer_of(entry)
        if offered is None:
            return
        try:
            await self._connector.send(
                Room(reference.service_url, conversation), consent_card(entry, offered)
            )
        except (SaidNo, TryLater) as no:
            log.warning("Teams takes no offer of a file", why=str(no))

    async def _reference(self, account: str) -> ChatReference:
        async with self._store.look() as uow:
            reference = await uow.chat_reference(account)
        if reference is None:
            raise NeverAgain("they never spoke to us in Teams")
        return reference

    async def _write_again(self, message: OutboxEntry, reference: ChatReference, activity: Json) -> str:
        """Put the words in the place of those that were said. What never was said, or is not there any more,
        needs none."""
        if message.state in ("dead", "suppressed"):
            return NOT_THERE
        if message.state != "sent" or not message.receipt:
            raise TryLater("not said yet")
        conversation, _, number = message.receipt.rpartition("/")
        room, targeted = Room(reference.service_url, conversation), _is_targeted(message, conversation)
        try:
            await self._connector.update(room, number, activity, targeted=targeted)
        except SaidNo as no:
            if targeted or no.code in UNWRITTEN or no.status == 404:  # a targeted one is there for a day
                return NOT_THERE
            raise
        return message.receipt


class _Telling:
    """One message on its way: what is tried where."""

    def __init__(
        self, connector: Connector, store: Store, reference: ChatReference, outgoing: Outgoing, text: str
    ) -> None:
        self._connector, self._store, self._reference = connector, store, reference
        self._entry, self._at, self._text = outgoing.entry, outgoing.at, text
        self._account = account_of(outgoing.entry)
        self._person = self._account.rpartition("/")[2]

    async def tell(self, activity: Json) -> str:
        """In the conversation that asked, or else in their personal chat."""
        conversation = self._entry.to
        if conversation in (self._person, self._reference.conversation):
            return await self._tell_person(activity)
        only_for = self._entry.thread.get("only_for")
        thread = self._entry.thread.get("thread")
        words = activity | ({"replyToId": thread} if thread else {})
        if only_for:
            words |= {"recipient": {"id": self._reference.user}}
        try:
            return await self._say(conversation, words, targeted=bool(only_for))
        except SaidNo:
            return await self._tell_person(activity)

    async def _tell_person(self, activity: Json) -> str:
        """In the chat that we know, or one that is opened now: not for those who removed us."""
        known = self._reference.conversation
        if self._reference.trouble == UNINSTALLED:
            raise NeverAgain("they removed us")
        if known:
            try:
                return await self._say(known, activity)
            except SaidNo as no:
                if no.code not in GONE and no.status != 404:
                    raise
        fresh = await self._opened()
        if fresh == known:
            raise NeverAgain("their chat with us is closed")
        said = await self._say(fresh, activity)
        await self._note(fresh)
        return said

    async def _opened(self) -> str:
        tenant = self._account.partition(":")[2].partition("/")[0]
        reference = self._reference
        return await self._connector.open_chat(reference.service_url, tenant, reference.user or self._person)

    async def _note(self, conversation: str) -> None:
        """It is where they are reached from now on."""
        known, at = self._reference, self._at
        async with self._store.begin() as uow:
            uow.act_as(Actor("service", self._entry.channel, at))
            await uow.note_reference(
                known.account, known.service_url, known.user, at, conversation=conversation
            )

    async def _say(self, conversation: str, activity: Json, *, targeted: bool = False) -> str:
        room = Room(self._reference.service_url, conversation)
        try:
            number = await self._connector.send(room, activity, targeted=targeted)
        except SaidNo as no:
            if targeted or not _is_uncarded(no):
                raise
            log.error("Teams refuses our card", code=no.code, status=no.status)
            number = await self._connector.send(room, plain(self._text))
        return f"{conversation}/{number}"


def _is_targeted(message: OutboxEntry, conversation: str) -> bool:
    """Whether it was said among others for their eyes only, and not in their own chat instead."""
    return bool(message.thread.get("only_for")) and conversation == message.to


def account_of(entry: OutboxEntry) -> str:
    return str(entry.thread.get("account") or "")


def words_of(
    shown: Shown, place: Place, own_chat: str = "", extras: Sequence[Extra] = ()
) -> tuple[str, Json]:
    """The message as it is now: its whole text; and as a card with who decided what, and what can still be
    pressed."""
    message = shown.message
    lines, extra = with_link(message, *below(shown), own_chat)
    if message.template == HOME:
        text, made = home_card(message.fields, place)
    else:
        extra += forms_below(message.template, message.fields, {one.subject for one in shown.ended})
        fields, with_rows = message.fields, beside(shown)
        text, made = for_teams(message.template, fields, place, below=extra, beside=with_rows)
    made = with_picture(made, extras, len(extra))
    whole = "\n".join([text, *lines])
    summary = text.partition("\n")[0][:SUMMARY]
    return whole, {
        "type": "message",
        "summary": summary,
        "attachments": [{"contentType": KIND, "content": made | {"fallbackText": summary}}],
    }


def plain(text: str) -> Json:
    """The same without a card, letter by letter."""
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return {"type": "message", "text": short, "textFormat": "plain"}


def _is_uncarded(no: SaidNo) -> bool:
    return no.code in UNCARDED or no.status in (400, 413)
