"""What people say to reminders: later, no more, again; only of their own, and never beyond the day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.buttons import buttons_of
from handlers.messages import ReturnAddress
from handlers.reminder_rows import snooze_words
from store.deadline import Deadline
from tests.builders import ANA, Desk
from tests.handlers.findings import TOM, request
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

EL02 = "sv-fpm/I-EL 02"


@pytest.fixture
async def reminded(desk: Desk) -> Desk:
    """Monday, 23 December: the findings of Sierra Vista are due a week later."""
    desk.now = MONDAY_BEFORE
    await remind_all(desk, MONDAY_BEFORE)
    return desk


async def reply_of(who: str, desk: Desk) -> tuple[str, ...]:
    """What an answer to somebody's newest reminder carries."""
    found = [row for row in await desk.outgoing() if row.template == "deadlines_reminded" and row.to == who]
    return (found[-1].message_id or "",)


async def wishes(desk: Desk) -> list[tuple[str, str, date | None]]:
    async with desk.store.look() as uow:
        return [(one.target, one.kind, one.until) for one in await uow.reminder_wishes()]


def refusal(row: dict[str, Any]) -> str:
    return str(row["fields"].get("refusal", ""))


@pytest.mark.both_databases
async def test_one_finding_is_silent_until_the_day(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="snooze EL 02 until Friday")
    assert row["reply"] == "reminders_snoozed", row["fields"]
    assert row["fields"]["rows"][0]["until"] == "2013-12-27"
    assert await wishes(reminded) == [(EL02, "snooze", date(2013, 12, 27))]
    await assert_whole(reminded)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("snooze EL 02 3 days", date(2013, 12, 26)),
        ("snooze EL 02 for 3 days", date(2013, 12, 26)),
        ("snooze EL 02 until Dec 24", date(2013, 12, 24)),
        ("snooze sv-fpm/EL 02 until 2013-12-30", date(2013, 12, 30)),
        ("snooze EL 02 tomorrow", date(2013, 12, 24)),
        ("snooze EL 02 5 days", date(2013, 12, 30)),  # a Saturday: the next working day
        ("posponer EL 02 hasta el viernes", date(2013, 12, 27)),
        ("posponer EL 02 3 días", date(2013, 12, 26)),
    ],
)
async def test_the_day_is_read_as_people_say_it(reminded: Desk, words: str, until: date) -> None:
    row = await reminded.send(sender=MARIA, text=words)
    assert row["reply"] == "reminders_snoozed", row["fields"]
    assert await wishes(reminded) == [(EL02, "snooze", until)]


async def test_an_answer_to_a_reminder_snoozes_everything_in_it(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="snooze 3 days", answers=await reply_of(MARIA, reminded))
    assert row["reply"] == "reminders_snoozed", row["fields"]
    (digest,) = [
        one.fields
        for one in await reminded.outgoing()
        if one.to == MARIA and one.template == "deadlines_reminded"
    ]
    assert {target for target, *_ in await wishes(reminded)} == {one["name"] for one in digest["rows"]}


async def test_somebody_elses_reminder_is_nobodys_answer(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="snooze 3 days", answers=await reply_of(TOM, reminded))
    assert refusal(row) == "not_said_right"
    assert await wishes(reminded) == []


async def test_no_reminder_waits_beyond_its_day(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="snooze EL 02 until Dec 31")
    assert refusal(row) == "snooze_too_long"
    assert row["fields"]["facts"]["rows"][0]["say"] == f"snooze {EL02} until 2013-12-30"
    again = await reminded.send(sender=MARIA, text=row["fields"]["facts"]["rows"][0]["say"])
    assert again["reply"] == "reminders_snoozed"


async def test_what_is_overdue_waits_until_the_next_working_day(desk: Desk) -> None:
    desk.now = datetime(2014, 1, 10, 18, tzinfo=UTC)  # a Friday
    row = await desk.send(sender=MARIA, text="snooze EL 02 until Jan 14")
    assert row["fields"]["facts"]["rows"][0]["latest"] == "2014-01-13"
    row = await desk.send(sender=MARIA, text="snooze EL 02 until Jan 13")
    assert row["reply"] == "reminders_snoozed"


async def test_on_its_day_nothing_can_wait(desk: Desk) -> None:
    desk.now = datetime(2013, 12, 30, 18, tzinfo=UTC)
    row = await desk.send(sender=MARIA, text="snooze EL 02 tomorrow")
    assert row["fields"]["facts"]["rows"][0]["latest"] is None


