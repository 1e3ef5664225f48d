"""Dates as people write them → a day, or why it must be asked. Pure; today is an argument.

Sure only when there is exactly one reading, and only from today to two years on. Our own rules read
first; the library may propose an order that they do not know, and must account for every word.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from types import MappingProxyType

from rapidfuzz import fuzz, process

from handlers import date_fixed, date_relative
from handlers.date_days import DateRead, Doubt, Sight, ask, on_month_day, two_years_on
from handlers.date_relative import anchor_of
from handlers.date_words import MONTHS, NAMES, WEEKDAYS, undressed
from handlers.grammar import plain

__all__ = ["DateRead", "find_date", "read_date"]

LONGEST = 120
LIBRARY_LONGEST = 60
MOST_YEARS = 10
NO_ANCHORS: Mapping[str, date] = MappingProxyType({})
_RULES = date_fixed.RULES + date_relative.RULES


def read_date(text: str, today: date, anchors: Mapping[str, date] = NO_ANCHORS) -> DateRead:
    """The day that a phrase names. `anchors` are the dates it may count from: `nof`, `last day`,
    `due date`, `cap`, or any other name in lower case."""
    return _read(text.strip()[: LONGEST + 1], today, tuple(sorted(anchors.items())))


def find_date(text: str, today: date, anchors: Mapping[str, date] = NO_ANCHORS) -> tuple[DateRead, str]:
    """The date phrase that a command's rest begins with, and what follows it: most often the reason."""
    head, rest = _cut(_OPENING.sub("", text, count=1))
    return read_date(head, today, anchors), rest


@lru_cache(maxsize=2048)
def _read(text: str, today: date, anchors: tuple[tuple[str, date], ...]) -> DateRead:
    said = " ".join(plain(text).split())
    if len(text) > LONGEST:
        return replace(ask("no-date"), said=said[:LIBRARY_LONGEST])
    words = undressed(text)
    phrase = "today" if words.business and not words.phrase else words.phrase
    read = _understood(phrase, today, dict(anchors))
    if words.hedged and read.day is not None:
        read = ask("vague", (read.day,))
    return replace(_judged(read, today), said=said[:LIBRARY_LONGEST])


def _understood(phrase: str, today: date, anchors: Mapping[str, date]) -> DateRead:
    """Our rules, then what the library proposes, then a word that is misspelt, then why none of it helps."""
    read = _by_rules(phrase, today, anchors)
    if read.doubt == "no-date":
        read = _from_library(phrase, today) or read
    if read.doubt == "which-event" and _NEEDS_CALENDAR.search(phrase):
        return ask("needs-calendar")
    if read.doubt != "no-date":
        return read
    return _respelt(phrase, today, anchors) or _several(phrase, today, anchors) or ask(_why_not(phrase))


def _by_rules(phrase: str, today: date, anchors: Mapping[str, date]) -> DateRead:
    sight = Sight(today, anchors, lambda inner: _countable(_by_rules(inner, today, anchors), today))
    named = anchor_of(phrase, sight)
    if named is not None:
        return named
    for pattern, read in _RULES:
        match = pattern.fullmatch(phrase)
        if match is not None:
            return read(match, sight)
    return ask("no-date")


def _countable(read: DateRead, today: date) -> DateRead:
    """What a day may be counted from: nothing near the ends of the calendar."""
    if read.day is not None and abs(read.day.year - today.year) > MOST_YEARS:
        return ask("past" if read.day < today else "too-far")
    near = (day for day in read.choices if abs(day.year - today.year) <= MOST_YEARS)
    return replace(read, choices=tuple(near))


def _judged(read: DateRead, today: date) -> DateRead:
    """No day is sure that is over or further off than anybody plans."""
    latest = two_years_on(today)
    if read.day is not None and read.day < today:
        return ask("past", (read.day,))
    if read.day is not None and read.day > latest:
        return ask("too-far", (read.day,))
    earliest = date.min if read.doubt in _MAY_BE_PAST else today
    return replace(read, choices=tuple(day for day in read.choices if earliest <= day <= latest))


_MAY_BE_PAST = ("which-year", "day-first", "weekday-differs", "no-such-day")
_LIBRARY_SHAPE = re.compile(
    r"(?:(?:[0-9]{1,4}(?:st|nd|rd|th)?|of) )*([a-z]{3,10})(?: (?:[0-9]{1,4}(?:st|nd|rd|th)?|of))*", re.ASCII
)
_SPANISH = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


