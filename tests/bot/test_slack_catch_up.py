"""What Slack never told us is found by looking: nothing is missed, nothing doubled, and somebody hears of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.fake_slack import FakeSlack, dm_of
from bot.slack import SlackDoor, slack_client
from bot.slack_catch_up import CatchUp
from bot.slack_settings import SlackSettings
from handlers.watch_chat import PATIENCE, watch_chat
from store import Store
from store.clock import Clock
from store.export import one_list
from store.keeping import Keeper
from tests.servers.listening import listening

ANA = "U0ANA"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def catch_up(slack: FakeSlack, store: Store) -> AsyncIterator[CatchUp]:
    """A door that Slack can call, and the look through what was said; it began before anything was."""
    store.files.prepare()
    settings = SlackSettings.model_validate(slack.settings())
    keeper, clock, client = Keeper(store.files, store.inbox.insert), Clock(None), slack_client(settings)
    door, app = SlackDoor(settings, client, keeper, clock), web.Application()
    door.add_to(app)
    async with listening(app) as url:
        slack.bot = f"{url}/slack/events"
        look = CatchUp(client, door, store, clock)
        await look.look()
        yield look
    await keeper.aclose()


async def kept(store: Store) -> list[dict[str, Any]]:
    return await one_list(store.database, "messages")


async def test_what_was_told_is_not_taken_again(slack: FakeSlack, catch_up: CatchUp, store: Store) -> None:
    await slack.says(ANA, "status")
    assert await catch_up.look() == 0
    assert len(await kept(store)) == 1


async def test_a_day_of_lost_events_costs_nothing(slack: FakeSlack, catch_up: CatchUp, store: Store) -> None:
    first = await slack.says(ANA, "before")
    slack.deaf = True
    for number in range(250):  # more than a page
        await slack.says(f"U0P{number % 3}", f"message {number}")
    await slack.says(ANA, "in the thread", thread=first)
    slack.deaf = False
    await slack.says(ANA, "after")
    assert await catch_up.look() == 251
    assert len(await kept(store)) == 253
    assert await catch_up.look() == 0


async def test_our_own_words_are_no_messages(slack: FakeSlack, catch_up: CatchUp, store: Store) -> None:
    await catch_up.client.chat_postMessage(channel=dm_of(ANA), text="hello")
    await slack.says(ANA, "status")
    assert await catch_up.look() == 0
    assert len(await kept(store)) == 1


async def test_somebody_hears_that_we_were_not_told(
    slack: FakeSlack, catch_up: CatchUp, store: Store
) -> None:
    slack.deaf = True
    await slack.says(ANA, "status")
    await catch_up.look()
    now = catch_up.clock.now()
    async with store.look() as uow:
        (trouble,) = await watch_chat(uow, now)
        later = await watch_chat(uow, now + timedelta(hours=1))
    assert "never told us" in trouble.words
    assert later == []


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"ok": False, "error": "missing_scope"}, "missing_scope"),
        ("upstream connect error", "HTTP 503"),
    ],
    ids=["a word of Slack's", "plain text"],
)
async def test_while_slack_does_not_answer_the_time_is_looked_at_again(
    answer: object, word: str, slack: FakeSlack, catch_up: CatchUp, store: Store
) -> None:
    slack.deaf = True
    await slack.says(ANA, "status")
    is_words = isinstance(answer, str)
    fault = web.Response(status=503, text=str(answer)) if is_words else web.json_response(answer)
    slack.faults["conversations.list"] = [fault]
    assert await catch_up.look() == 0
    async with store.look() as uow:
        (trouble,) = await watch_chat(uow, catch_up.clock.now() + PATIENCE)
    assert word in trouble.words
    assert await catch_up.look() == 1
