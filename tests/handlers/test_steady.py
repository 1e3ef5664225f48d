"""A clock that is set while the service runs: what a day brings waits, and the operator hears of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from handlers.steady import Steady
from handlers.watch_clock import watch_clock
from store.clock import Clock
from tests.builders import NOW, Desk

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Machine:
    """A machine whose clock can be set; `passed` is time that really went by."""

    shown: datetime = NOW
    passed: float = 0.0
    start: None = None

    def now(self) -> datetime:
        return self.shown

    def wait(self, time: timedelta) -> None:
        self.shown += time
        self.passed += time.total_seconds()

    def steady(self) -> Steady:
        return Steady(self, lambda: self.passed)  # type: ignore[arg-type]


@pytest.mark.parametrize("by", [7 * DAY, -7 * DAY, 6 * MINUTE, timedelta(hours=-1)])
def test_a_clock_that_was_set_is_doubted_until_it_is_right_again(by: timedelta) -> None:
    machine = Machine()
    steady = machine.steady()
    machine.wait(3 * DAY)
    assert steady.moved() is None
    machine.shown += by
    assert steady.moved() == by
    machine.wait(20 * timedelta(hours=1))
    assert steady.moved() == by
    machine.shown -= by
    assert steady.moved() is None


def test_a_clock_that_goes_on_from_where_it_was_set_is_believed_after_a_day() -> None:
    machine = Machine()
    steady = machine.steady()
    machine.shown += 7 * DAY
    assert steady.moved() == 7 * DAY
    machine.wait(DAY - MINUTE)
    assert steady.moved() == 7 * DAY
    machine.shown += DAY  # set once more: the day begins again
    assert steady.moved() == 8 * DAY
    machine.wait(DAY - MINUTE)
    assert steady.moved() == 8 * DAY
    machine.wait(MINUTE)
    assert steady.moved() is None
    machine.shown -= 8 * DAY  # what was right before is now what it is set to
    assert steady.moved() == -8 * DAY


def test_small_corrections_and_a_clock_that_was_told_where_to_start_are_believed() -> None:
    machine = Machine()
    steady = machine.steady()
    machine.shown += 4 * MINUTE
    assert steady.moved() is None
    passed = iter([0.0, 9e9, 9e9, 9e9])
    assert Steady(Clock(NOW), lambda: next(passed)).moved() is None


async def rings(desk: Desk, steady: Steady, at: datetime) -> list[str]:
    async with desk.store.look() as uow:
        return [one.words for one in await watch_clock(steady)(uow, at)]


async def newest_of(desk: Desk) -> datetime:
    async with desk.store.look() as uow:
        newest = await uow.last_moment()
    assert newest is not None
    return newest


async def test_the_operator_hears_of_a_clock_that_was_set(desk: Desk) -> None:
    machine = Machine(await newest_of(desk))
    steady = machine.steady()
    assert await rings(desk, steady, machine.now()) == []
    machine.shown += timedelta(days=400, hours=3)
    (said,) = await rings(desk, steady, machine.now())
    assert "set forward by 400 days" in said and "for 24 hours" in said
    machine.shown -= timedelta(days=400, hours=5)
    (said,) = await rings(desk, steady, machine.now())
    assert "set back by 2 h 0 min" in said


@pytest.mark.both_databases
async def test_the_operator_hears_of_a_clock_that_is_behind_the_record(desk: Desk) -> None:
    newest = await newest_of(desk)
    steady = Machine(newest).steady()
    assert await rings(desk, steady, newest - 4 * MINUTE) == []
    (said,) = await rings(desk, steady, newest - timedelta(hours=1))
    assert f"{newest:%d %b %Y %H:%M} UTC" in said
    told = Steady(Clock(newest - DAY))
    assert await rings(desk, told, newest - DAY) == []  # as `CAIS_CLOCK` wants it
