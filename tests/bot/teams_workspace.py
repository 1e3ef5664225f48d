"""A workspace in Teams for tests: an app in this process beside a Teams that runs here, on a sample store."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import select

from bot.at_once import AtOnce
from bot.delivery import deliver_round
from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Answer, Dialog, Person
from bot.fake_teams_rooms import Message as Said
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.teams import Teams
from bot.teams_door import PATH
from bot.teams_events import Told
from bot.teams_reader import TeamsReader
from bot.web import serve
from handlers.inbox import Worker, work_inbox
from handlers.messages import Attachment, Kept
from store import Store
from store.chats import ChatAccount
from store.clock import Clock
from store.export import one_list
from store.files import no_step
from store.keeping import Keeper
from store.leases import worker_name
from store.outbox import OutboxEntry
from templates.render import Place
from tests.builders import NOW, PROGRAMS, a_file
from tests.servers import free_port
from tests.templates.test_teams import checked

MAILBOX = "evidence@cais.example"


class Files:
    """What each file of a message is, without its bytes."""

    async def fetch(self, said: Told, _entry: Kept) -> tuple[Attachment, ...]:
        return tuple(a_file(one["name"], one["name"].encode(), at) for at, one in enumerate(said.files, 1))


@dataclass
class Workspace:
    """A Teams app in this process beside a Teams, on a sample store."""

    there: FakeTeams
    app: Teams
    store: Store
    worker: Worker

    async def link(self, address: str) -> Person:
        """Somebody whose account speaks for the person of this address."""
        hands = Person.new(self.there, address.partition("@")[0])
        async with self.store.begin() as uow:
            person = await uow.person_at(address)
            assert person is not None
            uow.add(ChatAccount(account=hands.account, person_id=person.id, linked_at=NOW))
        return hands

    async def owed(self) -> list[OutboxEntry]:
        async with self.store.database.reading() as session:
            return list((await session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))).all())

    async def answered(self) -> None:
        """Everything that came is worked, and what is due is said."""
        while await work_inbox(self.worker):
            pass
        voices = {"teams": self.app.voice(self.store, shown_in(self.store))}
        while await deliver_round(self.store.outbox, voices, Clock(NOW), Place(MAILBOX, NOW.date())):
            pass

    async def says(self, hands: Person, text: str, **more: Any) -> Said:
        """They say something and hear what we answer: our newest message."""
        await hands.says(text, **more)
        await self.answered()
        return (await hands.hears())[-1]

    async def opened(self, hands: Person, name: str) -> Dialog:
        """A dialog, opened by its button at home."""
        return shown(await hands.presses(await self.says(hands, "menu"), name))

    async def record(self, name: str) -> list[dict[str, Any]]:
        return await one_list(self.store.database, name)


@asynccontextmanager
async def teams_workspace(store: Store) -> AsyncIterator[Workspace]:
    store.files.prepare()
    there = FakeTeams()
    await there.start()
    keeper, clock = Keeper(store.files, store.inbox.insert), Clock(NOW)
    app = Teams(BotSettings.model_validate(there.settings()), keeper, clock)
    readers = {"teams": TeamsReader(store.files.path, shown_in(store), Files())}
    worker = Worker(worker_name(), store, readers, PROGRAMS, no_step, clock.now)
    place = Place(MAILBOX, NOW.date())
    app.take_worker(AtOnce(worker, keeper, clock, asyncio.Event()), shown_in(store), lambda: place)
    site, port = web.Application(), free_port()
    app.door.add_to(site)
    runner = await serve(site, f"127.0.0.1:{port}")
    there.bot = f"http://127.0.0.1:{port}{PATH}"
    yield Workspace(there, app, store, worker)
    await runner.cleanup()
    await app.aclose()
    await keeper.aclose()
    await there.stop()


def shown(answer: Answer) -> Dialog:
    """The dialog that came of it: a card that Microsoft's schema takes. The copy of the schema that we have
    does not know the style `filtered`, which Microsoft documents since version 1.5."""
    assert answer.dialog is not None, answer
    checked(json.loads(texts(answer.dialog.card).replace('"filtered"', '"compact"')))
    return answer.dialog


def texts(some: Any) -> str:
    return json.dumps(some, ensure_ascii=False)
