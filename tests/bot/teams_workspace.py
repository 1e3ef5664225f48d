"""A workspace in Teams for tests: an app in this process beside a Teams that runs here, on a sample store."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.at_once import AtOnce
from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Answer, Dialog, Person
from bot.fake_teams_rooms import Message as Said
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.teams import Teams
from bot.teams_activity import CHANNEL
from bot.teams_door import PATH
from bot.teams_events import Told
from bot.teams_reader import TeamsReader
from handlers.inbox import Worker
from handlers.messages import Attachment, Kept
from store import Store
from store.clock import Clock
from store.files import no_step
from store.keeping import Keeper
from store.leases import worker_name
from templates.render import Place
from tests.bot.chat_desk import MAILBOX, ChatDesk
from tests.builders import NOW, PROGRAMS, a_file
from tests.servers.listening import listening
from tests.templates.test_teams import checked


class Files:
    """What each file of a message is, without its bytes."""

    async def fetch(self, said: Told, _entry: Kept) -> tuple[Attachment, ...]:
        return tuple(a_file(one["name"], one["name"].encode(), at) for at, one in enumerate(said.files, 1))


@dataclass
class Workspace(ChatDesk):
    """A Teams app in this process beside a Teams, on a sample store."""

    channel = CHANNEL
    there: FakeTeams
    app: Teams

    async def link(self, address: str) -> Person:
        """Somebody whose account speaks for the person of this address."""
        hands = Person.new(self.there, address.partition("@")[0])
        await self.speaks_for(hands.account, address)
        return hands

    async def hear(self) -> None:
        """Everything that came is answered there."""
        await self.answered(self.app.voice(self.store, shown_in(self.store)))

    async def says(self, hands: Person, text: str, **more: Any) -> Said:
        """They say something and hear what we answer: our newest message."""
        await hands.says(text, **more)
        await self.hear()
        return (await hands.hears())[-1]

    async def opened(self, hands: Person, name: str) -> Dialog:
        """A dialog, opened by its button at home."""
        return shown(await hands.presses(await self.says(hands, "menu"), name))


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
    site = web.Application()
    app.door.add_to(site)
    async with listening(site) as url:
        there.bot = f"{url}{PATH}"
        yield Workspace(store, worker, there, app)
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
