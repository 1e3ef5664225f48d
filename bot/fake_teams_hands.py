"""Somebody at the Teams that runs here: says and attaches things, presses buttons, installs the app.

As a client would: only what a card offers can be pressed, and what must be filled in must be. Where Teams
would show “Something went wrong” it raises AssertionError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot import fake_teams_acts as acts
from bot.fake_teams import FakeTeams
from bot.fake_teams_files import Upload
from bot.fake_teams_inputs import CannotBeFilled
from bot.fake_teams_keys import TENANT
from bot.fake_teams_limits import CONSENT
from bot.fake_teams_presses import Answer, Dialog, Pressing
from bot.fake_teams_rooms import BOT_ID, BOT_NAME, CHANNEL, PERSONAL, Message, Room

__all__ = ["Answer", "CannotBeFilled", "Dialog", "Person"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Person(Pressing):
    """One person's hands."""

    @classmethod
    def new(cls, teams: FakeTeams, name: str, *, tenant: str = TENANT) -> Self:
        return cls(teams, teams.somebody(name, tenant=tenant))

    @property
    def account(self) -> str:
        """As the service names it."""
        return f"teams:{self.who.tenant}/{self.who.id}"

    @property
    def chat(self) -> Room:
        return self.teams.known.rooms[self.who.chat]

    async def hears(self, count: int = 1, seconds: float = 30) -> list[Message]:
        """The bot's messages in their personal chat, once there are so many."""
        return await self.teams.heard(count, self.chat, seconds)

    # --- words and files

    async def says(
        self,
        text: str,
        where: str | Room = PERSONAL,
        *,
        files: Sequence[Json] = (),
        thread: Message | None = None,
        mention: bool = True,
    ) -> Message:
        """`where`: personal, group, channel, or a conversation. `files` are of `teams.files.put`, or pictures
        of `teams.files.image`. In groups and channels the bot hears what mentions it, and is handed no
        files."""
        room = self.teams.place(where, self.who)
        mentioned = mention and room.kind != PERSONAL
        quoted = thread if room.kind != CHANNEL else None
        stamp, under = self.teams.known.stamp(), acts.thread_of(thread) if quoted is None else ""
        made = acts.message(self.who, room, text, files, mentioned, quoted)
        act = acts.posted(made, room, stamp, under)
        at = self.teams.known.now()
        message = Message(stamp, room, self.who.id, act, under, files=list(files), at=at)
        self.teams.known.messages.append(message)
        if mentioned or room.kind == PERSONAL:
            await self.tells(act)
        return message

    async def edits(self, message: Message, text: str) -> None:
        mentioned = acts.MENTION in message.text
        new = acts.message(self.who, message.room, text, message.files, mentioned)
        message.activity = acts.posted(new, message.room, message.id, message.under)
        message.edits += 1
        await self.tells(acts.changed(message.activity, "messageUpdate", "editMessage"))

    async def deletes(self, message: Message) -> None:
        message.deleted = True
        bare = {
            name: value for name, value in message.activity.items() if name not in ("text", "attachments")
        }
        await self.tells(acts.changed(bare, "messageDelete", "softDeleteMessage"))

    # --- the app

    async def installs(self, where: str | Room = PERSONAL) -> None:
        room = self.teams.place(where, self.who)
        room.has_bot = True
        if room.kind == PERSONAL:
            self.who.stopped = ""
        added = [{"id": BOT_ID, "name": BOT_NAME}]
        event = {} if room.kind == PERSONAL else {"eventType": "teamMemberAdded"}
        act = acts.from_somebody(self.who, room, "conversationUpdate", membersAdded=added)
        await self.tells(act | {"channelData": act["channelData"] | event})
        await self.tells(acts.from_somebody(self.who, room, "installationUpdate", action="add"))

    async def uninstalls(self, where: str | Room = PERSONAL) -> None:
        room = self.teams.place(where, self.who)
        if room.kind == PERSONAL:
            self.who.stopped = "uninstalled"
        else:
            room.has_bot = False
        await self.tells(acts.from_somebody(self.who, room, "installationUpdate", action="remove"))

    def blocks(self, code: str = "ConversationBlockedByUser") -> None:
        """They block the bot: it is told by the next refusal only (or with MessageWritesBlocked)."""
        self.who.stopped = code

    # --- files that the bot offers

    async def accepts(self, message: Message) -> Upload:
        """The bot may put the file that it offers into their drive; the upload as it comes."""
        offer = _offer(message)
        own, address = self.teams.files.open_upload(offer["name"], self.who.email.replace("@", "_"))
        kind = offer["name"].rpartition(".")[2]
        info = {"contentUrl": f"{self.teams.url}/personal/x/Documents/{offer['name']}", "uploadUrl": address}
        info |= {"name": offer["name"], "uniqueId": own, "fileType": kind}
        await self._consents(message, "accept", offer["content"].get("acceptContext"), uploadInfo=info)
        return self.teams.files.uploads[own]

    async def declines(self, message: Message) -> None:
        await self._consents(message, "decline", _offer(message)["content"].get("declineContext"))

    async def _consents(self, message: Message, action: str, context: Any, **more: Any) -> None:
        value = {"type": "fileUpload", "action": action, "context": context} | more
        await self.invokes(message.room, "fileConsent/invoke", value, message)


def _offer(message: Message) -> Json:
    """What a file consent card offers. Raises CannotBeFilled."""
    offer = next((one for one in message.attachments if one.get("contentType") == CONSENT), None)
    if offer is None:
        raise CannotBeFilled("this message offers no file")
    return offer
