"""Reading from Slack's Web API: what it says no to, and how long it asks to be left alone."""

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.retry import NotYet, TryLater

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


class Rests:
    """How long each of Slack's methods wants to be left alone."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def check(self, method: str) -> None:
        """Raises NotYet as long as it rests."""
        left = self._until.get(method, 0.0) - monotonic()
        if left > 0:
            raise NotYet(f"{method} rests", timedelta(seconds=left))

    def later(self, method: str, why: str, wait: timedelta | None) -> TryLater:
        if wait is not None:
            self._until[method] = monotonic() + wait.total_seconds()
        return TryLater(f"{method} {why}", wait)


def what_it_said(no: SlackApiError) -> tuple[str, str, timedelta | None]:
    """Slack's word, or the HTTP status where its answer has none; the scope that is needed; how long to
    wait. Of an answer that is no JSON the library hands on whatever it has."""
    response = no.response
    data = getattr(response, "data", None)
    said = data if isinstance(data, dict) else {}
    status = getattr(response, "status_code", getattr(response, "status", 0))
    error = str(said.get("error") or f"HTTP {status}")
    return error, str(said.get("needed") or ""), wait_of(getattr(response, "headers", {}))


def wait_of(headers: Mapping[str, Any]) -> timedelta | None:
    """What `Retry-After` says, in whatever letters."""
    said = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(said)) if said.isascii() and said.isdigit() else None
