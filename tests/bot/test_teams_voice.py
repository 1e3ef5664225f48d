"""What is owed in Teams is said there as Teams asks: as a card, to who may see it, and to somebody in the end."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery import deliver_round
from bot.fake_teams import FakeTeams
from bot.fake_teams_connector import broken, error, too_many
from bot.fake_teams_hands import Person
from bot.fake_teams_rooms import CHANNEL
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.teams import Teams
from bot.teams_cloud import CLOUDS, stand_in
from bot.teams_connector import Connector
from bot.teams_voice import TeamsVoice
from store import Store
from store.chat_reference import UNINSTALLED
from store.clock import Clock, wall
from store.keeping import Keeper
from store.outbox import OutboxEntry
from store.unit_of_work import Actor
from tests.bot.conftest import NOW, PLACE, Owe

HELP = {"name": "Ana Ruiz", "lines": []}
SAID = "This is what you can say here."


class Desk:
    """A store's outbox and our voice in a Teams that runs here, where Ana talks with us."""

    def __init__(self, store: Store, there: FakeTeams, teams: Teams) -> None:
        self.store, self.there, self.teams = store, there, teams
        self.ana = Person.new(there, "Ana Ruiz")
        self.voice, self.clock = teams.voice(store, shown_in(store)), Clock(NOW)

    async def known(self, conversation: str | None = None, **more: Any) -> None:
        """What her last contact told of where she is."""
        chat, at = self.ana.chat.id if conversation is None else conversation, self.clock.now()
        async with self.store.begin() as uow:
            uow.act_as(Actor("service", "teams", at))
            url, user = self.there.service_url, self.ana.who.user
            await uow.note_reference(self.ana.account, url, user, at, conversation=chat, **more)

    async def round(self) -> int:
        return await deliver_round(self.store.outbox, {"teams": self.voice}, self.clock, PLACE)

    async def row(self, entry: OutboxEntry) -> OutboxEntry:
        async with self.store.database.reading() as session:
            return await session.get_one(OutboxEntry, entry.id)

    async def conversation(self) -> str:
        async with self.store.look() as uow:
            found = await uow.chat_reference(self.ana.account)
        return found.conversation if found else ""


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    there = FakeTeams()
    await there.start()
    keeper = Keeper(store.files, store.inbox.insert)
    teams = Teams(BotSettings.model_validate(there.settings()), keeper, Clock(NOW))
    yield Desk(store, there, teams)
    await teams.aclose()
    await keeper.aclose()
    await there.stop()


async def asked(owe: Owe, desk: Desk, **said: Any) -> OutboxEntry:
    given = {"channel": "teams", "to": desk.ana.chat.id, "template": "help_given", "fields": HELP}
    return await owe(**(given | {"thread": {"account": desk.ana.account}} | said))


def in_channel(desk: Desk) -> dict[str, Any]:
    room = desk.there.room(CHANNEL, desk.ana.who)
    thread = {"account": desk.ana.account, "only_for": desk.ana.who.id, "thread": "1700000000001"}
    return {"to": room.id, "thread": thread}


async def test_it_is_a_card_with_a_line_for_who_sees_none(desk: Desk, owe: Owe) -> None:
    await desk.known()
    entry = await asked(owe, desk)
    await desk.round()
    (message,) = await desk.ana.hears(1)
    assert message.activity["summary"] == SAID
    card = message.card(desk.ana.who.id)
    assert card is not None
    assert card["fallbackText"] == SAID
    row = await desk.row(entry)
    assert (row.state, row.receipt) == ("sent", f"{desk.ana.chat.id}/{message.id}")


async def test_a_notice_goes_to_the_chat_that_she_spoke_in_last(desk: Desk, owe: Owe) -> None:
    await desk.known()
    await asked(owe, desk, to=desk.ana.who.id)
    await desk.round()
    await desk.ana.hears(1)


async def test_a_chat_that_nobody_knows_is_opened_and_noted(desk: Desk, owe: Owe) -> None:
    await desk.known(conversation="")
    entry = await asked(owe, desk, to=desk.ana.who.id)
    await desk.round()
    (message,) = await desk.ana.hears(1)
    assert (await desk.row(entry)).receipt == f"{message.room.id}/{message.id}"
    assert await desk.conversation() == message.room.id


async def test_a_chat_that_is_gone_is_opened_again(desk: Desk, owe: Owe) -> None:
    await desk.known(conversation="a:gone")
    entry = await asked(owe, desk, to=desk.ana.who.id)
    await desk.round()
    assert (await desk.row(entry)).state == "sent"
    assert await desk.conversation() == desk.ana.chat.id


async def test_who_never_spoke_to_us_is_no_one_we_can_reach(desk: Desk, owe: Owe) -> None:
    entry = await asked(owe, desk)
    await desk.round()
    assert (await desk.row(entry)).state == "dead"
    assert desk.there.connector.calls == []


async def test_who_removed_us_is_not_sought_out(desk: Desk, owe: Owe) -> None:
    await desk.known(trouble=UNINSTALLED)
    entry = await asked(owe, desk)
    await desk.round()
    row = await desk.row(entry)
    assert (row.state, row.receipt) == ("dead", "they removed us")
    assert desk.there.connector.calls == []


async def test_who_blocked_us_leaves_a_dead_letter(desk: Desk, owe: Owe) -> None:
    await desk.known()
    desk.ana.blocks()
    entry = await asked(owe, desk)
    await desk.round()
    assert (await desk.row(entry)).state == "dead"


