"""A review's reminders pause for a while, and what the people of the state see of reminders."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

import handlers.remind as reminding
from store.reminders import ReviewPause
from tests.builders import NOW, Desk
from tests.handlers.findings import BETH, TOM
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE, assert_whole
from tests.handlers.reviewing import LUIS, SAM, bring_review, told
from tests.handlers.test_reminder_preview import really

PAUSE = "pause reminders of sv-fpm until Jan 15 because the office is closed"
WEEK_BEFORE = datetime(2013, 12, 23, 17, tzinfo=UTC)


async def pauses(desk: Desk) -> list[tuple[str, str, bool]]:
    async with desk.store.look() as uow:
        found = [one for number in range(1, 9) if (one := await uow.session.get(ReviewPause, number))]
    return [(one.review_id, str(one.until), one.ended_at is not None) for one in found]


async def reminded(desk: Desk, now: datetime) -> set[str]:
    """Who gets a message on a day."""
    async with desk.store.look() as uow:
        owed = await reminding.plan_of(now.date(), uow)
        people = await uow.people_by_number({*reminding.by_person(owed)})
    return {one.name for one in people.values()}


@pytest.mark.both_databases
async def test_who_coordinates_and_the_team_are_told_and_what_stays_due(desk: Desk) -> None:
    assert "Maria Delgado" in await reminded(desk, WEEK_BEFORE)
    answer = await desk.send(sender=LUIS, text=PAUSE)
    assert answer["state"] == "done"
    assert (answer["fields"]["until"], answer["fields"]["told"]) == ("2014-01-15", 3)
    assert {one["code"] for one in answer["fields"]["due"]} >= {"I-EL 02", "II-CE 08"}
    assert await told(desk, "reminders_paused") == sorted([HELEN, LUIS, MARIA, SAM])
    assert "Maria Delgado" not in await reminded(desk, WEEK_BEFORE)
    assert "Maria Delgado" in await reminded(desk, datetime(2014, 1, 15, 17, tzinfo=UTC))
    await assert_whole(desk)


async def test_no_due_day_moves(desk: Desk) -> None:
    before = (await desk.export())["findings"]
    await desk.send(sender=LUIS, text=PAUSE)
    assert (await desk.export())["findings"] == before


@pytest.mark.both_databases
async def test_a_new_pause_ends_the_one_before_and_resuming_ends_all(desk: Desk) -> None:
    await desk.send(sender=LUIS, text=PAUSE)
    await desk.send(sender=RENEE, text=PAUSE.replace("15", "8"))
    assert await pauses(desk) == [("sv-fpm", "2014-01-15", True), ("sv-fpm", "2014-01-08", False)]
    answer = await desk.send(sender=LUIS, text="resume reminders of sv-fpm")
    assert answer["fields"]["was"] == "2014-01-08"
    assert [ended for *_, ended in await pauses(desk)] == [True, True]
    assert "Maria Delgado" in await reminded(desk, WEEK_BEFORE)
    again = await desk.send(sender=LUIS, text="resume reminders of sv-fpm")
    assert again["reason"] == "not_paused"
    await assert_whole(desk)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PAUSE.replace("Jan 15", "Jan 31"), ""),  # 60 days after 2 December
        (PAUSE.replace("Jan 15", "Feb 1"), "pause_too_long"),
        (PAUSE.replace("Jan 15", "today"), "not_said_right"),
        (PAUSE.replace("Jan 15", "spring"), "day_not_sure"),
        (PAUSE.replace("the office is closed", "…"), "not_said_right"),
        ("pause reminders of sv-fpm", "not_said_right"),
        ("pause reminders of sv-fpm because the office is closed", "not_said_right"),
        ("pause reminders of sv-fpm until Jan 15", "not_said_right"),
        ("pause reminders of xx-fpm until Jan 15 because why", "not_one_of_yours"),
    ],
)
async def test_how_long_until_when_and_why(desk: Desk, text: str, reason: str) -> None:
    answer = await desk.send(sender=LUIS, text=text)
    assert answer["reason"] == reason
    assert bool(await pauses(desk)) == (reason == "")
    if reason == "pause_too_long":
        assert answer["fields"]["facts"]["latest"] == "2014-01-31"


async def test_of_a_day_that_is_over_it_hears_which_days_work_and_they_do(desk: Desk) -> None:
    answer = await desk.send(sender=LUIS, text=PAUSE.replace("Jan 15", "yesterday"))
    facts = answer["fields"]["facts"]
    assert answer["reason"] == "day_passed"
    assert (facts["day"], facts["first"], facts["last"]) == ("2013-12-01", "2013-12-03", "2014-01-31")
    for day in (facts["first"], facts["last"]):
        done = await desk.send(sender=LUIS, text=PAUSE.replace("Jan 15", day))
        assert (done["reply"], done["fields"]["until"]) == ("reminders_paused", day)
    said = await desk.send(sender=LUIS, text=facts["say"][0])
    assert said["fields"]["why"] == ["the office is closed"]


@pytest.mark.parametrize(
    ("who", "text", "side"),
    [
        (HELEN, PAUSE, "leaders"),
        (HELEN, "resume reminders of sv-fpm", "leaders"),
        (HELEN, "remind sv-fpm of findings 7 days before", "leaders"),
        (LUIS, "week", "contacts"),
    ],
)
async def test_whoever_may_not_hears_who_may(desk: Desk, who: str, text: str, side: str) -> None:
    facts = (await desk.send(sender=who, text=text))["fields"]["facts"]
    assert facts["side"] == side


async def test_a_review_that_is_over_has_nothing_to_pause(desk: Desk) -> None:
    await bring_review(desk, "completed")
    assert (await desk.send(sender=LUIS, text=PAUSE.replace("sv", "cr")))["reason"] == "not_now"


async def test_a_pause_shows_in_the_preview_the_list_and_the_status(desk: Desk) -> None:
    await desk.send(sender=LUIS, text=PAUSE)
    ahead = (await desk.send(sender=RENEE, text="preview reminders of sv-fpm for 30 days"))["fields"]
    assert ahead["messages"] == []
    assert {one["why_not"] for one in ahead["left_out"]} == {"paused"}
    shown = (await desk.send(sender=RENEE, text="reminders of sv-fpm"))["fields"]
    assert shown["paused"] == "2014-01-15"
    for who in (RENEE, MARIA):
        assert (await desk.send(sender=who, text="status sv-fpm"))["fields"]["paused"] == "2014-01-15"
    await desk.send(sender=LUIS, text="resume reminders of sv-fpm")
    assert (await desk.send(sender=MARIA, text="status sv-fpm"))["fields"]["paused"] is None


def names(fields: dict[str, Any]) -> set[str | None]:
    rows = [*fields["messages"], *fields["left_out"]]
    return {one["person"]["name"] if one["person"] else None for one in rows}


async def test_a_preview_names_an_leas_people_to_who_may_list_users(desk: Desk) -> None:
    desk.now = WEEK_BEFORE
    to_contact = (await desk.send(sender=RENEE, text="preview reminders for 14 days"))["fields"]
    assert {"Maria Delgado", "Tom Okafor"} <= names(to_contact)
    to_leader = (await desk.send(sender=LUIS, text="preview reminders for 14 days"))["fields"]
    assert names(to_leader).isdisjoint({"Maria Delgado", "Tom Okafor", "Priya Nair"})
    assert None in names(to_leader)
    assert MARIA not in str(to_leader)


async def test_a_preview_holds_nothing_of_other_programs(desk: Desk) -> None:
    desk.now = WEEK_BEFORE
    fpm = str((await desk.send(sender=RENEE, text="preview reminders for 60 days"))["fields"])
    forms = str((await desk.send(sender=BETH, text="preview reminders for 60 days"))["fields"])
    helens = str((await desk.send(sender=HELEN, text="preview reminders of sv-fpm for 60 days"))["fields"])
    assert "sv-fpm" in fpm and "cr-fpm" in fpm and "sv-plan" not in fpm and "hl-" not in fpm
    assert "sv-plan" in forms and "fpm" not in forms
    assert "sv-fpm" in helens and "cr-fpm" not in helens
    assert (await desk.send(sender=MARIA, text="preview reminders"))["reason"] == "not_for_your_role"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("preview reminders", 7),
        ("preview reminders for 14 days", 14),
        ("preview reminders of sv-fpm for the next 2 weeks", 14),
        ("Preview reminders for a week.", 7),
        ("preview reminders for 0 days", None),
        ("preview reminders for 500 days", None),
    ],
)
async def test_for_how_many_days(desk: Desk, text: str, days: int | None) -> None:
    answer = await desk.send(sender=RENEE, text=text)
    if days is None:
        assert answer["reason"] == "not_said_right"
    else:
        first, last = (date.fromisoformat(answer["fields"][one]) for one in ("first", "last"))
        assert (last - first).days == days


@pytest.mark.both_databases
async def test_what_became_of_a_reviews_reminders(desk: Desk) -> None:
    await really(desk, 4)
    desk.now = WEEK_BEFORE
    shown = (await desk.send(sender=RENEE, text="reminders of sv-fpm"))["fields"]
    sent = {(one["person"]["name"], one["code"], one["channel"], one["state"]) for one in shown["sent"]}
    assert ("Maria Delgado", "I-EL 02", "mail", "waiting") in sent
    assert {one["day"] for one in shown["sent"]} == {"2013-12-23"}
    assert shown["next"][0]["day"] == "2013-12-27"
    to_helen = (await desk.send(sender=HELEN, text="reminders of sv-fpm"))["fields"]
    assert {one["person"] for one in to_helen["sent"] if one["role"] in ("owner", "coordinator")} == {None}
    assert MARIA not in str(to_helen)
    for who in (MARIA, PRIYA, GUS):
        refused = await desk.send(sender=who, text="reminders of sv-fpm")
        assert refused["reason"] in ("not_for_your_role", "not_one_of_yours")


@pytest.mark.both_databases
async def test_a_try_goes_to_oneself_and_counts_as_no_reminder(desk: Desk) -> None:
    desk.now = WEEK_BEFORE
    answer = await desk.send(sender=TOM, text="test reminder")
    assert (answer["reply"], answer["fields"]["test"], answer["fields"]["digest"]) == (
        "deadlines_reminded",
        True,
        0,
    )
    assert {one["code"] for one in answer["fields"]["rows"]} >= {"I-EL 02", "II-CE 08"}
    assert {one["code"] for one in answer["fields"]["timeline"]["rows"]} >= {"I-EL 02", "II-CE 08"}
    assert {row.to for row in await desk.outgoing()} == {TOM}
    async with desk.store.look() as uow:
        assert await uow.reminders_on(WEEK_BEFORE.date()) == []
        assert await uow.keys_planned_for(WEEK_BEFORE.date()) == set()
    assert "Tom Okafor" in await reminded(desk, WEEK_BEFORE)
    nothing = await desk.send(sender="tokafor@sierravista.example", text="dry run: test reminder")
    assert nothing["state"] == "done"
    await assert_whole(desk)


async def test_a_reviewer_tries_what_they_decide(desk: Desk) -> None:
    desk.now = NOW
    assert (await desk.send(sender=HELEN, text="test reminder"))["reply"] in (
        "deadlines_reminded",
        "nothing_to_remind",
    )
