"""A desk in Teams with files: the real door, reader and downloads, beside the Teams that runs here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import select, update

from bot.chat_files import Looks
from bot.console import ConsoleReader
from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Person
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.teams import Teams
from bot.teams_activity import CHANNEL
from bot.teams_door import PATH
from bot.teams_reader import TeamsReader
from handlers.inbox import EVERYTHING, Lane, Reader, Worker, work_inbox
from intake.given import looking
from intake.plain import file_name
from store import Store
from store.chats import ChatAccount
from store.clock import Clock, wall
from store.files import no_step
from store.inbox import InboxEntry
from store.keeping import Keeper
from store.outbox import OutboxEntry
from tests.builders import ANA, PROGRAMS

MOST = 1024 * 1024


@dataclass
class TeamsDrive:
    """`over` is whether the service is about to end."""

    store: Store
    there: FakeTeams
    ana: Person
    teams: Teams
    worker: Worker
    over: list[bool]

    async def link(self, who: Person, address: str = ANA) -> None:
        """The account speaks for the person of this address."""
        async with self.store.begin() as uow:
            person = await uow.person_at(address)
            assert person is not None
            uow.add(ChatAccount(account=who.account, person_id=person.id, linked_at=wall()))

    async def work(self, lane: Lane = EVERYTHING) -> int:
        """Answer what is due; how many messages were taken."""
        return await work_inbox(self.worker, lane=lane)

    async def due(self) -> None:
        """As if time had passed: everything that waits is due."""
        async with self.store.database.begin() as connection:
            await connection.execute(update(InboxEntry).values(run_at=wall()))

    async def entries(self) -> list[InboxEntry]:
        async with self.store.database.reading() as session:
            return list((await session.scalars(select(InboxEntry).order_by(InboxEntry.id))).all())

    async def verdicts(self, number: int) -> list[tuple[str, str]]:
        async with self.store.look() as uow:
            return [(row.verdict, row.reason) for row in await uow.verdicts_of(number)]

    async def answers(self, template: str = "") -> list[OutboxEntry]:
        async with self.store.database.reading() as session:
            rows = (await session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))).all()
        return [row for row in rows if row.channel == CHANNEL and template in ("", row.template)]

    async def told(
        self, *files: dict[str, Any], text: str = "EL 02", **more: Any
    ) -> tuple[str, list[tuple[str, str]]]:
        """Ana attaches files, and they are read once: state and verdicts of the message."""
        await self.ana.says(text, files=files, **more)
        await self.work()
        entry = (await self.entries())[-1]
        return entry.state, await self.verdicts(entry.id)


@asynccontextmanager
async def teams_drive(store: Store) -> AsyncIterator[TeamsDrive]:
    """Ana is linked. Everything that Teams tells is kept by the real door."""
    there, keeper, over, clock = FakeTeams(), Keeper(store.files, store.inbox.insert), [False], Clock()
    await there.start()
    settings = BotSettings(**there.settings())  # type: ignore[arg-type]
    ours, app = Teams(settings, keeper, clock), web.Application()
    fetching = ours.files(store, Looks(looking(None), file_name, MOST), lambda: over[0])
    readers: dict[str, Reader] = {
        CHANNEL: TeamsReader(store.files.path, shown_in(store), fetching),
        "console": ConsoleReader(),
    }
    ours.door.add_to(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.bot = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    worker = Worker("test", store, readers, PROGRAMS, no_step, clock.now)
    drive = TeamsDrive(store, there, Person.new(there, "Ana Ruiz"), ours, worker, over)
    await drive.link(drive.ana)
    try:
        yield drive
    finally:
        await fetching.aclose()
        await ours.aclose()
        await runner.cleanup()
        await keeper.aclose()
        await there.stop()


def drafts(store: Store) -> list[Any]:
    """What lies half downloaded."""
    return list(store.files.incoming.iterdir())
