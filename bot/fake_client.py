"""The Slack that runs here in a browser: who you are, what you see, and everything you can do there.

One page and two addresses: `/seen` tells what one person sees, `/does` does one thing in their name. It is
for one's own machine and a sample store: whoever reaches it may be anybody.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.fake_buttons import buttons_in
from bot.fake_hands import CannotBeFilled, Hands
from bot.fake_pages import Given, given_in, page, uploads
from bot.fake_slack import BOT_USER, MENTION, FakeSlack, dm_of
from bot.fake_slack_page import STYLE, blocks_html, message_html
from bot.slack_events import COMMAND, plain

CHANNEL = "C0TEAM"
_TYPED = re.compile(r"(?<!\S)@CAIS\b", re.I)  # what Slack's own client makes a mention of
Json = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """One of those that one can be: the user's id, and who that is."""

    user: str
    name: str
    about: str


@dataclass
class FakeClient:
    """What the page asks for. `owners` of open forms: the accounts whose click opened them."""

    slack: FakeSlack
    people: list[Account] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.get("/", self._page), web.get("/seen", self._seen), web.post("/does", self._does)]

    async def _page(self, _request: web.Request) -> web.Response:
        people = ((one.user, one.name, one.about) for one in self.people)
        return page("fake_client.html", STYLE, people)

    # --- what somebody sees

    async def _seen(self, request: web.Request) -> web.Response:
        user, where = request.query["user"], request.query.get("where", "")
        channel = CHANNEL if where == "channel" else dm_of(user)
        home = self.slack.views.home.get(user)
        seen = {
            "messages": [self._shown(one) for one in self._said_in(channel, user)],
            "home": blocks_html(home["blocks"]) if home else "",
            "form": next((_form(self.slack.views.open[one]) for one in self._forms_of(user)), None),
        }
        return web.json_response(seen)

    def _said_in(self, channel: str, user: str) -> list[Json]:
        said = [one for one in self.slack.said + self.slack.messages if one["channel"] == channel]
        there = [one for one in said if one.get("only_for") in (None, user)]
        return sorted(there, key=lambda one: float(one["ts"]))

    def _shown(self, message: Json) -> Json:
        ours = message["user"] == BOT_USER
        shown = {name: message.get(name) for name in ("ts", "thread_ts", "user")}
        if ours:
            return shown | {"html": message_html(message)}
        names = [str(one.get("name")) for one in message.get("files", ())]
        who = next((one.name for one in self.people if one.user == message["user"]), message["user"])
        text = plain(str(message["text"]).replace(MENTION, "@CAIS"))
        return shown | {"who": who, "text": text, "files": names}

    def _forms_of(self, user: str) -> list[str]:
        """The newest first."""
        return [one for one in reversed(self.slack.views.open) if self.owners.get(one) == user]

    # --- what somebody does

    async def _does(self, request: web.Request) -> web.Response:
        """One thing; the errors at the fields of a form, or what went wrong in words."""
        given = await given_in(request)
        before = set(self.slack.views.open)
        try:
            errors = await self._deeds()[str(given["what"])](given)
        except CannotBeFilled as cannot:
            return web.json_response({"wrong": str(cannot)})
        except AssertionError:
            return web.json_response({"wrong": "We had some trouble connecting. Try again?"})
        finally:
            opened = set(self.slack.views.open) - before
            self.owners |= dict.fromkeys(opened, str(given["user"]))
        return web.json_response({"errors": errors or {}})

    def _deeds(self) -> Mapping[str, Callable[[Given], Awaitable[Json | None]]]:
        return {
            "say": self._say,
            "press": self._press,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "shortcut": self._shortcut,
            "file": self._file,
        }

    async def _say(self, given: Given) -> None:
        user, text = given["user"], str(given.get("text", "")).strip()
        channel = CHANNEL if given.get("where") == "channel" else ""
        if text.startswith(COMMAND):
            _check(await self.slack.command(user, text.removeprefix(COMMAND).strip(), channel=channel))
            return
        words = _TYPED.sub(MENTION, text)
        more = {"thread": str(given.get("thread", ""))}
        if files := self._uploads(given, "files"):
            await self.slack.shares(user, *files, text=words, channel=channel, **more)
        elif text:
            await self.slack.says(user, words, channel=channel, **more)

    async def _press(self, given: Given) -> None:
        """A button of a message."""
        message = self._message(given["ts"])
        named = given["action"], given.get("value", "")
        pressed = [one for one in buttons_in(message) if (one["action_id"], one.get("value", "")) == named]
        _check(await self.slack.press_value(given["user"], message, pressed[0]))

    async def _act(self, given: Given) -> None:
        """A button of a form or of home, or a field that tells at once that it was filled in."""
        hands, view = self._hands(given), self._view(given)
        values = self._values(given)
        if given.get("block"):
            _check(await hands.fill(view, given["block"], values))
        else:
            _check(await hands.press(view, given["action"], values, given.get("value") or None))

    async def _submit(self, given: Given) -> Json:
        return dict(await self._hands(given).submit(self._view(given), self._values(given)))

    async def _close(self, given: Given) -> None:
        self.slack.views.open.pop(given["view"], None)

    async def _home(self, given: Given) -> None:
        _check(await self._hands(given).open_home())

    async def _shortcut(self, given: Given) -> None:
        _check(await self._hands(given).shortcut())

    async def _file(self, given: Given) -> None:
        """The shortcut on a message with files."""
        channel = CHANNEL if given.get("where") == "channel" else dm_of(given["user"])
        _check(await self._hands(given).file_message(self._message(given["ts"]), channel))

    def _hands(self, given: Given) -> Hands:
        return Hands(self.slack, str(given["user"]))

    def _message(self, ts: str) -> Json:
        return next(one for one in self.slack.said + self.slack.messages if one["ts"] == ts)

    def _view(self, given: Given) -> Json:
        if given.get("view"):
            return self.slack.views.open[given["view"]]
        return self.slack.views.home[given["user"]]

    def _values(self, given: Given) -> Json:
        """What the fields hold: words, chosen values, and files that are uploaded with this."""
        values: Json = json.loads(given.get("values") or "{}")
        brought = {
            name: self._uploads(given, f"file:{name}") for name in json.loads(given.get("blocks") or "[]")
        }
        return values | {name: files for name, files in brought.items() if files}

    def _uploads(self, given: Given, name: str) -> list[Json]:
        files = uploads(given, name)
        return [self.slack.files.upload(given["user"], one.filename, one.file.read()) for one in files]


def _check(status: int) -> None:
    """Slack shows “trouble connecting” for anything else."""
    if status != 200:
        raise AssertionError(f"the bot answered {status}")


def _form(view: Json) -> Json:
    words = {name: view[name]["text"] for name in ("title", "submit", "close") if name in view}
    return {"id": view["id"], "hash": view["hash"], "html": blocks_html(view["blocks"])} | words
