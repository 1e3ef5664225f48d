"""When reminders go out, worked out by hand: days counted one by one, holidays and summer time by their rules.

Written from the domain facts (6 and 9) and California's list of holidays; it shares nothing with the core.
"""

from dataclasses import dataclass

DAYS_IN = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
Ymd = tuple[int, int, int]

# The n-th such weekday of a month; -1: the last.
FLOATING = ((1, MONDAY, 3), (2, MONDAY, 3), (5, MONDAY, -1), (9, MONDAY, 1), (11, THURSDAY, 4))
# On a Saturday they are kept on Friday, on a Sunday on Monday.
FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
CHAVEZ = (3, 31)  # only from Sunday to Monday
JUNETEENTH_SINCE = 2021


@dataclass(frozen=True)
class Calendar:
    """Every day from a New Year's Day on, numbered from zero. `days[n]` is (year, month, day)."""

    days: tuple[Ymd, ...]
    weekdays: tuple[int, ...]
    number: dict[Ymd, int]
    closed: frozenset[int]
    summer: frozenset[int]  # days on which it is summer time at eight in the morning
    epoch: int  # the number of seconds from 1970 to the first of them, UTC

    def sends_on(self, due: int, offset: int) -> int:
        """Before the day and on it: the working day that is then, or the last before it. After: the next."""
        day = due + offset
        step = 1 if offset > 0 else -1
        while day in self.closed:
            day += step
        return day

    def moment(self, day: int, hour: int) -> int:
        """The second since 1970 at which an hour begins in Sacramento: UTC is 7 hours ahead in summer, else 8."""
        return self.epoch + day * 86400 + (hour + (7 if day in self.summer else 8)) * 3600


def calendar(first: int, last: int) -> Calendar:
    """All days of these years, one after the other."""
    days, weekdays = [], []
    # 1 January 1970 was a Thursday.
    before = sum(366 if _leap(year) else 365 for year in range(1970, first))
    weekday = (THURSDAY + before) % 7
    for year in range(first, last + 1):
        for month in range(1, 13):
            for day in range(1, _length(year, month) + 1):
                days.append((year, month, day))
                weekdays.append(weekday)
                weekday = (weekday + 1) % 7
    number = {day: at for at, day in enumerate(days)}
    closed = {at for at, one in enumerate(weekdays) if one in (SATURDAY, SUNDAY)}
    summer: set[int] = set()
    for year in range(first, last + 1):
        closed |= _holidays(year, number, weekdays)
        begins = _nth(year, 3, SUNDAY, 2, number, weekdays)  # at two in the morning
        ends = _nth(year, 11, SUNDAY, 1, number, weekdays)
        summer |= set(range(begins, ends))
    return Calendar(
        tuple(days), tuple(weekdays), number, frozenset(closed), frozenset(summer), before * 86400
    )


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _length(year: int, month: int) -> int:
    return 29 if month == 2 and _leap(year) else DAYS_IN[month - 1]


def _nth(year: int, month: int, weekday: int, nth: int, number: dict[Ymd, int], weekdays: list[int]) -> int:
    found = [
        at
        for day in range(1, _length(year, month) + 1)
        if weekdays[at := number[year, month, day]] == weekday
    ]
    return found[nth - 1] if nth > 0 else found[nth]


def _holidays(year: int, number: dict[Ymd, int], weekdays: list[int]) -> set[int]:
    found = {_nth(year, month, weekday, nth, number, weekdays) for month, weekday, nth in FLOATING}
    found.add(_nth(year, 11, THURSDAY, 4, number, weekdays) + 1)  # the day after Thanksgiving
    for month, day in FIXED:
        at = number[year, month, day]
        if (month, day) != (6, 19) or year >= JUNETEENTH_SINCE:
            found |= {at, at + {SATURDAY: -1, SUNDAY: 1}.get(weekdays[at], 0)}
    chavez = number[year, *CHAVEZ]
    return found | {chavez, chavez + (weekdays[chavez] == SUNDAY)}
