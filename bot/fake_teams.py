"""A Teams that runs here: for trying the bot without an account, and for tests. As strict as the real one.

It is the Bot Framework (keys, login, connector), SharePoint's file hosts, and Teams itself around them: it
calls us as Teams does, signed, and what Teams refuses it refuses, with Teams' words. People, conversations
and messages are in memory and gone when it stops. `bot.fake_teams_hands` is what people do in it.
"""

import asyncio
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.fake_teams_connector import SERVICE, FakeConnector
from bot.fake_teams_files import FakeTeamsFiles
from bot.fake_teams_keys import APP_ID, APP_SECRET, CHANNEL_KEY, TENANT, FakeKeys, signed
from bot.fake_teams_rooms import CHANNEL, GROUP, PERSONAL, Message, Room, Rooms, Somebody

SHAREPOINT = "fresnocoe"
LARGEST_BODY = 64 * 1024 * 1024
PATIENCE = aiohttp.ClientTimeout(total=15)
Json = dict[str, Any]


@dataclass
class FakeTeams:
    """One tenant's Teams. `bot` is where we listen (`http://host:port/api/messages`); `url` stands in for the
    addresses of Microsoft's cloud."""

    bot: str = ""
    url: str = ""
    known: Rooms = field(default_factory=Rooms)
    keys: FakeKeys = field(default_factory=FakeKeys)
    _said: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    def __post_init__(self) -> None:
        self.files = FakeTeamsFiles(self.keys.is_good)
        self.connector = FakeConnector(self.keys, self.known, self._said)

    async def start(self, port: int = 0, more: Iterable[web.RouteDef] = ()) -> None:
        """Listen on this port, or on a free one; `more` are the pages of a client. Raises OSError."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(more)
        for part in (self.connector, self.files, self.keys):
            app.add_routes(part.routes())
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.keys.url = self.files.url = self.url

    async def stop(self) -> None:
        self.connector.over.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def service_url(self) -> str:
        return f"{self.url}{SERVICE}/"

    def settings(self) -> dict[str, str]:
        """What the service is set up with for this Teams, by the names of its settings."""
        own = {"teams_app_id": APP_ID, "teams_app_secret": APP_SECRET, "teams_cloud": self.url}
        return own | {"teams_tenants": f"{TENANT}={SHAREPOINT}"}

    # --- who and where

    def somebody(self, name: str, *, email: str = "", tenant: str = TENANT, about: str = "") -> Somebody:
        """A new account, with the app installed: as if they had talked before. The same name and address get
        the same ids each time that a Teams is started."""
        email = email or f"{name.lower().replace(' ', '.')}@fresnocoe.example"
        own = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{email}.{tenant}"))
        if own in self.known.people:
            own = str(uuid.uuid4())
        who = Somebody(own, name, email, tenant, f"29:1{own[:8]}-{own[-12:]}", f"a:1{own[::-1]}", about=about)
        self.known.people[own] = who
        self.known.rooms[who.chat] = Room(who.chat, PERSONAL, tenant, [own])
        return who

    def room(self, kind: str, who: Somebody | None = None, *, name: str = "1") -> Room:
        """A group chat or a channel, which this person is then in."""
        suffix = "@thread.tacv2" if kind == CHANNEL else "@thread.v2"
        own = f"19:{uuid.uuid5(uuid.NAMESPACE_DNS, kind + name).hex}{suffix}"
        team = (
            f"19:{uuid.uuid5(uuid.NAMESPACE_DNS, 'team' + name).hex}@thread.tacv2" if kind == CHANNEL else ""
        )
        room = self.known.rooms.setdefault(own, Room(own, kind, TENANT, team=team))
        if who is not None and who.id not in room.members:
            room.members.append(who.id)
        return room

    def place(self, where: str | Room, who: Somebody) -> Room:
        """`personal`, `group`, `channel`, or a conversation."""
        if isinstance(where, Room):
            return where
        return self.known.rooms[who.chat] if where == PERSONAL else self.room(_KINDS[where], who)

    # --- what the bot is told

    async def tell(self, activity: Json, **claims: Any) -> tuple[int, Json]:
        """One activity, signed as Teams signs it (`claims` replace those of its token; None leaves one out):
        the status and the body of the answer. It is said now, by the clock if it has one."""
        body = {"serviceUrl": self.service_url} | activity
        if self.known.clock is not None:
            body |= {"timestamp": self.known.clock().isoformat(timespec="milliseconds")}
        token = signed(self.keys.claims(body["serviceUrl"]) | claims, CHANNEL_KEY)
        return await self.post(json.dumps(body), {"Authorization": f"Bearer {token}"})

    async def post(self, body: str | bytes, headers: Mapping[str, str]) -> tuple[int, Json]:
        """Any request to the bot's door: the status and the body of its answer."""
        head = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Microsoft-SkypeBotApi"}
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(self.bot, data=body, headers=head | dict(headers)) as said,
        ):
            text = await said.text()
            return said.status, json.loads(text) if text.startswith("{") else {}

    # --- what the bot said

    @property
    def messages(self) -> list[Message]:
        """Everything that the bot said, in order."""
        return self.known.said_by_bot()

    async def heard(self, count: int = 1, room: Room | None = None, seconds: float = 30) -> list[Message]:
        """The bot's messages (of a conversation), once there are so many."""
        async with asyncio.timeout(seconds):
            while len(found := self.known.said_by_bot(room)) < count:
                self._said.clear()
                await self._said.wait()
        return found

    async def rewritten(self, message: Message, times: int = 1, seconds: float = 30) -> Message:
        """A message, once it was written again so often."""
        async with asyncio.timeout(seconds):
            while message.edits < times:
                self._said.clear()
                await self._said.wait()
        return message


_KINDS = {"group": GROUP, "channel": CHANNEL, GROUP: GROUP}
