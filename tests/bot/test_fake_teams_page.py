"""The page of the Teams that runs here: nobody's words are markup in it, and it does what hands can do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.fake_teams import FakeTeams
from bot.fake_teams_cards import MOST_PRIMARY, wrong_card
from bot.fake_teams_client import FakeTeamsClient
from bot.fake_teams_hands import Person
from bot.fake_teams_limits import CARD
from bot.fake_teams_page import card_html, message_html, write_samples
from bot.fake_teams_rooms import PERSONAL, Message, Room
from templates.gallery import MAILBOX, samples
from templates.render import Place
from templates.teams import for_teams
from tests.bot.cards import everything
from tests.servers.listening import listening
from tests.templates.pages import NAUGHTY, Page

Json = dict[str, Any]
ROOM = Room("a:1", PERSONAL, "t")


def shapes(words: str) -> set[tuple[str, tuple[str, ...]]]:
    said = Message("1", ROOM, "", {"text": words, "textFormat": "plain"})
    return Page(card_html(everything(words)) + message_html(said)).shapes


@pytest.mark.parametrize("bad", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_people_write_stays_text(bad: str) -> None:
    assert shapes(bad) <= shapes("words")


def test_more_buttons_than_teams_shows_are_in_a_menu() -> None:
    many = [{"type": "Action.Execute", "title": f"b{at}"} for at in range(MOST_PRIMARY + 1)]
    html = card_html({"type": "AdaptiveCard", "actions": many})
    shown, _, menu = html.partition("<details")
    assert shown.count("data-press") == MOST_PRIMARY and menu.count("data-press") == 1


def test_a_designer_gets_a_page_for_every_sample_and_teams_takes_every_card(tmp_path: Path) -> None:
    places = {one.title: Place(MAILBOX, one.today, channel="teams") for one in samples()}
    pages = write_samples(tmp_path)
    assert len(pages) == len(places)
    for sample in samples():
        text, card = for_teams(sample.template, sample.fields, places[sample.title])
        assert wrong_card(card) == [], sample.title
        page = Page((tmp_path / f"{sample.title}.html").read_text("utf-8")).text
        for line in (" ".join(line.split()).removeprefix("• ") for line in text.splitlines()):
            assert line in page, sample.title


def test_a_card_of_ones_own_is_shown_to_that_one() -> None:
    first, second = everything("first"), everything("second")
    message = Message("1", ROOM, "", {"attachments": [{"contentType": CARD, "content": first}]})
    message.own["ana"] = second
    assert "second" in message_html(message, "ana") and "first" in message_html(message, "eli")


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    """With its page; the bot takes everything, and says nothing."""
    teams = FakeTeams()
    await teams.start(0, FakeTeamsClient(teams).routes())
    app = web.Application()
    app.add_routes([web.post("/api/messages", _taken)])
    async with listening(app) as url:
        teams.bot = f"{url}/api/messages"
        yield teams
    await teams.stop()


async def _taken(_request: web.Request) -> web.Response:
    return web.json_response({}, status=202)


async def test_one_says_things_and_fills_in_cards_on_the_page(teams: FakeTeams) -> None:
    ana = Person.new(teams, "Ana Ruiz")
    day = {"type": "Input.Date", "id": "day", "isRequired": True, "errorMessage": "A day, please."}
    press = {"type": "Action.Execute", "title": "Go", "verb": "press"}
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [day], "actions": [press]}
    act = {"attachments": [{"contentType": CARD, "content": card}]}
    message = Message(teams.known.stamp(), ana.chat, "", act)
    teams.known.messages.append(message)
    async with aiohttp.ClientSession(teams.url) as page:

        async def does(what: str, **more: str) -> Json:
            given = {"what": what, "user": ana.who.id, "where": "personal"} | more
            async with page.post("/does", data=given) as said:
                return dict(await said.json())

        async with page.get("/") as said:
            assert "Ana Ruiz" in await said.text()
        assert await does("say", text="status <b>") == {}
        asked = {"id": message.id, "press": "0"}
        assert await does("press", **asked, values='{"day": ""}') == {
            "wrong": "A day, please.",
            "field": "day",
        }
        assert await does("press", **asked, values='{"day": "2026-03-01"}') == {"words": ""}
        async with page.get("/seen", params={"user": ana.who.id, "where": "personal"}) as said:
            shown, mine = (await said.json())["messages"]
        assert (mine["text"], mine["mine"]) == ("status <b>", True)
        assert "data-press='0'" in shown["html"]
        async with page.post("/does", data={}, headers={"Origin": "https://elsewhere.example"}) as said:
            assert said.status == 403
