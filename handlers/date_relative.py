"""Rules for days counted from another: Friday, in 90 days, two weeks after the NOF, the day before Christmas.

The day counted from is itself a phrase; what is unsure about it stays unsure. Pure.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from handlers.date_days import (
    WEEK,
    DateRead,
    Sight,
    ask,
    months_later,
    next_weekday,
    previous_weekday,
    work_week,
)
from handlers.date_fixed import WEEKDAY, Match, Rule, rule, weekday_number
from handlers.deadlines import business_days_from

MOST = 1000
_UNIT = r"(?P<unit>(?:(?:calendar|business|working|work) )?day|week|month|year)s?"
_COUNT = rf"(?P<count>[0-9]{{1,4}}) {_UNIT}"
_AFTER = "(?:after|following|from|past)"
_ALIASES = {
    "nof": ("nof", "nof date", "date of nof"),
    "last day": (
        "last day", "last day of review", "end of review", "review ends", "review is over",
        "last day of site visit",
    ),
    "due date": ("due date", "current due date", "original due date", "response due date"),
    "cap": ("cap", "cap date", "225 day cap", "maximum", "225th day"),
}  # fmt: skip
_NAMES = {alias: key for key, aliases in _ALIASES.items() for alias in aliases}


def _today(_: Match, sight: Sight) -> DateRead:
    return DateRead(sight.today)


def _tomorrow(_: Match, sight: Sight) -> DateRead:
    return _moved(DateRead(sight.today), 1, "day")


def _next_business_day(match: Match, sight: Sight) -> DateRead:
    return _moved(DateRead(sight.today), 1, match["unit"])


def _day_after_tomorrow(_: Match, sight: Sight) -> DateRead:
    return _moved(DateRead(sight.today), 2, "day")


def _yesterday(_: Match, sight: Sight) -> DateRead:
    return _moved(DateRead(sight.today), -1, "day")


def _weekday(match: Match, sight: Sight) -> DateRead:
    """Said on a Friday, "Friday" may be today or in a week."""
    weekday = weekday_number(match)
    coming = next_weekday(weekday, sight.today)
    return ask("which-week", (sight.today, coming)) if sight.today.weekday() == weekday else DateRead(coming)


def _this_weekday(match: Match, sight: Sight) -> DateRead:
    return DateRead(next_weekday(weekday_number(match), sight.today - timedelta(days=1)))


def _next_weekday(match: Match, sight: Sight) -> DateRead:
    coming = next_weekday(weekday_number(match), sight.today)
    return ask("which-week", (coming, coming + WEEK))


def _last_weekday(match: Match, sight: Sight) -> DateRead:
    return DateRead(previous_weekday(weekday_number(match), sight.today))


def _weekday_of_week(match: Match, sight: Sight) -> DateRead:
    """Weeks begin on Sundays or on Mondays: where that matters, it is asked."""
    monday = work_week(sight.today)[0] + WEEK * (match["near"] == "next")
    day = monday + timedelta(days=weekday_number(match))
    if sight.today.weekday() == 6 or day.weekday() == 6:
        return ask("which-week", (day - WEEK, day, day + WEEK))
    return DateRead(day)


def _some_day_of_week(match: Match, sight: Sight) -> DateRead:
    start = sight.today + WEEK * (match["near"] == "next")
    return ask("which-day", (day for day in work_week(start) if day >= sight.today))


def _end_of_week(match: Match, sight: Sight) -> DateRead:
    start = sight.today + WEEK * (match["near"] == "next")
    friday = work_week(start)[4]
    ends = (friday, friday + timedelta(days=2))
    return ask("which-day", (day for day in ends if day >= sight.today))


def _in(match: Match, sight: Sight) -> DateRead:
    return _moved(DateRead(sight.today), int(match["count"]), match["unit"])


def _bare_count(match: Match, sight: Sight) -> DateRead:
    """90 days: from today, or more than there were?"""
    starts = (sight.today, *(day for key, day in sight.anchors.items() if key == "due date"))
    reads = [_moved(DateRead(start), int(match["count"]), match["unit"]) for start in starts]
    return ask("from-when", (read.day for read in reads))


def _after(match: Match, sight: Sight) -> DateRead:
    return _moved(_since(match, sight), int(match["count"]), match["unit"])


def _before(match: Match, sight: Sight) -> DateRead:
    return _moved(_base(match, sight), -int(match["count"]), match["unit"])


def _day_after(match: Match, sight: Sight) -> DateRead:
    return _moved(_since(match, sight), 1, match["unit"])


def _day_before(match: Match, sight: Sight) -> DateRead:
    return _moved(_base(match, sight), -1, match["unit"])


def _weekday_after(match: Match, sight: Sight) -> DateRead:
    weekday, nth = weekday_number(match), int(match["nth"] or 1)
    return _each(_since(match, sight), lambda day: DateRead(next_weekday(weekday, day) + (nth - 1) * WEEK))


def _weekday_before(match: Match, sight: Sight) -> DateRead:
    weekday = weekday_number(match)
    return _each(_base(match, sight), lambda day: DateRead(previous_weekday(weekday, day)))


def _week_of(match: Match, sight: Sight) -> DateRead:
    base = _base(match, sight)
    if base.day is None:
        return replace(base, choices=())
    weeks = {"of": 0, "before": -1}.get(match["side"], 1)
    return ask("which-day", work_week(base.day + weeks * WEEK))


def _or_day_before(match: Match, sight: Sight) -> DateRead:
    """Before the 18th: whoever says so may mean that day or the last one before."""
    base = _base(match, sight)
    if base.day is None:
        return base
    return ask("or-day-before", (base.day - timedelta(days=1), base.day))


def _open_ended(match: Match, sight: Sight) -> DateRead:
    """After the 18th: that names no last day."""
    base = _base(match, sight)
    return ask("vague") if base.day or base.doubt in ("past", "which-year") else base


def _since(match: Match, sight: Sight) -> DateRead:
    """The day counted on from. A review is over on its last day; before it there is its first day, too."""
    return sight.inner("last day of review") if match["base"] == "review" else _base(match, sight)


def _base(match: Match, sight: Sight) -> DateRead:
    """The day counted from: a date, one that the case knows, or an event that only people know."""
    read = sight.inner(match["base"])
    return ask("which-event") if read.doubt == "no-date" else read


def anchor_of(phrase: str, sight: Sight) -> DateRead | None:
    """The date that the case knows under this name, if the phrase is such a name."""
    key = _NAMES.get(phrase, phrase)
    if key in sight.anchors:
        return DateRead(sight.anchors[key])
    return ask("no-such-anchor") if phrase in _NAMES else None


def _moved(base: DateRead, count: int, unit: str) -> DateRead:
    if abs(count) > MOST:
        return ask("too-far")
    kind = unit.split()[0] if " " in unit else unit
    if kind in ("business", "working", "work"):
        return _each(base, lambda day: DateRead(business_days_from(day, count)))
    if kind in ("month", "year"):
        return _each(base, lambda day: months_later(day, count * (12 if kind == "year" else 1)))
    days = timedelta(days=count * (7 if kind == "week" else 1))
    return _each(base, lambda day: DateRead(day + days))


def _each(base: DateRead, move: Callable[[date], DateRead]) -> DateRead:
    """The same step from the day, or from every day that it may be."""
    if base.day is not None:
        return move(base.day)
    return ask(base.doubt or "vague", (move(day).day for day in base.choices))


_BASE = "(?P<base>.+)"
_DAYS_OF = "(?P<unit>(?:(?:calendar|business|working|work) )?day)"
RULES: tuple[Rule, ...] = (
    rule("(?:today|now)", _today),
    rule("tomorrow", _tomorrow),
    rule("day after tomorrow", _day_after_tomorrow),
    rule("yesterday", _yesterday),
    rule("next (?P<unit>(?:business|working|work) day)", _next_business_day),
    rule(WEEKDAY, _weekday),
    rule(f"this {WEEKDAY}", _this_weekday),
    rule(f"(?:this )?coming {WEEKDAY}", _weekday),
    rule(f"next {WEEKDAY}", _next_weekday),
    rule(f"last {WEEKDAY}", _last_weekday),
    rule(f"{WEEKDAY} (?:of )?(?P<near>this|next) week", _weekday_of_week),
    rule(f"(?P<near>this|next) week (?:on )?{WEEKDAY}", _weekday_of_week),
    rule("(?P<near>this|next) week", _some_day_of_week),
    rule("(?:end of (?:(?P<near>this|next) )?week|eow)", _end_of_week),
    rule(f"(?:in|within)(?: next)? {_COUNT}(?: time)?", _in),
    rule(f"(?:within )?{_COUNT} (?:from (?:today|now)|after today|from this date|hence|out)", _in),
    rule(
        f"(?:another |extra |additional |further )?{_COUNT}(?: more| longer| extension| additional)?",
        _bare_count,
    ),
    rule(f"(?P<count>[0-9]{{1,4}}) (?:more|additional|extra) {_UNIT}", _bare_count),
    rule(f"(?:in |within )?{_COUNT} {_AFTER} {_BASE}", _after),
    rule(f"within {_COUNT} of {_BASE}", _after),
    rule(rf"{_BASE} (?:plus|\+) ?{_COUNT}", _after),
    rule(f"{_COUNT} (?:before|prior to) {_BASE}", _before),
    rule(f"(?:next |1st )?{_DAYS_OF} (?:after|following) {_BASE}", _day_after),
    rule(f"(?:last )?{_DAYS_OF} (?:before|prior to) {_BASE}", _day_before),
    rule(f"(?:(?P<nth>[1-5])(?:st|nd|rd|th) )?{WEEKDAY} (?:after|following) {_BASE}", _weekday_after),
    rule(f"(?:last )?{WEEKDAY} (?:before|prior to) {_BASE}", _weekday_before),
    rule(f"week (?P<side>of|after|following|before) {_BASE}", _week_of),
    rule(f"before {_BASE}", _or_day_before),
    rule(f"(?:after|following|upon|once|when) {_BASE}", _open_ended),
)
