"""Reading from Slack's Web API: what it says no to, and how long it asks to be left alone."""

from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.rests import Rests, wait_of
from handlers.retry import TryLater

# Slack's own trouble, or one of our token's that an operator mends: not the fault of what we asked for.
PASSES = frozenset(
    {"account_inactive", "fatal_error", "internal_error", "invalid_auth", "not_authed", "ratelimited"}
    | {"request_timeout", "service_unavailable", "team_added_to_org", "token_expired", "token_revoked"}
)


class SaidNo(Exception):
    """Slack's word for it (`file_not_found`); `needed` is the scope that we lack, where it is that."""

    def __init__(self, error: str, needed: str = "") -> None:
        super().__init__(error)
        self.error, self.needed = error, needed


class SlackCalls:
    """One workspace's Web API. A method that asked us to wait is not called before."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self.rests = Rests()

    async def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """Slack's answer to a method that only reads. Raises SaidNo; TryLater for trouble that passes."""
        self.rests.check(method)
        try:
            said = await self._client.api_call(method, http_verb="GET", params=given)
        except SlackApiError as no:
            error, needed, wait = what_it_said(no)
            if wait is not None or error in PASSES or error.startswith("HTTP "):
                raise self.rests.later(method, error, wait) from no
            raise SaidNo(error, needed) from no
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise TryLater(f"{method} {type(trouble).__name__}") from trouble
        return dict(said.data) if isinstance(said.data, dict) else {}


def what_it_said(no: SlackApiError) -> tuple[str, str, timedelta | None]:
    """Slack's word, or the HTTP status where its answer has none; the scope that is needed; how long to
    wait. Of an answer that is no JSON the library hands on whatever it has."""
    response = no.response
    data = getattr(response, "data", None)
    said = data if isinstance(data, dict) else {}
    status = getattr(response, "status_code", getattr(response, "status", 0))
    error = str(said.get("error") or f"HTTP {status}")
    return error, str(said.get("needed") or ""), wait_of(getattr(response, "headers", {}))
