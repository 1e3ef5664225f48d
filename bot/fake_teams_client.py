"""The Teams that runs here in a browser: who you are, what you see, and everything you can do there.

One page and two addresses: `/seen` tells what one person sees, `/does` does one thing in their name. It is
for one's own machine and a sample store: whoever reaches it may be anybody.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from bot.fake_pages import Given, given_in, page, uploads
from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Answer, CannotBeFilled, Dialog, Person
from bot.fake_teams_inputs import Pressable, actions_in, inputs_in
from bot.fake_teams_page import STYLE, card_html, message_html
from bot.fake_teams_presses import dialog_buttons
from bot.fake_teams_rooms import Message

Json = dict[str, Any]


@dataclass
class FakeTeamsClient:
    """What the page asks for. `dialogs` are open ones, by whose they are."""

    teams: FakeTeams
    dialogs: dict[str, Dialog] = field(default_factory=dict)

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.get("/", self._page), web.get("/seen", self._seen), web.post("/does", self._does)]

    async def _page(self, _request: web.Request) -> web.Response:
        people = ((one.id, one.name, one.about) for one in self.teams.known.people.values())
        return page("fake_teams_client.html", STYLE, people)

    # --- what somebody sees

    async def _seen(self, request: web.Request) -> web.Response:
        person = self._person(request.query["user"])
        room = self.teams.place(request.query.get("where", "personal"), person.who)
        messages = sorted(self.teams.known.seen(room, person.who.id), key=_in_its_thread)
        dialog = self.dialogs.get(person.who.id)
        seen = {
            "messages": [self._shown(one, person.who.id) for one in messages],
            "dialog": {"title": dialog.title, "html": card_html(dialog.card)} if dialog else None,
            "stopped": person.who.stopped,
        }
        return web.json_response(seen)

    def _shown(self, message: Message, person: str) -> Json:
        shown: Json = {"id": message.id, "under": message.under, "edits": message.edits, "at": message.at}
        if not message.sender:
            return shown | {"html": message_html(message, person)}
        words = message.text.replace("<at>", "@").replace("</at>", "")
        names = [str(one.get("name") or "picture") for one in message.files]
        who = self.teams.known.people[message.sender].name
        return shown | {"who": who, "mine": message.sender == person, "text": words, "files": names}

    # --- what somebody does

    async def _does(self, request: web.Request) -> web.Response:
        """One thing; words that Teams shows, or what went wrong."""
        given = await given_in(request)
        person = self._person(str(given["user"]))
        try:
            answer = await self._deeds()[str(given["what"])](person, given)
        except CannotBeFilled as cannot:
            return web.json_response({"wrong": str(cannot), "field": cannot.field})
        except AssertionError:
            return web.json_response({"wrong": "Something went wrong. Please try again."})
        if answer is None:
            return web.json_response({})
        if answer.dialog is not None:
            self.dialogs[person.who.id] = answer.dialog
        return web.json_response({"words": answer.words})

    def _deeds(self) -> Mapping[str, Callable[[Person, Given], Awaitable[Answer | None]]]:
        return {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "file": self._file,
            "consent": self._consent,
            "install": self._install,
            "uninstall": self._uninstall,
        }

    async def _say(self, person: Person, given: Given) -> None:
        files = [self._upload(one, person) for one in uploads(given)]
        text = str(given.get("text") or "").strip()
        if text or files:
            thread = self._message(given["thread"]) if given.get("thread") else None
            await person.says(text, str(given["where"]), files=files, thread=thread)

    async def _edit(self, person: Person, given: Given) -> None:
        await person.edits(self._message(given["id"]), str(given["text"]))

    async def _delete(self, person: Person, given: Given) -> None:
        await person.deletes(self._message(given["id"]))

    async def _press(self, person: Person, given: Given) -> Answer:
        message = self._message(given["id"])
        pressed = [*actions_in(message.card(person.who.id) or {})][int(given["press"])]
        return await person.does(message, pressed, _values(given, pressed))

    async def _submit(self, person: Person, given: Given) -> Answer:
        dialog = self.dialogs[person.who.id]
        pressed = [*actions_in(dialog.card)][int(given["press"])]
        if pressed not in dialog_buttons(dialog):
            raise CannotBeFilled("a dialog is sent by Action.Submit only")
        answer = await person.submits(dialog, _values(given, pressed), pressed.title)
        self.dialogs.pop(person.who.id, None)
        return answer

    async def _close(self, person: Person, _given: Given) -> None:
        self.dialogs.pop(person.who.id, None)

    async def _file(self, person: Person, given: Given) -> Answer:
        """The command on a message."""
        return await person.files_this(self._message(given["id"]))

    async def _consent(self, person: Person, given: Given) -> None:
        message = self._message(given["id"])
        if given["consent"] == "accept":
            await person.accepts(message)
        else:
            await person.declines(message)

    async def _install(self, person: Person, _given: Given) -> None:
        await person.installs()

    async def _uninstall(self, person: Person, _given: Given) -> None:
        await person.uninstalls()

    def _person(self, user: str) -> Person:
        return Person(self.teams, self.teams.known.people[user])

    def _message(self, stamp: Any) -> Message:
        return next(one for one in self.teams.known.messages if one.id == stamp)

    def _upload(self, one: FileField, person: Person) -> Json:
        return self.teams.files.put(one.filename, one.file.read(), person.who.email.replace("@", "_"))


def _values(given: Given, pressed: Pressable) -> Json:
    """Of all that is filled in on the page, what goes with this button."""
    own = {one["id"] for card in pressed.cards for one in inputs_in(card)}
    said = json.loads(given.get("values") or "{}")
    return {name: value for name, value in said.items() if name in own}


def _in_its_thread(message: Message) -> tuple[int, int]:
    return int(message.under or message.id), int(message.id)
