"""What will be said on the coming days: the very plans that the scheduler will make, and nothing is written."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import handlers.remind as reminding
from handlers.deadlines import is_business_day
from handlers.reminder_plan import next_rung
from handlers.reminder_preview import Wanted, day_by_day, foreseen
from handlers.reminder_standing import standing_on
from handlers.reminder_view import faces_of, left_out_rows, message_rows, sees_everybody
from store.reaching import Reach
from store.reminders import Absence, ReminderHabit, ReminderWish, ReviewPause
from store.unit_of_work import Actor, UnitOfWork
from tests.builders import Desk
from tests.handlers.findings import TOM, respond
from tests.handlers.record import GUS, MARIA, PRIYA, RENEE
from tests.handlers.rows import set_finding
from tests.handlers.test_digest import owed_to, said_to
from tests.handlers.test_remind import remind_all

# The sample's findings are due on Monday 30 December 2013.
START = datetime(2013, 12, 20, 16, tzinfo=UTC)  # Friday, 8:00 in Sacramento
Said = set[tuple[date, str, str, int, int, str]]


async def ahead(desk: Desk, days: int, now: datetime = START, **wanted: Any) -> Said:
    async with desk.store.look() as uow:
        found = await foreseen(days, now, uow, Wanted(**wanted))
    return {
        (one.day, one.owed.deadline.target, one.owed.deadline.kind, *one.owed.key[3:], one.owed.why_not)
        for one in found
    }


async def really(desk: Desk, days: int) -> Said:
    """What the scheduler plans, day by day, when nobody does anything."""
    said: Said = set()
    for day in (START + timedelta(days=count) for count in range(days + 1)):
        if not is_business_day(day.date()):
            continue
        async with desk.store.look() as uow:
            owed = await reminding.plan_of(day.date(), uow)
        async with desk.store.begin() as uow:
            await reminding.remind(reminding.by_person(owed), day.date(), uow, day)
        async with desk.store.begin() as uow:
            await reminding.close_day(owed, day.date(), uow, day)
    async with desk.store.look() as uow:
        for count in range(days + 1):
            for one in await uow.reminders_on((START + timedelta(days=count)).date()):
                key = (one.offset, one.person_id, one.why_not or "")
                said.add((one.planned_for, one.target, one.kind, *key))
    return said


async def number(uow: UnitOfWork, address: str) -> int:
    person = await uow.person_at(address)
    assert person is not None
    return person.id


async def add(desk: Desk, *rows: Any) -> None:
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=START))
        uow.add(*rows)


def wish(person: int, target: str, kind: str, until: date | None = None) -> ReminderWish:
    return ReminderWish(person_id=person, target=target, kind=kind, made_at=START, until=until)


async def wishes(desk: Desk) -> None:
    """Somebody snoozes, somebody has muted, somebody is away, and a review is paused from the 30th on."""
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=START))
        maria, tom = await number(uow, MARIA), await number(uow, TOM)
        priya = await number(uow, PRIYA)
        until = date(2013, 12, 29)  # a Sunday
        uow.add(
            wish(maria, "sv-fpm/I-EL 02", "snooze", until),
            wish(tom, "sv-fpm/II-CE 08", "mute"),
            Absence(
                person_id=tom,
                first=date(2013, 12, 26),
                last=date(2014, 1, 3),
                noted_at=START,
                cover_id=maria,
                cover_by=maria,
            ),
            ReviewPause(
                review_id="cr-fpm", by_id=priya, made_at=START, why="it is closed", until=date(2014, 1, 8)
            ),
        )


@pytest.mark.both_databases
async def test_the_preview_is_what_the_scheduler_does_then(desk: Desk) -> None:
    await wishes(desk)
    first = await really(desk, 0)  # so that the days after it have one before them
    before = await desk.export()
    said = await ahead(desk, 14)
    assert await desk.export() == before
    assert {why for *_, why in said} == {"", "snoozed", "muted", "paused", "away"}
    told = {one for one in said if one[-1] != "away"}
    assert told == await really(desk, 14) - first


@pytest.mark.both_databases
async def test_what_no_message_has_brought_comes_with_the_next_day(desk: Desk) -> None:
    """Monday's were planned and not sent: after office hours they are Tuesday's, late; in office hours they
    still go out. What is in by then is not said, nor what somebody put off."""
    monday = datetime(2013, 12, 23, 17, tzinfo=UTC)
    evening = monday + timedelta(hours=10)
    await remind_all(desk, monday)
    tuesday = {(one[1], one[4], one[5]) for one in await ahead(desk, 1, evening)}
    async with desk.store.look() as uow:
        maria = await number(uow, MARIA)
        late = [one.owed.late for one in await foreseen(1, evening, uow, Wanted(person=maria))]
    assert late == [True] * 3
    assert {("sv-fpm/I-EL 02", maria, ""), ("sv-fpm/II-CE 08", maria, "")} <= tuesday
    assert await ahead(desk, 1, monday, person=maria) == set()
    desk.now = monday
    await respond(desk)
    await desk.send(sender=MARIA, text="snooze CE 08 3 days")
    left = await ahead(desk, 1, evening, person=maria)
    assert {(one[1], one[5]) for one in left} == {("sv-fpm/II-CE 08", "snoozed"), ("sv-fpm/IV-EL 14", "")}
    await remind_all(desk, monday + timedelta(days=1))
    said = await said_to(desk, MARIA, monday + timedelta(days=1))
    assert said is not None
    assert [one["name"] for one in said.rows] == ["sv-fpm/IV-EL 14"]


async def test_two_that_meet_are_foreseen_as_one(desk: Desk) -> None:
    """Friday's were not sent, and Monday has its own of the same findings."""
    friday = datetime(2013, 12, 27, 17, tzinfo=UTC)
    await remind_all(desk, friday)
    async with desk.store.look() as uow:
        maria = await number(uow, MARIA)
        found = await foreseen(3, friday + timedelta(hours=10), uow, Wanted(person=maria))
    assert sorted(one.owed.deadline.target for one in found) == [
        "sv-fpm/I-EL 02",
        "sv-fpm/II-CE 08",
        "sv-fpm/IV-EL 14",
    ]
    assert {one.owed.offset for one in found} == {0}


