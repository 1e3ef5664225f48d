"""The status of a review tells the state when somebody was reminded last, and who is next: rungs, no names."""

from typing import Any

from tests.builders import Desk
from tests.handlers.record import HELEN, MARIA, RENEE
from tests.handlers.test_newest_reminder import sent
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all


async def status(desk: Desk, who: str) -> dict[str, Any]:
    row = await desk.send(sender=who, text="status sv-fpm")
    assert row["reply"] == "review_status_shown", row["fields"]
    return row["fields"]  # type: ignore[no-any-return]


async def test_the_last_reminder_and_who_is_next(desk: Desk) -> None:
    desk.now = MONDAY_BEFORE
    before = (await status(desk, HELEN))["reminded"]
    assert (before["last"], before["next"]["day"]) == (None, "2013-12-23")
    await remind_all(desk, MONDAY_BEFORE)
    assert (await status(desk, HELEN))["reminded"]["last"] is None  # it has not gone out yet
    await sent(desk)
    for who in (HELEN, RENEE):
        told = (await status(desk, who))["reminded"]
        assert told["last"]["day"] == "2013-12-23"
        assert told["last"]["rung"] in ("owner", "coordinator")
        assert told["next"]["day"] > "2013-12-23"
        assert "Maria" not in str(told)


async def test_an_lea_is_told_nothing_of_it(desk: Desk) -> None:
    desk.now = MONDAY_BEFORE
    await remind_all(desk, MONDAY_BEFORE)
    await sent(desk)
    assert (await status(desk, MARIA))["reminded"] is None
