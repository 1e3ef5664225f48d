"""A day in a command: sure, or asked back with the days that it may be. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.date_days import two_years_on
from handlers.dates import NO_ANCHORS, DateRead, read_date
from handlers.refusals_dates import DayNotSure, DayPassed


def sure_day(words: str, today: date, anchors: Mapping[str, date] = NO_ANCHORS) -> date:
    """The one day that the words name, from today on. Raises DayNotSure, DayPassed."""
    return must_be_sure(read_date(words, today, anchors), today)


def must_be_sure(read: DateRead, first: date, last: date | None = None, say: Sequence[str] = ()) -> date:
    """The day that was read. Of one that is over the answer tells that `first` to `last` work (None: two
    years), and the lines that `say` so. Raises DayNotSure, DayPassed."""
    if read.day is not None:
        return read.day
    days = [day.isoformat() for day in read.choices[:4]]
    if read.doubt == "past":
        latest = (last or two_years_on(first)).isoformat()
        raise DayPassed(read.said, days[0] if days else None, first.isoformat(), latest, [*say])
    raise DayNotSure(read.said, str(read.doubt), days)
