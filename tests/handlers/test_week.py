"""A program's week: every number against a record made by hand, its day, and that it comes once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from handlers.digests_now import NO_CONTACT, QUIET
from handlers.reminder_days import week_is_due
from handlers.week import is_quiet, week_before
from parts import Parts
from reminder_loops import read_again, remind_round
from store.chats import ChatAccount
from store.models import Comment, Finding, Obligation, Person, ResolutionAgreement, Review, ReviewItem
from store.outbox import OutboxEntry
from store.reminders import Digest, Reminder
from store.unit_of_work import Actor
from tests.builders import Desk
from tests.handlers.findings import BETH, noon
from tests.handlers.record import HELEN, MARIA, RENEE
from tests.handlers.running import running

MONDAY = date(2013, 12, 16)  # the week before is that of 9 December
LAST = date(2013, 12, 12)
NOTHING = {
    "opened": 0,
    "assigned": 0,
    "resolved": 0,
    "accepted": 0,
    "returned": 0,
    "reopened": 0,
    "overdue": 0,
    "evidence_overdue": 0,
    "forms_overdue": 0,
    "ending": 0,
    "waiting": 0,
    "sent": 0,
    "skipped": 0,
    "bounced": 0,
}


def morning(day: date) -> datetime:
    """Half past eight in Sacramento, in winter."""
    return datetime(day.year, day.month, day.day, 16, 30, tzinfo=UTC)


def parts_at(desk: Desk, now: datetime) -> Parts:
    """What a round of the scheduler needs of the service, at a moment."""
    return running(desk.store, now)


async def digests_to(desk: Desk, address: str) -> list[OutboxEntry]:
    return [
        row for row in await desk.outgoing() if row.template == "deadlines_reminded" and row.to == address
    ]


async def week_told(desk: Desk, sender: str = RENEE, words: str = "week fpm") -> dict[str, Any]:
    told = await desk.send(sender=sender, text=words)
    assert told["reply"] == "week_shown", told
    return cast(dict[str, Any], told["fields"]["week"][0])


async def all_quiet(desk: Desk) -> None:
    """Of the sample: no day of it is in the week, nothing is late, nothing waits."""
    async with desk.store.begin() as uow:
        for review in await uow.session.scalars(select(Review)):
            review.nof_date = date(2013, 11, 15) if review.nof_date else None
            review.upload_due = date(2014, 6, 1) if review.upload_due else None
        for item in await uow.session.scalars(select(ReviewItem)):
            item.status, item.submitted_at = "not_started", None
        for finding in await uow.session.scalars(select(Finding)):
            finding.status, finding.due, finding.decided_at = "open", date(2014, 6, 1), None
        for duty in await uow.session.scalars(select(Obligation)):
            duty.status, duty.due, duty.decided_at = "open", date(2014, 6, 1), None
        for agreement in await uow.session.scalars(select(ResolutionAgreement)):
            agreement.status = "denied"


async def person(uow: Any, address: str) -> Person:
    found = await uow.person_at(address)
    assert found is not None
    return cast(Person, found)


@pytest.mark.both_databases
async def test_a_quiet_week_is_said_so(desk: Desk) -> None:
    await all_quiet(desk)
    desk.now = morning(MONDAY)
    told = await week_told(desk)
    assert told["counts"] == NOTHING
    assert (told["first"], told["last"]) == ("2013-12-09", "2013-12-15")
    assert (told["ending"], told["waiting"]) == ([], [])


@pytest.mark.both_databases
async def test_findings_count_where_their_days_lie(desk: Desk) -> None:
    """One opens by the day of its Notification; resolved is what was resolved and still is; Sunday's last
    second counts, Monday's first does not."""
    await all_quiet(desk)
    sunday_late = datetime(2013, 12, 16, 7, 59, 59, tzinfo=UTC)
    async with desk.store.begin() as uow:
        review = await uow.session.get_one(Review, "sv-fpm")
        review.nof_date = date(2013, 12, 15)
        of_review = (
            select(Finding).join(ReviewItem).where(ReviewItem.review_id == "sv-fpm").order_by(Finding.id)
        )
        findings = list(await uow.session.scalars(of_review))
        assert len(findings) >= 3
        findings[0].status, findings[0].decided_at = "resolved", sunday_late
        findings[1].status, findings[1].decided_at = "resolved", sunday_late + timedelta(seconds=1)
        findings[2].due = date(2013, 12, 15)
        count = len(findings)
    desk.now = morning(MONDAY)
    assert (await week_told(desk))["counts"] == NOTHING | {"opened": count, "resolved": 1, "overdue": 1}
    async with desk.store.begin() as uow:
        (await uow.session.get_one(Review, "sv-fpm")).nof_date = MONDAY
    assert (await week_told(desk))["counts"]["opened"] == 0


