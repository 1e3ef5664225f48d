"""When to try again, as tables."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.retry import GIVE_UP_AFTER, HANDLING_TRIES, next_delivery, next_handling

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (4, 16), (5, None), (6, None), (99, None)]
)
def test_a_message_that_fails_is_handled_again_soon_and_then_left_for_a_person(
    attempts: int, seconds: int | None
) -> None:
    wait = next_handling(attempts)
    assert (wait.total_seconds() if wait else None) == seconds


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [(1, MINUTE), (2, 5 * MINUTE), (3, 15 * MINUTE), (4, 30 * MINUTE), (5, HOUR), (6, HOUR), (500, HOUR)],
)
def test_delivery_waits_as_the_rfc_asks(attempts: int, wait: timedelta) -> None:
    """RFC 5321, 4.5.4.1: at least 30 minutes apart, but sooner at first."""
    assert next_delivery(attempts, timedelta(0)) == wait


@pytest.mark.parametrize(
    ("age", "given_up"),
    [
        (timedelta(0), False),
        (4 * DAY, False),
        (5 * DAY - timedelta(seconds=1), False),
        (5 * DAY, True),
        (9 * DAY, True),
    ],
)
def test_delivery_is_given_up_after_five_days(age: timedelta, given_up: bool) -> None:
    assert (next_delivery(9, age) is None) is given_up


@pytest.mark.parametrize(
    ("attempts", "asked", "wait"),
    [
        (1, timedelta(seconds=30), MINUTE),  # later than asked is allowed
        (1, timedelta(seconds=61), timedelta(seconds=61)),
        (1, 6 * HOUR, 6 * HOUR),
        (5, 2 * HOUR, 2 * HOUR),
        (1, timedelta(0), MINUTE),
        (1, None, MINUTE),
    ],
)
def test_the_wait_that_the_other_side_asks_for_is_obeyed(
    attempts: int, asked: timedelta | None, wait: timedelta
) -> None:
    assert next_delivery(attempts, timedelta(0), asked) == wait


@given(
    st.integers(1, 1000),
    st.timedeltas(timedelta(0), 9 * DAY),
    st.none() | st.timedeltas(timedelta(0), 2 * DAY),
)
def test_nobody_is_tried_sooner_than_they_asked_nor_for_longer_than_five_days(
    attempts: int, age: timedelta, asked: timedelta | None
) -> None:
    wait = next_delivery(attempts, age, asked)
    assert (wait is None) == (age >= GIVE_UP_AFTER)
    assert wait is None or wait >= max(asked or MINUTE, MINUTE)


@given(st.integers(1, 1000))
def test_handling_never_waits_longer_than_ten_minutes(attempts: int) -> None:
    wait = next_handling(attempts)
    assert (wait is None) == (attempts >= HANDLING_TRIES)
    assert wait is None or timedelta(0) < wait <= 10 * MINUTE
