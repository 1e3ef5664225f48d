"""Trouble with the clock: it was set while the service runs, or is behind what is on record."""

from datetime import datetime, timedelta

from handlers.steady import Steady
from handlers.trouble import Trouble, Watch
from store.programs import rule
from store.unit_of_work import UnitOfWork

MOVED = (
    "the machine's clock was set {} by {} while the service ran: no agreement runs out and no reminder is "
    "planned until it is right again, or for {} hours; is its time right?"
)
BEHIND = "the machine's clock is behind an entry of the record, of {:%d %b %Y %H:%M} UTC: is its time right?"


def watch_clock(steady: Steady) -> Watch:
    """The watch for the clock of this process."""
    newest: datetime | None = None

    async def watch(uow: UnitOfWork, at: datetime) -> list[Trouble]:
        nonlocal newest
        if steady.clock.start is not None:
            return []
        if moved := steady.moved():
            way = "forward" if moved > timedelta() else "back"
            words = MOVED.format(way, _in_words(abs(moved)), rule("clock_doubt_hours"))
            return [Trouble("clock", "set", words)]
        last = await uow.last_moment()
        newest = max(filter(None, (newest, last)), default=None)
        if newest is not None and newest - at > timedelta(minutes=rule("clock_moves_minutes")):
            return [Trouble("clock", "behind", BEHIND.format(newest))]
        return []

    return watch


def _in_words(time: timedelta) -> str:
    if time.days:
        return f"{time.days} {'day' if time.days == 1 else 'days'}"
    minutes = round(time.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} minutes"
