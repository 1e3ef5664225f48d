"""The socket that we open to Slack, and the watch over it: it is never silently deaf.

The library's own watch reconnects when Slack says goodbye, when the line is cut and when nothing answers its
pings. Ours begins from the beginning when there has been no living connection for a minute (the library tries
one address for ever, and each is good once), and when messages were found that nobody told us through it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

log = structlog.get_logger()
LOOK_SECONDS = 5.0
NO_CONNECTION = "no connection"


@dataclass(frozen=True)
class Patience:
    """Seconds between the library's pings, and without a living connection until we begin anew."""

    ping: float = 10.0
    dead: float = 60.0


class SlackSocket:
    """One socket, made anew as often as it takes. `hint` wakes whoever looks after it."""

    def __init__(self, app: AsyncApp, token: str, patience: Patience | None = None) -> None:
        self._app, self._token, self._patience = app, token, patience or Patience()
        self.hint = asyncio.Event()
        self._is_deaf = False
        self._line: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._alive_at = 0.0

    def deaf(self) -> None:
        """Something was said and never told us through it, however alive it looks."""
        self._is_deaf = True
        self.hint.set()

    async def look(self) -> str | None:
        """Open it, or see how it is and renew it if need be. What is wrong, as a word, or nothing."""
        now = asyncio.get_running_loop().time()
        alive = self._line is not None and await self._line.client.is_connected()
        if alive and not self._is_deaf:
            self._alive_at = now
            return None
        if self._line is None or self._is_deaf or now - self._alive_at >= self._patience.dead:
            await self._renew(now)
        return None if alive else NO_CONNECTION

    async def aclose(self) -> None:
        """At once, also where nobody answers a goodbye: what was not acknowledged comes again."""
        line, self._line = self._line, None
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if line is not None:
            line.client.closed = True
            await line.client.aiohttp_client_session.close()
            await line.close_async()  # type: ignore[no-untyped-call]

    async def _renew(self, now: float) -> None:
        if self._line is not None:
            log.warning("slack.socket_renewed", deaf=self._is_deaf)
        await self.aclose()
        self._is_deaf, self._alive_at = False, now
        self._line = AsyncSocketModeHandler(self._app, self._token, ping_interval=self._patience.ping)
        self._connecting = asyncio.create_task(self._connect(self._line.connect_async))

    async def _connect(self, connect: Callable[[], Awaitable[None]]) -> None:
        """It ends when there is a connection; the next look tells."""
        await connect()
        self.hint.set()
