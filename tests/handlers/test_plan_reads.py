"""A day's plan reads only what may be due: it is the plan that all of the record would give."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from handlers.remind import plan_of
from handlers.reminder_days import due_days_reached, offset_on
from handlers.reminder_plan import plan
from handlers.reminder_standing import standing_on
from store.models import Obligation, PersonRole
from store.programs import schedules
from store.reminders import ReminderWish
from store.unit_of_work import Actor
from tests.builders import Desk
from tests.handlers.school_year import FIRST, PROGRAMS, World, pacific_time

SOME_DAYS = [FIRST + timedelta(days=number) for number in range(0, 364, 5)]
WISH = ("person_id", "target", "kind", "made_at", "until")


@pytest.mark.both_databases
async def test_what_is_not_read_would_not_be_in_the_plan(desk: Desk) -> None:
    chance = Random(11)
    await World(desk.store, chance, 14, 4).begin()
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=pacific_time(FIRST, 7)))
        duties = list(await uow.session.scalars(select(Obligation).order_by(Obligation.id)))
        held = await uow.session.scalars(select(PersonRole).where(PersonRole.role == "lea_submitter"))
        owners = {one.lea_id: one.person_id for one in held}
        for duty in [one for one in duties if one.lea_id in owners][::2]:
            until = duty.due - timedelta(days=chance.randrange(1, 60))
            own: Any = (owners[duty.lea_id], duty.id, "snooze", pacific_time(FIRST, 7), until)
            uow.add(ReminderWish(**dict(zip(WISH, own, strict=True))))
        for duty in duties[::5]:
            duty.status, duty.submitted_at = "submitted", pacific_time(FIRST, 9)
    found = 0
    async with desk.store.look() as uow:
        everything = await uow.deadlines(await uow.lea_ids())
        for day in SOME_DAYS:
            standing = await standing_on(day, uow)
            standing.last = chance.choice((None, day - timedelta(days=1), day - timedelta(days=20)))
            owed = await plan_of(day, uow, standing)
            assert {one.key for one in owed} == {one.key for one in plan(everything, standing, day)}
            found += len(owed)
    assert found > 100


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_days_of_a_reminder_are_those_that_each_day_would_give(program: str) -> None:
    schedule = schedules(program)["form"]
    for today in SOME_DAYS[::8]:
        for last in (None, today - timedelta(days=1), today - timedelta(days=40)):
            near = [today + timedelta(days=number) for number in range(-400, 400)]
            wanted = {day for day in near if offset_on(schedule, day, today, last) is not None}
            assert due_days_reached(schedule, today, last) == wanted
