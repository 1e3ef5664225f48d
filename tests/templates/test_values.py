"""Single values: dates, times, sizes and words."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.watch_files import MISSING, Missing
from store.channels import CHATS
from templates import values, words

TODAY = date(2013, 11, 26)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-23T19:02:31+00:00", "Mon 23 Nov 2026, 11:02:31 AM PST"),
        ("2026-07-04T07:00:00+00:00", "Sat 4 Jul 2026, 12:00:00 AM PDT"),
        ("2026-11-01T08:30:00+00:00", "Sun 1 Nov 2026, 1:30:00 AM PDT"),
        ("2026-11-01T09:30:00+00:00", "Sun 1 Nov 2026, 1:30:00 AM PST"),
        ("2014-01-07T07:59:59.999999+00:00", "Mon 6 Jan 2014, 11:59:59 PM PST"),
    ],
)
def test_moments_are_shown_on_a_clock_in_sacramento(moment: str, shown: str) -> None:
    assert values.pacific(moment) == shown


def test_a_moment_is_shown_in_utc_too() -> None:
    assert values.utc("2013-11-26T11:02:31-08:00") == "2013-11-26 19:02:31 UTC"


def test_the_day_of_a_moment_is_its_day_in_sacramento() -> None:
    assert values.long_date("2014-01-07T07:59:59+00:00") == "Mon 6 Jan 2014"
    assert values.long_date("2014-01-06") == "Mon 6 Jan 2014"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2014-01-06", "41 days"),
        ("2013-11-27", "1 day"),
        ("2013-11-26", "today"),
        ("2013-11-25", "1 day ago"),
        ("2009-11-26", "1,461 days ago"),
    ],
)
def test_days_left(due: str, said: str) -> None:
    assert values.days_left(due, TODAY) == said


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (49357, "48.2 KB"), (52428800, "50.0 MB")],
)
def test_sizes_are_counted_as_file_managers_do(count: int, shown: str) -> None:
    assert values.size(count) == shown


def test_an_unheard_word_gets_a_calm_sentence() -> None:
    assert words.reason("never-heard-of") == words.reason("default")


def test_codes_are_told_from_names_of_forms() -> None:
    assert all(values.is_code(code) for code in ("I-EL 02", "EL 02", "S&DATE 04", "Cal-SAFE 11"))
    assert not any(values.is_code(code) for code in ("lea_plan", "see page 2", "", "EL", "02"))


def test_what_has_no_date_comes_last() -> None:
    some: list[dict[str, Any]] = [
        {"due": None, "n": 1},
        {"due": "2014-02-01", "n": 2},
        {"due": "2014-01-01", "n": 3},
    ]
    assert [one["n"] for one in values.by_due(some)] == [3, 2, 1]


@given(st.text())
def test_cleaned_text_is_one_line_of_printable_utf_8(text: str) -> None:
    shown = values.clean(text)
    assert shown == " ".join(shown.split())
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in shown)
    shown.encode("utf-8")
    assert values.clean(shown) == shown


@given(st.text(st.characters(codec="ascii"), max_size=300), st.integers(0, 12))
def test_wrapping_loses_no_word(text: str, indent: int) -> None:
    lines = values.wrap(text, indent).splitlines()
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= values.WIDTH or " " not in line.strip() for line in lines)


@pytest.mark.parametrize("right", MISSING, ids=lambda right: right.verdict)
def test_who_sent_a_file_that_an_operator_must_mend_can_do_something_now(right: Missing) -> None:
    """It is never fetched by itself where other files of its message were filed."""
    assert re.search(r"Please (?:share|attach) it again in a day or two\.$", words.reason(right.verdict))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ana@sv.example", "ana@sv.example"),
        (None, "nobody we can name"),
        ("", "nobody we can name"),
        ("slack:T0CAIS/U0STRANGER", "an account in Slack that is linked to nobody yet (…RANGER)"),
        ("odd:T0/U0", "odd:T0/U0"),
    ],
)
def test_staff_read_who_wrote_without_a_machine_word(said: str | None, shown: str) -> None:
    assert words.sender(said) == shown


def test_every_chat_has_its_name() -> None:
    assert words._WORDS["chats"] == CHATS
