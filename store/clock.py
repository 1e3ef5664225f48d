"""The only places that ask what time it is: the service's clock, and the wall for leases."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True)
class Clock:
    """Now, as the record sees it (aware, UTC). With `start` the clock begins there and runs on."""

    start: datetime | None = None
    _born: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        if self.start is None:
            return datetime.now(UTC)
        return (self.start + timedelta(seconds=time.monotonic() - self._born)).astimezone(UTC)


def wall() -> datetime:
    """The machine's real time (UTC): for leases and retries, which must survive a restart of `Clock`."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds on a clock that nobody sets, also while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def pacific(moment: datetime) -> datetime:
    """The same moment on a wall clock in Sacramento; every deadline is computed there."""
    return moment.astimezone(PACIFIC)


def midnight(moment: datetime) -> datetime:
    """When the day of a moment began in Sacramento (UTC)."""
    return pacific(moment).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def pacific_day(clock: Clock) -> date:
    """Today in Sacramento."""
    return pacific(clock.now()).date()
