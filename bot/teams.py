"""The Teams app: its door, and what the other parts of it need."""

from bot.teams_door import TeamsDoor
from bot.teams_settings import TeamsSettings
from store.clock import Clock
from store.keeping import Keeper


class Teams:
    """The app in its tenants."""

    def __init__(self, settings: TeamsSettings, keeper: Keeper, clock: Clock) -> None:
        self.door = TeamsDoor(settings, keeper, clock)
