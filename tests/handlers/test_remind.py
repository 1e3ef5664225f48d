"""A day's reminders, from the record to what is owed: who, once, and nothing of what is in."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

import handlers.remind as reminding
from store.models import ResolutionAgreement
from tests.builders import Desk
from tests.handlers.findings import STEP, TOM, request
from tests.handlers.record import HELEN, MARIA

# The sample's findings are due on Monday 30 December 2013.
MONDAY_BEFORE = datetime(2013, 12, 23, 17, tzinfo=UTC)  # 7 days before, 9:00 in Sacramento


async def remind_all(desk: Desk, now: datetime) -> int:
    """One round of the scheduler, as the service does it."""
    today = now.date()
    async with desk.store.look() as uow:
        owed = await reminding.plan_of(today, uow)
    async with desk.store.begin() as uow:
        told = await reminding.remind(reminding.by_person(owed), today, uow, now)
    async with desk.store.begin() as uow:
        await reminding.close_day(owed, today, uow, now)
    return told


async def digests(desk: Desk) -> dict[str, Any]:
    outgoing = (await desk.export())["outgoing"]
    return {one["to"]: one for one in outgoing if one["template"] == "deadlines_reminded"}


@pytest.mark.both_databases
async def test_the_lea_hears_of_its_findings_a_week_before(desk: Desk) -> None:
    assert await remind_all(desk, MONDAY_BEFORE) > 0
    found = await digests(desk)
    assert {MARIA, TOM} <= {*found}
    assert HELEN not in found


@pytest.mark.both_databases
async def test_a_step_that_cannot_be_read_keeps_nobody_else_waiting(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    await request(desk, steps=STEP)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/I-EL 02")
    async with desk.store.begin() as uow:
        (agreement,) = await uow.session.scalars(select(ResolutionAgreement))
        agreement.steps = [{"what": "meet"}, *agreement.steps, {"what": "meet", "by": "soon"}]
    async with desk.store.look() as uow:
        found = [one.target for one in await uow.deadlines(["sierra-vista"]) if one.kind == "step"]
    assert found == ["sv-fpm/I-EL 02#2"]
    assert await remind_all(desk, MONDAY_BEFORE) > 0
    said = capsys.readouterr().out
    assert "sv-fpm/I-EL 02#1" in said and "sv-fpm/I-EL 02#3" in said


@pytest.mark.both_databases
async def test_a_second_round_owes_nothing(desk: Desk) -> None:
    await remind_all(desk, MONDAY_BEFORE)
    assert await remind_all(desk, MONDAY_BEFORE) == 0
