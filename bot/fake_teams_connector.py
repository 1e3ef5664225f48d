"""The connector of the Teams that runs here: what the bot may call, and the refusals with their real bodies.

Source of the codes: "Status codes from agent conversational APIs" of the Teams documentation.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.fake_teams_keys import APP_ID, FakeKeys
from bot.fake_teams_limits import CONSENT, wrong_activity
from bot.fake_teams_rooms import BOT_ID, PERSONAL, Message, Room, Rooms, Somebody

Json = dict[str, Any]
SERVICE = "/teams"
HANG = web.Response(status=599)  # in `faults`: no answer comes until the caller gives up
_NOT_THERE = "The bot is not part of the conversation roster."
_WORDS = {
    "BotNotInConversationRoster": _NOT_THERE,
    "ConversationBlockedByUser": "User blocked the conversation with the bot.",
    "MessageWritesBlocked": "Thread is blocked from message writes.",
    "BotDisabledByAdmin": "The tenant admin disabled this bot",
    "ForbiddenOperationException": "The bot is not installed in user's personal scope",
}


class _No(Exception):
    """What the connector refuses: status, code, words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(code)
        self.answer = status, code, words


def error(status: int, code: str, words: str) -> web.Response:
    """A refusal as the connector says it."""
    return web.json_response({"error": {"code": code, "message": words}}, status=status)


def too_many(seconds: int | None = None) -> web.Response:
    """Throttled; the real one names the seconds now and then."""
    answer = error(429, "TooManyRequests", "Too many requests.")
    answer.headers.update({} if seconds is None else {"Retry-After": str(seconds)})
    return answer


def broken(status: int = 502) -> web.Response:
    """A gateway's own page, in plain text."""
    return web.Response(status=status, text="<html>Bad Gateway</html>", content_type="text/plain")


