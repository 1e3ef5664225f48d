"""What people do in Teams, and what becomes of it: who may speak, what is answered, what is only noted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import teams_token
from bot.fake_teams_keys import TENANT
from handlers.watch_chat import PATIENCE, watch_chat
from store import Store
from store.chat_reference import UNINSTALLED, ChatReference
from store.clock import wall
from store.models import Person
from store.outbox import OutboxEntry
from teams_service import note_keys
from tests.bot.teams_desk import (
    ACCOUNT,
    ANA_ID,
    CHANNEL_THREAD,
    OURS,
    PERSONAL,
    STRANGER_ID,
    TeamsDesk,
    in_channel,
    teams_desk,
)
from tests.builders import ANA

ADDED: dict[str, Any] = {"type": "installationUpdate", "action": "add"}
REMOVED: dict[str, Any] = {"type": "installationUpdate", "action": "remove"}


@pytest.fixture
async def teams(store: Store) -> AsyncIterator[TeamsDesk]:
    async with teams_desk(store) as desk:
        yield desk


async def reached(teams: TeamsDesk) -> ChatReference:
    async with teams.store.look() as uow:
        known = await uow.chat_reference(ACCOUNT)
    assert known is not None
    return known


async def code(teams: TeamsDesk) -> str:
    """The code in the newest mail."""
    async with teams.store.database.reading() as session:
        rows = await session.scalars(
            select(OutboxEntry).where(OutboxEntry.to == ANA).order_by(OutboxEntry.id)
        )
        return [str(row.fields["one_use_code"]) for row in rows if "one_use_code" in row.fields][-1]


async def test_an_account_speaks_for_who_proves_it_and_for_nobody_else(teams: TeamsDesk) -> None:
    """Name and address in what Teams says of somebody are what they, or their administrator, wrote there."""
    likeness = {"id": f"29:{STRANGER_ID}", "name": "Ana Ruiz", "email": ANA, "userPrincipalName": ANA}
    likeness |= {"userRole": "guest"}  # of our own organisation
    stranger = {"from": likeness | {"aadObjectId": STRANGER_ID}}
    assert await teams.hears("status EL 02") == "account_not_linked"
    assert await teams.hears(f"link {ANA}") == "account_code_asked"
    assert await teams.hears(f"confirm {await code(teams)}", **stranger) == "account_code_wrong"
    assert await teams.hears(f"confirm {await code(teams)}") == "account_linked"
    assert await teams.hears("status EL 02") == "item_status_shown"
    assert await teams.hears("status EL 02", **stranger) == "account_not_linked"


async def test_the_same_person_in_another_tenant_is_somebody_else(teams: TeamsDesk) -> None:
    await teams.link()
    elsewhere = teams.activity("status") | {"from": {"id": "29:x", "aadObjectId": ANA_ID}}
    other = "5a0d9e1b-4c3f-4b7a-8e62-90d1f7c3b8a4"
    elsewhere["conversation"] |= {"tenantId": other}
    elsewhere["channelData"] = {"tenant": {"id": other}}
    assert await teams.tell(elsewhere) == 403


async def test_who_is_retired_is_cut_off_at_once(teams: TeamsDesk) -> None:
    await teams.link()
    assert await teams.hears("status") != "account_not_linked"
    async with teams.store.begin() as uow:
        person = await uow.person_at(ANA)
        assert isinstance(person, Person)
        person.retired_at = wall()
    assert await teams.hears("status") == "account_not_linked"


async def test_who_adds_us_is_welcomed_once(teams: TeamsDesk) -> None:
    joined = teams.activity("", type="conversationUpdate", membersAdded=[OURS])
    added = teams.activity("", **ADDED)
    for body in (joined, added, added, joined):
        assert await teams.tell(body) == 202
    await teams.work()
    assert [row.template for row in await teams.answers()] == ["account_not_linked"]
    assert {entry.state for entry in await teams.entries()} == {"ignored", "refused"}
    assert (await reached(teams)).conversation == PERSONAL


async def test_who_is_linked_and_adds_us_sees_what_is_theirs(teams: TeamsDesk) -> None:
    await teams.link()
    assert await teams.tell(teams.activity("", **ADDED)) == 202
    await teams.work()
    assert [row.template for row in await teams.answers()] == ["home_shown"]


async def test_who_removes_us_is_not_reached_until_they_are_back(teams: TeamsDesk) -> None:
    await teams.link()
    assert await teams.says("", **REMOVED) is None
    gone = await reached(teams)
    assert (gone.trouble, gone.since is not None) == (UNINSTALLED, True)
    await teams.says("<at>CAIS</at> status", **in_channel())
    assert (await reached(teams)).trouble == UNINSTALLED  # a channel is not their chat
    await teams.says("status")
    back = await reached(teams)
    assert (back.trouble, back.since) == (None, None)


async def test_what_was_said_before_does_not_bring_them_back(teams: TeamsDesk) -> None:
    late = teams.activity("status")
    await teams.says("", **REMOVED)
    assert await teams.tell(late) == 202
    await teams.work()
    assert (await reached(teams)).trouble == UNINSTALLED


async def test_a_channel_keeps_what_is_known_of_their_chat(teams: TeamsDesk) -> None:
    await teams.says("<at>CAIS</at> status", **in_channel())
    assert (await reached(teams)).conversation == ""
    await teams.says("status")
    await teams.says("<at>CAIS</at> status", **in_channel())
    known = await reached(teams)
    assert (known.conversation, known.user) == (PERSONAL, f"29:{ANA_ID}")


async def test_a_reference_mends_itself(teams: TeamsDesk) -> None:
    await teams.says("status")
    async with teams.store.database.begin() as connection:
        await connection.execute(
            update(ChatReference).values(service_url="https://old/", conversation="a:old")
        )
    await teams.says("status")
    known = await reached(teams)
    assert (known.service_url, known.conversation) == (teams.framework.service_url, PERSONAL)


async def test_in_a_channel_only_who_asks_sees_the_answer(teams: TeamsDesk) -> None:
    await teams.link()
    owed = await teams.says("<at>CAIS</at> status EL 02", **in_channel(), id="1700000000555")
    assert owed is not None
    assert (owed.template, owed.to) == ("item_status_shown", CHANNEL_THREAD)
    assert owed.thread["only_for"] == ANA_ID
    assert owed.thread["thread"] == "1700000000555"


@pytest.mark.parametrize(
    "more",
    [
        {"type": "messageUpdate"},
        {"type": "messageDelete"},
        {"type": "messageReaction"},
        {"from": {"id": "28:another-bot", "name": "Bot"}},
        {"from": {"id": "29:guest", "name": "Ana Ruiz"}},
        {**in_channel(), "entities": []},
    ],
)
async def test_what_asks_nothing_is_kept_and_changes_nothing(teams: TeamsDesk, more: dict[str, Any]) -> None:
    await teams.link()
    assert await teams.says("submit EL 02", **more) is None
    (entry,) = await teams.entries()
    assert (entry.state, entry.reason[:11]) == ("ignored", "automatic: ")


async def test_an_edit_does_not_change_what_was_said(teams: TeamsDesk) -> None:
    await teams.link()
    await teams.says("status EL 02", id="1700000000777")
    assert await teams.says("withdraw 1", id="1700000000777", type="messageUpdate") is None
    assert [entry.state for entry in await teams.entries()] == ["done", "ignored"]


async def test_no_letter_breaks_the_record(teams: TeamsDesk) -> None:
    await teams.link()
    for text in ("comment EL 02: a\0b\ud800c", "\0", "x" * 40_000, "\u202eEL 02"):
        assert await teams.says(text) is not None
    assert "failed" not in {entry.state for entry in await teams.entries()}


async def test_who_quotes_our_message_answers_it(teams: TeamsDesk) -> None:
    """Also one that we said of our own accord; and nobody answers what was said to somebody else."""
    await teams.link()
    asked, told = [await teams.says("status EL 02") for _ in range(2)]
    assert asked is not None and told is not None
    async with teams.store.begin() as uow:
        for row, room, number in ((asked, PERSONAL, "1"), (told, ANA_ID, "2")):
            await uow.session.execute(
                update(OutboxEntry)
                .where(OutboxEntry.id == row.id)
                .values(to=room, state="sent", receipt=f"{PERSONAL}/{number}")
            )
    keys = [f"teams:{TENANT}/{PERSONAL}/{number}" for number in "12"]
    async with teams.store.look() as uow:
        assert await uow.said_in_thread(keys, ANA_ID) == [told.message_id, asked.message_id]
        assert await uow.said_in_thread(keys[1:], STRANGER_ID) == []


async def test_keys_that_cannot_be_had_ring_until_they_can(
    teams: TeamsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is heard then, and nobody would know."""
    monkeypatch.setattr(teams_token, "AGAIN_SECONDS", 0.0)
    teams.framework.broken, later = 500, wall() + PATIENCE
    await note_keys(teams.teams, teams.store, wall() - PATIENCE)
    await note_keys(teams.teams, teams.store, wall())
    async with teams.store.look() as uow:
        (trouble,) = await watch_chat(uow, later)
    assert (trouble.kind, trouble.about) == ("chat", "teams")
    assert "keys" in trouble.words
    teams.framework.broken = 0
    await note_keys(teams.teams, teams.store, wall())
    async with teams.store.look() as uow:
        assert await watch_chat(uow, later) == []
