"""A Slack that runs here: for trying the bot without an account, and for tests. As strict as the real one.

It has the Web API that we call, and it calls us as Slack does, signed. What Slack refuses it refuses, with
Slack's words. People, conversations and messages are in memory and gone when it stops.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.fake_buttons import Pressing
from bot.fake_slack_calls import arguments_of, lacking
from bot.fake_slack_files import FakeFiles
from bot.fake_slack_limits import wrong_words
from bot.fake_slack_spoken import BOT, Spoken
from bot.fake_socket import FakeSocket
from bot.fake_views import FakeViews
from bot.slack_manifest import SCOPES

TEAM, BOT_USER = "T0CAIS", "U0BOT"
MENTION = f"<@{BOT_USER}>"
BOT_TOKEN, APP_TOKEN = "xoxb-fake-workspace-1", "xapp-fake-workspace-1"
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
LARGEST_FILE = 64 * 1024 * 1024
Json = dict[str, Any]


@dataclass
class FakeSlack(Pressing, Spoken):
    """The workspace. `bot` is where we listen (`http://host:port/slack/events`); without it we are told
    through the socket. `scopes` are what the app was given; `faults` are answers that come in place of the
    next ones, by method. While it is `deaf`, nothing that people say is told to the bot. `now` is its clock
    (seconds since 1970); what it signs has the real time."""

    bot: str = ""
    messages: list[Json] = field(default_factory=list)
    said: list[Json] = field(default_factory=list)
    deaf: bool = False
    calls: list[tuple[str, Json]] = field(default_factory=list)
    faults: dict[str, list[web.Response]] = field(default_factory=dict)
    views: FakeViews = field(default_factory=FakeViews)
    files: FakeFiles = field(default_factory=FakeFiles)
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    socket: FakeSocket = field(default_factory=FakeSocket)
    url: str = ""
    now: Callable[[], float] = time.time
    _runner: web.AppRunner | None = None
    _said: asyncio.Event = field(default_factory=asyncio.Event)
    _stamps: int = 0

    async def start(self, port: int = 0, more: Iterable[web.RouteDef] = ()) -> None:
        """Listen on this port, or on a free one; `more` are the pages of a client. Raises OSError."""
        app = web.Application(client_max_size=LARGEST_FILE)
        app.add_routes(more)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/files-pri/{place}/{name:.*}", self._file)
        app.router.add_post("/upload/v1/{own_id}", self.files.take)
        app.router.add_get("/pictures/{own_id}", self.files.shown)
        app.router.add_get("/link/", self.socket.link)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = self.files.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def settings(self, *, socket: bool = False) -> dict[str, str]:
        """What the service is set up with for this Slack, by the names of its settings."""
        own = {"slack_signing_secret": SIGNING_SECRET, "slack_bot_token": BOT_TOKEN}
        own |= {"slack_app_token": APP_TOKEN} if socket else {}
        return own | {"slack_api": f"{self.url}/api/"}

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # --- what people do

    async def says(self, user: str, text: str, *, channel: str = "", thread: str = "", **more: Any) -> str:
        """Somebody writes a message, to the bot or in a channel, where it hears only a MENTION; its `ts`."""
        stamp = self._stamp()
        event: Json = {"type": "message", "user": user, "text": text, "ts": stamp, "event_ts": stamp}
        event |= {"channel": channel or dm_of(user), "channel_type": "channel" if channel else "im"}
        if channel:
            event |= {"type": "app_mention"}
        if thread:
            event["thread_ts"] = thread
        event |= more
        self.said.append(event)
        self.files.note(event)
        hears = not self.deaf and (not channel or MENTION in text)
        if hears and (status := await self.tell(event)) != 200:
            raise AssertionError(f"the bot answered {status}")
        return stamp

    async def shares(self, user: str, *files: Json, text: str = "", channel: str = "", **more: Any) -> str:
        """Somebody shares files (of `files.upload`) with a message, in a channel too; its `ts`."""
        how = {} if channel else {"subtype": "file_share"}
        return await self.says(user, text, channel=channel, files=list(files), **how, **more)

    async def command(self, user: str, text: str, *, channel: str = "") -> int:
        """Somebody types `/cais text`; the status that Slack gets."""
        form = {"command": "/cais", "text": text, "user_id": user, "team_id": TEAM}
        form |= {"channel_id": channel or dm_of(user), "trigger_id": self.views.trigger()}
        return await self.post(urlencode(form), "application/x-www-form-urlencoded")

    async def interact(self, user: str, payload: Json) -> tuple[int, Json]:
        """Somebody clicks, uses a shortcut or submits a form: the status and the body that Slack gets."""
        whole = {"team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "api_app_id": "A0CAIS"}
        whole |= {"trigger_id": self.views.trigger(), **payload}
        body = urlencode({"payload": json.dumps(whole)})
        return await self.ask(body, "application/x-www-form-urlencoded")

    async def tell(self, event: Json, **envelope: Any) -> int:
        body: Json = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0CAIS", "event": event}
        body |= {"event_id": f"Ev{secrets.token_hex(6)}", "event_time": int(self.now())}
        return await self.post(json.dumps(body | envelope), "application/json")

    async def post(self, body: str, kind: str, headers: Mapping[str, str] | None = None) -> int:
        """One signed request to the bot; the status of its answer."""
        return (await self.ask(body, kind, headers))[0]

    async def ask(self, body: str, kind: str, headers: Mapping[str, str] | None = None) -> tuple[int, Json]:
        """The same, with what the answer says: nothing, or JSON."""
        if not self.bot:
            return await self.socket.give(body, kind)
        stamp = str(int(time.time()))
        signed = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=body)
        head = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signed or ""}
        head |= headers or {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.bot, data=body.encode(), headers=head) as said,
        ):
            text = await said.text()
            return said.status, json.loads(text) if text.startswith("{") else {}

    async def heard(self, count: int = 1, seconds: float = 30) -> list[Json]:
        """The bot's messages, once there are so many."""
        async with asyncio.timeout(seconds):
            while len(self.messages) < count:
                self._said.clear()
                await self._said.wait()
        return self.messages

    # --- the Web API

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await arguments_of(request)
        self.calls.append((method, given))
        if faults := self.faults.get(method):
            return faults.pop(0)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or given.get("token")
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            return web.json_response({"ok": False, "error": "invalid_auth" if token else "not_authed"})
        headers = {"x-oauth-scopes": ",".join(sorted(self.scopes))}  # with every answer
        return web.json_response(await self._answer(method, given), headers=headers)

    async def _answer(self, method: str, given: Json) -> Json:
        if (missing := lacking(method, given, self.scopes)) is not None:
            return missing
        answer = self._methods().get(method)
        if answer is None:
            return {"ok": False, "error": "unknown_method"}
        said = await answer(given)
        return {"ok": "error" not in said} | said

    def _methods(self) -> dict[str, Callable[[Json], Awaitable[Json]]]:
        return {
            "auth.test": self._auth_test,
            "apps.connections.open": self._open_socket,
            "chat.postMessage": self._post_message,
            "conversations.list": self.conversations,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "chat.postEphemeral": self._post_ephemeral,
            "files.info": self.files.info,
            "files.getUploadURLExternal": self.files.place,
            "files.completeUploadExternal": self.files.complete,
            "assistant.threads.setSuggestedPrompts": self._thread_ornament,
            "assistant.threads.setStatus": self._thread_ornament,
            "chat.update": self.update,
        } | self.views.methods()

    async def _auth_test(self, _given: Json) -> Json:
        return {"team_id": TEAM, "team": "CAIS", "user_id": BOT_USER, "bot_id": BOT, "url": self.url}

    async def _open_socket(self, _given: Json) -> Json:
        return await self.socket.open(self.url)

    async def _post_message(self, given: Json) -> Json:
        if wrong := wrong_words(given) or self.files.wrong_pictures(given):
            return {"error": wrong}
        channel = dm_of(given["channel"]) if given["channel"].startswith("U") else given["channel"]
        message = given | {"channel": channel, "ts": self._stamp(), "user": BOT_USER}
        self._keep(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    async def _post_ephemeral(self, given: Json) -> Json:
        wrong = wrong_words(given) or self.files.wrong_pictures(given)
        if wrong := wrong or ("" if given.get("user") else "user_not_found"):
            return {"error": wrong}
        message = given | {"ts": self._stamp(), "only_for": given["user"], "user": BOT_USER}
        self._keep(message)
        return {"message_ts": message["ts"]}

    async def _thread_ornament(self, given: Json) -> Json:
        """Prompts and the status line of an assistant's thread; `calls` has them."""
        there = given.get("channel_id") and given.get("thread_ts")
        few = len(given.get("prompts") or ()) <= 4
        return {} if there and few else {"error": "invalid_arguments"}

    async def _file(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization")
        return await self.files.serve(request, token == f"Bearer {BOT_TOKEN}" and "files:read" in self.scopes)

    def _keep(self, message: Json) -> None:
        self.messages.append(message)
        self._said.set()

    def _stamp(self) -> str:
        self._stamps += 1
        return f"{int(self.now())}.{self._stamps:06d}"


def dm_of(user: str) -> str:
    """The conversation of a person with the bot."""
    return f"D{user[1:]}"
