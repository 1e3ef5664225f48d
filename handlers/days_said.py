"""A day in a command: sure, or asked back with the days that it may be. Pure."""

from collections.abc import Mapping
from datetime import date

from handlers.dates import NO_ANCHORS, DateRead, read_date
from handlers.refusals_dates import DayNotSure


def sure_day(words: str, today: date, anchors: Mapping[str, date] = NO_ANCHORS) -> date:
    """The one day that the words name, from today on. Raises DayNotSure."""
    return must_be_sure(read_date(words, today, anchors))


def must_be_sure(read: DateRead) -> date:
    """The day that was read. Raises DayNotSure."""
    if read.day is None:
        raise DayNotSure(read.said, str(read.doubt), [day.isoformat() for day in read.choices[:4]])
    return read.day
