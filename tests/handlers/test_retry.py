"""When we try again: RFC 5321 4.5.4.1, and what the other side asks for."""

from datetime import timedelta

import pytest

from handlers.retry import next_delivery, next_handling

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (4, 16)])
def test_a_failed_message_waits_longer_each_time(attempts: int, seconds: int) -> None:
    assert next_handling(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize("attempts", [5, 6, 99])
def test_after_five_times_a_message_is_left_for_a_person(attempts: int) -> None:
    assert next_handling(attempts) is None


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (100, 60)])
def test_sending_again_waits_half_an_hour_after_the_first_tries(attempts: int, minutes: int) -> None:
    assert next_delivery(attempts, HOUR) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("attempts", "asked", "waits"),
    [(1, 10, 60), (1, 60, 60), (1, 7200, 7200), (5, 60, 3600), (5, 86_400, 86_400)],
)
def test_what_the_other_side_asks_for_is_the_least(attempts: int, asked: int, waits: int) -> None:
    assert next_delivery(attempts, HOUR, timedelta(seconds=asked)) == timedelta(seconds=waits)


@pytest.mark.parametrize(
    ("age", "goes_on"),
    [(timedelta(0), True), (5 * DAY - timedelta(seconds=1), True), (5 * DAY, False), (6 * DAY, False)],
)
def test_after_five_days_it_is_a_dead_letter(age: timedelta, goes_on: bool) -> None:
    assert (next_delivery(9, age) is not None) is goes_on
    assert (next_delivery(9, age, HOUR) is not None) is goes_on
