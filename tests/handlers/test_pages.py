"""Pages and periods: what was said of a file is kept, and checked against the file itself."""

from typing import Any

import pytest

from handlers.grammar import leading_pages, pages
from handlers.pages import extent_words, pages_fit
from handlers.period import period_of
from tests.builders import Desk, a_file
from tests.handlers.record import MARIA, assert_whole
from tests.handlers.rows import filings

PAGES, BOOK = {"pages": 12}, {"sheets": {"Ledger": 80}}


@pytest.mark.parametrize(
    ("said", "extent", "fit"),
    [
        (None, None, "fits"),
        ("3-5", PAGES, "fits"),
        ("12", PAGES, "fits"),
        ("40", PAGES, "beyond"),
        ("0-3", PAGES, "beyond"),
        ("3, 9-13", PAGES, "beyond"),
        ("40", None, "unchecked"),
        ("40", BOOK, "unchecked"),
        ("sheet Ledger rows 10-80", BOOK, "fits"),
        ("sheet ledger", BOOK, "fits"),
        ("sheet Ledger rows 10-81", BOOK, "beyond"),
        ("sheet Notes", BOOK, "beyond"),
        ("sheet Ledger", PAGES, "unchecked"),
        ("sheet Ledger", None, "unchecked"),
    ],
)
def test_named_pages_are_checked(said: str | None, extent: dict[str, Any] | None, fit: str) -> None:
    assert pages_fit(said, extent) == fit


def test_an_extent_is_said_in_words() -> None:
    assert [extent_words(one) for one in (None, {"pages": 1}, PAGES, BOOK)] == [
        "",
        "1 page",
        "12 pages",
        "Ledger (80 rows)",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("sheet Ledger rows 10-80", "sheet Ledger rows 10-80"),
        ('sheet "General Ledger", rows 1 to 9', "sheet General Ledger rows 1-9"),
        ("sheet Ledger", "sheet Ledger"),
        ("sheet attached", None),
        ("p. 4-9", "4-9"),
    ],
)
def test_sheets_are_read_like_pages(text: str, kept: str | None) -> None:
    assert pages(text) == leading_pages(text)[0] == kept


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("subject", "extent", "kept", "fit"),
    [
        ("EL 02 p. 3-5", PAGES, "3-5", "fits"),
        ("EL 02 p. 40", PAGES, "40", "beyond"),
        ("EL 02 p. 40", None, "40", "unchecked"),
        ("EL 02 sheet Ledger rows 10-80", BOOK, "sheet Ledger rows 10-80", "fits"),
    ],
)
async def test_a_file_without_such_pages_is_filed_all_the_same(
    desk: Desk, subject: str, extent: dict[str, Any] | None, kept: str, fit: str
) -> None:
    answer = await desk.send(subject=subject, files=(a_file(extent=extent),))
    (line,) = answer["fields"]["files"][0]["targets"]
    assert (line["pages"], line["fit"], answer["verdicts"][0]["verdict"]) == (kept, fit, "filed")
    assert [one.pages for one in await filings(desk)] == [kept]
    shown = await desk.send(text="status EL 02")
    assert shown["fields"]["items"][0]["documents"][0]["fit"] == fit
    await assert_whole(desk)


PERIODS = [
    "2012-13",
    "school year 2012-13",
    "2012-2013",
    "2013",
    "7/1/2012 - 6/30/2013",
    "Aug 2012 to Jun 2013",
]
PERIODS += ["2012-07-01 to 2013-06-30", "1 July 2012 - 30 June 2013", "July 1, 2012 through June 30, 2013"]


@pytest.mark.parametrize("said", PERIODS)
def test_a_period_is_kept_as_it_was_said(said: str) -> None:
    found = period_of(f"Hello\n covers: {said}\nAna")
    assert found is not None
    assert (found.said, found.sure) == (said, True)


@pytest.mark.parametrize(
    "said", ["2012-14", "6/30/2013 - 7/1/2012", "13/40/2012", "last year", "the ELAC roster", "1-2: EL 02"]
)
def test_other_words_are_no_period(said: str) -> None:
    found = period_of(f"period: {said}")
    assert found is not None
    assert not found.sure


def test_a_word_in_a_sentence_is_no_such_line() -> None:
    assert period_of("This covers: nothing much, the period was short") is None


async def test_the_period_is_on_the_filing_and_in_the_receipt(desk: Desk) -> None:
    answer = await desk.send(subject="EL 02", text="covers: 2012-13", files=(a_file(),))
    assert [one.covers for one in await filings(desk)] == ["2012-13"]
    assert answer["fields"]["files"][0]["covers"] == "2012-13"
    other = await desk.send(subject="EL 06", text="period: last year", files=(a_file("b", b"b"),))
    assert other["fields"]["period"] == {"said": "last year", "sure": False}
    assert [one.covers for one in await filings(desk)] == ["2012-13", None]


@pytest.mark.parametrize(
    ("name", "part"), [("needs assessment.pdf", "needs assessment"), ("plan and checklist.pdf", None)]
)
async def test_the_part_of_a_form_is_known_where_one_is_named(
    desk: Desk, name: str, part: str | None
) -> None:
    answer = await desk.send(sender=MARIA, subject="title_iii_y2", files=(a_file(name),))
    assert [one.part for one in await filings(desk)] == [part]
    missing = answer["fields"]["progress"][0]["missing"]
    assert ("needs assessment" in missing) == (part is None)
    assert "assurance page signed by board president / superintendent / EL coordinator" in missing
