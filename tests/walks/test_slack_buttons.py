"""Buttons in the running service: two people who click, a restart between post and click, a decision by mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

from bot.fake_buttons import buttons_in
from bot.fake_slack import FakeSlack, dm_of
from store import Store, open_store
from store.clock import wall
from store.database import sqlite_url
from store.files import FileStore
from tests.handlers.pressing import link
from tests.handlers.record import HELEN, MARIA
from tests.handlers.reviewing import LUIS
from tests.servers import wait_for_port
from tests.walks.running import Service
from tests.walks.test_slack import beside
from tests.walks.test_slack import slack as slack

U_HELEN, U_LUIS = "U0HELEN", "U0LUIS"
EL02 = "sv-fpm/I-EL 02"
Json = dict[str, Any]


@asynccontextmanager
async def record(service: Service) -> AsyncIterator[Store]:
    """The service's own store, beside it."""
    files = FileStore(service.path / "var" / "files")
    store = open_store(sqlite_url(service.path / "var" / "cais.db"), files, "cais.example")
    try:
        yield store
    finally:
        await store.aclose()


async def response(service: Service, slack: FakeSlack) -> tuple[Json, Json]:
    """Maria responds; Helen and Luis hear of it in their chats: both messages."""
    await asyncio.to_thread(service.cais, "ask", f"respond {EL02}: see the minutes", "--as", MARIA)
    await slack.heard(2)
    (hers,), (his,) = (
        [one for one in slack.messages if one["channel"] == dm_of(user)] for user in (U_HELEN, U_LUIS)
    )
    return hers, his


async def linked(service: Service) -> None:
    async with record(service) as store:
        for user, address in ((U_HELEN, HELEN), (U_LUIS, LUIS)):
            await link(store, f"slack:T0CAIS/{user}", address, wall())


async def answer_to(slack: FakeSlack, message: Json) -> str:
    """What was said last under a message, once something was."""
    while not (under := [one for one in slack.messages if one.get("thread_ts") == message["ts"]]):
        await slack.heard(len(slack.messages) + 1)
    return str(under[-1]["text"])


def decided(message: Json) -> str:
    """What stands in place of the buttons."""
    assert buttons_in(message) == []
    return str(message["text"]).splitlines()[-1]


async def test_two_click_and_the_service_was_restarted_in_between(slack: FakeSlack) -> None:
    with beside(slack) as service:
        await linked(service)
        hers, his = await response(service, slack)
        seen = buttons_in(his)[0]
        await asyncio.to_thread(service.daemon.stop)
        await asyncio.to_thread(service.start)
        await asyncio.to_thread(wait_for_port, service.web, 20, service.daemon)
        assert await slack.press(U_HELEN, hers, "Accept response") == 200
        assert "Resolved, by Helen Wu, " in decided(await slack.rewritten(hers))
        assert "Resolved, by Helen Wu, " in decided(await slack.rewritten(his))
        assert "is resolved" in await answer_to(slack, hers)
        assert await slack.press_value(U_LUIS, his, seen) == 200
        late = await answer_to(slack, his)
        assert "decided already" in late
        assert "by Helen Wu" in late


async def test_a_decision_by_mail_takes_the_buttons_away(slack: FakeSlack) -> None:
    with beside(slack) as service:
        await linked(service)
        hers, _ = await response(service, slack)
        seen = buttons_in(hers)[1]
        await asyncio.to_thread(post, service, f"return {EL02}: the signatures are missing")
        assert "Returned for more, by Luis Ortega, " in decided(await slack.rewritten(hers))
        assert await slack.press_value(U_HELEN, hers, seen) == 200
        assert "by Luis Ortega" in await answer_to(slack, hers)
        assert slack.views.open == {}


def post(service: Service, text: str) -> None:
    """Luis mails it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = LUIS, "evidence@cais.example", "decision"
    mail["Message-ID"] = "<decision@cde.example>"
    mail.set_content(text)
    path = service.path / "decision.eml"
    path.write_bytes(mail.as_bytes())
    service.cais("post", str(path), "--mail-from", LUIS)
