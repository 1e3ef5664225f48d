"""What the Teams that runs here knows: people, conversations, and what was said in them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.fake_teams_keys import APP_ID
from bot.fake_teams_limits import CARD

Json = dict[str, Any]
BOT_ID, BOT_NAME = f"28:{APP_ID}", "CAIS evidence desk"
PERSONAL, GROUP, CHANNEL = "personal", "groupChat", "channel"
UNDER = ";messageid="


@dataclass
class Somebody:
    """An account. `id` is its directory id, `user` what a bot calls it. `stopped` is the code of the refusal
    for whoever writes to it: blocked, or not installed."""

    id: str
    name: str
    email: str
    tenant: str
    user: str
    chat: str
    stopped: str = ""
    about: str = ""

    def as_account(self) -> Json:
        return {"id": self.user, "name": self.name, "aadObjectId": self.id}

    def as_member(self) -> Json:
        first, _, last = self.name.partition(" ")
        facts = self.as_account() | {"objectId": self.id, "tenantId": self.tenant, "userRole": "user"}
        names = {"givenName": first, "surname": last, "email": self.email}
        return facts | names | {"userPrincipalName": self.email}


@dataclass
class Room:
    """A conversation. The people of a group or a channel are its `members`; the bot is there or not."""

    id: str
    kind: str
    tenant: str
    members: list[str] = field(default_factory=list)
    has_bot: bool = True
    team: str = ""

    def reference(self, under: str = "") -> Json:
        """As an activity names it; in a channel with the thread that it is said in."""
        named: Json = {"id": f"{self.id}{UNDER}{under}" if under else self.id, "tenantId": self.tenant}
        named |= {"conversationType": self.kind}
        return named if self.kind == PERSONAL else named | {"isGroup": True}

    def channel_data(self) -> Json:
        data: Json = {"tenant": {"id": self.tenant}}
        if self.kind == CHANNEL:
            data |= {"teamsChannelId": self.id, "teamsTeamId": self.team}
            data |= {"channel": {"id": self.id}, "team": {"id": self.team}}
        return data


@dataclass
class Message:
    """What stands in a conversation. `sender` is a directory id, or nothing: the bot. `only_for` is the one
    who sees it; `own` are the cards that were shown to a single person in place of the message's; `files`
    stand in SharePoint, whether the bot is handed them or not."""

    id: str
    room: Room
    sender: str
    activity: Json
    under: str = ""
    only_for: str = ""
    edits: int = 0
    deleted: bool = False
    own: dict[str, Json] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    at: float = field(default_factory=time.time)

    @property
    def text(self) -> str:
        return str(self.activity.get("text") or "")

    @property
    def attachments(self) -> list[Json]:
        return list(self.activity.get("attachments") or ())

    def card(self, person: str = "") -> Json | None:
        """The card, as this person (a directory id) sees it."""
        if person in self.own:
            return self.own[person]
        return next((one["content"] for one in self.attachments if one.get("contentType") == CARD), None)

    def is_seen_by(self, person: str) -> bool:
        return not self.deleted and self.only_for in ("", person)


@dataclass
class Rooms:
    """Everybody and everything. Ids count up, so that a test that fails fails the same way again. `clock`:
    when something is said; None: by the real time."""

    people: dict[str, Somebody] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    clock: Callable[[], datetime] | None = None
    _last: int = 0

    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock().timestamp() if self.clock is not None else time.time()

    def stamp(self) -> str:
        """An id of a message: the time in milliseconds, never twice."""
        self._last = max(self._last + 1, int(time.time() * 1000))
        return str(self._last)

    def somebody(self, known: str) -> Somebody | None:
        """By directory id or by what a bot calls them."""
        return self.people.get(known) or next(
            (one for one in self.people.values() if one.user == known), None
        )

    def find(self, conversation: str) -> tuple[Room | None, str]:
        """The conversation of this id, and the thread that the id names."""
        place, _, under = conversation.partition(UNDER)
        return self.rooms.get(place), under

    def message(self, room: Room, stamp: str) -> Message | None:
        there = (one for one in self.messages if one.room is room and one.id == stamp and not one.deleted)
        return next(there, None)

    def said_by_bot(self, room: Room | None = None) -> list[Message]:
        return [one for one in self.messages if not one.sender and room in (None, one.room)]

    def seen(self, room: Room, person: str) -> list[Message]:
        return [one for one in self.messages if one.room is room and one.is_seen_by(person)]
