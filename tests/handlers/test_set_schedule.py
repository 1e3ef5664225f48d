"""A review reminds on days of its own: how people say them, their limits, and what is planned then."""

from datetime import UTC, date, datetime

import pytest

from handlers.set_schedule import SetSchedule, read_days, read_line
from store.review_days import WrongDays, checked_days
from tests.builders import PROGRAMS, Desk
from tests.handlers.record import HELEN, MARIA, RENEE, assert_whole
from tests.handlers.reviewing import LUIS, SAM, told
from tests.handlers.test_reminder_preview import ahead

FINDINGS = "remind sv-fpm of findings"
START = datetime(2013, 12, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("30, 7, 1 days before and 1, 7 days after", (-30, -7, -1, 1, 7)),
        ("30, 7 and 1 days before, and 1 and 7 days after", (-30, -7, -1, 1, 7)),
        ("30 days before, on the day, 1 day after", (-30, 0, 1)),
        ("2 weeks before, 3 days before; on the due date; 1 week after", (-14, -3, 0, 7)),
        ("7 days before it", (-7,)),
        ("7 before", (-7,)),
        ("7 days", None),
        ("never", None),
        ("7 days before and then daily", None),
        ("", None),
    ],
)
def test_how_days_are_said(words: str, days: tuple[int, ...] | None) -> None:
    assert read_days(words) == days


@pytest.mark.parametrize(
    ("words", "kind", "days"),
    [
        ("sv-fpm of findings 7 days before", "finding", (-7,)),
        ("the review sv-fpm of evidence 7 days before.", "upload", (-7,)),
        ("sv-fpm about uploads: 7 days before", "upload", (-7,)),
        ("sv-fpm of resolution agreements as usual", "agreement", None),
        ("sv-fpm of steps as usual", "step", None),
    ],
)
def test_of_what(words: str, kind: str, days: tuple[int, ...] | None) -> None:
    assert read_line(words, PROGRAMS) == SetSchedule("sv-fpm", kind, days)


@pytest.mark.parametrize("words", ["me of findings", "sv-fpm of lunch 7 days before", "sv-fpm of findings"])
def test_what_is_no_schedule(words: str) -> None:
    assert read_line(words, PROGRAMS) is None


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("finding", []),
        ("finding", [1.5]),
        ("finding", [True]),
        ("finding", ["7"]),
        ("finding", [-121]),
        ("finding", [121]),
        ("finding", [*range(1, 13)]),  # twelve, and the due day itself
        ("lunch", [-7]),
        ("decide_item", [-1]),
    ],
)
def test_what_days_cannot_be(kind: str, days: list[object]) -> None:
    with pytest.raises(WrongDays):
        checked_days("fpm", kind, days)


def test_what_is_due_is_told_on_its_day() -> None:
    assert checked_days("fpm", "finding", [7, -7, 7]) == (-7, 0, 7)
    assert checked_days("fpm", "step", [-7]) == (-7,)
    assert checked_days("fpm", "finding", [*range(1, 12)]) == (*range(12),)
    assert checked_days("fpm", "finding", [-120, 120]) == (-120, 0, 120)


@pytest.mark.both_databases
async def test_a_review_has_its_own_days_until_it_is_as_usual(desk: Desk) -> None:
    usual = {one[0] for one in await ahead(desk, 40, START, review="sv-fpm") if one[2] == "finding"}
    answer = await desk.send(sender=LUIS, text=f"{FINDINGS} 10 days before and 2 days after")
    assert answer["fields"]["days"] == [-10, 0, 2]
    assert answer["fields"]["on_the_day"] is True
    assert answer["fields"]["unheard"] == ["contact"]
    assert await told(desk, "schedule_set") == sorted([HELEN, LUIS, MARIA, SAM])
    own = {one[0] for one in await ahead(desk, 40, START, review="sv-fpm") if one[2] == "finding"}
    assert own == {date(2013, 12, 20), date(2013, 12, 30), date(2014, 1, 2)} != usual
    shown = (await desk.send(sender=RENEE, text="reminders of sv-fpm"))["fields"]
    assert shown["own"] == [{"kind": "finding", "days": [-10, 0, 2]}]
    answer = await desk.send(sender=RENEE, text=f"{FINDINGS} as usual")
    assert answer["fields"]["usual"] is True
    again = {one[0] for one in await ahead(desk, 40, START, review="sv-fpm") if one[2] == "finding"}
    assert again == usual
    await assert_whole(desk)


async def test_days_beyond_the_limits_change_nothing(desk: Desk) -> None:
    answer = await desk.send(sender=LUIS, text=f"{FINDINGS} 300 days before")
    assert answer["reason"] == "not_said_right"
    assert "120 days" in answer["fields"]["facts"]["lacks"]
    async with desk.store.look() as uow:
        assert await uow.review_schedules() == []