async def test_what_moved_or_is_not_theirs_any_more_is_left_with_nobody(desk: Desk) -> None:
    monday = datetime(2013, 12, 23, 17, tzinfo=UTC)
    await remind_all(desk, monday)
    await set_finding(desk, "sv-fpm/I-EL 02", due=date(2014, 1, 30))
    await desk.send(sender=MARIA, text=f"retire {TOM}")
    left = await ahead(desk, 1, monday + timedelta(hours=10))
    async with desk.store.look() as uow:
        maria, tom = await number(uow, MARIA), await number(uow, TOM)
    assert {one[1] for one in left if one[4] == maria} == {"sv-fpm/II-CE 08", "sv-fpm/IV-EL 14"}
    assert [one for one in left if one[4] == tom] == []


async def test_what_was_sent_does_not_come_again(desk: Desk) -> None:
    monday = datetime(2013, 12, 23, 17, tzinfo=UTC)
    await remind_all(desk, monday)
    row = await owed_to(desk, MARIA)
    await desk.store.outbox.sent([(row.id, "250 ok")], monday)
    async with desk.store.look() as uow:
        maria = await number(uow, MARIA)
    assert await ahead(desk, 1, monday + timedelta(hours=10), person=maria) == set()


async def test_a_snooze_until_a_sunday_is_heard_on_monday_even_if_friday_had_its_number(desk: Desk) -> None:
    """The reminder of the day before, a Sunday, came on Friday and was left out; Monday is another one."""
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=START))
        maria = await number(uow, MARIA)
        uow.add(wish(maria, "sv-fpm/I-EL 02", "snooze", date(2013, 12, 29)))
    said = [one for one in await really(desk, 10) if one[1] == "sv-fpm/I-EL 02" and one[4] == maria]
    assert (date(2013, 12, 30), "sv-fpm/I-EL 02", "finding", 0, maria, "") in said


async def test_it_begins_tomorrow_when_today_is_planned_or_over(desk: Desk) -> None:
    monday = date(2013, 12, 23)
    morning, evening = datetime(2013, 12, 23, 16, tzinfo=UTC), datetime(2013, 12, 24, 2, tzinfo=UTC)
    assert monday in {one[0] for one in await ahead(desk, 20, morning)}
    assert monday not in {one[0] for one in await ahead(desk, 20, evening)}
    await really(desk, 3)
    assert monday not in {one[0] for one in await ahead(desk, 20, morning)}


