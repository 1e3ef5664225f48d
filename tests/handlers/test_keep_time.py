"""Agreements that run out: at midnight in Sacramento, once, and only while the finding is not resolved."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.keep_time import keep_time
from tests.builders import Desk
from tests.handlers.findings import (
    LUIS,
    TOM,
    agreements,
    facts,
    finding,
    noon,
    request,
    resolved,
    respond,
    told,
)
from tests.handlers.record import HELEN, MARIA, assert_whole
from tests.handlers.reviewing import bring_review

# The agreement ends on Friday 27 June 2014, in summer time: the day ends at 07:00 UTC of the 28th.
LAST_MOMENT = datetime(2014, 6, 28, 6, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2014, 6, 28, 7, 0, tzinfo=UTC)


async def approved(desk: Desk, until: str = "June 27 2014") -> None:
    await request(desk, until)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")


async def passes(desk: Desk, now: datetime) -> int:
    async with desk.store.begin() as uow:
        return len(await keep_time(uow, now))


async def test_the_day_itself_still_counts(desk: Desk) -> None:
    await approved(desk)
    assert await passes(desk, LAST_MOMENT) == 0
    assert (await agreements(desk))[0]["status"] == "approved"


async def test_at_midnight_it_runs_out_and_both_sides_are_told(desk: Desk) -> None:
    await approved(desk)
    assert await passes(desk, MIDNIGHT) == 1
    assert (await agreements(desk))[0]["status"] == "expired"
    assert await told(desk, "agreement_expired") == sorted([HELEN, LUIS, MARIA, TOM])
    said = await facts(desk, "agreement_expired")
    assert (said["until"], said["status"], said["responded"]) == ("2014-06-27", "Open", False)
    await assert_whole(desk)


async def test_the_change_has_the_services_name_and_the_time_of_its_clock(desk: Desk) -> None:
    await approved(desk)
    await passes(desk, MIDNIGHT)
    last = [row for row in (await desk.export())["history"] if row["kind"] == "resolution_agreement changed"][
        -1
    ]
    assert (last["who"], datetime.fromisoformat(last["at"])) == ("service", MIDNIGHT)


@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=1), timedelta(days=400)])
async def test_it_runs_out_once(desk: Desk, later: timedelta) -> None:
    await approved(desk)
    await passes(desk, MIDNIGHT)
    assert await passes(desk, MIDNIGHT + later) == 0
    assert len(await told(desk, "agreement_expired")) == 4


@pytest.mark.both_databases
async def test_two_services_let_it_run_out_once(desk: Desk) -> None:
    await approved(desk)
    assert sum(await asyncio.gather(passes(desk, MIDNIGHT), passes(desk, MIDNIGHT))) == 1
    assert len(await told(desk, "agreement_expired")) == 4


@pytest.mark.parametrize(
    ("until", "midnight"),
    [
        ("March 8 2014", datetime(2014, 3, 9, 8, tzinfo=UTC)),  # the night in which summer time begins
        ("March 9 2014", datetime(2014, 3, 10, 7, tzinfo=UTC)),
        ("December 31 2013", datetime(2014, 1, 1, 8, tzinfo=UTC)),
    ],
)
async def test_midnight_is_that_of_sacramento(desk: Desk, until: str, midnight: datetime) -> None:
    steps = "step: elect, Ana Ruiz, by December 20 2013"
    await request(desk, until, steps=steps)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    assert await passes(desk, midnight - timedelta(seconds=1)) == 0
    assert await passes(desk, midnight) == 1


async def test_a_response_that_waits_is_said_to_count(desk: Desk) -> None:
    await approved(desk)
    await respond(desk)
    await passes(desk, MIDNIGHT)
    said = await facts(desk, "agreement_expired")
    assert (said["status"], said["responded"]) == ("Response submitted", True)


async def test_what_was_met_does_not_run_out(desk: Desk) -> None:
    await approved(desk)
    await resolved(desk)
    assert await passes(desk, MIDNIGHT) == 0
    assert await told(desk, "agreement_expired") == []


@pytest.mark.parametrize("status", ["cancelled", "completed"])
async def test_nothing_runs_out_of_a_review_that_is_over(desk: Desk, status: str) -> None:
    await approved(desk)
    await bring_review(desk, status, "sv-fpm")
    assert await passes(desk, MIDNIGHT) == 0
    assert await told(desk, "agreement_expired") == []


async def test_a_request_that_nobody_decided_does_not_run_out(desk: Desk) -> None:
    await request(desk)
    assert await passes(desk, MIDNIGHT) == 0


async def test_afterwards_the_finding_can_be_answered_and_resolved(desk: Desk) -> None:
    await approved(desk)
    await passes(desk, MIDNIGHT)
    desk.now = noon(date(2014, 7, 1))
    answer = await respond(desk)
    assert (answer["fields"]["overdue"], answer["fields"]["finding"]["due"]) == (True, "2014-06-27")
    await desk.send(sender=HELEN, text="resolve sv-fpm/EL 02")
    assert (await finding(desk))["status"] == "resolved"
    assert (await agreements(desk))[0]["status"] == "met"
    await assert_whole(desk)


async def test_afterwards_more_time_may_be_asked_for_up_to_the_cap(desk: Desk) -> None:
    await request(desk, "March 14 2014")
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    desk.now = noon(date(2014, 3, 17))
    await passes(desk, desk.now)
    again = await request(desk, steps="step: elect, Ana Ruiz, by May 16 2014")
    assert (again["state"], again["fields"]["late"]) == ("done", True)
    assert [row["status"] for row in await agreements(desk)] == ["expired", "requested"]
