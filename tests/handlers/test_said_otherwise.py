"""What people say to reminders in words of their own: done where it is sure, else the words for it are named."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.reminder_rows import WEEK_DAYS
from templates.timeline import SOON
from tests.builders import Desk
from tests.handlers.findings import TOM
from tests.handlers.record import MARIA, RENEE
from tests.handlers.test_argue import EL02, refusal, reply_of, wishes
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all


@pytest.fixture
async def reminded(desk: Desk) -> Desk:
    desk.now = MONDAY_BEFORE
    await remind_all(desk, MONDAY_BEFORE)
    return desk


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("remind me of EL 02 on Friday", date(2013, 12, 27)),
        ("remind me again about EL 02 tomorrow", date(2013, 12, 24)),
        ("remind me about EL 02 in 3 days", date(2013, 12, 26)),
        ("recuérdame de EL 02 el viernes", date(2013, 12, 27)),
        ("snooze EL 02 til Friday", date(2013, 12, 27)),
        ("snooze EL 02 to Friday", date(2013, 12, 27)),
        ("snooze EL 02 Friday", date(2013, 12, 27)),
    ],
)
async def test_a_day_means_later(reminded: Desk, words: str, until: date) -> None:
    row = await reminded.send(sender=MARIA, text=words)
    assert row["reply"] == "reminders_snoozed", row["fields"]
    assert await wishes(reminded) == [(EL02, "snooze", until)]


@pytest.mark.parametrize("words", ["remind me on Friday", "recuérdame el viernes", "remind me tomorrow"])
async def test_in_answer_to_a_reminder_it_means_all_of_it(reminded: Desk, words: str) -> None:
    row = await reminded.send(sender=MARIA, text=words, answers=await reply_of(MARIA, reminded))
    assert row["reply"] == "reminders_snoozed", row["fields"]


async def test_without_anything_that_it_is_about_both_forms_are_named(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="remind me next week")
    assert refusal(row) == "not_said_right"
    assert "remind me at 9" in row["fields"]["facts"]["usage"]
    assert "snooze EL 02 until" in row["fields"]["facts"]["usage"]
    assert (await reminded.send(sender=MARIA, text="remind me at 9"))["reply"] == "habit_kept"


async def test_without_a_day_it_is_asked_until_when(reminded: Desk) -> None:
    reply = await reply_of(MARIA, reminded)
    row = await reminded.send(sender=MARIA, text="snooze", answers=reply)
    assert refusal(row) == "until_when"
    days = [one["day"] for one in row["fields"]["facts"]["choices"]]
    assert days == ["2013-12-24", "2013-12-27", "2013-12-31"][: len(days)] and len(days) >= 2
    said = row["fields"]["facts"]["choices"][0]["say"]
    assert (await reminded.send(sender=MARIA, text=said, answers=reply))["reply"] == "reminders_snoozed"


async def test_next_week_is_asked_back_with_its_days(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="snooze EL 02 next week")
    assert refusal(row) == "until_when"
    choices = row["fields"]["facts"]["choices"]
    assert choices == [{"day": "2013-12-30", "say": f"snooze {EL02} until 2013-12-30"}]
    again = await reminded.send(sender=MARIA, text=choices[0]["say"])
    assert again["reply"] == "reminders_snoozed"


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("Not mine, ask Tom", "not_theirs"),
        ("no es mío", "not_theirs"),
        ("ya lo mandamos", "delivery_looked_for"),
    ],
)
async def test_an_answer_to_a_reminder_is_sure(reminded: Desk, words: str, reply: str) -> None:
    row = await reminded.send(sender=MARIA, text=words, answers=await reply_of(MARIA, reminded))
    assert row["reply"] == reply, row["fields"]


@pytest.mark.parametrize("words", ["not mine EL 02, ask Tom", "EL 02: ya lo mandamos"])
async def test_a_code_is_as_sure(reminded: Desk, words: str) -> None:
    row = await reminded.send(sender=MARIA, text=words)
    assert row["reply"] in ("not_theirs", "delivery_looked_for"), row["fields"]


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("I'm out until Dec 20", "away"),
        ("Estaré de vacaciones hasta enero", "away"),
        ("stop reminding me", "stop"),
        ("Please stop the reminders", "stop"),
        ("Please stop sending me these reminders!!", "stop"),
        ("please stop", "stop"),
        ("stop", "stop"),
        ("The bus stop is closed", ""),
        ("it is not my job", "not_me"),
        ("Good morning", ""),
    ],
)
@pytest.mark.parametrize("answers", [False, True])
async def test_what_is_not_sure_names_the_words(
    reminded: Desk, words: str, instead: str, answers: bool
) -> None:
    more: dict[str, Any] = {"answers": await reply_of(TOM, reminded)} if answers else {}
    row = await reminded.send(sender=TOM, text=words, **more)
    assert refusal(row) == "not_understood", row
    assert row["fields"]["facts"]["instead"] == instead
    assert await wishes(reminded) == []


@pytest.mark.parametrize("answers", [False, True])
async def test_who_wants_it_to_stop_is_told_words_that_are_not_refused(reminded: Desk, answers: bool) -> None:
    more: dict[str, Any] = {"answers": await reply_of(TOM, reminded)} if answers else {}
    row = await reminded.send(sender=TOM, text="please stop", **more)
    argue = row["fields"]["facts"]["argue"]
    assert [one.split()[0] for one in argue] == ["mute", "snooze", "not"]
    for words in argue:
        said = await reminded.send(sender=TOM, text=words)
        assert said["reply"] != "request_refused", (words, said["fields"])


async def test_what_is_overdue_is_not_offered_to_be_muted(reminded: Desk) -> None:
    reminded.now = datetime(2014, 2, 10, 18, tzinfo=UTC)
    answers = await reply_of(TOM, reminded)
    row = await reminded.send(sender=TOM, text="Please stop sending me these reminders!!", answers=answers)
    argue = row["fields"]["facts"]["argue"]
    assert argue and not [one for one in argue if one.startswith("mute")]


async def test_what_is_overdue_is_said_to_be_so(desk: Desk) -> None:
    desk.now = datetime(2014, 1, 10, 18, tzinfo=UTC)
    await desk.send(sender=MARIA, text="snooze EL 02 until Jan 14")
    body = [row for row in await desk.outgoing() if row.template == "request_refused"][-1]
    (row,) = body.fields["facts"]["rows"]
    assert (row["overdue"], row["latest"]) == (True, "2014-01-13")


@pytest.mark.parametrize("words", ["move due EL 02", "move due EL 02 to Jan 15 because of late data"])
async def test_the_day_of_a_finding_is_moved_by_an_agreement_only(desk: Desk, words: str) -> None:
    row = await desk.send(sender=RENEE, text=words)
    assert refusal(row) == "day_of_finding"


def test_a_picture_and_its_text_have_one_border() -> None:
    assert SOON == WEEK_DAYS
