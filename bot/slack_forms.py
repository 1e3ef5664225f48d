"""Opening a form in Slack: what triggered it is good for three seconds, so an empty one opens at once and is
filled as soon as we know what it may offer.
"""

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_calls import what_it_said
from bot.slack_fields import View, line, modal
from templates.forms import CHAT_FORMS

log = structlog.get_logger()


def waiting_view() -> View:
    """What opens first."""
    return modal("cais:waiting", CHAT_FORMS["waiting"]["title"], [line(CHAT_FORMS["waiting"]["text"])])


async def open_form(client: AsyncWebClient, trigger_id: str, view: View | None = None) -> str | None:
    """Open a form (the waiting one, if none is given) and give its id, for `fill_form`; None where Slack
    did not: the trigger was too old, or used."""
    try:
        said = await client.views_open(trigger_id=trigger_id, view=view or waiting_view())
    except SlackApiError as no:
        log.warning("form not opened", code=what_it_said(no)[0])
        return None
    return str(said["view"]["id"])


async def fill_form(client: AsyncWebClient, view_id: str, view: View, seen: str = "") -> None:
    """Put another view in a form's place. With `seen`, the hash of what the person had before them, only if
    it is still that. A form that was closed meanwhile is nobody's loss."""
    unless_newer = {"hash": seen} if seen else {}
    try:
        await client.views_update(view_id=view_id, view=view, **unless_newer)
    except SlackApiError as no:
        log.warning("form not filled", code=what_it_said(no)[0])