def _from_library(phrase: str, today: date) -> DateRead | None:
    """A month in letters and numbers in an order that our rules do not know (2013 Dec 18).

    The library makes a date of nearly anything, so its month must be the word's, and its day and
    year the only numbers.
    """
    shape = _LIBRARY_SHAPE.fullmatch(phrase) if len(phrase) <= LIBRARY_LONGEST else None
    numbers = [int(number) for number in re.findall("[0-9]+", phrase)]
    found = _proposed(phrase, today) if shape and 1 <= len(numbers) <= 2 else None
    if shape is None or found is None or shape[1][:3] not in _names_of(found.month):
        return None
    if numbers == [found.day]:
        return on_month_day(found.month, found.day, today)
    return DateRead(found) if sorted(numbers) == [found.day, found.year] else None


def _proposed(phrase: str, today: date) -> date | None:
    import dateparser  # type: ignore[import-untyped]  # slow to load, and rarely needed

    found = dateparser.parse(
        phrase,
        languages=["en", "es"],
        settings={
            "REQUIRE_PARTS": ["day", "month"],
            "DATE_ORDER": "MDY",
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": datetime.combine(today, time()),
        },
    )
    return found.date() if isinstance(found, datetime) else None


def _names_of(month: int) -> tuple[str, str]:
    return MONTHS[month - 1], _SPANISH[month - 1]


def _respelt(phrase: str, today: date, anchors: Mapping[str, date]) -> DateRead | None:
    """Decmber 18: read as if it were spelt right, and asked."""
    read = _by_rules(" ".join(map(_nearest, phrase.split())), today, anchors)
    days = (read.day, *read.choices)
    return ask("spelling", days) if any(days) else None


def _nearest(word: str) -> str:
    if len(word) < 5 or not word.isalpha():
        return word
    best = process.extractOne(word, tuple(NAMES), scorer=fuzz.ratio, score_cutoff=80)
    return NAMES[best[0]] if best else word


_BETWEEN = re.compile(
    r" ?(?:\b(?:or|and|to|through|thru|between|but)\b|&) ?"
    r"| - |(?<=[0-9])-(?=[0-9]+/)|(?<=[0-9a-z])/(?=[a-z])",
    re.ASCII,
)


def _several(phrase: str, today: date, anchors: Mapping[str, date]) -> DateRead | None:
    """Dec 18 or Dec 20: two parts that make sense by themselves; their days are offered."""
    parts = [part for part in _BETWEEN.split(phrase)[:6] if part]
    reads = [_by_rules(part, today, anchors) for part in parts]
    if sum(read.doubt != "no-date" for read in reads) < 2:
        return None
    return ask("several", (read.day for read in reads))


_NEEDS_CALENDAR = re.compile(
    r"\b(?:school|instructional|class|academic|semesters?|trimesters?|break|vacation|graduation|fiscal|recess|"
    r"vacaciones|escolar(?:es)?)\b",
    re.ASCII,
)
_EVENT = re.compile(
    r"\b(?:after|before|once|when|upon|following|pending|cuando|review|meeting|approval)\b", re.ASCII
)
_VAGUE = re.compile(
    r"\b(?:asap|soon|shortly|later|eventually|immediately|tbd|spring|summer|fall|winter|q ?[1-4]|quarters?|"
    r"trimestre|weeks?|weekends?|months?|days?|years?|hours?|half|couple|few|mid|early|late|end|next|now|"
    rf"today|tomorrow|{'|'.join(MONTHS + WEEKDAYS)})\b|[0-9][-/][0-9]",
    re.ASCII,
)
_WHY_NOT: tuple[tuple[Doubt, re.Pattern[str]], ...] = (
    ("needs-calendar", _NEEDS_CALENDAR),
    ("which-event", _EVENT),
    ("vague", _VAGUE),
)


def _why_not(phrase: str) -> Doubt:
    return next((doubt for doubt, pattern in _WHY_NOT if pattern.search(phrase)), "no-date")


_OPENING = re.compile(r"^[\s,;:-]*(?:(?:by|until|till|on|date|hasta)\s{0,3}:)?", re.I)
_ABBREVIATED = rf"(?<!\b(?i:{'|'.join(MONTHS + WEEKDAYS)}))(?<!\b(?i:sept))(?<!(?i:[ap]\.m))"
_CUT = re.compile(
    r"(?:^|\s)(?i:because|since|so that|so we|as we|in order to|due to|porque|ya que|para que|debido a)\s"
    r"|:\s|;|\n|\r|\s--?\s(?![0-9]{1,2}(?:$|st|nd|rd|th|[-/]))(?!(?i:[a-z]{3,9}\.? [0-9]{1,2}\b))"
    r"|\s?\u2014\s?(?![0-9])"
    rf"|{_ABBREVIATED}[.!]\s(?=[A-Z])"
)


def _cut(text: str) -> tuple[str, str]:
    """The head is cut off where the reason begins; a second date behind a dash belongs to the head."""
    match = _CUT.search(text, 0, LONGEST + 50)
    if match is None:
        return text.strip(), ""
    return text[: match.start()].strip(" ,.\t"), text[match.end() :].strip(" \t-:;,\r\n")
