"""What chats call us with, as they send it: `python -m tests.bench.chat_load` takes an order on stdin.

A process of its own on plain streams. Each call is signed (Teams' with one token, as Teams does it) and has an
id of its own. With a rate they come when they are due, answered or not, and the time of each counts from then.
"""

import asyncio
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.fake_slack import SIGNING_SECRET, TEAM
from tests.bench.figures import percentile

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class WrongAnswer(Exception):
    """The app said something else than that it has it, or nothing in time."""


@dataclass(frozen=True)
class Calls:
    """`/cais` of Slack, or with a `token` this `activity` of Teams, for `seconds` to a port, on so many
    connections; `rate` a second, or with 0 one after the other on each connection."""

    port: int
    connections: int
    seconds: float
    rate: float = 0
    token: str = ""
    activity: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """The seconds that each call took, how long all took, and the generator's own processor time."""

    took: tuple[float, ...]
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def ms(self, share: float) -> float:
        return 1000 * percentile(self.took, share)


def send_calls(order: Calls) -> Answered:
    """Run the generator in a process of its own. Raises WrongAnswer."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.chat_load"],
        input=json.dumps(asdict(order)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=order.seconds + PATIENCE,
        check=False,
    )
    if done.returncode:
        raise WrongAnswer(done.stderr.strip().rpartition("\n")[2])
    told = json.loads(done.stdout)
    return Answered(tuple(told["took"]), told["seconds"], told["cpu"])


class Load:
    def __init__(self, order: Calls) -> None:
        self._order, self._took = order, list[float]()
        self._sent, self._run = 0, time.time_ns()
        self._request = _activity if order.token else _command

    async def run(self) -> Answered:
        began = time.perf_counter()
        due = self._due(began)
        await asyncio.gather(*[self._connection(due) for _ in range(self._order.connections)])
        return Answered(tuple(self._took), time.perf_counter() - began, time.process_time())

    async def _due(self, began: float) -> AsyncIterator[float]:
        """When each call is due: at its time, or as soon as somebody asks."""
        until, rate = began + self._order.seconds, self._order.rate
        while (now := time.perf_counter()) < until:
            if rate:
                now = began + self._sent / rate
                await asyncio.sleep(max(0.0, now - time.perf_counter()))
            self._sent += 1
            yield now

    async def _connection(self, due: AsyncIterator[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._order.port)
        while (began := await self._next(due)) is not None:
            writer.write(self._request(self._order, self._run + self._sent))
            await _answer(reader)
            self._took.append(time.perf_counter() - began)
        writer.close()

    _turn = asyncio.Lock()

    async def _next(self, due: AsyncIterator[float]) -> float | None:
        async with self._turn:
            return await anext(due, None)


def _command(_order: Calls, number: int) -> bytes:
    form = {"command": "/cais", "text": "status EL 02", "user_id": "U0ANA", "team_id": TEAM}
    form |= {"channel_id": "D0ANA", "trigger_id": f"{number:x}", "user_name": "ana"}
    body, stamp = urlencode(form).encode(), str(int(time.time()))
    signed = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    head = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signed.hexdigest()}"}
    return _post("/slack/events", "application/x-www-form-urlencoded", head, body)


def _activity(order: Calls, number: int) -> bytes:
    body = json.dumps({**order.activity, "id": str(number)}).encode()
    return _post("/api/messages", "application/json", {"Authorization": f"Bearer {order.token}"}, body)


def _post(path: str, kind: str, head: Mapping[str, str], body: bytes) -> bytes:
    facts = {"Host": "127.0.0.1", "Content-Type": kind, **head, "Content-Length": str(len(body))}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in facts.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 202")):
        raise WrongAnswer(head.partition(b"\r\n")[0].decode())
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
    await reader.readexactly(length)


def main() -> None:
    answered = asyncio.run(Load(Calls(**json.loads(sys.stdin.read()))).run())
    json.dump(asdict(answered), sys.stdout)


if __name__ == "__main__":
    main()
