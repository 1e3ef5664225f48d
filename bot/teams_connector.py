"""What we ask of Teams: the few calls of the Bot Framework's connector, and what its refusals mean.

Only the service addresses of our cloud are called, letter by letter: our token goes nowhere else.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.delivery import NeverAgain
from bot.oauth import TokenRefused, TokenUnavailable
from bot.rests import Rests, wait_of
from bot.teams_cloud import Cloud
from handlers.retry import TryLater

Json = dict[str, Any]
TIMES = aiohttp.ClientTimeout(total=30, sock_connect=10)
LONGEST_ANSWER = 256 * 1024
# What passes by itself, or when an operator has mended our secret.
_PASSES = (401, 408, 412, 425, 429)
# The conversation is not there for us any more; the person may be.
GONE = frozenset(
    {
        "ConversationNotFound",
        "BotNotInConversationRoster",
        "BotDisabledByAdmin",
        "ForbiddenOperationException",
    }
)
# This very card is refused; the same words without it are better than nothing.
UNCARDED = frozenset({"MessageSizeTooBig", "RequestEntityTooLarge", "BadSyntax", "BadArgument", "BadRequest"})


class SaidNo(NeverAgain):
    """The connector's word for it (`ConversationNotFound`), or the HTTP status where it has none."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True)
class Room:
    """A conversation, and the service address at which it is reached."""

    service_url: str
    conversation: str


class Connector:
    """Speaks as the app. `token` gives its bearer token (it may ask for one: it is called in a thread), and
    `forget` drops the one that was refused; only the service addresses of `cloud` are called."""

    def __init__(
        self,
        app_id: str,
        token: Callable[[], str],
        forget: Callable[[], None],
        cloud: Cloud,
    ) -> None:
        self._app_id, self._token, self._forget, self._cloud = app_id, token, forget, cloud
        self._rests = Rests()
        self._session: aiohttp.ClientSession | None = None

    async def open_chat(self, service_url: str, tenant: str, user: str) -> str:
        """The personal conversation with a user (its id, or directory id). Raises SaidNo, TryLater."""
        asked = {
            "bot": {"id": f"28:{self._app_id}"},
            "members": [{"id": user}],
            "isGroup": False,
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        return str((await self._call("POST", service_url, "v3/conversations", asked))["id"])

    async def send(self, room: Room, activity: Json, *, targeted: bool = False) -> str:
        """The id of the message; a targeted one is seen by its recipient only, or not said at all. Raises
        SaidNo, TryLater."""
        if targeted and not self._cloud.whispers:
            raise SaidNo("NotTargeted", 0)
        path = f"v3/conversations/{quote(room.conversation, safe='')}/activities"
        said = await self._call("POST", room.service_url, path, activity, _aimed(targeted))
        return str(said.get("id") or "")

    async def update(self, room: Room, message: str, activity: Json, *, targeted: bool = False) -> None:
        """Put words in the place of a message; of a targeted one as what it is. Raises SaidNo, TryLater."""
        there = f"v3/conversations/{quote(room.conversation, safe='')}/activities/{quote(message, safe='')}"
        await self._call("PUT", room.service_url, there, activity | {"id": message}, _aimed(targeted))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _call(
        self, verb: str, service_url: str, path: str, words: Json, query: Mapping[str, str] | None = None
    ) -> Json:
        if not self._cloud.serves(service_url):
            raise SaidNo("ServiceNotOurs", 0)
        self._rests.check(path)
        bearer = {"Authorization": f"Bearer {await self._bearer()}"}
        address = f"{service_url.rstrip('/')}/{path}"
        try:
            async with self._opened().request(
                verb, address, json=words, headers=bearer, params=query, allow_redirects=False
            ) as answer:
                said = await answer.content.read(LONGEST_ANSWER)
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise TryLater(type(trouble).__name__) from trouble
        if answer.status in (200, 201, 202):
            return _json(said)
        raise self._refusal(path, answer.status, _json(said), wait_of(answer.headers))

    async def _bearer(self) -> str:
        try:
            return await asyncio.to_thread(self._token)
        except (TokenRefused, TokenUnavailable) as none:
            raise TryLater(f"no token: {type(none).__name__}") from none

    def _refusal(self, path: str, status: int, said: Json, wait: timedelta | None) -> Exception:
        if status == 401:
            self._forget()
        error = said.get("error")
        code = str(error.get("code") or "") if isinstance(error, dict) else ""
        if status in _PASSES or status >= 500 or status < 400:
            return self._rests.later(path, f"HTTP {status} {code}".strip(), wait)
        return SaidNo(code or f"HTTP {status}", status)

    def _opened(self) -> aiohttp.ClientSession:
        """Made by the first call, in the loop that it runs in."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMES, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _aimed(targeted: bool) -> Mapping[str, str]:
    return {"isTargetedActivity": "true"} if targeted else {}


def _json(said: bytes) -> Json:
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
