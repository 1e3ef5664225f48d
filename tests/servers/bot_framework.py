"""Microsoft's side of the Teams door: keys that it publishes, and tokens that it signs; each in every wrong
way, too."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

APP_ID = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
SECRET = "kW8~q-2vN4.hT7sLx0"
TENANT = "c1a0b9d4-7e35-4f6a-9b21-5d8e3f7a6c40"
SHAREPOINT = "sierravista"
KID = "summer"
KEYS = {name: rsa.generate_private_key(65537, 2048) for name in (KID, "unendorsed", "unpublished")}


@dataclass
class BotFramework:
    """`url` is its origin, and the service address of its activities. `served` are the keys that it publishes
    now, `asked` how often they were, `broken` the status that they are answered with instead."""

    url: str = ""
    served: dict[str, list[str]] = field(default_factory=lambda: {KID: ["msteams"], "unendorsed": ["skype"]})
    asked: int = 0
    broken: int = 0
    elsewhere: str = ""

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    def token(self, *, key: Any = None, alg: str = "RS256", kid: str | None = KID, **claims: Any) -> str:
        """A good one, but for what is said; a claim that is None is left out."""
        now = int(time.time())
        said: dict[str, Any] = {
            "iss": self.url,
            "aud": APP_ID,
            "serviceurl": self.service_url,
            "nbf": now - 5,
            "exp": now + 3600,
        } | claims
        headers = {"kid": kid} if kid is not None else {}
        said = {name: one for name, one in said.items() if one is not None}
        return jwt.encode(said, KEYS[KID] if key is None else key, alg, headers)

    async def _metadata(self, _request: web.Request) -> web.Response:
        return web.json_response({"issuer": self.url, "jwks_uri": f"{self.elsewhere or self.url}/keys"})

    async def _keys(self, _request: web.Request) -> web.Response:
        self.asked += 1
        if self.broken:
            return web.Response(status=self.broken)
        return web.json_response({"keys": [_published(*one) for one in self.served.items()]})


def _published(name: str, endorsements: list[str]) -> dict[str, Any]:
    public: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[name].public_key()))
    return public | {"kid": name, "use": "sig", "endorsements": endorsements}


@asynccontextmanager
async def bot_framework() -> AsyncIterator[BotFramework]:
    served, app = BotFramework(), web.Application()
    app.router.add_get("/v1/.well-known/openidconfiguration", served._metadata)
    app.router.add_get("/keys", served._keys)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield served
    finally:
        await runner.cleanup()
