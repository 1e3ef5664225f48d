"""What Teams tells is kept before it is thanked for; what somebody else tells in its name is not."""

from collections.abc import AsyncIterator

import pytest

from store import Store
from tests.bot.teams_desk import ACCOUNT, ANA_ID, PERSONAL, TeamsDesk, teams_desk
from tests.servers.bot_framework import TENANT


@pytest.fixture
async def teams(store: Store) -> AsyncIterator[TeamsDesk]:
    async with teams_desk(store) as desk:
        yield desk


async def test_a_message_is_kept_and_then_answered_where_it_was_said(teams: TeamsDesk) -> None:
    await teams.link()
    said = teams.activity("status")
    assert await teams.tell(said) == 202
    (entry,) = await teams.entries()
    assert (entry.channel, entry.key) == ("teams", f"teams:{TENANT}/{PERSONAL}/{said['id']}")
    assert await teams.work() == 1
    (owed,) = await teams.owed()
    assert (owed.to, owed.thread["account"]) == (PERSONAL, ACCOUNT)
    assert owed.template.startswith("status")


async def test_who_spoke_can_be_reached_later(teams: TeamsDesk, store: Store) -> None:
    await teams.says("status")
    async with store.look() as uow:
        known = await uow.chat_reference(ACCOUNT)
    assert known is not None
    assert (known.conversation, known.user) == (PERSONAL, f"29:{ANA_ID}")
    assert (known.service_url, known.trouble) == (teams.framework.service_url, None)
