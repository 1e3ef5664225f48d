"""Teams as a part of the service: put together where it is set up.

What it needs to check and to talk is loaded only then.
"""

from functools import partial
from typing import TYPE_CHECKING

from bot.shown import shown_in
from bot.teams_events import CHANNEL
from bot.teams_reader import TeamsReader
from chat_channel import ChatChannel, Ground, SetUp

if TYPE_CHECKING:
    from bot.teams import Teams
    from handlers.inbox import Worker

FETCHING = 3  # so many files at once: a small one need not wait for a large


def teams_channel(ground: Ground) -> ChatChannel:
    """Teams, with what it has where it is set up."""
    setting, reader = "CAIS_TEAMS_APP_ID", TeamsReader(ground.store.files.path, shown_in(ground.store))
    return ChatChannel(CHANNEL, reader, setting, _set_up(ground) if _is_set_up(ground) else None)


def _is_set_up(ground: Ground) -> bool:
    return ground.settings.bot.teams_app_id is not None


def _set_up(ground: Ground) -> SetUp:
    from bot.doctor_teams import examine_teams
    from bot.teams import Teams

    teams = Teams(ground.settings.bot, ground.keeper, ground.clock)
    ground.closing.push_async_callback(teams.aclose)
    return SetUp(
        voice=teams.voice(ground.store, shown_in(ground.store)),
        take_worker=partial(_take_worker, teams, ground),
        add_to=teams.door.add_to,
        loops=(),
        fetching=FETCHING,
        examine=partial(examine_teams, teams, ground.store),
    )


def _take_worker(teams: "Teams", ground: Ground, worker: "Worker") -> None:
    from bot.at_once import AtOnce

    at_once = AtOnce(worker, ground.keeper, ground.clock, ground.owing)
    teams.take_worker(at_once, shown_in(ground.store), ground.place)
