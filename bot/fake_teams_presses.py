"""What people of the Teams that runs here do with cards: press, fill in dialogs, the command on a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot import fake_teams_acts as acts
from bot.fake_teams import FakeTeams
from bot.fake_teams_cards import wrong_card
from bot.fake_teams_inputs import CannotBeFilled, Pressable, actions_in, data_of, find
from bot.fake_teams_limits import CARD
from bot.fake_teams_rooms import Message, Room, Somebody
from bot.teams_manifest import FILE_THIS

Json = dict[str, Any]
Values = Mapping[str, Any]
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


@dataclass
class Dialog:
    """An open dialog. `about` is what every request from it says of where it came from."""

    title: str
    card: Json
    opened_by: str
    room: Room
    on: Message | None = None
    about: Json = field(default_factory=dict)


@dataclass
class Answer:
    """What came of it: the HTTP status, words that Teams shows, a card in place of the pressed one, a
    dialog."""

    status: int
    body: Json = field(default_factory=dict)
    words: str = ""
    card: Json | None = None
    dialog: Dialog | None = None


@dataclass(frozen=True)
class Pressing:
    """One person's hands on cards."""

    teams: FakeTeams
    who: Somebody

    # --- cards

    async def presses(self, message: Message, title: str, values: Values | None = None) -> Answer:
        """The button of this title, with what is filled in below or beside it. Raises CannotBeFilled."""
        if not message.is_seen_by(self.who.id):
            raise CannotBeFilled("this message is not shown to them")
        pressed = find(message.card(self.who.id), title)
        return await self.does(message, pressed, values or {})

    async def does(self, message: Message, pressed: Pressable, values: Values) -> Answer:
        """The same with a button that was shown before, or is shown nowhere."""
        data = data_of(pressed, values)
        match pressed.action["type"]:
            case "Action.Execute":
                return await self._executes(message, pressed.action, data, "manual")
            case "Action.Submit":
                return await self._sends(message, data)
        raise CannotBeFilled(f"“{pressed.title}” opens {pressed.action.get('url')}")

    async def looks_at(self, message: Message) -> Answer | None:
        """The message comes into view: a card that asks for it is fetched again for them."""
        refresh = (message.card() or {}).get("refresh") or {}
        if not refresh or self.who.user not in (refresh.get("userIds") or [self.who.user]):
            return None
        return await self._executes(
            message, refresh["action"], refresh["action"].get("data") or {}, "automatic"
        )

    async def _executes(self, message: Message, action: Json, data: Json, trigger: str) -> Answer:
        names = ("type", "id", "title", "verb")
        told = {name: action[name] for name in names if name in action} | {"data": data}
        asked = {"action": told, "trigger": trigger}
        answer = await self.invokes(message.room, "adaptiveCard/action", asked, message)
        body, kind = answer.body, str(answer.body.get("type"))
        if kind == CARD:
            answer.card = message.own[self.who.id] = _checked(body["value"])
        elif kind == MESSAGE:
            answer.words = str(body["value"])
        elif kind == ERROR:
            answer.words = str(body["value"]["message"])
        elif body:
            raise AssertionError(f"Teams knows no answer {body}")
        return answer

    async def _sends(self, message: Message, data: Json) -> Answer:
        """Action.Submit: a message without words; or a dialog, where its data says so."""
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            asked = {"data": data, "context": {"theme": "default"}}
            answer = await self.invokes(message.room, "task/fetch", asked, message)
            return self._shown(answer, Dialog("", {}, "task/submit", message.room, message))
        act = acts.from_somebody(self.who, message.room, "message", acts.thread_of(message), value=data)
        return Answer(await self.tells(act | {"replyToId": message.id, "id": self.teams.known.stamp()}))

    # --- dialogs

    async def files_this(self, message: Message, command: str = FILE_THIS) -> Answer:
        """The command on a message, from its menu: the dialog that it opens."""
        sender = self.teams.known.people.get(message.sender)
        payload = acts.payload_of(message, sender, self.teams.url)
        about = {"commandId": command, "commandContext": "message", "messagePayload": payload}
        about |= {"context": {"theme": "default"}}
        answer = await self.invokes(message.room, "composeExtension/fetchTask", about, message)
        opened_by = "composeExtension/submitAction"
        return self._shown(answer, Dialog("", {}, opened_by, message.room, message, about))

    async def submits(self, dialog: Dialog, values: Values | None = None, title: str = "") -> Answer:
        """A dialog, by its button of this title or its only one. Raises CannotBeFilled."""
        buttons = [one for one in dialog_buttons(dialog) if title in ("", one.title)]
        if len(buttons) != 1:
            raise CannotBeFilled(f"{len(buttons)} buttons; name one of them")
        asked = {"context": {"theme": "default"}} | dialog.about
        asked["data"] = data_of(buttons[0], values or {})
        answer = await self.invokes(dialog.room, dialog.opened_by, asked, dialog.on)
        return self._shown(answer, dialog)

    def _shown(self, answer: Answer, before: Dialog) -> Answer:
        """What Teams makes of the answer: another dialog, words, or nothing: the dialog closes."""
        task = answer.body.get("task") or {}
        match task.get("type"):
            case "continue":
                value = task["value"]
                if (value.get("card") or {}).get("contentType") != CARD:
                    raise AssertionError("a dialog without a card")
                title, card = str(value.get("title") or ""), _checked(value["card"]["content"])
                answer.dialog = Dialog(title, card, before.opened_by, before.room, before.on, before.about)
            case "message":
                answer.words = str(task["value"])
            case None if not answer.body or "composeExtension" in answer.body:
                pass
            case _:
                raise AssertionError(f"Teams knows no answer {answer.body}")
        return answer

    # --- how it is told

    async def invokes(self, room: Room, name: str, value: Json, on: Message | None) -> Answer:
        """Something that is answered at once."""
        status, body = await self.teams.tell(acts.invoke(self.who, room, name, value, on))
        if not 200 <= status < 300:
            raise AssertionError(f"Teams would show “Unable to reach app”: {status} {body}")
        return Answer(status, body)

    async def tells(self, act: Json) -> int:
        """One activity; the status of the answer."""
        status, _ = await self.teams.tell(act)
        if not 200 <= status < 300:
            raise AssertionError(f"the bot answered {status}")
        return status


def dialog_buttons(dialog: Dialog) -> list[Pressable]:
    """What sends a dialog: in Teams, Action.Submit only."""
    return [one for one in actions_in(dialog.card) if one.action["type"] == "Action.Submit"]


def _checked(card: Any) -> Json:
    if faults := wrong_card(card):
        raise AssertionError(f"Teams would not show this card: {faults[0]}")
    return dict(card)
