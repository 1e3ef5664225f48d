"""The Slack door: keep, then acknowledge. What is said is understood later, by the same core as mail.

Slack calls `/slack/events` on our one HTTP server (`bot/slack_http.py`), or events come through a socket that
we open. Bolt routes; its listeners only keep, so that a write that fails is answered 500 and comes again.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.at_once import AtOnce
from bot.beside import Beside
from bot.chat_files import Looks
from bot.downloading import Downloads
from bot.shown import ShownOf
from bot.slack_assistant import Assistant
from bot.slack_calls import SlackCalls
from bot.slack_download import SlackHosts
from bot.slack_events import CHANNEL, COMMAND, key_of, needs_files, speaker_of, time_of
from bot.slack_files import SlackFiles
from bot.slack_form_door import FormDoor
from bot.slack_http import SlackCalled
from bot.slack_manifest import EVENTS_PATH
from bot.slack_press_door import PressDoor
from bot.slack_settings import SlackSettings
from bot.slack_socket import SlackSocket
from bot.slack_voice import SlackVoice
from handlers.inbox import Worker
from store import Store
from store.clock import Clock
from store.keeping import Arrival, Keeper

Ack = Callable[..., Awaitable[Any]]


def slack_client(settings: SlackSettings) -> AsyncWebClient:
    """Slack's Web API as the app's bot."""
    assert settings.slack_bot_token is not None
    return AsyncWebClient(settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api)


class Slack:
    """The Slack app of one workspace: its door, its voice, and the socket where there is an app token."""

    def __init__(self, settings: SlackSettings, keeper: Keeper, clock: Clock) -> None:
        self._settings, self.client = settings, slack_client(settings)
        self._keeper, self._clock, self._beside = keeper, clock, Beside()
        self.door = SlackDoor(settings, self.client, keeper, clock)
        token = settings.slack_app_token
        self.socket = SlackSocket(self.door.app, token.get_secret_value()) if token else None

    def take_forms(self, worker: Worker, owing: asyncio.Event) -> None:
        """Open and take forms, too: `worker` answers them while Slack waits, `owing` wakes the voice."""
        FormDoor(self.door.app, self.client, AtOnce(worker, self._keeper, self._clock, owing), self._beside)
        Assistant(self.door.app, self.client, worker.store, self._beside)

    async def aclose(self) -> None:
        """Let forms that are being filled or worked end: they need the store."""
        await self._beside.aclose()

    def take_presses(self, shown: ShownOf) -> None:
        """Take what people press, too; `shown` looks up what it stands below."""
        PressDoor(self.door.app, self.client, self.door.keep, shown)

    @property
    def has_socket(self) -> bool:
        return self.socket is not None

    def voice(self, shown: ShownOf) -> SlackVoice:
        return SlackVoice(self.client, shown)

    def files(self, store: Store, looks: Looks, is_over: Callable[[], bool]) -> SlackFiles:
        """Who fetches files; `is_over`: the service is about to end."""
        hosts = SlackHosts(str(self.client.token), self._settings.slack_api)
        downloads = Downloads(hosts, self._keeper, is_over)
        return SlackFiles(SlackCalls(self.client), downloads, store, looks)


class SlackDoor:
    """What Slack tells us, kept. `app` is Bolt's, for both ways in."""

    def __init__(self, settings: SlackSettings, client: AsyncWebClient, keeper: Keeper, clock: Clock) -> None:
        assert settings.slack_signing_secret is not None
        self._keeper, self._clock = keeper, clock
        self.workspace = Workspace(client)
        secret = settings.slack_signing_secret.get_secret_value()
        self.app = AsyncApp(
            signing_secret=secret,
            request_verification_enabled=False,  # done before, on the bytes
            ssl_check_enabled=False,  # it answers whoever asks
            client=AsyncWebClient(base_url=client.base_url),
            authorize=self.workspace.gate(),  # type: ignore[arg-type]
            process_before_response=True,
            raise_error_for_unhandled_request=False,
        )
        self._called = SlackCalled(self.app, secret)
        self.app.command(COMMAND)(self._take)
        self.app.event("message")(self._take)
        self.app.event("app_mention")(self._take)
        self.app.event("app_home_opened")(self._take_home)
        self.app.event("file_shared")(self._take_share)

    def add_to(self, application: web.Application) -> None:
        application.router.add_post(EVENTS_PATH, self._called.handle)

    async def _take(self, body: dict[str, Any], ack: Ack) -> None:
        await self.keep(body)
        await ack()

    async def _take_share(self, body: dict[str, Any], ack: Ack) -> None:
        """A file in a channel is ours only where somebody mentions us with it."""
        if str(body["event"].get("channel_id")).startswith("D"):
            await self.keep(body)
        await ack()

    async def _take_home(self, body: dict[str, Any], ack: Ack) -> None:
        """The tab of messages needs no answer."""
        if body["event"].get("tab") == "home":
            await self.keep(body)
        await ack()

    async def keep(self, body: dict[str, Any], note: dict[str, Any] | None = None) -> int:
        """Make what Slack said durable, with what we did about it at once; the inbox number. Raises what
        `Keeper.keep` raises."""
        at, key = time_of(body, self._clock.now()), key_of(body) or None
        slow, speaker = needs_files(body), speaker_of(body)
        arrival = Arrival(CHANNEL, at, note or {}, key=key, fetching=slow, speaker=speaker)
        return await self._keeper.keep_words(json.dumps(body), arrival)


class Workspace:
    """Where the app is installed: asked of Slack once, so that no acknowledgement waits for it."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: AuthorizeResult | None = None

    async def ours(self) -> AuthorizeResult:
        """Raises what slack_sdk and aiohttp raise."""
        if self._known is None:
            said = await self._client.auth_test()
            self._known = AuthorizeResult(
                enterprise_id=said.get("enterprise_id"),
                team_id=said["team_id"],
                bot_user_id=said["user_id"],
                bot_id=said.get("bot_id"),
                bot_token=self._client.token,
            )
        return self._known

    async def team(self) -> str:
        return str((await self.ours()).team_id)

    def gate(self) -> Callable[..., Awaitable[AuthorizeResult | None]]:
        """For Bolt, which gives arguments by their names: other workspaces are nobody's."""

        async def authorize(team_id: str | None) -> AuthorizeResult | None:
            ours = await self.ours()
            return ours if team_id in (None, ours.team_id) else None

        return authorize
