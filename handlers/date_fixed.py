"""Rules for days of the calendar: 12/18, 18 December, mid August, first Monday in March, Labor Day.

A table of patterns over undressed phrases, each with the function that reads it; a rule matches the
whole phrase or nothing. Pure.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from handlers.date_days import (
    HOLIDAYS,
    DateRead,
    Sight,
    ask,
    day_or_none,
    month_after,
    month_end,
    not_there,
    nth_business_day,
    nth_weekday,
    on_month_day,
    yearless,
)
from handlers.date_words import MONTHS, WEEKDAYS

Match = re.Match[str]
Rule = tuple[re.Pattern[str], Callable[[Match, Sight], DateRead]]
MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?: (?:of )?(?P<year>(?:19|20|21)[0-9]{2}))?"
# A date that may have a weekday beside it.
_NAMED = f"(?:{'|'.join(MONTHS)})"
_PLAIN = (
    rf"[0-9]{{1,4}}[-/.][-/.0-9]+|{_NAMED} [0-9]{{1,2}}(?:st|nd|rd|th)?(?: [0-9]{{4}})?"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?(?: (?:of )?{_NAMED}(?: (?:of )?[0-9]{{4}})?)?"
)
# "March", "March 2014", "this month", "next month", "the month"
_IN_MONTH = rf"(?:{MONTH}{_YEAR}|(?P<near>this |next |)month)"


def rule(pattern: str, read: Callable[[Match, Sight], DateRead]) -> Rule:
    """A line of a table of rules."""
    return re.compile(pattern, re.ASCII), read


def month_number(match: Match) -> int:
    """1 to 12, of the month that is named."""
    return MONTHS.index(match["month"]) + 1


def weekday_number(match: Match) -> int:
    """0 is Monday."""
    return WEEKDAYS.index(match["weekday"])


def _iso(match: Match, _: Sight) -> DateRead:
    return _written(int(match[1]), int(match[2]), int(match[3]))


def _written(year: int, month: int, day: int) -> DateRead:
    found = day_or_none(year, month, day)
    return DateRead(found) if found else not_there(year, month, day)


def _numbers(match: Match, sight: Sight) -> DateRead:
    """California writes the month first. A day first can only be asked."""
    month, day = int(match[1]), int(match[2])
    if month > 12 and 1 <= day <= 12:
        swapped = _month_day(day, month, match["year"], sight)
        days = (swapped.day, *swapped.choices)
        return swapped if swapped.doubt == "no-such-day" else ask("day-first", days)
    return _month_day(month, day, match["year"], sight)


def _dotted(match: Match, sight: Sight) -> DateRead:
    """Who writes dots may write the day first: 3.4.2014 can be two days."""
    month, day, year = int(match[1]), int(match[2]), int(match["year"])
    if month != day and month <= 12 and day <= 12:
        return ask("several", (day_or_none(year, month, day), day_or_none(year, day, month)))
    return _numbers(match, sight)


def _unsure_numbers(match: Match, sight: Sight) -> DateRead:
    """12-18 may be a day, a range or a part of a code."""
    read = on_month_day(int(match[1]), int(match[2]), sight.today)
    return ask("vague", (read.day, *read.choices)) if read.doubt != "no-such-day" else ask("vague")


def _month_day(month: int, day: int, year: str | None, sight: Sight) -> DateRead:
    if year is None:
        return on_month_day(month, day, sight.today)
    return _written(int(year) + (2000 if len(year) == 2 else 0), month, day)


def _named(match: Match, sight: Sight) -> DateRead:
    return _month_day(month_number(match), int(match["day"]), match["year"], sight)


def _weekday_too(match: Match, sight: Sight) -> DateRead:
    """A weekday beside a date must agree with it; "Friday the 20th" picks the month."""
    read, weekday = sight.inner(match["rest"]), weekday_number(match)
    if read.doubt == "which-month" and read.choices and read.choices[0].weekday() == weekday:
        return DateRead(read.choices[0])
    if read.day is None or read.day.weekday() == weekday:
        return read
    near = (read.day + timedelta(days=number) for number in range(-3, 4))
    return ask("weekday-differs", (read.day, *(day for day in near if day.weekday() == weekday)))


def _which_month(match: Match, sight: Sight) -> DateRead:
    """The 15th: the next two months that have one and have not passed it."""
    today, found = sight.today, list[date]()
    year, month = today.year, today.month
    for _ in range(4):
        day = day_or_none(year, month, int(match["day"]))
        if day and day >= today:
            found.append(day)
        year, month = month_after(date(year, month, 1))
    return ask("which-month", found[:2]) if found else ask("no-such-day")


def _in_month(match: Match, sight: Sight, pick: Callable[[int, int], date | None]) -> DateRead:
    """A day picked in the month that is named; without a year, in the next such month."""
    if match["month"] is None:
        return _in_near_month(match["near"].strip(), sight.today, pick)
    month = month_number(match)
    if match["year"] is None:
        return yearless(lambda year: pick(year, month), sight.today)
    day = pick(int(match["year"]), month)
    return DateRead(day) if day else ask("no-such-day")


def _in_near_month(near: str, today: date, pick: Callable[[int, int], date | None]) -> DateRead:
    year, month = month_after(today) if near == "next" else (today.year, today.month)
    day = pick(year, month)
    if day and day < today and not near:
        day = pick(*month_after(today))
    return DateRead(day) if day else ask("no-such-day")


def _middle(match: Match, sight: Sight) -> DateRead:
    return _in_month(match, sight, lambda year, month: date(year, month, 15))


def _month_end(match: Match, sight: Sight) -> DateRead:
    return _in_month(match, sight, month_end)


def _eom(_: Match, sight: Sight) -> DateRead:
    return DateRead(month_end(sight.today.year, sight.today.month))


def _nth_day(match: Match, sight: Sight) -> DateRead:
    wanted = int(match["nth"])
    return _in_month(match, sight, lambda year, month: day_or_none(year, month, wanted))


def _nth_weekday(match: Match, sight: Sight) -> DateRead:
    nth, weekday = int(match["nth"] or 0), weekday_number(match)
    return _in_month(match, sight, lambda year, month: nth_weekday(year, month, weekday, nth))


def _nth_business_day(match: Match, sight: Sight) -> DateRead:
    nth = int(match["nth"] or 0)
    return _in_month(match, sight, lambda year, month: nth_business_day(year, month, nth))


_PARTS = {"early": (1, 10), "late": (20, 31), "": (1, 15, 31)}


def _some_day(match: Match, sight: Sight) -> DateRead:
    """Early March, late March, March: days to choose from."""
    found: list[date] = []
    for number in _PARTS[match["part"].strip()]:
        read = _in_month(match, sight, _at_most(number))
        found += [day for day in (read.day, *read.choices) if day is not None and day >= sight.today]
    return ask("which-day", found)


def _at_most(number: int) -> Callable[[int, int], date]:
    return lambda year, month: date(year, month, min(number, month_end(year, month).day))


def _slashed_month(match: Match, _: Sight) -> DateRead:
    month, year = int(match[1]), int(match[2])
    if not 1 <= month <= 12:
        return ask("no-such-day")
    return ask("which-day", (date(year, month, 1), date(year, month, 15), month_end(year, month)))


def _year_end(match: Match, sight: Sight) -> DateRead:
    if match["year"] is None:
        return DateRead(date(sight.today.year, 12, 31))
    return _written(int(match["year"]), 12, 31)


def _some_year_end(_: Match, sight: Sight) -> DateRead:
    """The end of the year: December, or June in a school's books."""
    june = yearless(lambda year: date(year, 6, 30), sight.today)
    return ask("which-year", (date(sight.today.year, 12, 31), june.day, *june.choices))


