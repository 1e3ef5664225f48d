"""The Teams door: check, keep, then acknowledge. What is said is understood later, by the same core as mail.

The body is bounded before anything; who calls is checked before the body is read.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aiohttp import web

from bot.at_once import AtOnce
from bot.teams_activity import CHANNEL, key_of, tenant_of, time_of
from bot.teams_cloud import cloud_of
from bot.teams_events import turn_of
from bot.teams_settings import TeamsSettings
from bot.teams_token import CHANNEL_ID, Keys, NoKeys, NotTeams, check_token
from handlers.inbox import described
from store.clock import Clock
from store.keeping import Arrival, Keeper

PATH = "/api/messages"
LARGEST_BODY = 256 * 1024
BODY_SECONDS = 10.0
DEEPEST = 40
Body = dict[str, Any]
Answering = Callable[[Body, int], Awaitable[Mapping[str, Any]]]
Looking = Callable[[Body], Awaitable[Mapping[str, Any] | None]]
log = structlog.get_logger()


class TeamsDoor:
    """What Teams tells us, kept. `answering`: who answers an invoke of a name at once, given what came and
    its inbox number; any other is answered with nothing. `looking`: who answers those that only ask for a
    form, so that nothing was said yet, and nothing is kept; None for one that says something."""

    def __init__(self, settings: TeamsSettings, keeper: Keeper, clock: Clock) -> None:
        assert settings.teams_app_id is not None
        self._app_id, self._keeper, self._clock = settings.teams_app_id, keeper, clock
        self._tenants = frozenset(one.id for one in settings.teams_tenants)
        self.keys = Keys(cloud_of(settings))
        self.answering: dict[str, Answering] = {}
        self.looking: dict[str, Looking] = {}
        self.at_once: AtOnce | None = None

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(PATH, self.called)

    async def called(self, request: web.Request) -> web.Response:
        """202 when it is kept, 200 with a body for an invoke; 401 and 403 where it is not Teams, or nobody
        of ours; 503 and 500: not kept, to be said again."""
        try:
            _check_size(request)
            claims = await check_token(request.headers.getall("Authorization", []), self._app_id, self.keys)
            text = await _text(request)
            body = _read(text)
            self._check_body(body, claims)
        except NotTeams as no:
            log.warning("not Teams", why=no.why)
            return web.Response(status=403 if isinstance(no, NotOurs) else 401)
        except NoKeys:
            log.error("Microsoft's keys cannot be had")
            return web.Response(status=503)
        look = self.looking.get(_invoked(body))
        if look is not None and (shown := await look(body)) is not None:
            return web.json_response(shown)
        try:
            number = await self.keep(body, text)
        except Exception as trouble:  # nothing was promised: to be said again
            log.error("Teams was not kept", trouble=type(trouble).__name__)
            return web.Response(status=503)
        if body.get("type") != "invoke":
            return web.Response(status=202)
        return await self._answered(body, number)

    async def _answered(self, body: Body, number: int) -> web.Response:
        """500: it is kept, and said again it is the same; what went wrong may quote what they said."""
        answer = self.answering.get(_invoked(body))
        try:
            return web.json_response({} if answer is None else await answer(body, number))
        except Exception as trouble:
            log.error("not answered at once", inbox=number, trouble=described(trouble))
            return web.Response(status=500)

    def _check_body(self, body: Body, claims: Mapping[str, Any]) -> None:
        """Raises NotOurs: the token was for another service address, or they belong to nobody we know."""
        url = claims.get("serviceurl")
        if not isinstance(url, str) or not self.keys.cloud.serves(url):
            raise NotOurs("service url")
        if body.get("serviceUrl") != url:
            raise NotOurs("another service url")
        if body.get("channelId") != CHANNEL_ID:
            raise NotOurs("another channel")
        if tenant_of(body) not in self._tenants:
            raise NotOurs("another tenant")

    async def keep(self, body: Body, text: str) -> int:
        """Make what Teams said durable; the inbox number. Raises what `Keeper.keep` raises."""
        at, key = time_of(body, self._clock.now()), key_of(body) or None
        speaker, slow = turn_of(body)
        arrival = Arrival(CHANNEL, at, {}, key=key, fetching=slow, speaker=speaker)
        if self.at_once is not None and _invoked(body) in self.answering:
            return await self.at_once.keep(text, arrival)  # ours at once: Teams waits for what comes of it
        return await self._keeper.keep_words(text, arrival)


def _invoked(body: Body) -> str:
    """What is asked for and answered at once; empty for what is only told."""
    return str(body.get("name")) if body.get("type") == "invoke" else ""


class NotOurs(NotTeams):
    """Teams calls, but not for us, or not for anybody of ours."""


def _check_size(request: web.Request) -> None:
    """Raises web.HTTPException. What is packed may be a thousand times as large."""
    if request.content_length is not None and request.content_length > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, request.content_length)
    if "Content-Encoding" in request.headers:
        raise web.HTTPUnsupportedMediaType


async def _text(request: web.Request) -> str:
    """The body, bounded in size and time. Raises web.HTTPException."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for block in request.content.iter_any():
                body += block
                if len(body) > LARGEST_BODY:
                    raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(body))
        return body.decode()
    except TimeoutError as slow:
        raise web.HTTPRequestTimeout from slow
    except UnicodeDecodeError as odd:
        raise web.HTTPBadRequest from odd


def _read(text: str) -> Body:
    """Raises web.HTTPBadRequest for what is no JSON object, or a deeper one than anybody means."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as odd:
        raise web.HTTPBadRequest from odd
    if not isinstance(body, dict) or _is_deep(body):
        raise web.HTTPBadRequest
    return body


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