async def test_only_what_is_wanted(desk: Desk) -> None:
    everything = await ahead(desk, 20)
    async with desk.store.look() as uow:
        maria, renee = await number(uow, MARIA), await number(uow, RENEE)
    of_review = await ahead(desk, 20, review="sv-fpm")
    assert {one[1].partition("/")[0] for one in of_review} == {"sv-fpm"}
    assert of_review == {one for one in everything if one[1].startswith("sv-fpm")}
    assert await ahead(desk, 20, person=maria) == {one for one in everything if one[4] == maria}
    assert await ahead(desk, 20, lea="sierra-vista", person=maria) == await ahead(desk, 20, person=maria)
    fpm = await ahead(desk, 20, reach=Reach(programs=("fpm",)))
    assert {one[1].partition("/")[0] for one in fpm} == {"sv-fpm", "cr-fpm"}
    assert await ahead(desk, 20, reach=Reach(reviews=("cr-fpm",))) == {
        one for one in fpm if one[1].startswith("cr-fpm")
    }
    assert await ahead(desk, 20, reach=Reach()) == set()
    assert renee in {one[4] for one in fpm}


@pytest.mark.both_databases
async def test_who_when_how_and_what_would_stop_it(desk: Desk) -> None:
    await wishes(desk)
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=START))
        uow.add(ReminderHabit(person_id=await number(uow, MARIA), hour=11))
    async with desk.store.look() as uow:
        found = await foreseen(10, START, uow, Wanted(review="sv-fpm"))
        faces = await faces_of(found, uow)
    first = next(
        one for one in message_rows(found, faces, sees_everybody) if one["person"]["name"] == "Maria Delgado"
    )
    assert (first["day"], first["at"], first["channel"]) == (
        "2013-12-23",
        "2013-12-23T11:00:00-08:00",
        "mail",
    )
    assert first["person"] == {"name": "Maria Delgado", "address": MARIA}
    line = next(one for one in first["lines"] if one["code"] == "II-CE 08")
    assert {name: line[name] for name in ("kind", "due", "offset", "stops", "covers", "lea")} == {
        "kind": "finding",
        "due": "2013-12-30",
        "offset": -7,
        "stops": "respond",
        "covers": None,
        "lea": "Sierra Vista Unified",
    }
    assert line["next"] == {"who": "reviewer", "day": "2013-12-31"}
    left = {
        (one["person"]["name"], one["code"], one["why_not"])
        for one in left_out_rows(found, faces, sees_everybody)
    }
    assert left >= {("Maria Delgado", "I-EL 02", "snoozed"), ("Tom Okafor", "II-CE 08", "muted")}
    stood_in = [
        line for one in message_rows(found, faces, sees_everybody) for line in one["lines"] if line["covers"]
    ]
    assert {line["covers"] for line in stood_in} <= {"Tom Okafor"}


async def test_who_is_away_uncovered_and_until_when_it_is_left_alone(desk: Desk) -> None:
    await wishes(desk)
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=START))
        maria = await number(uow, MARIA)
        uow.add(Absence(person_id=maria, first=START.date(), noted_at=START, last=date(2013, 12, 24)))
    async with desk.store.look() as uow:
        found = await foreseen(15, START, uow, Wanted(review="sv-fpm"))
        faces = await faces_of(found, uow)
    hers = {
        one["day"]: one["away"]
        for one in message_rows(found, faces, sees_everybody)
        if one["person"]["name"] == "Maria Delgado"
    }
    assert hers and all(away == (day <= "2013-12-24") for day, away in hers.items()), hers
    assert True in hers.values()
    rows = left_out_rows(found, faces, sees_everybody)
    assert {bool(one["until"]) for one in rows if one["why_not"] == "snoozed"} == {True}
    assert not [one for one in rows if one["until"] and one["why_not"] != "snoozed"]


async def test_who_is_next_is_somebody_who_has_not_heard(desk: Desk) -> None:
    """Gus is all that Harbor Lights has: owner and coordinator."""
    async with desk.store.look() as uow:
        standing = await standing_on(START.date(), uow)
        audit = next(one for one in await uow.deadlines(["harbor-lights"]) if one.kind == "form")
        gus = await number(uow, GUS)
        assert standing.circle.on("coordinator", audit) == standing.circle.owners(audit) == [gus]
        ahead = next_rung(audit, standing, audit.due - timedelta(days=20))
    assert ahead is not None
    assert ahead[0] not in ("owner", "coordinator")


def test_no_days_no_plan() -> None:
    assert [*day_by_day([], [])] == []
