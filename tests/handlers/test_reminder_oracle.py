"""Every send time of every reminder from 2024 to 2035, beside an oracle that shares no code with the core."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from handlers.reminder_days import may_send, offset_on, send_day, send_time, until_office_hours
from store.programs import Schedule, schedules
from tests.handlers.reminder_oracle import Calendar, calendar

FIRST, LAST = 2024, 2035
SCHEDULES = {one.days: kind for kind, one in schedules("fpm").items()}  # each that is different
OFFSETS = sorted({offset for days in SCHEDULES for offset in days})


@pytest.fixture(scope="module")
def days() -> Calendar:
    """A year more on both sides: reminders of January go out in December."""
    return calendar(FIRST - 1, LAST + 2)


def due_days(days: Calendar) -> range:
    return range(days.number[FIRST, 1, 1], days.number[LAST, 12, 31] + 1)


def test_the_day_of_every_reminder_of_every_kind(days: Calendar) -> None:
    real = [date(*one) for one in days.days]
    for due in due_days(days):
        ours = [send_day(real[due], offset) for offset in OFFSETS]
        assert ours == [real[days.sends_on(due, offset)] for offset in OFFSETS], real[due]


def test_the_instant_of_every_reminder_at_every_hour(days: Calendar) -> None:
    for day in range(len(days.days)):
        if day not in days.closed:
            for hour in (None, *range(24)):
                chosen = 8 if hour is None else min(max(hour, 8), 16)
                ours = send_time(date(*days.days[day]), hour).timestamp()
                assert ours == days.moment(day, chosen), (days.days[day], hour)


def test_nothing_is_sent_on_a_closed_day_or_before_or_after_office_hours(days: Calendar) -> None:
    opened = [days.moment(day, 8) for day in range(len(days.days)) if day not in days.closed]
    closing = [days.moment(day, 17) for day in range(len(days.days)) if day not in days.closed]
    for (since, until), tomorrow in zip(zip(opened, closing, strict=True), opened[1:], strict=False):
        assert until_office_hours(_at(since)) == timedelta()
        assert until_office_hours(_at(until - 1)) == timedelta()
        assert not may_send(_at(until))
        assert until_office_hours(_at(until)) == timedelta(seconds=tomorrow - until)
        assert until_office_hours(_at(since - 1)) == timedelta(seconds=1)


@pytest.mark.parametrize("kind", SCHEDULES.values())
def test_who_plans_every_working_day_finds_each_reminder_on_its_day(kind: str, days: Calendar) -> None:
    """Of several on one day it is the nearest to the deadline, and none is late."""
    schedule = schedules("fpm")[kind]
    work = [day for day in range(len(days.days)) if day not in days.closed]
    real = {day: date(*days.days[day]) for day in work}
    for due in range(days.number[2027, 11, 1], days.number[2028, 3, 31], 7):  # leap day, holidays, year end
        expected = {days.sends_on(due, offset): offset for offset in schedule.days}
        near = [day for day in work if due - 90 < day < due + 380]
        asked = {
            day: offset_on(schedule, date(*days.days[due]), real[day], real[before])
            for before, day in pairwise(near)
        }
        assert {day: said for day, said in asked.items() if said} == {
            day: (offset, False) for day, offset in expected.items()
        }


@pytest.mark.parametrize("missed", range(1, 40))
def test_an_outage_of_any_length_leaves_one_late_reminder_at_most(missed: int, days: Calendar) -> None:
    schedule = Schedule((-30, -14, -7, -3, -1, 0, 1, 7, 11, 27), (("owner", -30),))
    work = [day for day in range(len(days.days)) if day not in days.closed]
    for at in range(work.index(days.number[2025, 12, 1]), work.index(days.number[2026, 3, 2])):
        last, today = work[at], work[at + 1 + missed]
        for due in (last + 1, last + 10, today - 1, today + 3):
            sent = [days.sends_on(due, offset) for offset in schedule.days]
            since = [number for number, day in enumerate(sent) if last < day <= today]
            said = offset_on(schedule, date(*days.days[due]), date(*days.days[today]), date(*days.days[last]))
            if since:
                assert said == (schedule.days[since[-1]], sent[since[-1]] < today)
            else:
                assert said is None


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
