"""What the Teams door is measured beside. `python -m tests.bench.bare_teams app PORT URL`: an app of bare aiohttp
that checks Teams' token with PyJWT and keeps nothing. `… cloud PORT`: the Teams that signs, at URL."""

import asyncio
import sys

import jwt
from aiohttp import web

from bot import fake_teams_acts as acts
from bot.fake_teams import FakeTeams
from bot.fake_teams_keys import APP_ID, KEYS_PATH, signed
from bot.fake_teams_rooms import PERSONAL
from bot.web import serve

SAID = "/said"


async def app(port: int, url: str) -> None:
    keys = jwt.PyJWKClient(f"{url}{KEYS_PATH}")

    async def handle(request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        key = keys.get_signing_key_from_jwt(token)
        jwt.decode(token, key, algorithms=["RS256"], audience=APP_ID, issuer=url)
        await request.json()
        return web.Response(status=202)

    application = web.Application()
    application.router.add_post("/api/messages", handle)
    await serve(application, f"127.0.0.1:{port}")
    await asyncio.Event().wait()


async def cloud(port: int) -> None:
    """`SAID` answers what somebody says, the token that Teams says it with, and what the service must be set."""
    teams = FakeTeams()
    who = teams.somebody("Ana Reyes")

    async def said(_request: web.Request) -> web.Response:
        act = acts.message(who, teams.place(PERSONAL, who), "status EL 02", (), mentioned=False)
        act |= {"serviceUrl": teams.service_url}
        token = signed(teams.keys.claims(teams.service_url))
        settings = {f"CAIS_{name.upper()}": value for name, value in teams.settings().items()}
        return web.json_response({"activity": act, "token": token, "settings": settings})

    await teams.start(port, [web.get(SAID, said)])
    await asyncio.Event().wait()


if __name__ == "__main__":
    what, where, *more = sys.argv[1:]
    asyncio.run(cloud(int(where)) if what == "cloud" else app(int(where), *more))