@pytest.mark.both_databases
async def test_evidence_is_overdue_once_for_each_review_whose_upload_day_has_passed(desk: Desk) -> None:
    await all_quiet(desk)
    desk.now = morning(MONDAY)
    async with desk.store.begin() as uow:
        review = await uow.session.get_one(Review, "sv-fpm")
        review.status, review.upload_due = "upload_open", MONDAY
    assert (await week_told(desk))["counts"] == NOTHING, "its day is today"
    async with desk.store.begin() as uow:
        (await uow.session.get_one(Review, "sv-fpm")).upload_due = MONDAY - timedelta(days=1)
    assert (await week_told(desk))["counts"] == NOTHING | {"evidence_overdue": 1}
    async with desk.store.begin() as uow:
        items = select(ReviewItem).where(ReviewItem.review_id == "sv-fpm")
        for item in await uow.session.scalars(items):
            item.status = "accepted"
    assert (await week_told(desk))["counts"] == NOTHING


@pytest.mark.both_databases
async def test_agreements_that_end_within_four_weeks_are_counted_and_named(desk: Desk) -> None:
    await all_quiet(desk)
    days = [date(2013, 12, 15), MONDAY, MONDAY + timedelta(days=28), MONDAY + timedelta(days=29)]
    async with desk.store.begin() as uow:
        of_review = (
            select(Finding).join(ReviewItem).where(ReviewItem.review_id == "sv-fpm").order_by(Finding.id)
        )
        findings = list(await uow.session.scalars(of_review))
        for finding, day in zip(findings, days, strict=False):
            made = ResolutionAgreement(
                finding_id=finding.id,
                requested_until=day,
                cap=date(2014, 6, 28),
                reason="why",
                status="approved",
                decided_until=day,
            )
            uow.session.add(made)
        expected = [day.isoformat() for day in days[: len(findings)] if MONDAY <= day <= days[2]]
    desk.now = morning(MONDAY)
    told = await week_told(desk)
    assert told["counts"]["ending"] == len(expected)
    assert [one["day"] for one in told["ending"]] == expected
    assert told["ending"][0]["lea"] == "Sierra Vista Unified"


@pytest.mark.both_databases
async def test_forms_count_for_their_own_program(desk: Desk) -> None:
    await all_quiet(desk)
    async with desk.store.begin() as uow:
        plan = await uow.session.get_one(Obligation, "sv-plan")
        plan.status, plan.decided_at = "accepted", noon(LAST)
    desk.now = morning(MONDAY)
    assert (await week_told(desk))["counts"] == NOTHING
    own = (await desk.send(sender=BETH, text="week"))["fields"]["week"]
    assert sum(one["counts"]["accepted"] for one in own) == 1
    async with desk.store.begin() as uow:
        plan = await uow.session.get_one(Obligation, "sv-plan")
        plan.status, plan.decided_at, plan.due = "open", None, date(2013, 12, 15)
    own = (await desk.send(sender=BETH, text="week"))["fields"]["week"]
    assert [sum(one["counts"][what] for one in own) for what in ("accepted", "forms_overdue")] == [0, 1]


