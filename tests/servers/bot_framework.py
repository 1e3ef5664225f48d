"""Microsoft's side of the Teams door in every wrong way: keys that it does not publish, or another host does;
tokens that say something else or are signed in another way. The right way is `bot/fake_teams_keys.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import jwt
from aiohttp import web

from bot.fake_teams_keys import CHANNEL_KEY, KEYS_PATH, FakeKeys, key
from tests.servers.listening import listening

UNPUBLISHED = "unpublished"


@dataclass
class BotFramework(FakeKeys):
    """`broken` is the status that its keys are asked for in vain with, `elsewhere` the origin where it says that
    they are."""

    broken: int = 0
    elsewhere: str = ""

    @property
    def service_url(self) -> str:
        """The service address of its activities."""
        return f"{self.url}/teams/"

    @property
    def looked(self) -> int:
        """How often its keys were asked for."""
        return self.asked.count(KEYS_PATH)

    def token(
        self, *, by: str = CHANNEL_KEY, alg: str = "RS256", kid: str | None = CHANNEL_KEY, **claims: Any
    ) -> str:
        """A good one, but for what is said; a claim that is None is left out."""
        said = self.claims(self.service_url) | claims
        said = {name: one for name, one in said.items() if one is not None}
        return jwt.encode(said, key(by) if by else "", alg, {"kid": kid} if kid else {})

    async def _metadata(self, request: web.Request) -> web.Response:
        if not self.elsewhere:
            return await super()._metadata(request)
        return web.json_response({"issuer": self.url, "jwks_uri": f"{self.elsewhere}{KEYS_PATH}"})

    async def _keys(self, request: web.Request) -> web.Response:
        answer = await super()._keys(request)
        return web.Response(status=self.broken) if self.broken else answer


@asynccontextmanager
async def bot_framework() -> AsyncIterator[BotFramework]:
    served, app = BotFramework(), web.Application()
    app.add_routes(served.routes())
    async with listening(app) as served.url:
        yield served
