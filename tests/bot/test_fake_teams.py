"""The Teams that runs here refuses what the real one refuses, and tells what the real one tells."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web

from bot.fake_teams import FakeTeams
from bot.fake_teams_connector import HANG, broken, too_many
from bot.fake_teams_hands import CannotBeFilled, Person
from bot.fake_teams_keys import APP_ID, APP_SECRET, CHANNEL_KEY, TENANT
from bot.fake_teams_limits import CARD, CONSENT, LARGEST
from bot.fake_teams_rooms import BOT_ID, UNDER
from tests.bot.cards import GRANT, OPENS, WHY, WORDS, card, carded
from tests.servers.listening import listening

Json = dict[str, Any]


class TinyBot:
    """A bot that checks who calls, and answers `answers` by name. `told` is what it heard."""

    def __init__(self, teams: FakeTeams) -> None:
        self.teams, self.told, self.answers = teams, list[Json](), dict[str, Json]()
        self.session = aiohttp.ClientSession()
        self.token = ""

    async def door(self, request: web.Request) -> web.Response:
        bearer = request.headers["Authorization"].removeprefix("Bearer ")
        act = await request.json()
        keys = {one["kid"]: one for one in await self.keys()}
        key = jwt.PyJWK(keys[jwt.get_unverified_header(bearer)["kid"]])
        claims = jwt.decode(bearer, key, algorithms=["RS256"], audience=APP_ID, issuer=self.teams.url)
        assert claims["serviceurl"] == act["serviceUrl"]
        self.told.append(act)
        known = self.answers.get(act.get("name", ""))
        return web.Response(status=202) if known is None else web.json_response(known)

    async def keys(self) -> list[Json]:
        async with self.session.get(f"{self.teams.url}/v1/.well-known/openidconfiguration") as said:
            there = (await said.json())["jwks_uri"]
        async with self.session.get(there) as said:
            return list((await said.json())["keys"])

    async def login(self, **wrong: str) -> tuple[int, Json]:
        form = {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": APP_SECRET}
        form |= {"scope": f"{self.teams.url}/.default"} | wrong
        tenant = form.pop("tenant", TENANT)
        async with self.session.post(f"{self.teams.url}/{tenant}/oauth2/v2.0/token", data=form) as said:
            return said.status, await said.json()

    async def call(self, verb: str, path: str, body: Json | None = None) -> tuple[int, Any]:
        """A call of the connector: status, and the code of its refusal or the body."""
        self.token = self.token or (await self.login())[1]["access_token"]
        where = f"{self.teams.service_url}v3/conversations{path}"
        head = {"Authorization": f"Bearer {self.token}"}
        async with self.session.request(verb, where, json=body, headers=head) as said:
            if said.content_type != "application/json":
                return said.status, await said.text()
            told = await said.json()
            return said.status, told["error"]["code"] if "error" in told else told

    async def say(self, chat: str, body: Json | None = None, query: str = "") -> tuple[int, Any]:
        words = {"type": "message", "text": "hello"} | (body or {})
        return await self.call("POST", f"/{chat}/activities{query}", words)

    async def shows(self, chat: str, card: Json) -> Any:
        assert (await self.say(chat, carded(card)))[0] == 201
        return self.teams.messages[-1]


@pytest.fixture
async def bot() -> AsyncIterator[TinyBot]:
    teams = FakeTeams()
    await teams.start()
    tiny = TinyBot(teams)
    app = web.Application()
    app.add_routes([web.post("/api/messages", tiny.door)])
    async with listening(app) as url:
        teams.bot = f"{url}/api/messages"
        yield tiny
    await tiny.session.close()
    await teams.stop()


@pytest.fixture
def ana(bot: TinyBot) -> Person:
    return Person.new(bot.teams, "Ana Ruiz")


# --- what it tells


async def test_words_come_signed_with_who_and_where(bot: TinyBot, ana: Person) -> None:
    await ana.says("status")
    (act,) = bot.told
    assert act["from"]["aadObjectId"] == ana.who.id
    assert act["recipient"]["id"] == BOT_ID
    assert act["conversation"] == {"id": ana.chat.id, "tenantId": TENANT, "conversationType": "personal"}
    assert act["channelData"]["tenant"]["id"] == TENANT
    assert [one["contentType"] for one in act["attachments"]] == ["text/html"]


async def test_a_channel_names_its_thread_and_hands_no_files(bot: TinyBot, ana: Person) -> None:
    first = await ana.says("status", "channel", files=[bot.teams.files.put("a.pdf", b"%PDF")])
    await ana.says("and EL 02", "channel", thread=first)
    await ana.says("nothing for bots", "channel", mention=False)
    one, two = bot.told
    assert (
        one["conversation"]["id"].endswith(f"{UNDER}{first.id}")
        and two["conversation"] == one["conversation"]
    )
    assert one["text"].startswith("<at>") and one["entities"][-1]["mentioned"]["id"] == BOT_ID
    assert [one["contentType"] for one in one["attachments"]] == ["text/html"]


async def test_edits_deletions_and_installations_are_told(bot: TinyBot, ana: Person) -> None:
    message = await ana.says("status")
    await ana.edits(message, "status EL 02")
    await ana.deletes(message)
    await ana.installs()
    await ana.uninstalls()
    kinds = [one["type"] for one in bot.told]
    assert kinds[1:3] == ["messageUpdate", "messageDelete"]
    assert kinds[3:] == ["conversationUpdate", "installationUpdate", "installationUpdate"]


# --- who may call


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"client_secret": "another"}, 401, "invalid_client"),
        ({"client_id": TENANT}, 400, "unauthorized_client"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
        ({"tenant": APP_ID}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_only_the_app_gets_a_token(
    bot: TinyBot, wrong: dict[str, str], status: int, error: str
) -> None:
    said = await bot.login(**wrong)
    assert (said[0], said[1]["error"]) == (status, error)
    assert not bot.teams.keys.given


async def test_without_a_token_or_with_an_old_one_nothing_is_said(bot: TinyBot, ana: Person) -> None:
    bot.token = "made-up"
    assert await bot.say(ana.chat.id) == (401, "Unauthorized")
    bot.token = ""
    assert (await bot.say(ana.chat.id))[0] == 201
    bot.teams.keys.given.clear()
    assert await bot.say(ana.chat.id) == (401, "Unauthorized")
    assert len(bot.teams.messages) == 1


async def test_keys_say_which_channel_they_may_sign_for(bot: TinyBot) -> None:
    published = {one["kid"]: one["endorsements"] for one in await bot.keys()}
    assert published[CHANNEL_KEY] == ["msteams"] and len(published) == 2


# --- conversations


async def test_a_chat_is_opened_once_and_for_people_of_the_tenant(bot: TinyBot, ana: Person) -> None:
    asked: Json = {"bot": {"id": BOT_ID}, "members": [{"id": ana.who.id}], "tenantId": TENANT}
    assert await bot.call("POST", "", asked) == (201, {"id": ana.chat.id})
    assert await bot.call("POST", "", asked | {"members": [{"id": "nobody"}]}) == (400, "BadSyntax")
    assert await bot.call("POST", "", asked | {"tenantId": APP_ID}) == (400, "BadSyntax")
    assert await bot.call("POST", "", asked | {"bot": {"id": "28:other"}}) == (400, "BadSyntax")


async def test_who_blocked_or_uninstalled_is_not_reached(bot: TinyBot, ana: Person) -> None:
    asked: Json = {"bot": {"id": BOT_ID}, "members": [{"id": ana.who.user}], "tenantId": TENANT}
    await ana.uninstalls()
    assert await bot.say(ana.chat.id) == (403, "BotNotInConversationRoster")
    assert await bot.call("POST", "", asked) == (403, "ForbiddenOperationException")
    ana.blocks("MessageWritesBlocked")
    assert await bot.say(ana.chat.id) == (403, "MessageWritesBlocked")
    await ana.installs()
    assert (await bot.say(ana.chat.id))[0] == 201


async def test_what_is_nowhere_is_not_found(bot: TinyBot, ana: Person) -> None:
    assert await bot.say("a:nowhere") == (404, "ConversationNotFound")
    there = f"/{ana.chat.id}/activities"
    assert await bot.call("PUT", f"{there}/1", {"type": "message", "text": "x"}) == (
        404,
        "ActivityNotFoundInConversation",
    )
    own = await ana.says("mine")
    assert (await bot.call("DELETE", f"{there}/{own.id}"))[0] == 403


async def test_a_targeted_message_is_for_one_who_is_there(bot: TinyBot, ana: Person) -> None:
    eli = Person.new(bot.teams, "Eli Moss")
    message = await ana.says("status", "channel")
    only, room = "?isTargetedActivity=true", message.room
    assert (await bot.say(room.id, {"recipient": {"id": ana.who.user}}, only))[0] == 201
    assert await bot.say(room.id, {"recipient": {"id": eli.who.user}}, only) == (400, "BadRequest")
    assert await bot.say(ana.chat.id, {"recipient": {"id": ana.who.user}}, only) == (400, "BadRequest")
    assert bot.teams.messages[0].is_seen_by(ana.who.id) and not bot.teams.messages[0].is_seen_by(eli.who.id)


async def test_trouble_on_demand(bot: TinyBot, ana: Person) -> None:
    bot.teams.connector.faults["send"] = [too_many(3), broken(503), HANG]
    assert await bot.say(ana.chat.id) == (429, "TooManyRequests")
    assert await bot.say(ana.chat.id) == (503, "<html>Bad Gateway</html>")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await bot.say(ana.chat.id)
    assert (await bot.say(ana.chat.id))[0] == 201


# --- what may be said


async def test_a_message_that_is_too_large_is_refused(bot: TinyBot, ana: Person) -> None:
    assert await bot.say(ana.chat.id, {"text": "é" * (LARGEST // 2)}) == (413, "MessageSizeTooBig")
    assert (await bot.say(ana.chat.id, {"text": "e" * (LARGEST - 100)}))[0] == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "event"},
        {"text": ""},
        carded(card({"type": "Blink"})),
        {"attachments": [{"contentType": "text/vcard"}]},
        {"entities": [{"type": "mention", "text": "<at>Eli</at>", "mentioned": {"id": "29:1"}}]},
    ],
)
async def test_what_is_no_message_is_refused(bot: TinyBot, ana: Person, wrong: Json) -> None:
    assert await bot.say(ana.chat.id, wrong) == (400, "BadSyntax")


async def test_consent_is_asked_in_personal_chats_only(bot: TinyBot, ana: Person) -> None:
    offer: Json = {
        "contentType": CONSENT,
        "name": "binder.pdf",
        "content": {"sizeInBytes": 3, "acceptContext": {}},
    }
    room = (await ana.says("export", "channel")).room
    assert await bot.say(room.id, {"attachments": [offer]}) == (400, "BadSyntax")
    assert (await bot.say(ana.chat.id, {"attachments": [offer]}))[0] == 201


# --- cards in hands


async def test_a_press_sends_the_data_with_its_own_fields(bot: TinyBot, ana: Person) -> None:
    bot.answers["adaptiveCard/action"] = {"statusCode": 200, "type": CARD, "value": card(WORDS)}
    message = await bot.shows(ana.chat.id, card(WHY, actions=[GRANT, OPENS]))
    await ana.presses(message, "Grant", {"why": "fine"})
    act = bot.told[-1]
    assert (act["name"], act["replyToId"]) == ("adaptiveCard/action", message.id)
    assert act["value"]["action"]["data"] == {"press": "1.a.g", "why": "fine"}
    assert message.card(ana.who.id) == card(WORDS) != message.card()


async def test_a_card_below_a_button_has_fields_of_its_own(bot: TinyBot, ana: Person) -> None:
    bot.answers["adaptiveCard/action"] = {}
    message = await bot.shows(ana.chat.id, card(WHY, actions=[GRANT, OPENS]))
    with pytest.raises(CannotBeFilled, match="A day"):
        await ana.presses(message, "Shorten")
    with pytest.raises(CannotBeFilled, match="A day"):
        await ana.presses(message, "Shorten", {"day": "2026-04-01"})
    with pytest.raises(CannotBeFilled):
        await ana.presses(message, "Grant", {"day": "2026-03-01"})
    assert not bot.told
    await ana.presses(message, "Shorten", {"day": "2026-03-01"})
    assert bot.told[-1]["value"]["action"]["data"] == {"press": "1.a.s", "day": "2026-03-01"}


async def test_a_bad_card_or_status_is_seen_as_trouble(bot: TinyBot, ana: Person) -> None:
    message = await bot.shows(ana.chat.id, card(WORDS, actions=[GRANT]))
    bot.answers["adaptiveCard/action"] = {"statusCode": 200, "type": CARD, "value": card({"type": "Blink"})}
    with pytest.raises(AssertionError, match="Blink"):
        await ana.presses(message, "Grant")
    bot.teams.bot += "/nowhere"
    with pytest.raises(AssertionError, match="404"):
        await ana.presses(message, "Grant")


async def test_a_dialog_opens_is_sent_and_closes(bot: TinyBot, ana: Person) -> None:
    opens = {
        "type": "Action.Submit",
        "title": "File",
        "data": {"msteams": {"type": "task/fetch"}, "item": "2"},
    }
    form = card(WHY, actions=[{"type": "Action.Submit", "title": "Send", "data": {"form": "attach"}}])
    shown = {"type": "continue", "value": {"title": "File", "card": {"contentType": CARD, "content": form}}}
    bot.answers["task/fetch"], bot.answers["task/submit"] = {"task": shown}, {}
    message = await bot.shows(ana.chat.id, card(WORDS, actions=[opens]))
    dialog = (await ana.presses(message, "File")).dialog
    assert dialog is not None and dialog.title == "File"
    assert (await ana.submits(dialog, {"why": "late"})).dialog is None
    assert bot.told[-1]["value"]["data"] == {"form": "attach", "why": "late"}


async def test_the_command_on_a_message_brings_the_message(bot: TinyBot, ana: Person) -> None:
    bot.answers["composeExtension/fetchTask"] = {"task": {"type": "message", "value": "Not here."}}
    message = await ana.says("look", "channel", files=[bot.teams.files.put("a.pdf", b"1")], mention=False)
    answer = await ana.files_this(message)
    assert answer.words == "Not here."
    (named,) = bot.told[-1]["value"]["messagePayload"]["attachments"]
    assert (named["name"], named["contentType"]) == ("a.pdf", "reference")


# --- files


async def got(bot: TinyBot, url: str, **headers: str) -> tuple[int, bytes]:
    async with bot.session.get(url, headers=headers, allow_redirects=False) as said:
        return said.status, await said.read()


async def test_a_file_opens_by_its_address_and_takes_no_token(bot: TinyBot) -> None:
    file = bot.teams.files.put("a.pdf", b"%PDF")
    url = file["content"]["downloadUrl"]
    assert await got(bot, url) == (200, b"%PDF")
    assert (await got(bot, url, Authorization="Bearer x"))[0] == 401
    assert (await got(bot, url.replace("tempauth=v1.", "tempauth=v1.x")))[0] == 401
    for status in (401, 403, 404, 410):
        bot.teams.files.refuse(file, status)
        assert (await got(bot, url))[0] == status


async def test_a_picture_wants_the_bots_token(bot: TinyBot) -> None:
    url = bot.teams.files.image(b"png")["contentUrl"]
    assert (await got(bot, url))[0] == 401
    token = (await bot.login())[1]["access_token"]
    assert await got(bot, url, Authorization=f"Bearer {token}") == (200, b"png")


async def test_an_upload_comes_in_order_and_once(bot: TinyBot, ana: Person) -> None:
    offer: Json = {
        "contentType": CONSENT,
        "name": "b.pdf",
        "content": {"sizeInBytes": 3, "acceptContext": {}},
    }
    await bot.say(ana.chat.id, {"attachments": [offer]})
    upload = await ana.accepts(bot.teams.messages[0])
    url = bot.told[-1]["value"]["uploadInfo"]["uploadUrl"]

    async def put(data: bytes, piece: str) -> int:
        async with bot.session.put(url, data=data, headers={"Content-Range": piece}) as said:
            return said.status

    assert await put(b"abc", "") == 400
    assert await put(b"abc", "bytes 0-3/4") == 400
    assert await put(b"c", "bytes 2-2/3") == 416
    assert await put(b"ab", "bytes 0-1/3") == 400  # a piece is a multiple of 320 KiB
    assert await put(b"abc", "bytes 0-2/3") == 201
    assert await put(b"abc", "bytes 0-2/3") == 404
    assert (bytes(upload.content), upload.done) == (b"abc", True)
