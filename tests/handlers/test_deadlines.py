"""Deadlines against a slow counter that shares nothing with them, and the field's worked examples."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.deadlines import (
    agreement_cap,
    business_day_on_or_before,
    business_days_from,
    end_of_day,
    is_business_day,
    next_due,
    response_due,
    upload_due,
    why_not_business,
)

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
Day = tuple[int, int, int]


def tomorrow(day: Day) -> Day:
    """The calendar by hand: 30 days hath September."""
    year, month, number = day
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = 29 if month == 2 and leap else LENGTHS[month - 1]
    if number < length:
        return year, month, number + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def walk(first: Day, last: Day) -> Iterator[Day]:
    day = first
    while day <= last:
        yield day
        day = tomorrow(day)


ALL_DAYS = list(walk((2009, 11, 1), (2036, 12, 31)))
PLACE = {day: place for place, day in enumerate(ALL_DAYS)}
ASKED = list(walk((2010, 1, 1), (2035, 12, 31)))


def counted(day: Day, steps: int) -> date:
    """The day that is so many steps along the list of all days."""
    return date(*ALL_DAYS[PLACE[day] + steps])


def test_every_notice_is_due_on_its_forty_fifth_day() -> None:
    assert len(ASKED) == 9496
    assert [day for day in ASKED if response_due(date(*day)) != counted(day, 45)] == []


def test_every_cap_is_the_two_hundred_twenty_fifth_day() -> None:
    assert [day for day in ASKED if agreement_cap(date(*day)) != counted(day, 225)] == []


def test_every_upload_is_due_thirty_days_before() -> None:
    assert [day for day in ASKED if upload_due(date(*day)) != counted(day, -30)] == []


# Source: domain facts 6, the worked table.
@pytest.mark.parametrize(
    ("last_day", "nof", "due", "cap", "refused"),
    [
        ("2013-11-22", "2013-11-22", "2014-01-06", "2014-07-05", "2014-07-06"),
        ("2013-11-22", "2013-12-06", "2014-01-20", "2014-07-05", "2014-07-06"),
        ("2012-01-13", "2012-01-13", "2012-02-27", "2012-08-25", "2012-08-26"),
        ("2014-03-07", "2014-03-07", "2014-04-21", "2014-10-18", "2014-10-19"),
        ("2013-09-27", "2013-09-27", "2013-11-11", "2014-05-10", "2014-05-11"),
        ("2017-02-24", "2017-02-24", "2017-04-10", "2017-10-07", "2017-10-08"),
    ],
)
def test_the_worked_examples(last_day: str, nof: str, due: str, cap: str, refused: str) -> None:
    assert response_due(date.fromisoformat(nof)) == date.fromisoformat(due)
    latest = agreement_cap(date.fromisoformat(last_day))
    assert latest == date.fromisoformat(cap)
    assert latest < date.fromisoformat(refused) == latest + timedelta(days=1)


def test_the_upload_example() -> None:
    assert upload_due(date(2014, 2, 24)) == date(2014, 1, 25)


def test_a_review_that_ends_on_a_friday_is_due_on_a_monday_and_capped_on_a_saturday() -> None:
    fridays = [date(*day) for day in ASKED if date(*day).weekday() == 4]
    assert {response_due(day).weekday() for day in fridays} == {0}
    assert {agreement_cap(day).weekday() for day in fridays} == {5}


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2014, 1, 6), datetime(2014, 1, 7, 7, 59, 59, tzinfo=UTC)),
        (date(2014, 7, 5), datetime(2014, 7, 6, 6, 59, 59, tzinfo=UTC)),
        (date(2014, 3, 8), datetime(2014, 3, 9, 7, 59, 59, tzinfo=UTC)),
        (date(2014, 3, 9), datetime(2014, 3, 10, 6, 59, 59, tzinfo=UTC)),
        (date(2014, 11, 1), datetime(2014, 11, 2, 6, 59, 59, tzinfo=UTC)),
        (date(2014, 11, 2), datetime(2014, 11, 3, 7, 59, 59, tzinfo=UTC)),
        (date(2016, 2, 29), datetime(2016, 3, 1, 7, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_ends_in_sacramento_also_when_the_clocks_change(day: date, utc: datetime) -> None:
    assert end_of_day(day).astimezone(UTC) == utc


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2014, 7, 5), "Saturday"),
        (date(2014, 7, 6), "Sunday"),
        (date(2013, 11, 11), "Veterans Day"),
        (date(2014, 1, 20), "Martin Luther King Jr. Day"),
        (date(2013, 11, 29), "Day After Thanksgiving"),
        (date(2014, 3, 31), "Cesar Chavez Day"),
        (date(2017, 11, 10), "Veterans Day (observed)"),
        (date(2010, 12, 31), "New Year's Day (observed)"),
        (date(2016, 2, 15), "Presidents' Day"),
        (date(2013, 10, 14), None),  # Columbus Day: California's schools work
        (date(2017, 2, 15), None),  # Susan B. Anthony Day: honoured, not off
        (date(2027, 10, 29), None),  # Diwali: honoured, not off
        (date(2014, 1, 6), None),
    ],
)
def test_a_day_off_says_why(day: date, why: str | None) -> None:
    assert why_not_business(day) == why
    assert is_business_day(day) == (why is None)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2014, 7, 5), date(2014, 7, 3)),  # Saturday after the Fourth, a Friday
        (date(2014, 1, 20), date(2014, 1, 17)),
        (date(2013, 12, 1), date(2013, 11, 27)),  # a Sunday after Thanksgiving
        (date(2014, 1, 6), date(2014, 1, 6)),
    ],
)
def test_the_business_day_before_a_day_off_is_offered(day: date, before: date) -> None:
    assert business_day_on_or_before(day) == before


@pytest.mark.parametrize(
    ("day", "count", "wanted"),
    [
        (date(2013, 12, 2), 10, date(2013, 12, 16)),
        (date(2013, 12, 20), 5, date(2013, 12, 30)),
        (date(2013, 12, 2), -3, date(2013, 11, 25)),
        (date(2013, 12, 7), 1, date(2013, 12, 9)),
        (date(2013, 12, 2), 0, date(2013, 12, 2)),
    ],
)
def test_business_days_leave_out_days_off(day: date, count: int, wanted: date) -> None:
    assert business_days_from(day, count) == wanted


@pytest.mark.parametrize(
    ("rule", "after", "due"),
    [
        ("09-15", date(2013, 12, 2), date(2014, 9, 15)),
        ("12-15", date(2013, 12, 2), date(2013, 12, 15)),
        ("12-15", date(2013, 12, 15), date(2013, 12, 15)),
        ("12-15", date(2013, 12, 16), date(2014, 12, 15)),
        ("02-29", date(2015, 1, 1), date(2015, 2, 28)),
        ("02-29", date(2015, 3, 1), date(2016, 2, 29)),
        ("01-31", date(2013, 12, 31), date(2014, 1, 31)),
    ],
)
def test_a_yearly_form_is_next_due_today_or_later(rule: str, after: date, due: date) -> None:
    assert next_due(rule, after) == due
