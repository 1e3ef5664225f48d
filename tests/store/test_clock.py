"""The record's clock, and Sacramento's."""

from datetime import UTC, date, datetime, timedelta

from store.clock import Clock, pacific, pacific_day, wall


def test_the_clock_is_the_machines_and_aware() -> None:
    now = Clock().now()
    assert now.tzinfo is UTC
    assert abs(wall() - now) < timedelta(seconds=5)


def test_a_clock_that_was_set_begins_there_and_runs_on() -> None:
    start = datetime.fromisoformat("2013-12-02T12:00:00-08:00")
    clock = Clock(start)
    first = clock.now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= first - start < timedelta(seconds=5)
    assert clock.now() >= first


def test_the_day_is_sacramentos() -> None:
    assert pacific_day(Clock(datetime(2013, 12, 3, 7, 59, tzinfo=UTC))) == date(2013, 12, 2)
    assert pacific_day(Clock(datetime(2013, 12, 3, 8, 0, tzinfo=UTC))) == date(2013, 12, 3)
    assert pacific_day(Clock(datetime(2013, 7, 1, 6, 59, tzinfo=UTC))) == date(2013, 6, 30)


def test_both_hours_of_the_night_that_has_one_twice_are_told_apart() -> None:
    first, second = (pacific(datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in (8, 9))
    assert (first.hour, second.hour) == (1, 1)
    assert first.utcoffset() != second.utcoffset()
