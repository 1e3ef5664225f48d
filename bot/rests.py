"""How long the other side asked to be left alone, by what we ask it for."""

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

from handlers.retry import NotYet, TryLater


class Rests:
    """What we may not ask for yet: a method, or a conversation."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def check(self, what: str) -> None:
        """Raises NotYet as long as it rests."""
        left = self._until.get(what, 0.0) - monotonic()
        if left > 0:
            raise NotYet(f"{what} rests", timedelta(seconds=left))
        self._until.pop(what, None)

    def later(self, what: str, why: str, wait: timedelta | None) -> TryLater:
        if wait is not None:
            self._until[what] = monotonic() + wait.total_seconds()
        return TryLater(f"{what} {why}", wait)


def wait_of(headers: Mapping[str, Any]) -> timedelta | None:
    """What `Retry-After` says, in whatever letters."""
    said = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(said)) if said.isascii() and said.isdigit() else None
