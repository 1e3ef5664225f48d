"""A desk in Teams for tests: the real door and reader on a sample store, beside keys that we publish."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web

from bot.console import ConsoleReader
from bot.fake_teams import SHAREPOINT
from bot.fake_teams_keys import APP_ID, APP_SECRET, TENANT
from bot.shown import shown_in
from bot.teams import Teams
from bot.teams_activity import CHANNEL
from bot.teams_door import PATH
from bot.teams_reader import TeamsReader
from bot.teams_settings import TeamsSettings, Tenant
from handlers.inbox import Reader, Worker
from store import Store
from store.clock import Clock
from store.files import no_step
from store.keeping import Keeper
from store.outbox import OutboxEntry
from tests.bot.chat_desk import ChatDesk
from tests.builders import ANA, PROGRAMS
from tests.servers.bot_framework import BotFramework, bot_framework
from tests.servers.listening import listening

ANA_ID = "0b3e7f52-94c6-4d18-8a7d-21f5c9e46b03"
STRANGER_ID = "d7c2a918-3b5f-4e60-92d4-6a1f8b0c7e35"
ACCOUNT = f"{CHANNEL}:{TENANT}/{ANA_ID}"
PERSONAL = "a:1qhNLqpUtmuI6U35gzjsJn7uRnCkW8NiZALHfN8AMxdbprS1uta"
CHANNEL_THREAD = "19:7a1b@thread.tacv2;messageid=1481567603816"
OURS = {"id": f"28:{APP_ID}", "name": "CAIS"}
_numbers = count(1700000000001)


def activity(url: str, text: str = "status", user: str | None = ANA_ID, **more: Any) -> dict[str, Any]:
    """What Teams tells when somebody writes to us in their personal chat."""
    said: dict[str, Any] = {
        "type": "message",
        "id": str(next(_numbers)),
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "channelId": "msteams",
        "serviceUrl": url,
        "from": {"id": f"29:{user}", "name": "Ana Reyes"} | ({"aadObjectId": user} if user else {}),
        "conversation": {"conversationType": "personal", "id": PERSONAL, "tenantId": TENANT},
        "recipient": OURS,
        "channelData": {"tenant": {"id": TENANT}},
        "textFormat": "plain",
        "text": text,
    }
    return said | more


def in_channel(conversation: str = CHANNEL_THREAD) -> dict[str, Any]:
    """The part of an activity that says that it was said in a channel, to us."""
    return {
        "conversation": {"conversationType": "channel", "id": conversation, "tenantId": TENANT},
        "entities": [{"type": "mention", "text": "<at>CAIS</at>", "mentioned": OURS}],
    }


@dataclass
class TeamsDesk(ChatDesk):
    channel = CHANNEL
    framework: BotFramework
    teams: Teams
    url: str

    def activity(self, text: str = "status", **more: Any) -> dict[str, Any]:
        return activity(self.framework.service_url, text, **more)

    async def tell(self, body: Mapping[str, Any], token: str | None = None) -> int:
        """Teams calls us with a good token, if no other is said; the status that we answer."""
        headers = {"Authorization": f"Bearer {token or self.framework.token()}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, json=body, headers=headers) as answer,
        ):
            return answer.status

    async def says(self, text: str, **more: Any) -> OutboxEntry | None:
        """Somebody writes to us and we handle it: what we owe them."""
        before = len(await self.answers())
        assert await self.tell(self.activity(text, **more)) == 202
        await self.work()
        return next(iter((await self.answers())[before:]), None)

    async def hears(self, text: str, **more: Any) -> str:
        """The same: what the answer is, empty for none."""
        owed = await self.says(text, **more)
        return owed.template if owed else ""

    async def link(self, user: str = ANA_ID, address: str = ANA) -> None:
        """The account speaks for the person of this address."""
        await self.speaks_for(f"{CHANNEL}:{TENANT}/{user}", address)


@asynccontextmanager
async def teams_desk(store: Store) -> AsyncIterator[TeamsDesk]:
    """Everything that Teams tells is kept by the real door."""
    async with bot_framework() as framework:
        settings = TeamsSettings(
            teams_app_id=APP_ID,
            teams_app_secret=APP_SECRET,  # type: ignore[arg-type]
            teams_tenants=(Tenant(TENANT, SHAREPOINT),),
            teams_cloud=framework.url,
        )
        keeper, clock = Keeper(store.files, store.inbox.insert), Clock()
        teams, app = Teams(settings, keeper, clock), web.Application()
        teams.door.add_to(app)
        readers: dict[str, Reader] = {
            CHANNEL: TeamsReader(store.files.path, shown_in(store)),
            "console": ConsoleReader(),
        }
        worker = Worker("test", store, readers, PROGRAMS, no_step, clock.now)
        try:
            async with listening(app) as url:
                yield TeamsDesk(store, worker, framework, teams, f"{url}{PATH}")
        finally:
            await keeper.aclose()
