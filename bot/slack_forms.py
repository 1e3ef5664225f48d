"""Opening a form in Slack: what triggered it is good for three seconds, so an empty one opens at once and is
filled as soon as we know what it may offer.
"""

from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from templates.forms import CHAT_FORMS

log = structlog.get_logger()
View = dict[str, Any]
TITLE = 24
LABEL = 75


def modal(callback: str, title: str, blocks: list[dict[str, Any]], **more: Any) -> View:
    """A form's frame; `more` are `submit` (words), `close` (words), `private_metadata`."""
    for name in {"submit", "close"} & more.keys():
        more[name] = plain_text(more[name], TITLE)
    frame = {"type": "modal", "callback_id": callback, "title": plain_text(title, TITLE)}
    return frame | {"blocks": blocks} | more


def plain_text(text: str, most: int = LABEL) -> dict[str, Any]:
    """Text that Slack shows as it is, cut where Slack would refuse it."""
    shown = text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
    return {"type": "plain_text", "text": shown, "emoji": False}


def waiting_view() -> View:
    """What opens first."""
    return modal("cais:waiting", CHAT_FORMS["waiting"]["title"], [_line(CHAT_FORMS["waiting"]["text"])])


def said_view(title: str, text: str) -> View:
    """A form that only says something: why there is nothing to fill in."""
    return modal("cais:said", title, [_line(text)], close=CHAT_FORMS["waiting"]["close"])


async def open_form(client: AsyncWebClient, trigger_id: str, view: View | None = None) -> str | None:
    """Open a form (the waiting one, if none is given) and give its id, for `fill_form`; None where Slack
    did not: the trigger was too old, or used."""
    try:
        said = await client.views_open(trigger_id=trigger_id, view=view or waiting_view())
    except SlackApiError as no:
        log.warning("form not opened", code=no.response.get("error"))
        return None
    return str(said["view"]["id"])


async def fill_form(client: AsyncWebClient, view_id: str, view: View, seen: str = "") -> None:
    """Put another view in a form's place. With `seen`, the hash of what the person had before them, only if
    it is still that. A form that was closed meanwhile is nobody's loss."""
    unless_newer = {"hash": seen} if seen else {}
    try:
        await client.views_update(view_id=view_id, view=view, **unless_newer)
    except SlackApiError as no:
        log.warning("form not filled", code=no.response.get("error"))


def _line(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