@pytest.mark.both_databases
async def test_what_was_returned_and_reopened_is_counted_as_often_as_it_was(desk: Desk) -> None:
    await all_quiet(desk)
    async with desk.store.begin() as uow:
        by = (await person(uow, HELEN)).id
        lea = (await uow.session.get_one(Review, "sv-fpm")).lea_id
        for kind, day, review in (
            ("returned", LAST, "sv-fpm"),
            ("returned", LAST, "sv-fpm"),
            ("reopened", LAST, "cr-fpm"),
            ("comment", LAST, "sv-fpm"),
            ("reopened", MONDAY, "sv-fpm"),
        ):
            facts: dict[str, Any] = {
                "target": review,
                "text": "x",
                "by_id": by,
                "kind": kind,
                "review_id": review,
            }
            uow.session.add(Comment(lea_id=lea, made_at=noon(day), **facts))
    desk.now = morning(MONDAY)
    assert (await week_told(desk))["counts"] == NOTHING | {"returned": 2, "reopened": 1}


@pytest.mark.both_databases
async def test_reminders_are_counted_by_their_day_and_what_became_of_them(desk: Desk) -> None:
    await all_quiet(desk)
    async with desk.store.begin() as uow:
        maria = (await person(uow, MARIA)).id
        lea = (await uow.session.get_one(Review, "sv-fpm")).lea_id
        digests = [Digest(person_id=maria, day=day, made_at=noon(day)) for day in (LAST, MONDAY)]
        uow.session.add_all(digests)
        await uow.session.flush()
        for target, day, digest, why_not, program in (
            ("a", LAST, digests[0].id, None, "fpm"),
            ("b", LAST, digests[0].id, None, "fpm"),
            ("c", LAST, None, "muted", "fpm"),
            ("d", LAST, digests[0].id, "not open any more", "fpm"),
            ("e", MONDAY, digests[1].id, None, "fpm"),
            ("f", LAST, digests[0].id, None, "charter"),
        ):
            row = Reminder(
                target=target,
                kind="finding",
                due=date(2014, 1, 1),
                offset=-14,
                person_id=maria,
                planned_for=day,
                rung="owner",
                lea_id=lea,
                digest_id=digest,
                why_not=why_not,
                program_id=program,
            )
            uow.session.add(row)
        fields = {"digest": digests[0].id}
        sent = OutboxEntry(
            created_at=noon(LAST),
            channel="mail",
            to=MARIA,
            template="deadlines_reminded",
            fields=fields,
            run_at=noon(LAST),
        )
        sent.state, sent.bounced_at = "bounced", noon(LAST)
        uow.session.add(sent)
    desk.now = morning(MONDAY)
    assert (await week_told(desk))["counts"] == NOTHING | {"sent": 2, "skipped": 2, "bounced": 2}


@pytest.mark.both_databases
async def test_what_waits_longest_is_named_first(desk: Desk) -> None:
    await all_quiet(desk)
    async with desk.store.begin() as uow:
        items = list(await uow.session.scalars(select(ReviewItem).where(ReviewItem.review_id == "sv-fpm")))
        for number, item in enumerate(items[:5]):
            item.status, item.submitted_at = "submitted", noon(date(2013, 12, 10) - timedelta(days=number))
        longest = items[4].target
    desk.now = morning(MONDAY)
    told = await week_told(desk)
    assert (told["counts"]["waiting"], len(told["waiting"])) == (5, 3)
    assert (told["waiting"][0]["name"], told["waiting"][0]["day"]) == (longest, "2013-12-06")


@pytest.mark.parametrize(
    ("today", "last", "due"),
    [
        (date(2013, 12, 16), date(2013, 12, 13), True),  # a Monday
        (date(2013, 12, 17), date(2013, 12, 16), False),
        (date(2013, 12, 17), date(2013, 12, 13), True),  # nothing was planned on Monday
        (date(2013, 12, 20), date(2013, 12, 10), True),
        (date(2013, 12, 20), date(2013, 12, 16), False),
        (date(2014, 1, 20), date(2014, 1, 17), False),  # Martin Luther King Jr. Day
        (date(2014, 1, 21), date(2014, 1, 17), True),
        (date(2014, 1, 22), date(2014, 1, 21), False),
        (date(2014, 3, 10), date(2014, 3, 7), True),  # the day after the clocks went forward
        (date(2014, 12, 29), date(2014, 12, 26), True),  # the week in which a year ends
        (date(2015, 1, 2), date(2014, 12, 31), False),
        (date(2013, 12, 16), None, True),  # a new service
        (date(2013, 12, 18), None, False),
    ],
)
def test_the_week_comes_on_its_first_working_day(today: date, last: date | None, due: bool) -> None:
    assert week_is_due(today, last) is due


