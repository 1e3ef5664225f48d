"""The service beside chats that run in the same process: `cais run --with-fake-slack`, `--with-fake-teams`.

For sample stores: whoever reaches their pages may be anybody of the sample. They go by the service's clock.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from commands import settings, stop, told

if TYPE_CHECKING:
    from aiohttp.web import RouteDef

    from bot.slack_settings import SlackSettings
    from bot.teams_settings import TeamsSettings
    from parts import Parts, Settings

    Start = Callable[[int, Iterable[RouteDef]], Awaitable[None]]

SLACK, TEAMS = "slack", "teams"
SLACK_PORT, TEAMS_PORT = 8081, 8082


@dataclass(frozen=True)
class Neighbour:
    """Somebody of the sample: whose chats one can have."""

    name: str
    address: str
    about: str


class ChatHere(Protocol):
    """A chat that runs here. `parts`: those of the service without which it is of no use; `setting` is what
    the app of a real one has."""

    parts: frozenset[str]
    setting: str

    async def start(self) -> str:
        """Its page."""

    async def stop(self) -> None: ...

    def is_set_up(self, given: "Settings") -> bool:
        """Whether the service has a real one already."""

    def as_its_app(self, given: "Settings") -> "Settings": ...

    async def let_in(self, parts: "Parts", neighbours: Sequence[Neighbour]) -> None: ...


def run_beside(chats: Collection[str], only: Collection[str], ready: Callable[["Parts"], None]) -> None:
    """The service as an app of chats that run in the same process; for sample stores."""
    made: dict[str, Callable[[], ChatHere]] = {SLACK: SlackHere, TEAMS: TeamsHere}
    here = {name: made[name]() for name in chats}
    for name, chat in here.items():
        if missing := sorted(chat.parts - set(only)):
            stop(f"--with-fake-{name}: {missing[0]} is not among the parts", 2)
    asyncio.run(told(_run_beside(settings(), here, only, ready)))


async def _run_beside(
    given: "Settings", here: dict[str, ChatHere], only: Collection[str], ready: Callable[["Parts"], None]
) -> None:
    from parts import put_together
    from service import run

    pages: dict[str, str] = {}
    async with AsyncExitStack() as closing:
        for name, chat in here.items():
            if chat.is_set_up(given):
                stop(f"--with-fake-{name}: a real app is set up already ({chat.setting})", 2)
            pages[name] = await chat.start()
            closing.push_async_callback(chat.stop)
            given = chat.as_its_app(given)
        parts = await closing.enter_async_context(put_together(given))
        if not parts.sample:
            stop(f"--with-fake-{next(iter(here))}: only a sample store may have one")
        neighbours = [one async for one in _neighbours(parts)]
        for chat in here.values():
            await chat.let_in(parts, neighbours)
        await run(parts, only, lambda: _say(parts, pages, ready))


class SlackHere:
    """A Slack with its page."""

    parts, setting = frozenset({SLACK}), "CAIS_SLACK_BOT_TOKEN"

    def __init__(self) -> None:
        from bot.fake_client import FakeClient
        from bot.fake_slack import FakeSlack

        self._slack = FakeSlack()
        self._client = FakeClient(self._slack)

    async def start(self) -> str:
        await _listen(self._slack.start, SLACK_PORT, self._client.routes())
        return self._slack.url

    async def stop(self) -> None:
        self._slack.socket.cut()
        await self._slack.stop()

    def is_set_up(self, given: "Settings") -> bool:
        return given.bot.slack_bot_token is not None

    def as_its_app(self, given: "Settings") -> "Settings":
        from bot.slack_settings import SlackSettings

        return _as_app(given, SlackSettings.model_validate(self._slack.settings(socket=True)))

    async def let_in(self, parts: "Parts", neighbours: Sequence[Neighbour]) -> None:
        from bot.fake_client import Account
        from bot.fake_slack import TEAM

        self._slack.now = lambda: parts.clock.now().timestamp()
        for one in neighbours:
            user = "U0" + "".join(filter(str.isalnum, one.address.partition("@")[0])).upper()
            self._client.people.append(Account(user, one.name, one.about))
            await _link(parts, f"slack:{TEAM}/{user}", one.address, SLACK)
        self._client.people.append(Account("U0STRANGER", "Somebody new", "not linked yet"))


class TeamsHere:
    """A Teams with its page. Everybody has the app installed."""

    parts, setting = frozenset({TEAMS}), "CAIS_TEAMS_APP_ID"

    def __init__(self) -> None:
        from bot.fake_teams import FakeTeams
        from bot.fake_teams_client import FakeTeamsClient

        self._teams = FakeTeams()
        self._client = FakeTeamsClient(self._teams)

    async def start(self) -> str:
        await _listen(self._teams.start, TEAMS_PORT, self._client.routes())
        return self._teams.url

    async def stop(self) -> None:
        await self._teams.stop()

    def is_set_up(self, given: "Settings") -> bool:
        return given.bot.teams_app_id is not None

    def as_its_app(self, given: "Settings") -> "Settings":
        from bot.teams_door import PATH
        from bot.teams_settings import TeamsSettings

        self._teams.bot = f"http://{given.bot.http_listen}{PATH}"
        return _as_app(given, TeamsSettings.model_validate(self._teams.settings()))

    async def let_in(self, parts: "Parts", neighbours: Sequence[Neighbour]) -> None:
        from bot.fake_teams_hands import Person

        self._teams.known.clock = parts.clock.now
        for one in neighbours:
            person = Person(self._teams, self._teams.somebody(one.name, email=one.address, about=one.about))
            await _link(parts, person.account, one.address, TEAMS)
            async with parts.store.begin() as uow:
                url, now = self._teams.service_url, parts.clock.now()
                await uow.note_reference(
                    person.account, url, person.who.user, now, conversation=person.chat.id
                )
        self._teams.somebody("Somebody new", about="not linked yet")


def _as_app(given: "Settings", own: "SlackSettings | TeamsSettings") -> "Settings":
    """The service as the app that these settings are of."""
    named = {name: getattr(own, name) for name in type(own).model_fields}
    return replace(given, bot=given.bot.model_copy(update=named))


async def _listen(start: "Start", port: int, routes: Iterable["RouteDef"]) -> None:
    """At its own port, or at a free one where that is taken."""
    pages = list(routes)
    try:
        await start(port, pages)
    except OSError:
        await start(0, pages)


async def _neighbours(parts: "Parts") -> AsyncIterator[Neighbour]:
    from store.export import one_list

    for person in await one_list(parts.store.database, "people"):
        if person["addresses"] and not person["retired_at"]:
            yield Neighbour(person["name"], person["addresses"][0], _about(person["roles"]))


async def _link(parts: "Parts", account: str, address: str, chat: str) -> None:
    """The account speaks for who is at this address; the history says by whose word."""
    from store.chats import ChatAccount
    from store.unit_of_work import Actor

    now = parts.clock.now()
    async with parts.store.begin() as uow:
        uow.act_as(Actor(f"cais run --with-fake-{chat}", "terminal", now))
        known = await uow.person_at(address)
        if known is not None and await uow.person_of_account(account) is None:
            uow.add(ChatAccount(account=account, person_id=known.id, linked_at=now))


def _about(roles: list[dict[str, str | None]]) -> str:
    """A role in words, and where."""
    from templates.words import role as role_word

    said = [(str(one["role"]), one["lea"] or one["review"] or one["program"] or "") for one in roles[:1]]
    return "".join(f"{role_word(role)}, {where}" for role, where in said)


def _say(parts: "Parts", pages: dict[str, str], ready: Callable[["Parts"], None]) -> None:
    ready(parts)
    for name, url in pages.items():
        head = f"{name.capitalize()}:"
        print(f"  {head:<13} open {url} in a browser, and be anybody of the sample", flush=True)
