"""A desk in Slack for tests: the real door and reader on a sample store, beside the Slack that runs here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console import ConsoleReader
from bot.fake_slack import MENTION, TEAM, FakeSlack
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.slack import Slack, SlackDoor
from bot.slack_events import CHANNEL
from bot.slack_files import SlackFiles
from bot.slack_manifest import EVENTS_PATH
from bot.slack_reader import SlackReader
from handlers.inbox import Reader, Worker
from store import Store
from store.clock import Clock
from store.files import no_step
from store.keeping import Keeper
from tests.bot.chat_desk import LOOKS, ChatDesk
from tests.builders import ANA, PROGRAMS
from tests.servers.listening import listening

U_ANA = "U0ANA"


@dataclass
class SlackDesk(ChatDesk):
    """`over` is whether the service is about to end."""

    channel = CHANNEL
    slack: FakeSlack
    keeper: Keeper
    door: SlackDoor
    fetching: SlackFiles
    over: list[bool]

    async def link(self, user: str = U_ANA, address: str = ANA) -> None:
        """The account speaks for the person of this address."""
        await self.speaks_for(f"{CHANNEL}:{TEAM}/{user}", address)

    async def told(self, *files: dict[str, Any], **more: Any) -> tuple[str, list[tuple[str, str]]]:
        """Ana shares files, and they are read once: state and verdicts of the message. In a channel she
        mentions us."""
        text = f"{MENTION} EL 02" if "channel" in more else "EL 02"
        await self.slack.shares(U_ANA, *files, text=text, **more)
        await self.work()
        return await self.newest()


@asynccontextmanager
async def slack_desk(store: Store) -> AsyncIterator[SlackDesk]:
    """Ana is linked. Everything that Slack tells is kept by the real door."""
    slack, keeper, over = FakeSlack(), Keeper(store.files, store.inbox.insert), [False]
    await slack.start()
    settings = BotSettings.model_validate(slack.settings())
    clock = Clock()
    ours = Slack(settings, keeper, clock)
    fetching = ours.files(store, LOOKS, lambda: over[0])
    readers: dict[str, Reader] = {
        CHANNEL: SlackReader(store.files.path, shown_in(store), fetching),
        "console": ConsoleReader(),
    }
    app = web.Application()
    ours.door.add_to(app)
    worker = Worker("test", store, readers, PROGRAMS, no_step, clock.now)
    desk = SlackDesk(store, worker, slack, keeper, ours.door, fetching, over)
    await desk.link()
    try:
        async with listening(app) as url:
            slack.bot = f"{url}{EVENTS_PATH}"
            yield desk
    finally:
        await fetching.aclose()
        await keeper.aclose()
        await slack.stop()
