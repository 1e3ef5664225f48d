"""A call of the Web API of the Slack that runs here: what it brings, what scope it needs, lists in pages."""

import json
from collections.abc import Collection
from typing import Any

from aiohttp import web

from bot.slack_manifest import METHODS

Json = dict[str, Any]


def lacking(method: str, given: Json, scopes: Collection[str]) -> Json | None:
    """Slack's answer where a scope is missing, which it names."""
    needed = METHODS.get(method)
    if needed == "im:history" and not str(given.get("channel")).startswith("D"):
        needed = "channels:history"
    if not needed or needed in scopes:
        return None
    provided = ",".join(sorted(scopes))
    return {"ok": False, "error": "missing_scope", "needed": needed, "provided": provided}


async def arguments_of(request: web.Request) -> Json:
    """Slack takes JSON, forms and queries; lists are JSON in a form."""
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        said: Json = await request.json()
        return said
    form = {name: str(value) for name, value in (await request.post()).items()}
    return {name: json.loads(value) if value[:1] in "[{" else value for name, value in form.items()}


def is_within(message: Json, given: Json) -> bool:
    """Whether it was said in the time that is asked for."""
    oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or "inf")
    return oldest <= float(message["ts"]) <= latest


def page_of(found: list[Json], name: str, given: Json) -> Json:
    """A page of a list, and the cursor of the next one."""
    start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
    more = str(start + limit) if len(found) > start + limit else ""
    return {name: found[start : start + limit], "response_metadata": {"next_cursor": more}}
