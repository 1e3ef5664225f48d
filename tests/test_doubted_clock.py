"""The running service under a clock that was set: what a day brings waits until the clock is believed."""

from dataclasses import replace
from datetime import timedelta

import loops
import reminder_loops
from handlers.steady import Steady
from store.clock import Clock
from tests.builders import Desk
from tests.handlers.findings import request
from tests.handlers.record import HELEN
from tests.test_digest_sending import MORNING, Office, office

__all__ = ["office"]


class Doubted(Steady):
    """A clock that was set by a week."""

    def moved(self) -> timedelta | None:
        return timedelta(days=7)


async def granted(office: Office) -> Desk:
    """There is time for EL 02 until the end of June."""
    desk = office.desk(MORNING)
    await request(desk)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/I-EL 02 until June 27 2014")
    return desk


async def test_no_agreement_runs_out_by_a_doubted_clock(office: Office) -> None:
    desk = await granted(office)
    later = replace(office.parts, clock=Clock(MORNING + timedelta(days=400)))
    doubted = replace(later, steady=Doubted(later.clock))

    async def statuses() -> list[str]:
        async with desk.store.look() as uow:
            return [one.status for one in await uow.run_out(MORNING.date() + timedelta(days=400))]

    await loops.time_round(doubted, (), ())
    assert await statuses() == ["approved"]
    await loops.time_round(later, (), ())
    assert await statuses() == []


async def test_no_reminder_is_planned_by_a_doubted_clock(office: Office) -> None:
    week = replace(office.parts, clock=Clock(MORNING + timedelta(days=7)))
    assert await reminder_loops.remind_round(replace(week, steady=Doubted(week.clock))) == 0
    async with office.parts.store.look() as uow:
        assert await uow.planned_day(MORNING.date() + timedelta(days=7)) is None
    assert await reminder_loops.remind_round(week) > 0
