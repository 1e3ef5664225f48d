"""As much of the running service as plans and says reminders, at one moment."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast

from handlers.steady import Steady
from store import Store
from store.clock import Clock

if TYPE_CHECKING:
    from parts import Parts


@dataclass
class Running:
    """Its clock starts at that moment, so that it is believed."""

    store: Store
    clock: Clock
    steady: Steady
    owing: asyncio.Event = field(default_factory=asyncio.Event)


def running(store: Store, now: datetime) -> "Parts":
    clock = Clock(now)
    return cast("Parts", Running(store, clock, Steady(clock)))
