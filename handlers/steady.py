"""Whether the service's clock is to be believed: one that was set while we run is doubted.

While it is, nothing happens because a day has come: no agreement runs out and no reminder is planned. It is
believed again when it is right again, or when it went as time does for a day, in which the operator heard of
it (`handlers/watch_clock.py`). Source: threats 2.F.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from store.clock import Clock, ticks
from store.programs import rule


@dataclass
class Steady:
    """Beside the clock goes one that nobody sets (`ticks`, seconds). A clock that starts where it was told to
    (`CAIS_CLOCK`) is believed."""

    clock: Clock
    ticks: Callable[[], float] = ticks
    _apart: float = field(init=False)  # seconds between the two, as they were believed
    _doubted: tuple[float, float] | None = None  # how far apart they were found, and when (ticks)

    def __post_init__(self) -> None:
        self._apart = self._now_apart()

    def moved(self) -> timedelta | None:
        """How far it was set, forward or back (below zero), while it is doubted; None: it is believed."""
        if self.clock.start is not None:
            return None
        apart, now = self._now_apart(), self.ticks()
        if _same(apart, self._apart):
            self._doubted = None
            return None
        if self._doubted is None or not _same(apart, self._doubted[0]):
            self._doubted = (apart, now)
        if now - self._doubted[1] >= timedelta(hours=rule("clock_doubt_hours")).total_seconds():
            self._apart, self._doubted = apart, None
            return None
        return timedelta(seconds=apart - self._apart)

    def _now_apart(self) -> float:
        return self.clock.now().timestamp() - self.ticks()


def _same(one: float, other: float) -> bool:
    return abs(one - other) < timedelta(minutes=rule("clock_moves_minutes")).total_seconds()
