"""Slack's calls over HTTP. Who calls is judged on the very bytes that came, before anything reads them."""

import asyncio
import re

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

BODY_SECONDS = 10.0
_STAMP, _SIGNATURE = re.compile(r"[0-9]{1,12}"), re.compile(r"v0=[0-9a-f]{64}")


class SlackCalled:
    """Hands on to Bolt what Slack signed less than five minutes ago: 401 for everything else. 408, 413 and
    415 are for bodies that take too long, are too large, or are packed; 400 for one that is no JSON."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app, self._verifier = app, SignatureVerifier(signing_secret)

    async def handle(self, request: web.Request) -> web.Response:
        if "Content-Encoding" in request.headers:  # a small one may unpack to gigabytes; Slack sends none
            return web.Response(status=415)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        if not self._is_slacks(request, body):
            return web.Response(status=401)
        try:
            said = AsyncBoltRequest(body=body.decode(), headers=dict(request.headers))
        except (ValueError, RecursionError):
            return web.Response(status=400)
        return await to_aiohttp_response(await self._app.async_dispatch(said))

    def _is_slacks(self, request: web.Request, body: bytes) -> bool:
        stamps = request.headers.getall("X-Slack-Request-Timestamp", [])
        signatures = request.headers.getall("X-Slack-Signature", [])
        if len(stamps) != 1 or len(signatures) != 1:  # of two, another reader may take the other
            return False
        if not _STAMP.fullmatch(stamps[0]) or not _SIGNATURE.fullmatch(signatures[0]):
            return False
        try:
            return self._verifier.is_valid(body, stamps[0], signatures[0])
        except UnicodeDecodeError:
            return False
