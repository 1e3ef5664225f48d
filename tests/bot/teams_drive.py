"""A desk in Teams with files: the real door, reader and downloads, beside the Teams that runs here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console import ConsoleReader
from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Person
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.teams import Teams
from bot.teams_activity import CHANNEL
from bot.teams_door import PATH
from bot.teams_reader import TeamsReader
from handlers.inbox import Reader, Worker
from store import Store
from store.clock import Clock
from store.files import no_step
from store.keeping import Keeper
from tests.bot.chat_desk import LOOKS, ChatDesk
from tests.builders import PROGRAMS
from tests.servers.listening import listening


@dataclass
class TeamsDrive(ChatDesk):
    """`over` is whether the service is about to end."""

    channel = CHANNEL
    there: FakeTeams
    ana: Person
    teams: Teams
    over: list[bool]

    async def told(
        self, *files: dict[str, Any], text: str = "EL 02", **more: Any
    ) -> tuple[str, list[tuple[str, str]]]:
        """Ana attaches files, and they are read once: state and verdicts of the message."""
        await self.ana.says(text, files=files, **more)
        await self.work()
        return await self.newest()


@asynccontextmanager
async def teams_drive(store: Store) -> AsyncIterator[TeamsDrive]:
    """Ana is linked. Everything that Teams tells is kept by the real door."""
    there, keeper, over, clock = FakeTeams(), Keeper(store.files, store.inbox.insert), [False], Clock()
    await there.start()
    settings = BotSettings.model_validate(there.settings())
    ours, app = Teams(settings, keeper, clock), web.Application()
    fetching = ours.files(store, LOOKS, lambda: over[0])
    readers: dict[str, Reader] = {
        CHANNEL: TeamsReader(store.files.path, shown_in(store), fetching),
        "console": ConsoleReader(),
    }
    ours.door.add_to(app)
    worker = Worker("test", store, readers, PROGRAMS, no_step, clock.now)
    drive = TeamsDrive(store, worker, there, Person.new(there, "Ana Ruiz"), ours, over)
    await drive.speaks_for(drive.ana.account)
    try:
        async with listening(app) as url:
            there.bot = f"{url}{PATH}"
            yield drive
    finally:
        await fetching.aclose()
        await ours.aclose()
        await keeper.aclose()
        await there.stop()
