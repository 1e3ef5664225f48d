"""What the Teams app lacks, in a sentence each: its secret, Microsoft's keys, and what it was told."""

import asyncio
from datetime import datetime

from bot.oauth import TokenRefused, TokenUnavailable
from bot.teams import Teams
from bot.teams_activity import CHANNEL
from bot.teams_token import NoKeys
from store import Store

Finding = tuple[str, bool, str]


async def examine_teams(teams: Teams, store: Store, _now: datetime) -> list[Finding]:
    """Every check of the app that is set up."""
    return [await _token(teams), await _keys(teams), await _told(store)]


async def _token(teams: Teams) -> Finding:
    try:
        await asyncio.to_thread(teams.tokens, teams.app_id)
    except TokenRefused as no:
        return ("teams token", False, f"{no} (CAIS_TEAMS_APP_SECRET, and the first of CAIS_TEAMS_TENANTS)")
    except TokenUnavailable as later:
        return ("teams token", False, f"nobody gives us one now ({later})")
    return ("teams token", True, "the app may speak")


async def _keys(teams: Teams) -> Finding:
    try:
        await teams.door.keys.look()
    except NoKeys:
        return ("teams keys", False, "Microsoft's keys cannot be had, so that nobody can be believed")
    return ("teams keys", True, "Microsoft's keys are there")


async def _told(store: Store) -> Finding:
    async with store.look() as uow:
        last = await uow.last_arrival(CHANNEL)
    if last is None:
        return ("teams door", True, "no message came yet; Teams calls /api/messages on CAIS_HTTP_LISTEN")
    return ("teams door", True, f"the last message came at {last:%Y-%m-%d %H:%M} UTC")
