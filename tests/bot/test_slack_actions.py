"""Buttons in Slack from the press to the answer: door, reader, core and voice, beside a Slack as strict as the
real one."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.delivery import deliver_round
from bot.fake_buttons import buttons_in, press_of
from bot.fake_hands import Hands, state_of
from bot.fake_slack import FakeSlack, dm_of
from bot.shown import shown_in
from bot.slack import Slack
from bot.slack_reader import SlackReader
from bot.slack_settings import SlackSettings
from handlers.inbox import Lane, Worker, work_inbox
from store import Store
from store.clock import Clock
from store.export import one_list
from store.files import no_step
from store.keeping import Keeper
from store.outbox import OutboxEntry
from templates import Place
from tests.builders import ANCHOR, NOW, PROGRAMS, Desk
from tests.handlers.findings import request, respond
from tests.handlers.pressing import link, show, told
from tests.handlers.record import HELEN
from tests.handlers.reviewing import LUIS
from tests.servers.listening import listening

U_HELEN, U_LUIS = "U0HELEN", "U0LUIS"
EL02 = "sv-fpm/I-EL 02"


@dataclass
class Chat:
    """The whole way of a press. `desk` is the mail side of the same store."""

    slack: FakeSlack
    app: Slack
    store: Store
    desk: Desk
    clock: Clock = field(default_factory=lambda: Clock(NOW))

    async def handle(self) -> None:
        """Answer what came, and say it."""
        reader = SlackReader(self.store.files.path, shown_in(self.store))
        worker = Worker("chat", self.store, {"slack": reader}, PROGRAMS, no_step, self.clock.now)
        while await work_inbox(worker, lane=Lane(("slack",))):
            pass
        await self.say()

    async def say(self) -> None:
        voices = {"slack": self.app.voice(shown_in(self.store))}
        place = Place("evidence@cais.example", ANCHOR, "CAIS", True)
        while await deliver_round(self.store.outbox, voices, self.clock, place):
            pass

    async def posted(self, row: OutboxEntry) -> dict[str, Any]:
        """The message as it stands in Slack."""
        await self.say()
        async with self.store.look() as uow:
            shown = await uow.shown(row.id)
        assert shown is not None
        channel, _, ts = str(shown.message.receipt).partition("/")
        return next(one for one in self.slack.messages if (one["channel"], one["ts"]) == (channel, ts))

    async def press(self, user: str, message: dict[str, Any], label: str) -> None:
        assert await self.slack.press(user, message, label) == 200
        await self.handle()

    async def response(self, *users: str) -> list[dict[str, Any]]:
        """The notice of a response, for each of them."""
        await respond(self.desk)
        told = {row.to: row for row in await self.desk.outgoing() if row.template == "response_heard"}
        fields = told[U_HELEN].fields
        rows = [told.get(user) or await show(self.store, "response_heard", fields, user) for user in users]
        return [await self.posted(row) for row in rows]

    async def newest(self) -> dict[str, Any]:
        return (await one_list(self.store.database, "messages"))[-1]


@pytest.fixture
async def chat(store: Store, desk: Desk) -> AsyncIterator[Chat]:
    store.files.prepare()
    fake = FakeSlack()
    await fake.start()
    settings = SlackSettings.model_validate(fake.settings())
    keeper, clock = Keeper(store.files, store.inbox.insert), Clock(NOW)
    app, http = Slack(settings, keeper, clock), web.Application()
    app.take_presses(shown_in(store))
    app.door.add_to(http)
    for user, address in ((U_HELEN, HELEN), (U_LUIS, LUIS)):
        await link(store, f"slack:T0CAIS/{user}", address)
    async with listening(http) as url:
        fake.bot = f"{url}/slack/events"
        yield Chat(fake, app, store, desk)
    await keeper.aclose()
    await fake.stop()


def labels(message: dict[str, Any]) -> list[str]:
    return [one["text"]["text"] for one in buttons_in(message)]


def small_print(message: dict[str, Any]) -> str:
    """What stands in place of the buttons."""
    blocks = [block for block in message["blocks"] if block["type"] == "context"]
    return "\n".join(one["text"] for block in blocks for one in block["elements"])


async def test_a_press_is_done_and_its_message_tells_who_decided(chat: Chat) -> None:
    hers, his = await chat.response(U_HELEN, U_LUIS)
    assert labels(hers) == labels(his) == ["Accept response", "Return"]
    words = [block for block in hers["blocks"] if block["type"] != "actions"]
    await chat.press(U_HELEN, hers, "Accept response")
    for message in (hers, his):
        assert labels(message) == []
        assert "Resolved, by Helen Wu, " in small_print(message)
        assert "Resolved, by Helen Wu, " in message["text"]
        assert message["blocks"][: len(words)] == words
    (answer,) = [one for one in chat.slack.messages if one.get("thread_ts") == hers["ts"]]
    assert answer["channel"] == dm_of(U_HELEN)
    assert "resolved" in answer["text"]


async def test_a_second_click_is_told_who_was_first(chat: Chat) -> None:
    hers, his = await chat.response(U_HELEN, U_LUIS)
    seen = next(one for one in buttons_in(his) if one["text"]["text"] == "Accept response")
    await chat.press(U_HELEN, hers, "Accept response")
    assert await chat.slack.press_value(U_LUIS, his, seen) == 200
    await chat.handle()
    answer = chat.slack.messages[-1]
    assert (answer["channel"], answer["thread_ts"]) == (dm_of(U_LUIS), his["ts"])
    assert "decided already" in answer["text"]
    assert "by Helen Wu" in answer["text"]


async def test_a_reason_is_asked_and_becomes_the_command(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    await chat.press(U_HELEN, hers, "Return")
    assert ((await chat.newest())["state"], (await chat.newest())["reason"]) == (
        "ignored",
        "automatic: opened a form",
    )
    (view,) = chat.slack.views.open.values()
    assert "needed for I-EL 02?" in view["blocks"][0]["label"]["text"]
    assert view["blocks"][-1]["elements"][0]["text"].startswith("I-EL 02 goes back to the LEA")
    typed = "The roster & the <b>minutes</b>\n\nmeets EL 14"
    assert await Hands(chat.slack, U_HELEN).submit(view, {"text": typed}) == {}
    await chat.handle()
    assert (await chat.newest())["state"] == "done"
    assert "Returned for more, by Helen Wu" in small_print(hers)
    assert [row["text"] for row in await one_list(chat.store.database, "comments")][-1:] == [typed]


async def test_less_time_is_granted_from_a_small_form(chat: Chat) -> None:
    await request(chat.desk)
    row = await show(
        chat.store, "agreement_heard", await told(chat.desk, "agreement_heard", U_HELEN), U_HELEN
    )
    message = await chat.posted(row)
    assert labels(message) == ["Grant", "Grant less time", "Decline"]
    await chat.press(U_HELEN, message, "Grant less time")
    (view,) = chat.slack.views.open.values()
    assert view["blocks"][0]["element"]["initial_date"] == "2014-06-27"
    await Hands(chat.slack, U_HELEN).submit(
        view, {"day": "2014-05-30", "text": "May is when the election is."}
    )
    await chat.handle()
    (agreement,) = await one_list(chat.store.database, "agreements")
    assert (agreement["status"], agreement["decided_until"]) == ("approved", "2014-05-30")
    assert labels(message) == []


async def test_without_a_day_nothing_is_granted(chat: Chat) -> None:
    await request(chat.desk)
    row = await show(
        chat.store, "agreement_heard", await told(chat.desk, "agreement_heard", U_HELEN), U_HELEN
    )
    await chat.press(U_HELEN, await chat.posted(row), "Grant less time")
    (view,) = chat.slack.views.open.values()
    without = view | {"state": {"values": state_of(view, {"text": "May is when the election is."})}}
    await chat.slack.interact(U_HELEN, {"type": "view_submission", "view": without})
    await chat.handle()
    assert [row["status"] for row in await one_list(chat.store.database, "agreements")] == ["requested"]
    assert "approve agreement sv-fpm/I-EL 02 until" in chat.slack.messages[-1]["text"]


async def test_a_form_that_does_not_open_is_answered_with_the_words(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    chat.slack.faults["views.open"] = [web.json_response({"ok": False, "error": "expired_trigger_id"})]
    await chat.press(U_HELEN, hers, "Return")
    assert "did not open" in chat.slack.messages[-1]["text"]
    assert f"return {EL02}: what else is needed" in chat.slack.messages[-1]["text"]
    assert labels(hers) == ["Accept response", "Return"]


async def test_slack_opens_no_form_on_a_trigger_that_is_old_used_or_made_up(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    await chat.press(U_HELEN, hers, "Return")
    used = next(given for method, given in chat.slack.calls if method == "views.open")
    old = chat.slack.views.trigger()
    chat.slack.views.triggers[old] = time.monotonic() - 3.5
    for trigger in (used["trigger_id"], old, "made.up", ""):
        said = await chat.slack.views.methods()["views.open"]({"trigger_id": trigger, "view": used["view"]})
        assert said["error"].endswith("trigger_id")


async def test_a_press_after_the_decision_opens_no_form(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    seen = next(one for one in buttons_in(hers) if one["text"]["text"] == "Return")
    await chat.desk.send(sender=LUIS, text=f"resolve {EL02}")
    await chat.slack.press_value(U_HELEN, hers, seen)
    await chat.handle()
    assert chat.slack.views.open == {}
    (answer,) = [one for one in chat.slack.messages if one.get("thread_ts") == hers["ts"]]
    assert "by Luis Ortega" in answer["text"]
    assert "Resolved, by Luis Ortega" in small_print(hers)


async def test_a_decision_before_it_was_posted_leaves_no_button(chat: Chat) -> None:
    await respond(chat.desk)
    row = await show(chat.store, "response_heard", await told(chat.desk, "response_heard", U_HELEN), U_HELEN)
    await chat.desk.send(sender=LUIS, text=f"resolve {EL02}")
    message = await chat.posted(row)
    assert (labels(message), "by Luis Ortega" in small_print(message)) == ([], True)


async def test_a_value_that_is_not_ours_does_nothing_and_is_answered(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    button = buttons_in(hers)[0]
    number, token, mark = button["value"].split(".")
    for value in (
        f"{number}.{'0' * 16}.{mark}",
        f"999{number}.{token}.{mark}",
        f"{number}.{token}.{'0' * 12}",
        f"resolve {EL02}",
    ):
        await chat.slack.press_value(U_HELEN, hers, button | {"value": value})
        await chat.handle()
        assert ((await chat.newest())["state"], (await chat.newest())["reason"]) == ("refused", "button_dead")
        assert "nothing was done" in chat.slack.messages[-1]["text"]
    assert len(chat.slack.messages) == 6  # two reviewers heard of the response
    assert labels(hers) == ["Accept response", "Return"]


async def test_a_button_pressed_elsewhere_is_like_none(chat: Chat) -> None:
    """Its value was copied into a message in another conversation."""
    (hers,) = await chat.response(U_HELEN)
    elsewhere = hers | {"channel": dm_of(U_LUIS)}
    await chat.slack.press_value(U_LUIS, elsewhere, buttons_in(hers)[0])
    await chat.handle()
    assert (await chat.newest())["reason"] == "button_dead"


async def test_a_stranger_who_presses_is_asked_who_they_are(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    await chat.slack.press_value("U0NOBODY", hers, buttons_in(hers)[0])
    await chat.handle()
    assert (await chat.newest())["state"] == "held"
    assert labels(hers) == ["Accept response", "Return"]


async def test_a_press_from_another_workspace_is_nobody_s(chat: Chat) -> None:
    """All of it is of the other, or only who presses, in a channel that we share."""
    (message,) = await chat.response("C0REVIEW")
    press, theirs = press_of(message, buttons_in(message)[0]), {"id": U_HELEN, "team_id": "T0OTHER"}
    before = len(await one_list(chat.store.database, "messages"))
    assert (await chat.slack.interact(U_HELEN, press | {"team": {"id": "T0OTHER"}, "user": theirs}))[0] == 200
    assert len(await one_list(chat.store.database, "messages")) == before
    await chat.slack.interact(U_HELEN, press | {"user": theirs})
    await chat.handle()
    assert ((await chat.newest())["state"], (await chat.newest())["reason"]) == (
        "refused",
        "an account of another workspace",
    )
    assert labels(message) == ["Accept response", "Return"]


async def test_in_a_channel_only_who_pressed_sees_the_answer(chat: Chat) -> None:
    (message,) = await chat.response("C0REVIEW")
    await chat.press(U_HELEN, message, "Accept response")
    (answer,) = [one for one in chat.slack.messages if "only_for" in one]
    assert (answer["channel"], answer["only_for"]) == ("C0REVIEW", U_HELEN)
    assert labels(message) == []


async def test_a_press_that_slack_tells_twice_is_one(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    same = {"trigger_id": chat.slack.views.trigger(), **press_of(hers, buttons_in(hers)[0])}
    for _ in range(2):
        await chat.slack.interact(U_HELEN, same)
        await chat.handle()
    told = await one_list(chat.store.database, "messages")
    assert [row["state"] for row in told if row["channel"] == "slack"] == ["done"]


async def test_a_message_that_was_deleted_needs_no_new_words(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    chat.slack.messages.remove(hers)
    await chat.desk.send(sender=LUIS, text=f"resolve {EL02}")
    await chat.say()
    again = [row for row in await chat.desk.outgoing() if row.thread.get("update")]
    (receipt,) = [row.receipt for row in again if row.to == U_HELEN]
    assert receipt == "not there any more"


async def test_what_cannot_be_said_now_is_written_again_later(chat: Chat) -> None:
    (hers,) = await chat.response(U_HELEN)
    trouble = {"ok": False, "error": "internal_error"}
    chat.slack.faults["chat.update"] = [web.json_response(trouble), web.json_response(trouble)]
    await chat.desk.send(sender=LUIS, text=f"resolve {EL02}")
    await chat.say()
    assert labels(hers) == ["Accept response", "Return"]
    rows = [row for row in await chat.desk.outgoing() if row.thread.get("update")]
    assert {(row.state, row.trouble) for row in rows} == {("waiting", "internal_error")}
    for row in rows:
        await chat.store.outbox.put_back(row.id, row.created_at, "now")
    await chat.say()
    assert labels(hers) == []
