"""Days relative to the day of loading: the table, and what holds for every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.offsets import day, days

ANCHOR = date(2013, 12, 2)  # a Monday
DAYS = st.dates(date(2004, 1, 1), date(2035, 12, 31))

TABLE = [
    ("anchor", ANCHOR),
    ("anchor + 60", date(2014, 1, 31)),
    ("anchor - 2", date(2013, 11, 30)),
    ("anchor+1", date(2013, 12, 3)),
    (" anchor + 0 ", ANCHOR),
    ("friday(-14)", date(2013, 11, 15)),
    ("friday(+0)", date(2013, 11, 29)),
    ("friday(+4)", date(2013, 12, 6)),
    ("monday(+35)", date(2014, 1, 6)),
    ("monday(+0)", ANCHOR),
    ("monday(+1)", date(2013, 12, 9)),
    ("next(12-02)", ANCHOR),
    ("next(12-01)", date(2014, 12, 1)),
    ("next(12-15)", date(2013, 12, 15)),
    ("next(10-31)", date(2014, 10, 31)),
    ("next(02-29)", date(2016, 2, 29)),
    ("2014-02-28", date(2014, 2, 28)),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[text for text, _ in TABLE])
def test_a_text_is_a_day(text: str, expected: date) -> None:
    assert day(text, {"anchor": ANCHOR}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "someday", "friday", "friday(14)", "tuesday(+1)", "next(2-3)", "next(02-30)", "next(13-01)",
        "anchor + ", "anchor * 2", "last_day + 1", "2014-02-30", "12/02/2013",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        day(text, {"anchor": ANCHOR})


def test_days_may_lean_on_each_other_in_any_order() -> None:
    texts = {"nof_date": "last_day", "first_day": "last_day - 18", "last_day": "friday(-14)"}
    last = date(2013, 11, 15)
    found = {"anchor": ANCHOR, "last_day": last, "nof_date": last, "first_day": last - timedelta(days=18)}
    assert days(texts, ANCHOR) == found
    assert days(dict(reversed(texts.items())), ANCHOR) == found


@pytest.mark.parametrize(
    "texts",
    [
        {"first_day": "first_day + 1"},
        {"first_day": "last_day - 1", "last_day": "first_day + 1"},
        {"a_day": "b_day", "b_day": "c_day", "c_day": "a_day", "good": "anchor"},
    ],
)
def test_days_that_lean_on_each_other_in_a_circle_are_refused(texts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="days that lean on each other") as no:
        days(texts, ANCHOR)
    assert "good" not in str(no.value)


def test_a_day_that_leans_on_one_that_is_not_given_is_refused() -> None:
    with pytest.raises(ValueError, match="leans on a day that is not given"):
        days({"first_day": "last_day - 18"}, ANCHOR)


@given(DAYS, st.integers(-400, 400))
def test_friday_is_the_last_on_or_before_and_monday_the_first_on_or_after(anchor: date, offset: int) -> None:
    near = anchor + timedelta(days=offset)
    friday = day(f"friday({offset:+d})", {"anchor": anchor})
    monday = day(f"monday({offset:+d})", {"anchor": anchor})
    assert (friday.isoweekday(), monday.isoweekday()) == (5, 1)
    assert timedelta(0) <= near - friday < timedelta(days=7)
    assert timedelta(0) <= monday - near < timedelta(days=7)


@given(DAYS, DAYS)
def test_next_is_the_first_such_day_on_or_after(anchor: date, other: date) -> None:
    found = day(f"next({other:%m-%d})", {"anchor": anchor})
    assert (found.month, found.day) == (other.month, other.day)
    assert found >= anchor
    assert (found - anchor).days <= (366 if (other.month, other.day) != (2, 29) else 4 * 366 + 366 * 4)


@given(DAYS, st.integers(0, 1000))
def test_counting_forth_and_back_is_where_one_began(anchor: date, number: int) -> None:
    there = day(f"anchor + {number}", {"anchor": anchor})
    assert (there - anchor).days == number
    assert day(f"anchor - {number}", {"anchor": there}) == anchor


@pytest.mark.parametrize(
    ("last_day", "nof", "due", "cap"),
    [
        ("2013-11-22", "2013-11-22", "2014-01-06", "2014-07-05"),
        ("2013-11-22", "2013-12-06", "2014-01-20", "2014-07-05"),
        ("2012-01-13", "2012-01-13", "2012-02-27", "2012-08-25"),
        ("2014-03-07", "2014-03-07", "2014-04-21", "2014-10-18"),
        ("2013-09-27", "2013-09-27", "2013-11-11", "2014-05-10"),
        ("2017-02-24", "2017-02-24", "2017-04-10", "2017-10-07"),
    ],
)
def test_the_worked_examples_of_the_field_come_out(last_day: str, nof: str, due: str, cap: str) -> None:
    texts = {"last_day": last_day, "nof_date": nof, "due": "nof_date + 45", "cap": "last_day + 225"}
    found = days(texts, ANCHOR)
    assert (found["due"].isoformat(), found["cap"].isoformat()) == (due, cap)
