"""What the Slack door is measured beside. `python -m tests.bench.bare_bolt app PORT API`: an app of bare
slack-bolt that acknowledges and keeps nothing. `… workspace PORT`: the Slack that both ask who they are."""

import asyncio
import sys
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.fake_slack import BOT_TOKEN, SIGNING_SECRET, FakeSlack
from bot.web import serve


async def app(port: int, api: str) -> None:
    bolt = AsyncApp(
        signing_secret=SIGNING_SECRET,
        client=AsyncWebClient(BOT_TOKEN, base_url=api),
        process_before_response=True,
    )

    @bolt.command("/cais")
    async def acknowledge(ack: Any) -> None:
        await ack()

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    application = web.Application()
    application.router.add_post("/slack/events", handle)
    await serve(application, f"127.0.0.1:{port}")
    await asyncio.Event().wait()


async def workspace(port: int) -> None:
    await FakeSlack().start(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    what, where, *more = sys.argv[1:]
    asyncio.run(workspace(int(where)) if what == "workspace" else app(int(where), *more))
