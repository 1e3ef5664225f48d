"""Alarms of reminders: a working day that passed without a plan, and deadlines that reach nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from handlers.watch_reminders import last_day_over, watch_reminders, watch_unheard
from store.models import PersonAddress
from store.reminders import PlannedDay
from store.unit_of_work import Actor
from tests.builders import Desk

MONDAY = date(2013, 12, 23)
EVENING = datetime(2013, 12, 24, 1, 1, tzinfo=UTC)  # 17:01 in Sacramento
MORNING = datetime(2013, 12, 23, 15, tzinfo=UTC)  # 7:00


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (EVENING - timedelta(minutes=2), date(2013, 12, 20)),
        (EVENING, MONDAY),
        (datetime(2013, 12, 25, 20, tzinfo=UTC), date(2013, 12, 24)),
        (datetime(2013, 12, 29, 20, tzinfo=UTC), date(2013, 12, 27)),
    ],
)
def test_which_working_day_is_over(at: datetime, day: date) -> None:
    assert last_day_over(at) == day


async def planned(desk: Desk, day: date) -> None:
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=MORNING))
        uow.add(PlannedDay(day=day, planned_at=MORNING, sent=0, skipped=0))


@pytest.mark.both_databases
async def test_a_day_without_a_plan_rings_if_the_service_ran(desk: Desk) -> None:
    async def rings(since: datetime, at: datetime) -> list[str]:
        async with desk.store.look() as uow:
            return [one.kind for one in await watch_reminders(since)(uow, at)]

    assert await rings(MORNING, EVENING - timedelta(hours=2)) == []  # Friday was before it ran
    assert await rings(MORNING, EVENING) == ["reminders"]
    assert await rings(MORNING + timedelta(hours=2), EVENING) == []
    await planned(desk, MONDAY - timedelta(days=3))
    assert await rings(MORNING, EVENING) == ["reminders"]
    await planned(desk, MONDAY)
    assert await rings(MORNING, EVENING) == []


@pytest.mark.both_databases
async def test_deadlines_that_reach_nobody_ring_and_are_looked_at_once_a_day(desk: Desk) -> None:
    watch = watch_unheard()

    async def rings() -> list[str]:
        async with desk.store.look() as uow:
            return [one.about for one in await watch(uow, EVENING)]

    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=MORNING))
        await uow.session.execute(update(PersonAddress).values(unreachable_at=MORNING))
    assert await rings() == []  # nothing was planned yet
    await planned(desk, MONDAY)
    assert "sierra-vista" in await rings()
    async with desk.store.begin() as uow:
        await uow.session.execute(update(PersonAddress).values(unreachable_at=None))
    assert "sierra-vista" in await rings()  # known until the next plan
    await planned(desk, MONDAY + timedelta(days=1))
    assert await rings() == []