def test_a_week_is_seven_days_whatever_the_clocks_do() -> None:
    forward, back = week_before(date(2014, 3, 10)), week_before(date(2014, 11, 5))
    hours = [
        (one.end.astimezone(UTC) - one.start.astimezone(UTC)) // timedelta(hours=1) for one in (forward, back)
    ]
    assert hours == [167, 169]
    assert (back.first, back.after) == (date(2014, 10, 27), date(2014, 11, 3))


@pytest.mark.both_databases
async def test_a_contact_hears_of_the_week_once_whoever_plans_it(desk: Desk) -> None:
    await all_quiet(desk)
    parts = parts_at(desk, morning(MONDAY))
    await asyncio.gather(remind_round(parts), remind_round(parts))
    await remind_round(parts)
    told = await digests_to(desk, RENEE)
    assert [(one.fields["rows"], len(one.fields["week"])) for one in told] == [([], 1)]
    await remind_round(parts_at(desk, morning(MONDAY + timedelta(days=1))))
    assert len(await digests_to(desk, RENEE)) == 1
    await remind_round(parts_at(desk, morning(MONDAY + timedelta(days=7))))
    assert len(await digests_to(desk, RENEE)) == 2
    assert [one for one in await digests_to(desk, HELEN) if one.fields["week"]] == []


@pytest.mark.both_databases
async def test_a_contact_whose_mail_comes_back_has_the_week_in_their_chat(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        renee = await uow.person_at(RENEE)
        assert renee is not None
        renee.addresses[0].unreachable_at = desk.now
        uow.add(ChatAccount(account="slack:T0CAIS/U0RENEE", person_id=renee.id, linked_at=desk.now))
    await remind_round(parts_at(desk, morning(MONDAY)))
    (row,) = await digests_to(desk, "U0RENEE")
    assert [week["program"] for week in row.fields["week"]] == ["Federal Program Monitoring (FPM)"]


async def test_a_holiday_monday_is_told_of_on_tuesday(desk: Desk) -> None:
    for day in (17, 20, 21, 22):
        await remind_round(parts_at(desk, morning(date(2014, 1, day))))
        async with desk.store.database.begin() as connection:  # what waits comes with the next day's
            await connection.execute(update(OutboxEntry).values(state="sent"))
    told = [one.fields["week"] for one in await digests_to(desk, RENEE) if one.fields["week"]]
    assert [one[0]["first"] for one in told] == ["2014-01-13"]


async def test_reminders_and_the_week_are_one_message(desk: Desk) -> None:
    """What waits for a contact comes with the week in it."""
    await all_quiet(desk)
    async with desk.store.begin() as uow:
        plan = await uow.session.get_one(Obligation, "sv-plan")
        plan.status, plan.submitted_at = "submitted", noon(MONDAY - timedelta(days=30))
    for day in (MONDAY - timedelta(days=3), MONDAY, MONDAY + timedelta(days=7)):
        await remind_round(parts_at(desk, morning(day)))
    days = [one.fields["day"] for one in await digests_to(desk, BETH)]
    assert len(days) == len(set(days))
    both = [one for one in await digests_to(desk, BETH) if one.fields["week"] and one.fields["rows"]]
    assert both


async def test_a_monday_that_waits_until_tuesday_comes_with_tuesday(desk: Desk) -> None:
    """One message, with the week in it."""
    await all_quiet(desk)
    await remind_round(parts_at(desk, morning(MONDAY)))
    tuesday = MONDAY + timedelta(days=1)
    async with desk.store.begin() as uow:
        plan = await uow.session.get_one(Obligation, "sv-plan")
        plan.status, plan.submitted_at = "submitted", noon(tuesday - timedelta(days=7))
    await remind_round(parts_at(desk, morning(tuesday)))
    monday, both = await digests_to(desk, BETH)
    assert (bool(both.fields["rows"]), len(both.fields["week"])) == (True, len(monday.fields["week"]))
    assert monday.fields["week"]
    parts = parts_at(desk, morning(tuesday))
    assert await read_again(parts, [monday, both]) == ["the message of 2013-12-17 brought it", None]


async def test_the_week_is_read_again_when_it_is_said(desk: Desk) -> None:
    """Numbers are those of then; who is a contact no more hears nothing."""
    await all_quiet(desk)
    parts = parts_at(desk, morning(MONDAY))
    await remind_round(parts)
    (row,) = await digests_to(desk, RENEE)
    async with desk.store.begin() as uow:
        finding = (await uow.session.scalars(select(Finding).join(ReviewItem).limit(1))).one()
        finding.due = date(2013, 12, 2)
    assert await read_again(parts, [row]) == [None]
    assert row.fields["week"][0]["counts"]["overdue"] == 1
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=morning(MONDAY)))
        for role in (await person(uow, RENEE)).roles:
            role.ended_at = morning(MONDAY)
    assert await read_again(parts, [row]) == [NO_CONTACT]