@dataclass
class FakeConnector:
    """`faults` are answers in place of the next ones, by name (`create`, `send`, `reply`, `update`, `delete`,
    `members`); `calls` are all that came, with what they brought."""

    keys: FakeKeys
    known: Rooms
    said: asyncio.Event
    calls: list[tuple[str, Json]] = field(default_factory=list)
    faults: dict[str, list[web.Response]] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self) -> list[web.RouteDef]:
        room = f"{SERVICE}/v3/conversations/{{conversation}}"
        one = f"{room}/activities/{{activity}}"
        return [
            web.post(f"{SERVICE}/v3/conversations", self._behind("create", self._create)),
            web.post(f"{room}/activities", self._behind("send", self._send)),
            web.post(one, self._behind("reply", self._send)),
            web.put(one, self._behind("update", self._update)),
            web.delete(one, self._behind("delete", self._delete)),
            web.get(f"{room}/members", self._behind("members", self._members)),
            web.get(f"{room}/members/{{member}}", self._behind("members", self._member)),
        ]

    def _behind(
        self, name: str, answer: Callable[[web.Request, Json], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The call of this name, behind what goes wrong and the check of the token."""

        async def answered(request: web.Request) -> web.Response:
            given = await _given(request)
            self.calls.append((name, dict(request.match_info) | dict(request.query) | {"body": given}))
            if faults := self.faults.get(name):
                return await self._fault(faults.pop(0))
            if not self.keys.is_good(request.headers.get("Authorization", "").removeprefix("Bearer ")):
                return error(401, "Unauthorized", "Authorization has been denied for this request.")
            try:
                return await answer(request, given)
            except _No as no:
                return error(*no.answer)

        return answered

    async def _fault(self, fault: web.Response) -> web.Response:
        if fault is HANG:
            await self.over.wait()
            return broken(504)
        return fault

    # --- the calls

    async def _create(self, _request: web.Request, given: Json) -> web.Response:
        """The personal conversation with somebody: always the same one."""
        members = given.get("members") or []
        if (given.get("bot") or {}).get("id") not in (BOT_ID, APP_ID):
            raise _No(400, "BadSyntax", "Bot id does not match the token")
        if given.get("isGroup") or len(members) != 1:
            raise _No(400, "BadSyntax", "Incorrect conversation creation parameters")
        tenant = ((given.get("channelData") or {}).get("tenant") or {}).get("id") or given.get("tenantId")
        somebody = self.known.somebody(str(members[0].get("id") or ""))
        if somebody is None or somebody.tenant != tenant:
            raise _No(400, "BadSyntax", "Invalid user identity in provided tenant")
        self._check_reachable(somebody, "ForbiddenOperationException")
        return web.json_response({"id": somebody.chat}, status=201)

    async def _send(self, request: web.Request, given: Json) -> web.Response:
        room, under = self._room(request)
        only_for = self._only_for(request, room, given)
        if "activity" in request.match_info:
            under = under or self._message(request, room, anybodys=True).id
        self._check(given, room)
        if given["type"] == "typing":
            return web.json_response({"id": ""}, status=202)
        message = Message(self.known.stamp(), room, "", given, under, only_for, at=self.known.now())
        self.known.messages.append(message)
        self.said.set()
        return web.json_response({"id": message.id}, status=201)

    async def _update(self, request: web.Request, given: Json) -> web.Response:
        room, _ = self._room(request)
        message = self._message(request, room)
        if message.only_for and not _is_targeted(request):
            raise _No(404, "ActivityNotFoundInConversation", "The activity is not found in the conversation.")
        self._check(given, room)
        message.activity, message.edits = given, message.edits + 1
        message.own.clear()
        self.said.set()
        return web.json_response({"id": message.id})

    async def _delete(self, request: web.Request, _given: Json) -> web.Response:
        room, _ = self._room(request)
        self._message(request, room).deleted = True
        self.said.set()
        return web.Response()

    async def _members(self, request: web.Request, _given: Json) -> web.Response:
        room, _ = self._room(request)
        return web.json_response([self.known.people[one].as_member() for one in room.members])

    async def _member(self, request: web.Request, _given: Json) -> web.Response:
        room, _ = self._room(request)
        somebody = self.known.somebody(request.match_info["member"])
        if somebody is None or somebody.id not in room.members:
            raise _No(404, "MemberNotFoundInConversation", "Member not found in the conversation.")
        return web.json_response(somebody.as_member())

    # --- what is refused

    def _room(self, request: web.Request) -> tuple[Room, str]:
        room, under = self.known.find(request.match_info["conversation"])
        if room is None or (under and self.known.message(room, under) is None):
            raise _No(404, "ConversationNotFound", "Conversation not found.")
        if room.kind == PERSONAL:
            self._check_reachable(self.known.people[room.members[0]], "BotNotInConversationRoster")
        elif not room.has_bot:
            raise _No(403, "BotNotInConversationRoster", _NOT_THERE)
        return room, under

    def _check_reachable(self, somebody: Somebody, uninstalled: str) -> None:
        code = uninstalled if somebody.stopped == "uninstalled" else somebody.stopped
        if code:
            raise _No(403, code, _WORDS.get(code, code))

    def _message(self, request: web.Request, room: Room, anybodys: bool = False) -> Message:
        message = self.known.message(room, request.match_info["activity"])
        if message is None:
            raise _No(404, "ActivityNotFoundInConversation", "The activity is not found in the conversation.")
        if message.sender and not anybodys:
            raise _No(403, "NotEnoughPermissions", "The bot may not change what others said.")
        return message

    def _only_for(self, request: web.Request, room: Room, given: Json) -> str:
        """The directory id of the one who shall see it; nothing is everybody."""
        if not _is_targeted(request):
            return ""
        somebody = self.known.somebody(str((given.get("recipient") or {}).get("id") or ""))
        if room.kind == PERSONAL:
            raise _No(400, "BadRequest", "Targeted messages are not supported in one-on-one chats.")
        if somebody is None or somebody.id not in room.members:
            raise _No(400, "BadRequest", "The recipient of a targeted message must be in the conversation.")
        return somebody.id

    def _check(self, given: Json, room: Room) -> None:
        if (wrong := wrong_activity(given)) is not None:
            raise _No(*wrong)
        kinds = [one.get("contentType") for one in given.get("attachments") or ()]
        if CONSENT in kinds and room.kind != PERSONAL:
            raise _No(400, "BadSyntax", "File consent cards are for personal chats only.")


def _is_targeted(request: web.Request) -> bool:
    return request.query.get("isTargetedActivity", "").lower() == "true"


async def _given(request: web.Request) -> Json:
    """The body, where it is an object of JSON."""
    try:
        said = json.loads(await request.text() or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
