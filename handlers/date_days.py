"""What reading a date gives, and the calendar that the readings count on. Pure."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from handlers.deadlines import business_day_on_or_before, business_days_from

# A day without a year that is further off than this was probably meant to be in the past.
FURTHEST_UNSAID = 300
WEEK = timedelta(days=7)


Doubt = Literal[
    "no-date",
    "no-such-day",
    "past",
    "too-far",
    "which-year",
    "which-month",
    "which-week",
    "which-day",
    "day-first",  # 18/12
    "in-words",  # a day stands in the reason of a decision, where none was given
    "weekday-differs",  # Friday, but the 18th is a Wednesday
    "several",
    "or-day-before",  # "before the 18th"
    "from-when",  # "90 days": from today, or more than there were
    "which-event",  # "after board approval"
    "no-such-anchor",  # "after the NOF", and there is none
    "needs-calendar",  # the district's
    "spelling",
    "vague",
]


@dataclass(frozen=True)
class DateRead:
    """A day, or why it must be asked. `said` are the words that were read, `choices` the days to offer."""

    day: date | None = None
    doubt: Doubt | None = None
    choices: tuple[date, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Sight:
    """What a phrase is read against: today, the dates it may name, and how to read a phrase inside it."""

    today: date
    anchors: Mapping[str, date]
    inner: Callable[[str], DateRead]


def ask(doubt: Doubt, choices: Iterable[date | None] = ()) -> DateRead:
    """No day, but why, and the days that may be meant: each once, the soonest first."""
    return DateRead(None, doubt, tuple(sorted({day for day in choices if day is not None})))


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The day, if the calendar has it."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def months_later(day: date, months: int) -> DateRead:
    """The same day of another month. Where that month is too short, both days around its end are offered."""
    year, month = _month(day.year, day.month + months)
    found = day_or_none(year, month, day.day)
    return DateRead(found) if found else not_there(year, month, day.day)


def month_after(day: date) -> tuple[int, int]:
    """The year and month that come next."""
    return _month(day.year, day.month + 1)


def _month(year: int, month: int) -> tuple[int, int]:
    return year + (month - 1) // 12, (month - 1) % 12 + 1


def not_there(year: int, month: int, day: int) -> DateRead:
    """For 30 February: the last day of that month and the day after it."""
    if not (1 <= month <= 12 and 28 < day <= 31 and 1 <= year < 9999):
        return ask("no-such-day")
    last = month_end(year, month)
    return ask("no-such-day", (last, last + timedelta(days=1)))


def yearless(of_year: Callable[[int], date | None], today: date) -> DateRead:
    """The next such day; today counts. One that is far off may be a slip for the one just past."""
    year, day = today.year, of_year(today.year)
    if day is None or day < today:
        year, day = today.year + 1, of_year(today.year + 1)
    if day is None:
        return ask("no-such-day")
    if (day - today).days > FURTHEST_UNSAID:
        return ask("which-year", (of_year(year - 1), day))
    return DateRead(day)


def on_month_day(month: int, day: int, today: date) -> DateRead:
    """The next such day of a year, or why there is none."""
    found = yearless(lambda year: day_or_none(year, month, day), today)
    if found.doubt != "no-such-day":
        return found
    return not_there(today.year + ((month, day) < (today.month, today.day)), month, day)


def next_weekday(weekday: int, today: date) -> date:
    """The first such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def previous_weekday(weekday: int, today: date) -> date:
    """The last such weekday before today."""
    return next_weekday(weekday, today - timedelta(days=8))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The first (1) to fifth (5) such weekday of a month; 0 is the last one."""
    first = next_weekday(weekday, date(year, month, 1) - timedelta(days=1))
    days = [first + week * WEEK for week in range(5) if (first + week * WEEK).month == month]
    return days[nth - 1] if nth <= len(days) else None


def nth_business_day(year: int, month: int, nth: int) -> date | None:
    """The first (1), second, ... business day of a month; 0 is the last one."""
    if nth == 0:
        return business_day_on_or_before(month_end(year, month))
    day = business_days_from(date(year, month, 1) - timedelta(days=1), nth)
    return day if day.month == month else None


def work_week(day: date) -> tuple[date, ...]:
    """Monday to Friday of the week that a day is in; weeks begin on Mondays."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=number) for number in range(5))


def two_years_on(today: date) -> date:
    """The furthest day that anybody may mean."""
    return day_or_none(today.year + 2, today.month, today.day) or date(today.year + 2, 2, 28)


# Names as patterns over undressed phrases.
HOLIDAYS: dict[str, Callable[[int], date | None]] = {
    "new years eve": lambda year: date(year, 12, 31),
    "new years(?: day)?": lambda year: date(year, 1, 1),
    "(?:mlk|martin luther king(?: jr)?)(?: day)?": lambda year: nth_weekday(year, 1, 0, 3),
    "presidents day": lambda year: nth_weekday(year, 2, 0, 3),
    "valentines day": lambda year: date(year, 2, 14),
    "cesar chavez day": lambda year: date(year, 3, 31),
    "memorial day": lambda year: nth_weekday(year, 5, 0, 0),
    "juneteenth": lambda year: date(year, 6, 19),
    "independence day": lambda year: date(year, 7, 4),
    "labor day": lambda year: nth_weekday(year, 9, 0, 1),
    "(?:columbus|indigenous peoples) day": lambda year: nth_weekday(year, 10, 0, 2),
    "halloween": lambda year: date(year, 10, 31),
    "veterans day": lambda year: date(year, 11, 11),
    "thanksgiving(?: day)?": lambda year: nth_weekday(year, 11, 3, 4),
    "christmas eve": lambda year: date(year, 12, 24),
    "christmas(?: day)?": lambda year: date(year, 12, 25),
}