@pytest.mark.both_databases
async def test_a_week_with_nothing_in_it_is_no_message_of_its_own(desk: Desk) -> None:
    """It is kept with the reason. What came back, or waits, is news."""
    await all_quiet(desk)
    parts = parts_at(desk, morning(MONDAY))
    await remind_round(parts)
    (row,) = await digests_to(desk, RENEE)
    assert await read_again(parts, [row]) == [QUIET]
    async with desk.store.begin() as uow:
        item = (await uow.session.scalars(select(ReviewItem).where(ReviewItem.review_id == "sv-fpm"))).first()
        assert item is not None
        item.status, item.submitted_at = "submitted", noon(date(2013, 12, 10))
    assert await read_again(parts, [row]) == [None]
    assert row.fields["week"][0]["counts"] == NOTHING | {"waiting": 1}


@pytest.mark.parametrize(
    ("count", "quiet"),
    [({}, True), ({"sent": 3, "skipped": 2}, True), *(({one: 1}, False) for one in ("bounced", "assigned"))],
)
def test_a_quiet_week_has_at_most_reminders_of_ours(count: dict[str, int], quiet: bool) -> None:
    assert is_quiet([{"counts": NOTHING}, {"counts": NOTHING | count}]) is quiet


@pytest.mark.both_databases
async def test_a_form_is_assigned_on_the_day_that_the_history_has(desk: Desk) -> None:
    await all_quiet(desk)
    desk.now = datetime(2013, 12, 9, 8, tzinfo=UTC) - timedelta(seconds=1)
    await desk.send(sender=BETH, text="assign lea_plan to Coast Range Unified due Jun 2, 2014")
    desk.now = morning(MONDAY)
    told = await week_told(desk, BETH, "week lea_planning")
    assert told["counts"] == NOTHING, "the second before it begins"
    desk.now = datetime(2013, 12, 9, 8, tzinfo=UTC)
    await desk.send(sender=BETH, text="assign lea_plan to Coast Range Unified due Jun 2, 2015")
    desk.now = morning(MONDAY)
    assert (await week_told(desk, BETH, "week lea_planning"))["counts"] == NOTHING | {"assigned": 1}
    assert (await week_told(desk))["counts"] == NOTHING, "another program's"


@pytest.mark.both_databases
async def test_a_contact_who_was_retired_has_no_week(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        renee = await person(uow, RENEE)
        assert renee.id in await uow.contacts()
        renee.retired_at = morning(MONDAY)
    async with desk.store.look() as uow:
        assert renee.id not in await uow.contacts()


async def test_foreign_programs_are_like_none(desk: Desk) -> None:
    told = await desk.send(sender=RENEE, text="week charter")
    assert told["fields"]["refusal"] == "not_one_of_yours", told
    told = await desk.send(sender=MARIA, text="week")
    assert told["fields"]["refusal"] == "not_for_your_role"
