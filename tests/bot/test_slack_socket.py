"""Events through the socket that we open: kept before they are acknowledged, and never silently deaf."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.fake_slack import APP_TOKEN, FakeSlack
from bot.slack import SlackDoor, slack_client
from bot.slack_settings import SlackSettings
from bot.slack_socket import NO_CONNECTION, Patience, SlackSocket
from handlers.rounds import keep_going
from handlers.watch_chat import PATIENCE, watch_chat
from store import Store
from store.clock import Clock
from store.export import one_list
from store.keeping import Arrival, Keeper

ANA = "U0ANA"


@dataclass
class Listening:
    """A socket that is looked after as the service does it; `fails` keeps go wrong first."""

    slack: FakeSlack
    store: Store
    patience: Patience = field(default_factory=lambda: Patience(ping=0.1, dead=30))
    fails: int = 0
    token: str = APP_TOKEN
    found: list[str | None] = field(default_factory=list)
    _looked: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def insert(self, arrivals: Sequence[Arrival]) -> list[int]:
        if self.fails:
            self.fails -= 1
            raise OSError("the disk is away")
        return await self.store.inbox.insert(arrivals)

    async def __aenter__(self) -> "Listening":
        self.store.files.prepare()
        settings = SlackSettings.model_validate(self.slack.settings())
        self.keeper, clock = Keeper(self.store.files, self.insert), Clock(None)
        door = SlackDoor(settings, slack_client(settings), self.keeper, clock)
        self.socket, self._stopping = SlackSocket(door.app, self.token, self.patience), asyncio.Event()
        going = keep_going("slack socket", self._look, self.socket.hint, self._stopping, 0.05)
        self._loop = asyncio.create_task(going)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await self._loop
        async with asyncio.timeout(5):
            await self.socket.aclose()
        await self.keeper.aclose()

    async def _look(self) -> int:
        self.found.append(await self.socket.look())
        self._looked.release()
        return 0

    async def looked(self, times: int) -> None:
        for _ in range(times):
            await self._looked.acquire()

    async def kept(self) -> list[dict[str, Any]]:
        return await one_list(self.store.database, "messages")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    fake.socket.ack_seconds = 5
    await fake.start()
    yield fake
    fake.socket.cut()
    await fake.stop()


async def test_an_event_comes_in_an_envelope_and_is_kept_when_it_is_acknowledged(
    slack: FakeSlack, store: Store
) -> None:
    async with Listening(slack, store) as listening:
        await slack.socket.until_opened()
        await slack.says(ANA, "status")
        assert len(await listening.kept()) == 1
        assert await slack.command(ANA, "help") == 200
        assert len(await listening.kept()) == 2
    assert len(slack.socket.envelopes) == 2


async def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(
    slack: FakeSlack, store: Store
) -> None:
    slack.socket.ack_seconds = 0.5
    async with Listening(slack, store, fails=1) as listening:
        await slack.socket.until_opened()
        await slack.says(ANA, "status")
        assert [one["retry_attempt"] for one in slack.socket.envelopes] == [0, 1]
        assert set(slack.socket.acks) == {slack.socket.envelopes[1]["envelope_id"]}
        assert len(await listening.kept()) == 1


async def test_an_event_that_is_brought_twice_is_one_message(slack: FakeSlack, store: Store) -> None:
    async with Listening(slack, store) as listening:
        await slack.socket.until_opened()
        stamp = await slack.says(ANA, "status")
        event = {"type": "message", "user": ANA, "text": "status", "ts": stamp, "channel": "D0ANA"}
        assert await slack.tell(event) == 200
        assert len(await listening.kept()) == 1


@pytest.mark.parametrize("how", ["goodbye", "cut", "silence"])
async def test_it_comes_back(slack: FakeSlack, store: Store, how: str) -> None:
    async with Listening(slack, store) as listening:
        await slack.socket.until_opened()
        if how == "goodbye":
            await slack.socket.say_goodbye()
        elif how == "cut":
            slack.socket.cut()
        else:
            slack.socket.silent = True  # the line stays open: only pings show that nobody is there
            await slack.socket.until_opened(2)
            slack.socket.silent = False
        await slack.socket.until_opened(2)
        await slack.says(ANA, "status")
        assert len(await listening.kept()) == 1


async def test_a_ticket_that_is_spent_holds_us_up_for_a_while_only(slack: FakeSlack, store: Store) -> None:
    """The library tries one address for ever; we begin from the beginning."""
    slack.faults["apps.connections.open"] = [web.json_response({"ok": True, "url": f"{slack.url}/link/"})]
    async with Listening(slack, store, Patience(ping=0.1, dead=0.5)) as listening:
        await slack.socket.until_opened()
        await slack.says(ANA, "status")
        assert listening.found[0] == NO_CONNECTION
        assert len(await listening.kept()) == 1


async def test_a_line_that_looks_alive_and_tells_nothing_is_renewed(slack: FakeSlack, store: Store) -> None:
    async with Listening(slack, store) as listening:
        await slack.socket.until_opened()
        slack.socket.dumb = True
        lost = asyncio.create_task(slack.says(ANA, "status"))
        await slack.socket.until(lambda: bool(slack.socket.envelopes))
        assert await listening.kept() == []
        slack.socket.dumb = False
        listening.socket.deaf()  # as the look through the conversations says it
        await slack.socket.until_opened(2)
        lost.cancel()
        await slack.says(ANA, "help")
        assert len(await listening.kept()) == 1


async def test_a_wrong_token_does_not_keep_the_service_from_ending(slack: FakeSlack, store: Store) -> None:
    async with Listening(slack, store, token="xapp-of-somebody") as listening:
        await listening.looked(3)
    assert set(listening.found) == {NO_CONNECTION}
    assert ("apps.connections.open", {}) in slack.calls


async def test_somebody_hears_that_there_is_no_connection(store: Store) -> None:
    now = Clock(None).now()
    async with store.begin() as uow:
        (await uow.chat_watch("slack socket", now)).note(now, NO_CONNECTION)
    async with store.look() as uow:
        assert await watch_chat(uow, now) == []
        (trouble,) = await watch_chat(uow, now + PATIENCE)
    assert "no connection" in trouble.words
    async with store.begin() as uow:
        (await uow.chat_watch("slack socket", now)).note(now, None)
    async with store.look() as uow:
        assert await watch_chat(uow, now + PATIENCE) == []
