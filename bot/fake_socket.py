"""The sockets of the Slack that runs here: tickets good once, events in envelopes, and every way to go dumb.

An event that is not acknowledged in time comes again, as often as Slack brings it.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

Json = dict[str, Any]
TIMES = 4  # at first, and three times again
KINDS = {"command": "slash_commands", "payload": "interactive"}


@dataclass
class FakeSocket:
    """`acks` are what came back, by envelope. `dumb`: connections stay open and look alive, and nothing is
    told through them. `silent`: nobody answers any more, not even a ping."""

    ack_seconds: float = 3.0
    dumb: bool = False
    silent: bool = False
    tickets: set[str] = field(default_factory=set)
    opened: int = 0
    envelopes: list[Json] = field(default_factory=list)
    acks: dict[str, Json] = field(default_factory=dict)
    _lines: dict[web.WebSocketResponse, asyncio.Transport | None] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self, where: str) -> Json:
        """`apps.connections.open`: an address that is good once."""
        ticket = secrets.token_hex(8)
        self.tickets.add(ticket)
        return {"url": f"{where.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id=A0CAIS"}

    async def link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403, text="the ticket was used")
        self.tickets.discard(ticket)
        line = web.WebSocketResponse(autoping=False)
        await line.prepare(request)
        await line.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0CAIS"}})
        self._lines[line] = request.transport
        self.opened += 1
        await self._tell_news()
        try:
            await self._listen(line)
        finally:
            self._lines.pop(line, None)
        return line

    async def _listen(self, line: web.WebSocketResponse) -> None:
        async for message in line:
            if self.silent:
                continue
            if message.type is WSMsgType.PING:
                await line.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                ack = json.loads(message.data)
                self.acks[ack["envelope_id"]] = ack.get("payload") or {}
                await self._tell_news()

    async def until_opened(self, times: int = 1, seconds: float = 20) -> None:
        """Once so many connections were opened, the last of them open."""
        await self.until(lambda: self.opened >= times and bool(self._lines), seconds)

    async def give(self, body: str, kind: str) -> tuple[int, Json]:
        """What would be posted, in an envelope: 200 and what the acknowledgement says, or 504 when it was
        brought as often as Slack brings it and never acknowledged."""
        told = json.loads(body) if kind == "application/json" else dict(parse_qsl(body, True))
        kinds = (name for word, name in KINDS.items() if word in told)
        envelope = {"type": next(kinds, "events_api"), "accepts_response_payload": "event" not in told}
        envelope["payload"] = json.loads(told["payload"]) if "payload" in told else told
        for attempt in range(TIMES):
            own_id = secrets.token_hex(8)
            with contextlib.suppress(TimeoutError):
                await self._bring(envelope | {"envelope_id": own_id, "retry_attempt": attempt})
                return 200, self.acks[own_id]
        return 504, {}

    async def _bring(self, envelope: Json) -> None:
        """Raises TimeoutError when there is no acknowledgement in time."""
        async with asyncio.timeout(self.ack_seconds):
            await self.until(lambda: bool(self._lines))
            self.envelopes.append(envelope)
            await self._tell_news()
            if not self.dumb and not self.silent:
                with contextlib.suppress(ConnectionError):
                    await list(self._lines)[-1].send_json(envelope)
            await self.until(lambda: envelope["envelope_id"] in self.acks)

    async def say_goodbye(self) -> None:
        """Slack is about to close the connections and says so; it does so when we are gone or it is late."""
        for line in list(self._lines):
            await line.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    def cut(self) -> None:
        """The line breaks, without a word."""
        for transport in self._lines.values():
            if transport is not None:
                transport.abort()

    async def _tell_news(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until(self, so: Callable[[], bool], seconds: float = 20) -> None:
        """Once it is so, of what is here to be seen. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(so)
