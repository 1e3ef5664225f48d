"""Calendar files: the same day in every zone and program, whatever is in a title, read back by the library and
by a reader of our own."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar_file import calendar_feed, calendar_file
from store.reminders import CalendarEntry
from tests.bot.conftest import PLACE
from tests.bot.ics import read

CHANGED = datetime(2013, 12, 3, 18, 0, 0, 123456, tzinfo=UTC)
NAUGHTY = [
    "a,b;c:d",
    r"back\slash \n \, \;",
    "line\nbreak\r\nBEGIN:VEVENT",
    "END:VCALENDAR\r\nBEGIN:VCALENDAR",
    "ñandú 教育 👩🏽‍🏫 é" * 20,
    'quoted "name"; CN=x',
    "nul \0 bell \a escape \x1b",
    "\u2028 \u2029 \x85 \u202e rtl",
    "x" * 300,
    "<b>&amp;</b>",
    "=cmd|' /C calc'!A0",
]


def entry(**more: Any) -> CalendarEntry:
    said = {"code": "I-EL 02", "title": more.pop("title", "ELAC"), "lea": more.pop("lea", "Sierra Vista")}
    facts: dict[str, Any] = {"uid": "finding-1@cais.example", "target": "sv-fpm/I-EL 02", "kind": "finding"}
    facts |= {"lea_id": "sv", "program_id": "fpm", "review_id": "sv-fpm", "due": date(2013, 12, 30)}
    facts |= {"said": json.dumps(said), "changed_at": CHANGED, "sequence": 3, "ended": False}
    return CalendarEntry(**(facts | more))


def one_event(**more: Any) -> dict[str, str]:
    (found,) = read(calendar_file([entry(**more)], PLACE)).events
    return found


@pytest.mark.parametrize(
    ("due", "first", "after"),
    [
        (date(2013, 12, 30), "20131230", "20131231"),
        (date(2013, 12, 31), "20131231", "20140101"),  # year end
        (date(2024, 2, 29), "20240229", "20240301"),  # leap day
        (date(2023, 2, 28), "20230228", "20230301"),
        (date(2014, 3, 8), "20140308", "20140309"),  # the nights in which the clock changes
        (date(2014, 3, 9), "20140309", "20140310"),
        (date(2014, 11, 1), "20141101", "20141102"),
        (date(2014, 11, 2), "20141102", "20141103"),
    ],
)
def test_an_entry_is_its_very_day_and_no_other_in_any_zone(due: date, first: str, after: str) -> None:
    data = calendar_file([entry(due=due)], PLACE)
    event = read(data).events[0]
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == (first, after)
    assert b"TZID" not in data
    assert b"VTIMEZONE" not in data
    parsed = icalendar.Calendar.from_ical(data).events[0]
    assert (parsed.start, parsed.end, parsed.duration) == (due, due + timedelta(days=1), timedelta(days=1))
    assert type(parsed.start) is date  # a moment would be another day in Honolulu, or in Kiritimati


def test_every_day_of_a_year_stays_that_day() -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    data = calendar_feed([entry(uid=f"u{day}@d", due=day) for day in days], PLACE)
    assert [one["DTSTART;VALUE=DATE"] for one in read(data).events] == [f"{day:%Y%m%d}" for day in days]


# What each program needs to show an entry as a free whole day, to update it and to take it off again.
DIALECTS = {
    "Outlook": {"X-MICROSOFT-CDO-ALLDAYEVENT": "TRUE", "X-MICROSOFT-CDO-BUSYSTATUS": "FREE", "SEQUENCE": "3"},
    "Google": {"UID": "finding-1@cais.example", "TRANSP": "TRANSPARENT", "LAST-MODIFIED": "20131203T180000Z"},
    "Apple": {"DTSTAMP": "20131203T180000Z", "DTEND;VALUE=DATE": "20131231", "STATUS": "CONFIRMED"},
}


@pytest.mark.parametrize("program", DIALECTS)
def test_each_program_finds_what_it_looks_for(program: str) -> None:
    found = one_event()
    assert {name: found[name] for name in DIALECTS[program]} == DIALECTS[program]


def test_a_file_for_a_mail_has_a_method_and_no_name_which_would_be_another_calendar_in_outlook() -> None:
    found = read(calendar_file([entry()], PLACE)).calendar
    assert (found["METHOD"], found["VERSION"], found["CALSCALE"]) == ("PUBLISH", "2.0", "GREGORIAN")
    assert {"NAME", "X-WR-CALNAME", "X-PUBLISHED-TTL"}.isdisjoint(found)


def test_a_feed_has_its_name_and_how_often_to_come_back_in_both_spellings() -> None:
    found = read(calendar_feed([], PLACE)).calendar
    assert found["NAME"] == found["X-WR-CALNAME"] == "CAIS deadlines"
    assert found["REFRESH-INTERVAL;VALUE=DURATION"] == found["X-PUBLISHED-TTL"] == "PT4H"


def test_what_is_over_is_cancelled_and_says_so_where_a_program_ignores_that() -> None:
    found = one_event(ended=True, sequence=4)
    assert (found["STATUS"], found["SEQUENCE"]) == ("CANCELLED", "4")
    assert found["SUMMARY"] == "No longer due: finding I-EL 02 (Sierra Vista)"
    assert "Nothing is to be done" in found["DESCRIPTION"]
    assert found["UID"] == one_event()["UID"]


@pytest.mark.parametrize(
    ("kind", "target", "title"),
    [
        ("upload", "sv-fpm", "Due: evidence for I-EL 02 (Sierra Vista)"),
        ("form", "sv-plan", "Due: ELAC (Sierra Vista)"),
        ("finding", "sv-fpm/I-EL 02", "Due: finding I-EL 02 (Sierra Vista)"),
        ("agreement", "sv-fpm/I-EL 02", "Due: finding I-EL 02, as agreed (Sierra Vista)"),
        ("step", "sv-fpm/I-EL 02#2", "Due: step 2 of the agreement on I-EL 02 (Sierra Vista)"),
    ],
)
def test_a_title_stands_alone(kind: str, target: str, title: str) -> None:
    found = one_event(kind=kind, target=target)
    assert found["SUMMARY"] == title
    assert "30 Dec 2013" in found["DESCRIPTION"]


@pytest.mark.parametrize("words", NAUGHTY)
def test_a_title_breaks_out_of_nothing(words: str) -> None:
    data = calendar_file([entry(title=words, kind="form", lea=words)], PLACE)
    (found,) = read(data).events
    (parsed,) = icalendar.Calendar.from_ical(data).events
    assert found["SUMMARY"] == str(parsed["SUMMARY"])
    assert found["DESCRIPTION"] == str(parsed["DESCRIPTION"])
    assert found["DTSTART;VALUE=DATE"] == "20131230"


@settings(max_examples=200)
@given(st.text(max_size=120))
def test_no_title_breaks_a_file(words: str) -> None:
    data = calendar_file([entry(title=words, kind="form")], PLACE)
    (found,) = read(data).events
    assert found["SUMMARY"] == str(icalendar.Calendar.from_ical(data).events[0]["SUMMARY"])


def test_the_same_entries_are_the_same_bytes() -> None:
    """So that who has them already need not read them again."""
    assert calendar_feed([entry()], PLACE) == calendar_feed([entry()], PLACE)


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/Los_Angeles", "UTC", "Pacific/Kiritimati"])
def test_the_day_is_that_of_the_record_wherever_it_is_made(zone: str) -> None:
    found = one_event(changed_at=datetime(2013, 12, 30, 23, 59, tzinfo=ZoneInfo(zone)))
    assert found["DTSTART;VALUE=DATE"] == "20131230"
    assert found["DTSTAMP"].endswith("Z")
