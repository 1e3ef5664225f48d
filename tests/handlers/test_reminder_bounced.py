"""A reminder that came back is heard on another way: by the person, or by colleagues who reach what it said."""

from datetime import timedelta

import pytest

from store.models import PersonAddress
from store.outbox import OutboxEntry
from tests.builders import Desk
from tests.handlers.findings import TOM
from tests.handlers.record import MARIA
from tests.handlers.test_bounces import bounce_of
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

HOME = "tom@home.example"
REMINDER, NEWS = "deadlines_reminded", "mail_came_back"


async def reminded(desk: Desk, to: str = TOM) -> OutboxEntry:
    """The reminder of a day, handed over to the smarthost."""
    desk.now = MONDAY_BEFORE
    await remind_all(desk, MONDAY_BEFORE)
    row = next(row for row in await desk.outgoing() if row.to == to and row.template == REMINDER)
    await desk.store.outbox.sent([(row.id, "250 queued")], desk.now)
    return row


async def after(desk: Desk, row: OutboxEntry) -> list[OutboxEntry]:
    """What is owed because it came back."""
    before = {one.id for one in await desk.outgoing()}
    await desk.send(**bounce_of(row))
    return [one for one in await desk.outgoing() if one.id not in before]


@pytest.mark.both_databases
async def test_a_reminder_that_came_back_is_told_at_another_address(desk: Desk) -> None:
    row = await reminded(desk)
    async with desk.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.addresses.append(PersonAddress(address=HOME, proven_at=desk.now))
    again = await after(desk, row)
    assert {(one.to, one.template) for one in again} == {(HOME, REMINDER), (HOME, NEWS)}
    (reminder,) = (one for one in again if one.template == REMINDER)
    assert reminder.fields["rows"] == row.fields["rows"]


async def test_of_who_is_reached_no_other_way_the_coordinators_hear_the_deadlines(desk: Desk) -> None:
    (news,) = await after(desk, await reminded(desk))
    assert (news.to, news.fields["about"]) == (MARIA, "deadlines")
    assert {(one["code"], one["due"]) for one in news.fields["deadlines"]} >= {("I-EL 02", "2013-12-30")}


async def test_what_is_in_meanwhile_is_not_told_again(desk: Desk) -> None:
    row = await reminded(desk)
    for code in ("EL 02", "EL 14", "CE 08"):
        await desk.send(sender=MARIA, text=f"respond sv-fpm/{code}: It was done on Friday.")
    assert [one.template for one in await after(desk, row)] == [NEWS]


async def test_colleagues_of_another_lea_do_not_hear_of_this_one(desk: Desk) -> None:
    """Who serves two LEAs is missed in both: neither learns what the other has due."""
    async with desk.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.roles.append(type(tom.roles[0])(role="lea_submitter", lea_id="coast-range"))
    row = await reminded(desk)
    news = await after(desk, row)
    leas = {one["lea"] for one in row.fields["rows"]}
    heard = [one for one in news if one.template == NEWS and one.fields.get("deadlines")]
    assert len(leas) < 2 or heard == []


async def test_what_was_too_big_is_not_sent_round_and_round(desk: Desk) -> None:
    row = await reminded(desk)
    before = len(await desk.outgoing())
    await desk.send(**bounce_of(row, status="5.3.4"))
    assert [one.template for one in (await desk.outgoing())[before:]] == [NEWS]


async def test_the_next_day_goes_to_the_next_rung(desk: Desk) -> None:
    row = await reminded(desk)
    await after(desk, row)
    await remind_all(desk, MONDAY_BEFORE + timedelta(days=1))
    assert [one.to for one in await desk.outgoing() if one.template == REMINDER].count(TOM) == 1