@pytest.mark.parametrize("said", ["yesterday", "2013-12-20", "last Friday"])
async def test_of_a_day_that_is_over_it_hears_which_days_work_and_they_do(reminded: Desk, said: str) -> None:
    row = await reminded.send(sender=MARIA, text=f"snooze EL 02 until {said}")
    assert refusal(row) == "day_passed", row["fields"]
    facts = row["fields"]["facts"]
    assert (facts["first"], facts["last"]) == ("2013-12-24", "2013-12-30")
    for words in (f"snooze EL 02 until {facts['first']}", *facts["say"]):
        assert (await reminded.send(sender=MARIA, text=words))["reply"] == "reminders_snoozed"


async def test_on_the_last_day_no_day_is_offered(desk: Desk) -> None:
    desk.now = datetime(2013, 12, 30, 20, tzinfo=UTC)
    row = await desk.send(sender=MARIA, text="snooze EL 02 until yesterday")
    assert refusal(row) == "snooze_too_long"


async def test_a_snoozed_reminder_does_not_come_and_wakes_on_its_day(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="snooze EL 02 until Friday")
    for day in (24, 26, 27):
        await remind_all(reminded, datetime(2013, 12, day, 17, tzinfo=UTC))
    async with reminded.store.look() as uow:
        maria = (await uow.person_at(MARIA)).id  # type: ignore[union-attr]
        found = [one for number in range(1, 60) for one in await uow.reminders_in(number)]
    woken = [one.planned_for for one in found if one.person_id == maria and one.target == EL02]
    assert woken == [date(2013, 12, 23), date(2013, 12, 27)]


@pytest.mark.both_databases
async def test_muted_while_others_hear_and_woken_again(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="mute EL 02")
    assert row["reply"] == "reminders_muted", row["fields"]
    assert row["fields"]["rows"][0]["others"] > 0
    row = await reminded.send(sender=MARIA, text="unmute EL 02")
    assert row["reply"] == "reminders_woken"
    assert await wishes(reminded) == []
    assert refusal(await reminded.send(sender=MARIA, text="wake EL 02")) == "no_wish"


async def test_the_last_one_who_hears_cannot_mute(reminded: Desk) -> None:
    assert (await reminded.send(sender=TOM, text="mute EL 02"))["reply"] == "reminders_muted"
    row = await reminded.send(sender=MARIA, text="mute EL 02")
    assert refusal(row) == "not_muted"
    assert row["fields"]["facts"]["manages"]
    assert [who for _, who, _ in await wishes(reminded)] == ["mute"]


async def test_whom_nothing_reaches_does_not_hear(reminded: Desk) -> None:
    async with reminded.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        for one in tom.addresses:
            one.unreachable_at = reminded.now
    assert refusal(await reminded.send(sender=MARIA, text="mute EL 02")) == "not_muted"


async def test_what_was_muted_is_heard_of_once_it_is_overdue(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="mute EL 02")
    await remind_all(reminded, datetime(2013, 12, 30, 17, tzinfo=UTC))
    await remind_all(reminded, datetime(2013, 12, 31, 17, tzinfo=UTC))
    async with reminded.store.look() as uow:
        maria = (await uow.person_at(MARIA)).id  # type: ignore[union-attr]
        found = [one for number in range(1, 90) for one in await uow.reminders_in(number)]
    days = [one.planned_for for one in found if one.person_id == maria and one.target == EL02]
    assert days == [date(2013, 12, 23), date(2013, 12, 31)]


async def test_another_leas_finding_is_nowhere(reminded: Desk) -> None:
    for text in ("snooze sv-fpm/EL 02 3 days", "mute sv-fpm/EL 02", "wake sv-fpm/EL 02"):
        assert refusal(await reminded.send(sender=PRIYA, text=text)) == "not_one_of_yours"


async def test_evidence_is_due_with_its_review(reminded: Desk) -> None:
    row = await reminded.send(sender=PRIYA, text="snooze I-EL 01 tomorrow")
    assert row["fields"]["rows"][0]["name"] == "cr-fpm"
    row = await reminded.send(sender=PRIYA, text="snooze cr-fpm until 2013-12-24")
    assert row["fields"]["rows"][0]["name"] == "cr-fpm"


async def test_a_reviewer_snoozes_what_waits_for_them(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="respond EL 02: the election was held")
    row = await reminded.send(sender=HELEN, text="snooze sv-fpm/EL 02 3 days")
    assert row["reply"] == "reminders_snoozed", row["fields"]
    row = await reminded.send(sender=HELEN, text="snooze sv-fpm/EL 02 until Jan 30 2014")
    assert refusal(row) == "snooze_too_long"


async def test_nothing_of_what_is_in_is_reminded(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="respond EL 02: the election was held")
    assert refusal(await reminded.send(sender=ANA, text="snooze EL 02 3 days")) == "nothing_reminded"


