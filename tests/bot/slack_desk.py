"""A desk in Slack for tests: the real door and reader on a sample store, beside the Slack that runs here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.chat_files import Looks
from bot.console import ConsoleReader
from bot.fake_slack import BOT_TOKEN, MENTION, SIGNING_SECRET, TEAM, FakeSlack
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.slack import Slack, SlackDoor
from bot.slack_events import CHANNEL
from bot.slack_files import SlackFiles
from bot.slack_manifest import EVENTS_PATH
from bot.slack_reader import SlackReader
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

U_ANA = "U0ANA"
MOST = 1024 * 1024


@dataclass
class SlackDesk:
    """`over` is whether the service is about to end."""

    store: Store
    slack: FakeSlack
    keeper: Keeper
    door: SlackDoor
    fetching: SlackFiles
    worker: Worker
    over: list[bool]

    async def link(self, user: str = U_ANA, address: str = ANA) -> None:
        """The account speaks for the person of this address."""
        async with self.store.begin() as uow:
            person = await uow.person_at(address)
            assert person is not None
            uow.add(ChatAccount(account=f"slack:{TEAM}/{user}", person_id=person.id, linked_at=wall()))

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

    async def told(self, *files: dict[str, Any], **more: Any) -> tuple[str, list[tuple[str, str]]]:
        """Ana shares files, and they are read once: state and verdicts of the message. In a channel she
        mentions us."""
        text = f"{MENTION} EL 02" if "channel" in more else "EL 02"
        await self.slack.shares(U_ANA, *files, text=text, **more)
        await self.work()
        entry = (await self.entries())[-1]
        return entry.state, await self.verdicts(entry.id)


@asynccontextmanager
async def slack_desk(store: Store) -> AsyncIterator[SlackDesk]:
    """Ana is linked. Everything that Slack tells is kept by the real door."""
    slack, keeper, over = FakeSlack(), Keeper(store.files, store.inbox.insert), [False]
    await slack.start()
    settings = BotSettings(
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_api=f"{slack.url}/api/",
    )
    clock = Clock()
    ours = Slack(settings, keeper, clock)
    fetching = ours.files(store, Looks(looking(None), file_name, MOST), lambda: over[0])
    readers: dict[str, Reader] = {
        CHANNEL: SlackReader(store.files.path, shown_in(store), fetching),
        "console": ConsoleReader(),
    }
    app = web.Application()
    ours.door.add_to(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.bot = f"http://127.0.0.1:{runner.addresses[0][1]}{EVENTS_PATH}"
    worker = Worker("test", store, readers, PROGRAMS, no_step, clock.now)
    desk = SlackDesk(store, slack, keeper, ours.door, fetching, worker, over)
    await desk.link()
    try:
        yield desk
    finally:
        await fetching.aclose()
        await runner.cleanup()
        await keeper.aclose()
        await slack.stop()


def drafts(store: Store) -> list[Path]:
    """What lies half downloaded."""
    return list(store.files.incoming.iterdir())