def _holiday(of_year: Callable[[int], date | None]) -> Callable[[Match, Sight], DateRead]:
    def read(match: Match, sight: Sight) -> DateRead:
        if match["year"] is None:
            return yearless(of_year, sight.today)
        day = of_year(int(match["year"]))
        return DateRead(day) if day else ask("no-such-day")

    return read


_NTH = r"(?:(?P<nth>[1-9][0-9]?)(?:st|nd|rd|th)|last|final)"
RULES: tuple[Rule, ...] = (
    rule(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:t00:00(?::00)?)?", _iso),
    rule(r"([0-9]{1,2}) ?/ ?([0-9]{1,2})(?: ?/ ?(?P<year>[0-9]{4}|[0-9]{2}))?", _numbers),
    rule(r"([0-9]{1,2})-([0-9]{1,2})-(?P<year>[0-9]{4}|[0-9]{2})", _numbers),
    rule(r"([0-9]{1,2})\.([0-9]{1,2})\.(?P<year>[0-9]{4})", _dotted),
    rule(r"([0-9]{1,2})-([0-9]{1,2})", _unsure_numbers),
    rule(r"([0-9]{1,2}) ?/ ?([0-9]{4})", _slashed_month),
    rule(rf"(?:month )?{MONTH} {_DAY}{_YEAR}", _named),
    rule(rf"{_DAY} (?:day )?(?:of )?{MONTH}{_YEAR}", _named),
    rule(rf"{WEEKDAY} (?:of )?(?P<rest>{_PLAIN})", _weekday_too),
    rule(rf"(?P<rest>{_PLAIN}) {WEEKDAY}", _weekday_too),
    rule(r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)(?: of month)?", _which_month),
    rule(rf"(?:in )?mid {_IN_MONTH}", _middle),
    rule(rf"(?:end|last day|last calendar day) (?:of|in) {_IN_MONTH}", _month_end),
    rule("eom|month end", _eom),
    rule(rf"(?P<nth>[1-9][0-9]?)(?:st|nd|rd|th) (?:day )?(?:of|in) {_IN_MONTH}", _nth_day),
    rule(rf"{_NTH} {WEEKDAY} (?:of|in) {_IN_MONTH}", _nth_weekday),
    rule(rf"{_NTH} (?:business|working|work) day (?:of|in) {_IN_MONTH}", _nth_business_day),
    rule(rf"(?P<part>early |late |)(?:in )?{_IN_MONTH}", _some_day),
    rule(r"end of (?:calendar year|(?P<year>(?:19|20|21)[0-9]{2}))", _year_end),
    rule("end of (?:this )?year|eoy|year end", _some_year_end),
    *(rule(rf"{names}{_YEAR}", _holiday(of_year)) for names, of_year in HOLIDAYS.items()),
)
