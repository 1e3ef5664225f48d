"""Days as the sample writes them, relative to the day of loading, and days of a yearly rule: pure."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

LEAP_YEAR = 2000
WEEKDAYS = {"monday": 0, "friday": 4}


def day(text: str, known: Mapping[str, date]) -> date:
    """`friday(-14)`, `monday(+35)`, `next(10-31)`, `last_day - 18`, `anchor + 60`, or an ISO date.

    `known` holds `anchor` and the named days found so far. Raises ValueError for what is no day.
    """
    text = text.strip()
    if match := re.fullmatch(r"(monday|friday)\(([+-]\d+)\)", text):
        return _weekday(match[1], known["anchor"] + timedelta(days=int(match[2])))
    if match := re.fullmatch(r"next\((\d\d)-(\d\d)\)", text):
        return _next(known["anchor"], int(match[1]), int(match[2]))
    if match := re.fullmatch(r"([a-z_]+)(?:\s*([+-])\s*(\d+))?", text):
        if match[1] not in known:
            raise ValueError(f"{text!r} leans on a day that is not given")
        return known[match[1]] + timedelta(days=int(f"{match[2] or '+'}{match[3] or 0}"))
    return date.fromisoformat(text)


def days(texts: Mapping[str, str], anchor: date) -> dict[str, date]:
    """All named days of one review; they may lean on each other in any order."""
    known, waiting = {"anchor": anchor}, dict(texts)
    while waiting:
        ready = {name: text for name, text in waiting.items() if not _leans_on(text) & waiting.keys()}
        if not ready:
            raise ValueError(f"days that lean on each other: {', '.join(waiting)}")
        known |= {name: day(text, known) for name, text in ready.items()}
        waiting = {name: text for name, text in waiting.items() if name not in ready}
    return known


def next_due(rule: str, after: date) -> date:
    """The first day of a yearly rule (`09-15`) that is not before `after`: today still counts."""
    due = _of_rule(rule, after.year)
    return due if due >= after else _of_rule(rule, after.year + 1)


def last_opening(rule: str, before: date) -> date:
    """The last day of a yearly rule that is not after `before`."""
    opening = _of_rule(rule, before.year)
    return opening if opening <= before else _of_rule(rule, before.year - 1)


def is_yearly(rule: str | None) -> bool:
    """Whether this is a month and a day, and not words like "any time"."""
    return re.fullmatch(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", rule or "") is not None


def _of_rule(rule: str, year: int) -> date:
    """A rule for 29 February means the last day of February."""
    month, number = map(int, rule.split("-"))
    return date(year, month, min(number, monthrange(year, month)[1]))


def _leans_on(text: str) -> set[str]:
    return set(re.findall(r"[a-z_]{3,}", text))


def _weekday(name: str, near: date) -> date:
    """The last Friday on or before, the first Monday on or after."""
    step = -1 if name == "friday" else 1
    while near.weekday() != WEEKDAYS[name]:
        near += timedelta(days=step)
    return near


def _next(anchor: date, month: int, number: int) -> date:
    """This year or next; 29 February waits for a leap year."""
    date(LEAP_YEAR, month, number)  # a day that no year has is an error
    year = anchor.year
    while not _exists(year, month, number) or date(year, month, number) < anchor:
        year += 1
    return date(year, month, number)


def _exists(year: int, month: int, number: int) -> bool:
    return number <= monthrange(year, month)[1]