async def test_a_wait_is_obeyed_to_the_second(desk: Desk, owe: Owe) -> None:
    await desk.known()
    entry = await asked(owe, desk)
    desk.there.connector.faults["send"] = [too_many(40)]
    before = wall()
    await desk.round()
    row = await desk.row(entry)
    assert row.state == "waiting"
    assert 39 <= (row.run_at - before).total_seconds() <= 45
    calls = len(desk.there.connector.calls)
    await asked(owe, desk)
    await desk.round()
    assert len(desk.there.connector.calls) == calls  # nobody calls there meanwhile


@pytest.mark.parametrize("fault", [lambda: broken(502), lambda: broken(500), lambda: error(412, "x", "y")])
async def test_trouble_of_theirs_passes(desk: Desk, owe: Owe, fault: Callable[[], Any]) -> None:
    await desk.known()
    entry = await asked(owe, desk)
    desk.there.connector.faults["send"] = [fault()]
    await desk.round()
    assert (await desk.row(entry)).state == "waiting"


async def test_a_token_that_is_too_old_is_asked_for_anew(desk: Desk, owe: Owe) -> None:
    await desk.known()
    await asked(owe, desk)
    await desk.round()
    desk.there.keys.given.clear()
    entry = await asked(owe, desk)
    await desk.round()
    assert (await desk.row(entry)).state == "waiting"
    await desk.store.outbox.put_back(entry.id, wall(), "at once", tried=False)
    await desk.round()
    assert (await desk.row(entry)).state == "sent"


@pytest.mark.parametrize("status", [400, 413])
async def test_a_card_that_is_refused_is_said_in_plain_words(desk: Desk, owe: Owe, status: int) -> None:
    await desk.known()
    entry = await asked(owe, desk)
    desk.there.connector.faults["send"] = [error(status, "BadSyntax", "no")]
    await desk.round()
    (message,) = await desk.ana.hears(1)
    assert (message.activity["textFormat"], message.text.partition("\n")[0]) == ("plain", SAID)
    assert "attachments" not in message.activity
    assert (await desk.row(entry)).state == "sent"


async def test_our_token_goes_to_teams_only(desk: Desk, owe: Owe) -> None:
    async with desk.store.begin() as uow:
        at = desk.clock.now()
        uow.act_as(Actor("service", "teams", at))
        await uow.note_reference(
            desk.ana.account, "http://127.0.0.1:1/teams/", desk.ana.who.user, at, conversation="a:x"
        )
    entry = await asked(owe, desk)
    await desk.round()
    assert (await desk.row(entry)).receipt == "ServiceNotOurs"


async def test_what_is_decided_is_written_again_in_its_place(desk: Desk, owe: Owe) -> None:
    await desk.known()
    first = await asked(owe, desk)
    await desk.round()
    (message,) = await desk.ana.hears(1)
    thread = {"account": desk.ana.account, "update": first.id}
    again = await asked(owe, desk, thread=thread)
    await desk.round()
    assert message.edits == 1
    assert (await desk.row(again)).receipt == (await desk.row(first)).receipt


async def test_what_was_deleted_needs_no_new_words(desk: Desk, owe: Owe) -> None:
    await desk.known()
    first = await asked(owe, desk)
    await desk.round()
    desk.there.connector.faults["update"] = [error(404, "ActivityNotFoundInConversation", "no")]
    again = await asked(owe, desk, thread={"account": desk.ana.account, "update": first.id})
    await desk.round()
    assert (await desk.row(again)).receipt == "not there any more"


async def test_in_a_channel_only_the_asker_sees_it(desk: Desk, owe: Owe) -> None:
    await desk.known()
    entry = await asked(owe, desk, **in_channel(desk))
    await desk.round()
    (message,) = desk.there.messages
    assert message.only_for == desk.ana.who.id
    assert (await desk.row(entry)).state == "sent"


async def test_what_only_the_asker_sees_is_written_again_as_such(desk: Desk, owe: Owe) -> None:
    await desk.known()
    first = await asked(owe, desk, **in_channel(desk))
    await desk.round()
    (message,) = desk.there.messages
    again = await asked(owe, desk, to=first.to, thread=first.thread | {"update": first.id})
    await desk.round()
    assert (message.edits, message.only_for) == (1, desk.ana.who.id)
    assert (await desk.row(again)).receipt == (await desk.row(first)).receipt


async def test_where_nothing_can_be_private_it_goes_to_their_own_chat(desk: Desk, owe: Owe) -> None:
    await desk.known()
    entry = await asked(owe, desk, **in_channel(desk))
    desk.there.connector.faults["send"] = [error(400, "BadArgument", "targeted")]
    await desk.round()
    (message,) = await desk.ana.hears(1)
    assert message.only_for == ""
    assert (await desk.row(entry)).receipt == f"{desk.ana.chat.id}/{message.id}"


async def test_a_cloud_that_may_show_it_to_everybody_is_not_tried(desk: Desk, owe: Owe) -> None:
    await desk.known()
    there, teams = desk.there, desk.teams
    assert [name for name, one in CLOUDS.items() if one.whispers] == ["public"]
    silent = replace(stand_in(there.url), whispers=False)
    connector = Connector(
        teams.app_id, lambda: teams.tokens(teams.app_id), lambda: teams.tokens.forget(teams.app_id), silent
    )
    desk.voice = TeamsVoice(connector, desk.store, shown_in(desk.store))
    await asked(owe, desk, **in_channel(desk))
    await desk.round()
    await connector.aclose()
    (message,) = await desk.ana.hears(1)
    assert message.room.id == desk.ana.chat.id and len(there.messages) == 1
