"""What is owed in Slack is said there as Slack asks: in order, not too fast, and to somebody in the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import deliver_round
from bot.fake_slack import BOT_TOKEN, FakeSlack
from bot.shown import shown_in
from bot.slack_voice import SlackVoice
from handlers.retry import CHAT_PATIENCE
from store import Store
from store.clock import Clock, wall
from store.outbox import OutboxEntry
from tests.bot.conftest import NOW, PLACE, Owe
from tests.servers import free_port

ACCOUNT = "slack:T0CAIS/U0ANA"
IN_CHANNEL = {"only_for": "U0ANA", "account": ACCOUNT, "thread": "1385492551.000100"}
HELP = {"name": "Ana Ruiz", "lines": []}


def no(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})


def too_fast(seconds: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )


class SlowSlack(FakeSlack):
    """The first message takes longer than those behind it."""

    slow = 0.0

    async def _post_message(self, given: dict[str, Any]) -> dict[str, Any]:
        wait, self.slow = self.slow, 0.0
        await asyncio.sleep(wait)
        return await super()._post_message(given)


class Desk:
    """A store's outbox and our voice in a Slack that runs here."""

    def __init__(self, store: Store, slack: SlowSlack) -> None:
        self.store, self.slack = store, slack
        self.voice = SlackVoice(AsyncWebClient(BOT_TOKEN, base_url=f"{slack.url}/api/"), shown_in(store))
        self.clock = Clock(NOW)

    async def round(self) -> int:
        return await deliver_round(self.store.outbox, {"slack": self.voice}, self.clock, PLACE)

    async def row(self, entry: OutboxEntry) -> OutboxEntry:
        async with self.store.database.reading() as session:
            return await session.get_one(OutboxEntry, entry.id)

    def calls(self) -> list[str]:
        return [method for method, _ in self.slack.calls]


IN_THREAD = {"account": ACCOUNT, "thread": "1385492551.000100"}


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    slack = SlowSlack()
    await slack.start()
    yield Desk(store, slack)
    await slack.stop()


async def asked(owe: Owe, **said: Any) -> OutboxEntry:
    given = {"channel": "slack", "to": "D0ANA", "template": "help_given", "fields": HELP, "thread": {}}
    return await owe(**(given | said))


async def test_it_is_said_with_its_text_and_unfurls_nothing(desk: Desk, owe: Owe) -> None:
    entry = await asked(owe)
    await desk.round()
    (message,) = desk.slack.messages
    assert message["text"] == "This is what you can say here."
    assert (message["unfurl_links"], message["unfurl_media"], message["mrkdwn"]) == (False, False, False)
    row = await desk.row(entry)
    assert (row.state, row.receipt) == ("sent", f"D0ANA/{message['ts']}")


async def test_in_a_channel_only_the_asker_sees_it_under_their_message(desk: Desk, owe: Owe) -> None:
    await asked(owe, to="C0TEAM", thread=IN_CHANNEL)
    await desk.round()
    (message,) = desk.slack.messages
    assert desk.calls() == ["chat.postEphemeral"]
    assert (message["channel"], message["user"], message["thread_ts"]) == (
        "C0TEAM",
        "U0BOT",
        "1385492551.000100",
    )
    assert message["only_for"] == "U0ANA"


@pytest.mark.parametrize(
    "error", ["user_not_in_channel", "channel_not_found", "is_archived", "not_in_channel"]
)
async def test_what_cannot_be_shown_there_goes_to_the_person(desk: Desk, owe: Owe, error: str) -> None:
    entry = await asked(owe, to="C0TEAM", thread=IN_CHANNEL)
    desk.slack.faults["chat.postEphemeral"] = [no(error)]
    await desk.round()
    (message,) = desk.slack.messages
    assert desk.calls() == ["chat.postEphemeral", "chat.postMessage"]
    assert message["channel"] == "D0ANA"
    assert "thread_ts" not in message
    assert (await desk.row(entry)).receipt == f"D0ANA/{message['ts']}"


async def test_a_person_who_is_gone_too_leaves_a_dead_letter(desk: Desk, owe: Owe) -> None:
    entry = await asked(owe, to="C0TEAM", thread=IN_CHANNEL)
    desk.slack.faults["chat.postEphemeral"] = [no("is_archived")]
    desk.slack.faults["chat.postMessage"] = [no("user_disabled")]
    await desk.round()
    row = await desk.row(entry)
    assert (row.state, row.receipt) == ("dead", "user_disabled")


async def test_a_wait_is_obeyed_to_the_second_and_nobody_calls_meanwhile(desk: Desk, owe: Owe) -> None:
    first, second = await asked(owe), await asked(owe, to="D0BEN")
    desk.slack.faults["chat.postMessage"] = [too_fast(40)]
    desk.voice._turns["D0BEN"] = lock = asyncio.Lock()
    await lock.acquire()  # the second one comes when the first was refused
    going = asyncio.create_task(desk.round())
    while not desk.slack.calls or desk.voice._rests._until == {}:
        await asyncio.sleep(0.01)
    lock.release()
    await going
    assert desk.calls() == ["chat.postMessage"]
    for entry, tries in ((first, 1), (second, 0)):
        row = await desk.row(entry)
        assert (row.state, row.attempts) == ("waiting", tries)
        assert timedelta(seconds=35) < row.run_at - wall() <= timedelta(seconds=40)


