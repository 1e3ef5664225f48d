"""Buttons in Teams from the press to the answer: the card as it is afterwards for who pressed, the first press
counts, and what is none of our buttons does nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import at_once, teams_presses
from bot import fake_teams_acts as acts
from bot.fake_teams_hands import Person
from bot.fake_teams_inputs import find
from bot.fake_teams_rooms import Message as Said
from bot.teams_actions import ACTION
from handlers.inbox import work_entries
from store import Store
from tests.bot.teams_workspace import Workspace, teams_workspace, texts
from tests.handlers.record import HELEN, MARIA
from tests.handlers.reviewing import LUIS

EL02 = "sv-fpm/I-EL 02"


@pytest.fixture
async def workspace(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    """A busy machine must not make an answer late that is not meant to be."""
    monkeypatch.setattr(teams_presses, "PATIENCE", 20)
    async with teams_workspace(store) as there:
        yield there


async def responded(workspace: Workspace) -> tuple[Person, Said, Person, Said]:
    """Maria answers a finding; Helen and Luis hear of it in their chats, and may decide."""
    maria, helen, luis = [await workspace.link(one) for one in (MARIA, HELEN, LUIS)]
    for who in (helen, luis):
        await workspace.says(who, "help")
    await workspace.says(maria, f"respond {EL02}: see the minutes")
    return helen, (await helen.hears(2))[-1], luis, (await luis.hears(2))[-1]


async def states(workspace: Workspace) -> list[str]:
    """How the messages after those of `responded` ended."""
    return [row["state"] for row in await workspace.record("messages")][3:]


async def status(workspace: Workspace) -> str:
    return next(str(one["status"]) for one in await workspace.record("findings") if one["code"] == EL02)


async def test_a_press_shows_what_has_become_of_it_and_so_does_every_copy(workspace: Workspace) -> None:
    helen, hers, luis, theirs = await responded(workspace)
    answer = await helen.presses(hers, "Accept response")
    assert "Resolved, by Helen Wu, " in texts(answer.card)
    assert "Accept response" not in texts(answer.card)
    assert await status(workspace) == "resolved"
    await workspace.hear()
    assert [hers.edits, theirs.edits] == [1, 1]
    assert "Resolved, by Helen Wu, " in texts(theirs.card(luis.who.id))
    assert "is resolved" in texts((await helen.hears(3))[-1].card(helen.who.id))


async def test_of_two_presses_at_once_one_counts_and_the_other_hears_of_it(workspace: Workspace) -> None:
    helen, hers, luis, theirs = await responded(workspace)
    answers = await asyncio.gather(
        helen.presses(hers, "Accept response"),
        helen.presses(hers, "Accept response"),
        luis.presses(theirs, "Accept response"),
    )
    assert ["Resolved, by " in texts(one.card) for one in answers] == [True] * 3
    assert sorted(await states(workspace)) == ["done", "refused", "refused"]
    await workspace.hear()
    refused = [one for one in await workspace.owed() if one.template == "request_refused"]
    assert [one.state for one in refused] == ["sent", "sent"]
    assert {one.fields["refusal"] for one in refused} <= {"button_spent", "not_now"}


async def test_a_press_that_teams_tells_again_is_one(workspace: Workspace) -> None:
    helen, hers, *_ = await responded(workspace)
    action = find(hers.card(helen.who.id), "Accept response").action
    asked = {"action": {"type": "Action.Execute", "data": action["data"]}, "trigger": "manual"}
    act = acts.invoke(helen.who, hers.room, ACTION, asked, hers)
    first, second = [await workspace.there.tell(act) for _ in range(2)]
    assert first == second
    assert await states(workspace) == ["done"]


async def test_a_reason_is_asked_on_the_card_and_becomes_the_command(workspace: Workspace) -> None:
    helen, hers, *_ = await responded(workspace)
    opened = find(hers.card(helen.who.id), "Return")
    assert "goes back to the LEA" in texts(opened.cards[-1])
    (name,) = [one["id"] for one in opened.cards[-1]["body"] if one["type"] == "Input.Text"]
    answer = await helen.presses(hers, "Return", {name: "the signed minutes"})
    assert "by Helen Wu, " in texts(answer.card)
    await workspace.hear()
    assert "the signed minutes" in texts([row.fields for row in await workspace.owed()])


async def test_what_is_none_of_our_buttons_does_nothing(workspace: Workspace) -> None:
    helen, hers, _, theirs = await responded(workspace)
    value = find(hers.card(helen.who.id), "Accept response").action["data"]["press"]
    elsewhere = find(theirs.card(theirs.room.members[0]), "Accept response").action["data"]["press"]
    number, token, mark = value.split(".")
    odd: list[Any] = [f"{number}.{token}.{'0' * 12}", f"{number}.{'0' * 16}.{mark}", elsewhere]
    odd += ["", "x", f"{'9' * 18}.{token}.{mark}", None, 7, [value], {"press": value}]
    whole: list[Any] = [{"action": {"data": {"press": one}}} for one in odd]
    whole += [
        {"action": {"data": "words"}},
        {"action": ["words"]},
        {"action": None},
        "words",
        ["words"],
        None,
    ]
    for one in whole:
        answer = await helen.invokes(hers.room, ACTION, one, hers)
        assert answer.body["statusCode"] == 200, one
    assert await status(workspace) != "resolved"
    assert "received" not in await states(workspace)


async def test_a_stranger_who_presses_is_asked_who_they_are(workspace: Workspace) -> None:
    helen, hers, *_ = await responded(workspace)
    action = find(hers.card(helen.who.id), "Accept response").action
    stranger = Person.new(workspace.there, "Somebody Else")
    asked = {"action": {"data": action["data"]}, "trigger": "manual"}
    await stranger.invokes(stranger.chat, ACTION, asked, None)
    await workspace.hear()
    assert "link" in texts((await stranger.hears(1))[-1].card(stranger.who.id))
    assert await status(workspace) != "resolved"


async def test_what_takes_longer_than_teams_waits_is_answered_by_message(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    helen, hers, *_ = await responded(workspace)
    monkeypatch.setattr(teams_presses, "PATIENCE", 0)
    assert (await helen.presses(hers, "Accept response")).words
    await workspace.app.aclose()
    assert await status(workspace) == "resolved"


async def test_a_press_that_nobody_could_work_is_answered_by_who_comes_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    helen, hers, *_ = await responded(workspace)
    monkeypatch.setattr(at_once, "work_entries", dies)
    answer = await helen.presses(hers, "Accept response")
    assert "Accept response" in texts(answer.card)
    assert await states(workspace) == ["received"]
    monkeypatch.setattr(at_once, "work_entries", work_entries)
    answer = await helen.presses(hers, "Accept response")
    assert "Resolved, by Helen Wu, " in texts(answer.card)
