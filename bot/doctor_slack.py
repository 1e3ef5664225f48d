"""What the Slack app lacks, in a sentence each: its token, its rights, its socket, and what it was told."""

from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack import slack_client
from bot.slack_calls import what_it_said
from bot.slack_events import CHANNEL
from bot.slack_manifest import FAILS, ORNAMENTS, SCOPES
from bot.slack_settings import SlackSettings
from store import Store

Finding = tuple[str, bool, str]
LATE = timedelta(minutes=30)  # three looks of ten minutes
LONG_AGO = timedelta(days=1)
AGAIN = "put it into the app (cais slack-manifest) and install the app again"


async def examine_slack(store: Store, settings: SlackSettings, now: datetime) -> list[Finding]:
    """Every check of the app that is set up."""
    client = slack_client(settings)
    try:
        said = await client.auth_test()
    except SlackApiError as no:
        return [("slack token", False, f"Slack says {what_it_said(no)[0]} (CAIS_SLACK_BOT_TOKEN)")]
    except (aiohttp.ClientError, OSError, TimeoutError):
        return [("slack", False, f"{settings.slack_api} does not answer (CAIS_SLACK_API)")]
    found = [("slack token", True, f"workspace {said['team']} ({said['team_id']})"), *_scopes(said)]
    return [*found, *await _socket(client, settings), *await _told(store, now)]


def _scopes(said: AsyncSlackResponse) -> list[Finding]:
    """Slack names the rights of a token with every answer."""
    given = {one.strip() for one in str(said.headers.get("x-oauth-scopes", "")).split(",") if one.strip()}
    missing = [one for one in SCOPES if one not in given]
    more = ", ".join(sorted(given - set(SCOPES)))
    found = [("slack scope", one in ORNAMENTS, f"{one} is missing: {FAILS[one]}; {AGAIN}") for one in missing]
    return found or [("slack scopes", True, "all that are used" + (f"; not used: {more}" if more else ""))]


async def _socket(client: AsyncWebClient, settings: SlackSettings) -> list[Finding]:
    if settings.slack_app_token is None:
        return [("slack door", True, "Slack calls /slack/events on CAIS_HTTP_LISTEN")]
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except SlackApiError as no:
        word = what_it_said(no)[0]
        words = "it needs connections:write" if word == "missing_scope" else f"Slack says {word}"
        return [("slack socket", False, f"{words} (CAIS_SLACK_APP_TOKEN)")]
    return [("slack socket", True, "the app's token opens one")]


async def _told(store: Store, now: datetime) -> list[Finding]:
    """Slack does not say which events it tells: what was found by looking shows that one is missing."""
    async with store.look() as uow:
        watches = {one.service: one for one in await uow.chat_watches()}
        last = await uow.last_arrival(CHANNEL)
    heard = f"the last message came at {last:%Y-%m-%d %H:%M} UTC" if last else "no message came yet"
    watch = watches.get(CHANNEL)
    if watch is None:
        return [("slack events", True, f"{heard}; the service has not looked for lost ones yet")]
    if watch.trouble:
        return [("slack events", False, f"{heard}; lost ones cannot be looked for ({watch.trouble})")]
    if watch.missed_at and now - watch.missed_at < LONG_AGO:
        words = f"messages that Slack never told us were found at {watch.missed_at:%Y-%m-%d %H:%M} UTC"
        return [("slack events", False, f"{words}; is the event message.im on, and its address right?")]
    good = now - watch.looked_at < LATE
    return [("slack events", good, f"{heard}; lost ones looked for at {watch.looked_at:%Y-%m-%d %H:%M} UTC")]
