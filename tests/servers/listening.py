"""An app of aiohttp that listens for as long as a test needs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.web import serve


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """On a free port: its origin."""
    runner = await serve(app, "127.0.0.1:0")
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
