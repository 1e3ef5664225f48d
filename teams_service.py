"""Teams as a part of the service: put together where it is set up.

What it needs to check and to talk is loaded only then.
"""

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.shown import shown_in
from bot.teams_activity import CHANNEL
from bot.teams_reader import TeamsReader
from chat_channel import ChatChannel, Ground, SetUp
from handlers.rounds import keep_going
from handlers.watch_chat import UNCHECKED
from store import Store

if TYPE_CHECKING:
    from bot.teams import Teams
    from handlers.inbox import Worker

SETTING = "CAIS_TEAMS_APP_ID"
KEYS_SECONDS = 300.0


def teams_channel(ground: Ground) -> ChatChannel:
    """Teams, with what it has where it is set up."""
    teams = _teams(ground)
    fetching = ground.files_of(teams) if teams else None
    reader = TeamsReader(ground.store.files.path, shown_in(ground.store), fetching)
    return ChatChannel(CHANNEL, reader, SETTING, _set_up(teams, ground) if teams else None)


def _teams(ground: Ground) -> "Teams | None":
    if ground.settings.bot.teams_app_id is None:
        return None
    from bot.teams import Teams

    return Teams(ground.settings.bot, ground.keeper, ground.clock)


def _set_up(teams: "Teams", ground: Ground) -> SetUp:
    from bot.doctor_teams import examine_teams

    return SetUp(
        voice=teams.voice(ground.store, shown_in(ground.store)),
        take_worker=partial(_take_worker, teams, ground),
        add_to=teams.door.add_to,
        loops=[partial(look_after_keys, teams, ground)],
        examine=partial(examine_teams, teams, ground.store),
    )


async def look_after_keys(teams: "Teams", ground: Ground) -> None:
    """Have Microsoft's keys before somebody speaks, until told to stop."""

    async def one_round() -> int:
        await note_keys(teams, ground.store, ground.clock.now())
        return 0

    await keep_going("teams", one_round, asyncio.Event(), ground.stopping, KEYS_SECONDS)


async def note_keys(teams: "Teams", store: Store, now: datetime) -> None:
    """Note for the alarms whether Microsoft's keys can be had: without them nobody is heard."""
    from bot.teams_token import NoKeys

    trouble = None
    try:
        await teams.door.keys.look()
    except NoKeys:
        trouble = UNCHECKED
    async with store.begin() as uow:
        (await uow.chat_watch(CHANNEL, now)).note(now, trouble)


def _take_worker(teams: "Teams", ground: Ground, worker: "Worker") -> None:
    from bot.at_once import AtOnce

    at_once = AtOnce(worker, ground.keeper, ground.clock, ground.owing)
    teams.take_worker(at_once, shown_in(ground.store), ground.place)