async def test_a_step_whose_day_has_passed_lets_the_agreement_wait(desk: Desk) -> None:
    """Nothing says that a step is done; what is left of the agreement is due in June."""
    await request(desk)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    desk.now = datetime(2014, 3, 17, 17, tzinfo=UTC)
    row = await desk.send(sender=MARIA, text="snooze EL 02 7 days")
    assert row["reply"] == "reminders_snoozed", row["fields"]
    assert row["fields"]["rows"][0]["kind"] == "agreement"


@pytest.mark.parametrize(
    ("due", "kind", "words"),
    [
        (date(2013, 12, 20), "finding", "until 2013-12-24"),  # overdue
        (date(2013, 12, 23), "finding", ""),
        (date(2013, 12, 24), "finding", "until 2013-12-24"),
        (date(2013, 12, 25), "finding", "until 2013-12-24"),  # Christmas
        (date(2013, 12, 26), "finding", "3 days"),
        (date(2013, 12, 28), "finding", "3 days"),  # a Saturday
        (date(2013, 11, 1), "decide_item", "3 days"),
    ],
)
def test_what_may_wait_is_offered_for_as_long_as_it_may(due: date, kind: Any, words: str) -> None:
    one = Deadline(kind, EL02, "sierra-vista", "fpm", "sv-fpm", "I-EL 02", "", due, "open")
    assert snooze_words([one], date(2013, 12, 23)) == words


@pytest.mark.parametrize(
    ("snooze", "may"), [({"snooze": "3 days"}, True), ({"snooze": "until 2013-12-24"}, False), ({}, False)]
)
def test_a_button_snoozes_only_what_may_wait_so_long(snooze: dict[str, str], may: bool) -> None:
    """Rows of before this was told have no button."""
    row = {
        "name": EL02,
        "code": "I-EL 02",
        "lea": "",
        "do": "look",
        "say": f"status {EL02}",
        "kind": "finding",
        "due": "2013-12-28",
    } | snooze
    offered = buttons_of("deadlines_reminded", {"day": "2013-12-23", "rows": [row]})
    assert ("snooze" in {one.label for one in offered}) is may


async def test_several_are_put_off_at_once(reminded: Desk) -> None:
    row = await reminded.send(sender=TOM, text="snooze EL 02, EL 14 and CE 08 until Friday")
    assert row["reply"] == "reminders_snoozed", row
    assert {one["code"] for one in row["fields"]["rows"]} == {"I-EL 02", "IV-EL 14", "II-CE 08"}
    assert len(await wishes(reminded)) == 3


async def test_everything_needs_a_reminder_that_it_answers(reminded: Desk) -> None:
    words = "snooze everything until Friday"
    assert refusal(await reminded.send(sender=TOM, text=words)) == "not_said_right"
    row = await reminded.send(sender=TOM, text=words, answers=await reply_of(TOM, reminded))
    assert len(row["fields"]["rows"]) > 1


async def test_a_day_that_is_no_working_day_is_said_to_be_none(reminded: Desk) -> None:
    row = await reminded.send(sender=TOM, text="snooze sv-plan until Saturday")
    assert row["fields"]["day"] == "2013-12-28"
    assert (await reminded.send(sender=TOM, text="snooze EL 02 until Friday"))["fields"]["day"] is None


async def test_an_answer_to_our_answer_to_an_answer_to_a_reminder_is_about_that_reminder(
    reminded: Desk,
) -> None:
    """Some mail programs name only the last message of a thread."""
    digest = await reply_of(TOM, reminded)
    back = ReturnAddress("mail", TOM, "Re: 3 due", "<first@sierravista.example>", digest)
    asked = await reminded.send(sender=TOM, text="snooze", answers=digest, reply_to=back)
    assert refusal(asked) == "until_when"
    assert len(asked["fields"]["facts"]["rows"]) > 1
    last = await reminded.reply_to(asked["id"])
    row = await reminded.send(sender=TOM, text="snooze until 2013-12-26", answers=last)
    assert row["reply"] == "reminders_snoozed", row
    assert len(row["fields"]["rows"]) == len(asked["fields"]["facts"]["rows"])


async def test_somebody_elses_reminder_up_the_thread_is_none_of_theirs(reminded: Desk) -> None:
    digest = await reply_of(TOM, reminded)
    back = ReturnAddress("mail", MARIA, "Re: 3 due", "<first@sierravista.example>", digest)
    asked = await reminded.send(sender=MARIA, text="hello", answers=digest, reply_to=back)
    last = await reminded.reply_to(asked["id"])
    assert refusal(await reminded.send(sender=MARIA, text="snooze 3 days", answers=last)) == "not_said_right"
