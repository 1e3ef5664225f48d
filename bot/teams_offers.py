"""Files that we offer in a personal chat: a receipt to keep, put into its holder's OneDrive if they want it.

Teams asks them with a card of its own, and gives us an address for the bytes: the tenant's SharePoint, which
takes no token. What the file says stands in the message above it, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import aiohttp
import structlog

from bot.at_once import AtOnce
from bot.beside import Beside
from bot.shown import ShownOf
from bot.teams_activity import CHANNEL, Body, account_of, conversation_of, tenant_of
from bot.teams_connector import Connector, Room, SaidNo
from bot.teams_hosts import FileHosts
from handlers.retry import TryLater
from store.outbox import OutboxEntry
from templates.render import sentence

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO = "application/vnd.microsoft.teams.card.file.info"
INVOKE = "fileConsent/invoke"
TIMES = aiohttp.ClientTimeout(total=60, sock_connect=10)
Json = dict[str, Any]
log = structlog.get_logger()


@dataclass(frozen=True)
class Offered:
    """A file by its name, as one would ask for it again."""

    name: str
    content: bytes
    say: str


def offer_of(message: OutboxEntry) -> Offered | None:
    """What a message of ours has to be kept as a file: the receipt that somebody asked for by its number."""
    lines = message.fields.get("own_copy") if message.template == "receipt_checked" else None
    if not lines or message.thread.get("only_for"):
        return None
    number = message.fields["receipts"][0]["receipt"]
    return Offered(f"CAIS receipt R-{number}.txt", "\n".join([*lines, ""]).encode(), f"verify R-{number}")


def consent_card(message: OutboxEntry, offered: Offered) -> Json:
    """Asks whether the file may be put into their OneDrive."""
    context = {"offer": f"{message.id}.{message.token}"}
    content = {"description": sentence(CHANNEL, "offered"), "sizeInBytes": len(offered.content)}
    content |= {"acceptContext": context, "declineContext": context}
    return {
        "type": "message",
        "attachments": [{"contentType": CONSENT, "name": offered.name, "content": content}],
    }


@dataclass(frozen=True)
class Offers:
    """Puts there what somebody accepts; `hosts` are those of each tenant."""

    at_once: AtOnce
    shown: ShownOf
    connector: Connector
    hosts: Mapping[str, FileHosts]
    beside: Beside

    async def answer(self, activity: Body, number: int) -> Json:
        """Teams is answered at once; the file comes after it."""
        await self.at_once.work(number, CHANNEL)
        self.beside.soon(self._settle(activity))
        return {}

    async def _settle(self, activity: Body) -> None:
        value = activity.get("value")
        value = value if isinstance(value, Mapping) else {}
        offered = await self._offered(value.get("context"), account_of(activity))
        if offered is None:
            log.warning("Teams tells of a file that we did not offer them")
            return
        said = _words("offer_declined", offered)
        if value.get("action") == "accept":
            info = value.get("uploadInfo")
            said = await self._put(offered, info if isinstance(info, Mapping) else {}, tenant_of(activity))
        try:
            await self.connector.send(Room(str(activity.get("serviceUrl")), conversation_of(activity)), said)
        except (SaidNo, TryLater) as no:
            log.warning("not said in Teams", why=str(no))

    async def _offered(self, context: Any, account: str) -> Offered | None:
        """What we offered to this very account."""
        said = str(context.get("offer")) if isinstance(context, Mapping) else ""
        number, _, token = said.partition(".")
        if not number.isascii() or not number.isdecimal() or len(number) > 9:
            return None
        shown = await self.shown(int(number))
        if shown is None or not compare_digest(
            shown.message.token.encode(), token.encode("utf-8", "replace")
        ):
            return None
        is_theirs = shown.message.channel == CHANNEL and shown.message.thread.get("account") == account
        return offer_of(shown.message) if is_theirs else None

    async def _put(self, offered: Offered, info: Mapping[str, Any], tenant: str) -> Json:
        """What there is to say once the bytes are there, or are not."""
        url, where = (str(info.get(name) or "") for name in ("uploadUrl", "contentUrl"))
        hosts = self.hosts[tenant]
        trouble = await _uploaded(offered.content, url, hosts)
        if trouble:
            log.warning("a file was not put into their drive", trouble=trouble)
            return _words("offer_failed", offered)
        if not hosts.shows(where):
            return _words("offer_taken", offered)
        own = {"uniqueId": str(info.get("uniqueId") or ""), "fileType": "txt"}
        there = {"contentType": FILE_INFO, "contentUrl": where, "name": offered.name, "content": own}
        return {"type": "message", "attachments": [there]}


async def _uploaded(content: bytes, url: str, hosts: FileHosts) -> str:
    """Put it there in one piece; what went wrong, or empty."""
    if await hosts.headers(url, 0) is None:
        return "the place is not the tenant's"
    span = {"Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"}
    try:
        async with (
            aiohttp.ClientSession(connector=hosts.connector(), timeout=TIMES) as session,
            session.put(url, data=content, headers=span, allow_redirects=False) as answer,
        ):
            return "" if answer.status in (200, 201) else f"HTTP {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as trouble:
        return type(trouble).__name__


def _words(name: str, offered: Offered) -> Json:
    return {"type": "message", "text": sentence(CHANNEL, name, offered.say), "textFormat": "plain"}
