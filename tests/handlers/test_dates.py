"""Dates as people write them: nothing is read wrongly, and nearly everything clear is understood."""

import re
import time
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import templates
from handlers.date_days import Doubt
from handlers.dates import DateRead, find_date, read_date
from tests.handlers.date_phrases import ANCHORS, NOT_UNDERSTOOD, PHRASES, Phrase

MONDAY = date(2013, 12, 2)


def read(phrase: Phrase) -> DateRead:
    return read_date(phrase.text, phrase.today, ANCHORS)


def named(phrase: Phrase) -> str:
    return f"{phrase.text} [{phrase.today}]"


def test_there_are_phrases_enough() -> None:
    assert len({phrase.text for phrase in PHRASES}) >= 400
    assert len({(phrase.today, phrase.text) for phrase in PHRASES}) == len(PHRASES)


def test_no_phrase_is_read_as_a_wrong_day() -> None:
    wrong = {
        named(phrase): str(day) for phrase in PHRASES if (day := read(phrase).day) not in (None, phrase.day)
    }
    assert wrong == {}


def test_nearly_every_clear_phrase_is_understood() -> None:
    clear = [phrase for phrase in PHRASES if phrase.day is not None]
    asked = {phrase.text for phrase in clear if read(phrase).day is None}
    assert asked == NOT_UNDERSTOOD
    assert len(asked) <= 0.05 * len(clear)


@pytest.mark.parametrize("phrase", [one for one in PHRASES if one.doubt], ids=named)
def test_what_must_be_asked_is_asked_for_its_reason(phrase: Phrase) -> None:
    assert read(phrase).doubt == phrase.doubt


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("next Friday", [date(2013, 12, 6), date(2013, 12, 13)]),
        ("18/12/2013", [date(2013, 12, 18)]),
        ("Nov 20", [date(2013, 11, 20), date(2014, 11, 20)]),
        ("11/22/2013", [date(2013, 11, 22)]),
        ("the 15th", [date(2013, 12, 15), date(2014, 1, 15)]),
        ("Feb 30", [date(2014, 2, 28), date(2014, 3, 1)]),
        ("Friday, Dec 18", [date(2013, 12, 18), date(2013, 12, 20)]),
        ("before Christmas", [date(2013, 12, 24), date(2013, 12, 25)]),
        ("Dec 18 or Dec 20", [date(2013, 12, 18), date(2013, 12, 20)]),
        ("90 days", [date(2014, 3, 2), date(2014, 4, 6)]),
        ("a week from next Friday", [date(2013, 12, 13), date(2013, 12, 20)]),
        ("Decmber 18", [date(2013, 12, 18)]),
        ("soon", []),
    ],
)
def test_a_question_offers_the_days_that_may_be_meant(text: str, choices: list[date]) -> None:
    assert list(read_date(text, MONDAY, ANCHORS).choices) == choices


def test_the_words_that_were_read_are_kept() -> None:
    assert read_date("  by COB\u00a0Friday ", MONDAY).said == "by COB Friday"


def test_a_date_that_the_review_does_not_have_is_asked() -> None:
    assert read_date("30 days after the NOF", MONDAY).doubt == "no-such-anchor"
    assert read_date("the cap", MONDAY, {"nof": MONDAY}).doubt == "no-such-anchor"


def test_dates_of_any_name_can_be_counted_from() -> None:
    assert read_date("two weeks after board approval", MONDAY, {"board approval": date(2013, 12, 12)}) == (
        DateRead(date(2013, 12, 26), said="two weeks after board approval")
    )


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("mid August because the board meets in July", date(2014, 8, 15), "the board meets in July"),
        ("by 12/18/2013 - hiring takes time", date(2013, 12, 18), "hiring takes time"),
        ("by 12/18/2013 \u2014 hiring takes time", date(2013, 12, 18), "hiring takes time"),
        ("by: 12/18/2013: teachers are being hired", date(2013, 12, 18), "teachers are being hired"),
        ("Dec. 18. Hiring takes time.", date(2013, 12, 18), "Hiring takes time."),
        ("Fri. Dec 20. We need it", date(2013, 12, 20), "We need it"),
        ("Friday; we need it", date(2013, 12, 6), "we need it"),
        ("in 90 days so that we can hire", date(2014, 3, 2), "we can hire"),
        ("Dec 18, 2013, since the board meets late", date(2013, 12, 18), "the board meets late"),
        ("Friday\nThank you!\nRenee", date(2013, 12, 6), "Thank you!\nRenee"),
        ("18 de diciembre porque falta personal", date(2013, 12, 18), "falta personal"),
        ("the cap", date(2014, 7, 5), ""),
        ("Dec 18 - Dec 20 because of the holidays", None, "of the holidays"),
        ("because the board meets in July", None, "the board meets in July"),
        ("", None, ""),
    ],
)
def test_a_reason_is_cut_off_the_date_before_it(text: str, day: date | None, rest: str) -> None:
    found, left = find_date(text, MONDAY, ANCHORS)
    assert (found.day, left) == (day, rest)


