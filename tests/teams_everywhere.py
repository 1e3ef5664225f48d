"""People heard in Teams: the real door and voice of a house, beside a Teams as strict as the real one."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from aiohttp import web
from sqlalchemy import func, select

from bot.at_once import AtOnce
from bot.chat_files import Looks
from bot.delivery import deliver_round
from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Person
from bot.fake_teams_inputs import Pressable, actions_in, inputs_in
from bot.fake_teams_limits import CARD, CONSENT
from bot.fake_teams_rooms import Message
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.teams import Teams
from bot.teams_activity import CHANNEL
from bot.teams_door import PATH, TeamsDoor
from bot.teams_reader import TeamsReader
from handlers.inbox import Worker
from store import Store
from store.clock import Clock
from store.inbox import InboxEntry
from store.keeping import Keeper
from store.outbox import OutboxEntry
from store.unit_of_work import UnitOfWork
from templates.render import Place
from tests.servers.listening import listening

SETTLED = ("sent", "suppressed")


@dataclass(frozen=True, kw_only=True)
class HouseClock(Clock):
    """The time in a house, which moves only when somebody speaks."""

    told: Callable[[], datetime]

    def now(self) -> datetime:
        return self.told()


@dataclass
class ThereIsTeams:
    """One Teams for all houses; it calls the one whose `door` is open. People by their number in the record:
    it is the same in every house."""

    there: FakeTeams
    door: TeamsDoor | None = None
    people: dict[int, Person] = field(default_factory=dict)

    @classmethod
    async def open(cls, closing: AsyncExitStack) -> Self:
        there, app = FakeTeams(), web.Application()
        self = cls(there)
        await there.start()
        closing.push_async_callback(there.stop)
        app.router.add_post(PATH, self._called)
        there.bot = f"{await closing.enter_async_context(listening(app))}{PATH}"
        return self

    async def _called(self, request: web.Request) -> web.Response:
        assert self.door is not None
        return await self.door.called(request)

    def person(self, number: int) -> Person:
        if number not in self.people:
            self.people[number] = Person.new(self.there, f"Person {number}")
        return self.people[number]


@dataclass(frozen=True)
class InTeams:
    """Our app in Teams, for one house."""

    about: ThereIsTeams
    store: Store
    teams: Teams
    clock: HouseClock
    reader: TeamsReader

    @classmethod
    def open(
        cls, about: ThereIsTeams, keeper: Keeper, looks: Looks, worker: Worker, closing: AsyncExitStack
    ) -> Self:
        """From now on Teams calls this house, where nothing was said yet."""
        store, clock = worker.store, HouseClock(told=worker.now)
        teams = Teams(BotSettings.model_validate(about.there.settings()), keeper, clock)
        files = teams.files(store, looks, lambda: False)
        closing.push_async_callback(files.aclose)
        closing.push_async_callback(teams.aclose)
        reader = TeamsReader(store.files.path, shown_in(store), files)
        house = cls(about, store, teams, clock, reader)
        at_once = AtOnce(worker, keeper, clock, asyncio.Event())
        teams.take_worker(at_once, shown_in(store), house._place)
        about.door = teams.door
        about.there.known.messages.clear()
        return house

    async def known(self, number: int, uow: UnitOfWork) -> str:
        """The account of a person by their number, who has spoken with us before."""
        person, url = self.about.person(number), self.about.there.service_url
        await uow.note_reference(
            person.account, url, person.who.user, self.clock.now(), conversation=person.chat.id
        )
        return person.account

    def _place(self) -> Place:
        return Place("evidence@cais.example", self.clock.now().date())

    async def said(self, who: int, text: str, files: tuple[tuple[str, bytes], ...], under: str) -> int:
        """Somebody writes to us in their own chat; `under` is the receipt of our message that they quote. The
        inbox number."""
        there, person = self.about.there, self.about.person(who)
        quoted = there.known.message(person.chat, under.rpartition("/")[2]) if under else None
        shared = [there.files.put(name, content) for name, content in files]
        await person.says(text, files=shared, thread=quoted)
        return await self._newest()

    async def pressed(self, who: int, title: str, words: str) -> int:
        """Somebody presses the button whose title begins so, on the newest message of theirs that has it, with
        these words in its field."""
        person = self.about.person(who)
        message, button = self._find(person, title)
        fields = [one["id"] for one in inputs_in(button.cards[-1]) if one["type"] == "Input.Text"]
        await person.does(message, button, dict.fromkeys(fields, words))
        return await self._newest()

    def _find(self, person: Person, title: str) -> tuple[Message, Pressable]:
        for message in reversed(self.about.there.known.said_by_bot(person.chat)):
            for one in actions_in(message.card(person.who.id) or {"body": []}):
                if one.title.startswith(title) and one.action["type"] != "Action.ShowCard":
                    return message, one
        raise AssertionError(f"{person.who.name} was shown no {title}")

    async def _newest(self) -> int:
        async with self.store.database.reading() as session:
            return int((await session.scalars(select(func.max(InboxEntry.id)))).one())

    async def tell(self) -> None:
        """Say what we owe in Teams, which takes all of it, as cards."""
        voices = {CHANNEL: self.teams.voice(self.store, shown_in(self.store))}
        while await deliver_round(self.store.outbox, voices, self.clock, self._place()):
            pass
        async with self.store.database.reading() as session:
            rows = (await session.scalars(select(OutboxEntry).where(OutboxEntry.channel == CHANNEL))).all()
        assert {row.template: row.trouble for row in rows if row.state not in SETTLED} == {}
        assert all(map(_is_carded, self.about.there.messages))


def _is_carded(message: Message) -> bool:
    """Whether it is more than words: a card, or a receipt that is offered as a file."""
    return any(one["contentType"] in (CARD, CONSENT) for one in message.attachments)