async def test_another_method_does_not_rest(desk: Desk, owe: Owe) -> None:
    await asked(owe)
    desk.slack.faults["chat.postMessage"] = [too_fast(40)]
    await desk.round()
    await asked(owe, to="C0TEAM", thread=IN_CHANNEL)
    await desk.round()
    assert desk.calls() == ["chat.postMessage", "chat.postEphemeral"]
    assert [one["channel"] for one in desk.slack.messages] == ["C0TEAM"]


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ((200, '{"ok": false, "error": "internal_error"}', "application/json"), "internal_error"),
        ((200, '{"ok": false, "error": "invalid_auth"}', "application/json"), "invalid_auth"),
        ((503, "<html>down</html>", "text/html"), "HTTP 503"),
        ((500, "{not", "application/json"), "HTTP 500"),
        ((200, "<html>hello</html>", "text/html"), "HTTP 200"),
    ],
)
async def test_other_trouble_is_tried_again(
    desk: Desk, owe: Owe, fault: tuple[int, str, str], trouble: str
) -> None:
    entry, (status, text, kind) = await asked(owe), fault
    desk.slack.faults["chat.postMessage"] = [web.Response(status=status, text=text, content_type=kind)]
    await desk.round()
    row = await desk.row(entry)
    assert (row.state, row.trouble, row.attempts) == ("waiting", trouble, 1)
    assert row.run_at - wall() < timedelta(seconds=6)


async def test_nobody_there_is_tried_again(desk: Desk, owe: Owe) -> None:
    nobody = AsyncWebClient(BOT_TOKEN, base_url=f"http://127.0.0.1:{free_port()}/api/")
    desk.voice = SlackVoice(nobody, shown_in(desk.store))
    entry = await asked(owe)
    await desk.round()
    assert (await desk.row(entry)).state == "waiting"


async def test_blocks_that_slack_refuses_are_left_out(desk: Desk, owe: Owe) -> None:
    await asked(owe)
    desk.slack.faults["chat.postMessage"] = [no("msg_blocks_too_long")]
    await desk.round()
    (message,) = desk.slack.messages
    assert "blocks" not in message
    assert message["text"] == "This is what you can say here."


async def test_one_conversation_hears_us_in_our_order(desk: Desk, owe: Owe) -> None:
    desk.slack.slow = 0.05
    lines = [{"usage": f"number {number}", "does": "counts"} for number in range(4)]
    for line in lines:
        await asked(owe, fields=HELP | {"lines": [line]})
    await desk.round()
    said = [message["text"] for message in desk.slack.messages]
    assert [text.split("\n")[1] for text in said] == [f"•  {line['usage']}" for line in lines]


async def test_after_an_hour_and_five_tries_a_chat_is_given_up(desk: Desk, owe: Owe) -> None:
    old = NOW - CHAT_PATIENCE
    tried, fresh = await asked(owe, created_at=old, attempts=4), await asked(owe, created_at=old, to="D0BEN")
    desk.slack.faults["chat.postMessage"] = [no("internal_error"), no("internal_error")]
    await desk.round()
    assert (await desk.row(tried)).state == "dead"
    assert (await desk.row(fresh)).state == "waiting"


async def test_the_words_are_those_of_a_chat(desk: Desk, owe: Owe) -> None:
    await asked(owe, template="request_refused", fields=REFUSED)
    await desk.round()
    assert "say the word status" in desk.slack.messages[0]["text"]


REFUSED = {
    "receipt": 17,
    "received_at": NOW.isoformat(),
    "name": "Ana Ruiz",
    "refusal": "not_understood",
    "facts": {"said": ""},
    "files": [],
}


async def test_where_no_answer_comes_nothing_says_that_we_are_at_it(desk: Desk, owe: Owe) -> None:
    entry = await owe(channel="slack", to="D0ANA", template="help_given", fields=HELP, thread=IN_THREAD)
    desk.slack.faults["chat.postMessage"] = [no("user_disabled")]
    await desk.round()
    assert (await desk.row(entry)).state == "dead"
    where = {"channel_id": "D0ANA", "thread_ts": IN_THREAD["thread"]}
    assert desk.slack.calls[-1] == ("assistant.threads.setStatus", where | {"status": ""})


@pytest.mark.parametrize(
    "answer", [lambda: no("not_allowed_token_type"), lambda: too_fast(40), lambda: web.Response(status=502)]
)
async def test_a_workspace_without_such_threads_gets_its_answer_all_the_same(
    desk: Desk, owe: Owe, answer: Callable[[], web.Response]
) -> None:
    entry = await owe(channel="slack", to="D0ANA", template="help_given", fields=HELP, thread=IN_THREAD)
    desk.slack.faults["chat.postMessage"] = [no("thread_not_found")]
    desk.slack.faults["assistant.threads.setStatus"] = [answer()]
    await desk.round()
    assert (await desk.row(entry)).state == "sent"
    assert desk.calls() == ["chat.postMessage", "assistant.threads.setStatus", "chat.postMessage"]