def test_a_sentence_is_not_searched_for_dates() -> None:
    text = (
        "we may need more time and the board meets on 12/18, but that is not sure, and so on, and so forth, "
        * 3
    )
    assert find_date(text, MONDAY)[0] == DateRead(None, "no-date", (), text[:60].strip())


def test_every_doubt_has_a_sentence() -> None:
    words = tomllib.loads((Path(templates.__file__).parent / "words.toml").read_text("utf-8"))
    assert set(words["date_doubts"]) == set(get_args(Doubt))


WORDS = st.sampled_from(
    [
        "the",
        "a",
        "by",
        "in",
        "of",
        "from",
        "after",
        "before",
        "within",
        "until",
        "next",
        "this",
        "last",
        "first",
        "second",
        "mid",
        "end",
        "early",
        "1",
        "2",
        "12",
        "18",
        "30",
        "31",
        "90",
        "2013",
        "2014",
        "9999",
        "0000",
        "12/18",
        "18/12",
        "2/29",
        "Dec",
        "December",
        "dic",
        "Feb",
        "February",
        "Friday",
        "viernes",
        "today",
        "tomorrow",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "business",
        "school",
        "NOF",
        "cap",
        "due",
        "date",
        "review",
        "Thanksgiving",
        "Christmas",
        "Easter",
        "may",
        "or",
        "and",
        "-",
        ",",
        ".",
        "?",
        "'",
        "/",
        "Q1",
        "th",
        "15th",
        "de",
        "el",
        "más",
        "tardar",
        "now",
        "not",
        "except",
        "3.1",
        "EL",
        "02",
        "half",
        "Monday",
        "COB",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(WORDS, max_size=8).map(" ".join),
    st.lists(WORDS, max_size=5).map("".join),
    st.from_regex(re.compile(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}")),
)
TODAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))


def two_years_after(today: date) -> date:
    return (
        today.replace(year=today.year + 2)
        if (today.month, today.day) != (2, 29)
        else date(today.year + 2, 2, 28)
    )


@settings(max_examples=600)
@given(TEXTS, TODAYS)
@example("in 9999 years", date(2013, 12, 2))
@example("30 days after 12/31/9999", date(2013, 12, 2))
@example("2 days before 1/1/0001", date(2013, 12, 2))
@example("the week of 0001-01-01", date(2013, 12, 2))
@example("the week of 9999-12-31", date(2013, 12, 2))
@example("Friday 0001-01-01", date(2013, 12, 2))
@example("Friday after 9999-12-31", date(2013, 12, 2))
@example("before 0001-01-01", date(2013, 12, 2))
@example("1000 days after 2/30/9998", date(2013, 12, 2))
@example("1000 business days after 9999-12-31", date(2013, 12, 2))
@example("1000 years before 12/18/1013", date(2013, 12, 2))
@example("\ud800 Dec 18 \x00", date(2013, 12, 2))
def test_no_text_breaks_it_and_a_sure_day_is_one_to_plan_for(text: str, today: date) -> None:
    found = read_date(text, today, {"nof": today - timedelta(days=20), "cap": today + timedelta(days=205)})
    assert (found.day is None) == (found.doubt is not None)
    assert found.day is None or today <= found.day <= two_years_after(today)
    assert list(found.choices) == sorted(set(found.choices))


@settings(max_examples=200)
@given(st.text(max_size=200) | st.lists(WORDS, max_size=30).map(" ".join))
def test_what_is_cut_off_is_the_end_of_what_was_said(text: str) -> None:
    _, rest = find_date(text, MONDAY)
    assert text.rstrip().endswith(rest) or rest in text


@settings(max_examples=300)
@given(TODAYS, st.integers(0, 300))
def test_a_day_is_found_again_in_every_spelling(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    spellings = (
        f"{day:%m/%d}", f"{day.month}/{day.day}/{day.year}", f"{day:%m/%d/%y}", f"{day:%B} {day.day}", f"{day:%b %d}",
        f"{day.day} {day:%B %Y}", f"{day:%A}, {day:%B} {day.day}, {day.year}", f"{day:%a} {day.day} {day:%b %Y}",
        day.isoformat(), f"{day.year} {day:%B} {day.day}",
    )  # fmt: skip
    assert {text: read_date(text, today).day for text in spellings} == dict.fromkeys(spellings, day)


@pytest.mark.parametrize(
    "hostile",
    [
        " " * 100_000,
        "the day before " * 10_000,
        "a week from " * 9 + "Friday",
        "1/" * 50_000,
        "9" * 100_000,
        "12/18 - " * 20_000,
        "or " * 40_000,
        "Dec " * 25_000,
        "\u0301" * 100_000,
        "." * 100_000,
        "(" * 100_000 + "18" + ")" * 100_000,
        "by " * 39,
        "on or before " * 9,
    ],
    ids=lambda text: f"{text[:12]!r}*{len(text)}",
)
def test_hostile_text_costs_no_time(hostile: str) -> None:
    read_date("2013 December 18", MONDAY)  # the library is loaded
    began = time.perf_counter()
    find_date(hostile, MONDAY, ANCHORS)
    assert time.perf_counter() - began < 0.5
