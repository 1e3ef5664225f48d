"""Schedulers that meet: what one has said no other says again, and what was not sent is not lost."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

import handlers.remind as reminding
from handlers.digests_now import Unsaid, read_again
from handlers.reminder_plan import Owed
from handlers.retry import NotYet
from store.outbox import OutboxEntry
from store.reminders import Reminder
from tests.builders import Desk
from tests.handlers.record import MARIA
from tests.handlers.test_calendar_entries import waits_for_a_lock
from tests.handlers.test_digest import owed_to, said_to
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

TUESDAY = MONDAY_BEFORE + timedelta(days=1)
pytestmark = pytest.mark.both_databases


async def owed_on(desk: Desk, day: date) -> tuple[int, list[Owed]]:
    """Maria's number, and what she is to hear of on a day."""
    async with desk.store.look() as uow:
        maria = await uow.person_at(MARIA)
        assert maria is not None
        owed = reminding.by_person(await reminding.plan_of(day, uow))
        return maria.id, owed[maria.id]


async def remind(desk: Desk, person: int, owed: Sequence[Owed], now: datetime) -> int:
    async with desk.store.begin() as uow:
        return await reminding.remind({person: owed}, now.date(), uow, now)


async def reminders(desk: Desk, person: int) -> list[Reminder]:
    async with desk.store.look() as uow:
        found = select(Reminder).where(Reminder.person_id == person).order_by(Reminder.id)
        return list(await uow.session.scalars(found))


async def test_what_was_said_is_not_said_on_another_day(desk: Desk) -> None:
    person, owed = await owed_on(desk, MONDAY_BEFORE.date())
    assert await remind(desk, person, owed, MONDAY_BEFORE) == 1
    await desk.store.outbox.sent([((await owed_to(desk, MARIA)).id, "250 ok")], MONDAY_BEFORE)
    assert await remind(desk, person, owed, TUESDAY) == 0
    assert len(await reminders(desk, person)) == len(owed)


async def test_what_was_not_sent_comes_with_the_next_day(desk: Desk) -> None:
    person, owed = await owed_on(desk, MONDAY_BEFORE.date())
    await remind(desk, person, owed, MONDAY_BEFORE)
    first = await owed_to(desk, MARIA)
    assert await remind(desk, person, [], TUESDAY) == 1
    second = await owed_to(desk, MARIA)
    assert second.id != first.id
    assert {one.digest_id for one in await reminders(desk, person)} == {second.fields["digest"]}
    assert len(second.fields["rows"]) == len(owed)
    assert second.fields["late"]
    async with desk.store.begin() as uow:
        await reminding.close_day([], TUESDAY.date(), uow, TUESDAY)
        assert await read_again([first], uow, TUESDAY) == [Unsaid("the message of 2013-12-24 brought it")]


async def test_what_a_chat_had_said_already_is_not_called_brought_by_the_next_day(desk: Desk) -> None:
    """The mail of the same message still waits: its reminders stay with it."""
    person, owed = await owed_on(desk, MONDAY_BEFORE.date())
    await remind(desk, person, owed[:1], MONDAY_BEFORE)
    mail = await owed_to(desk, MARIA)
    async with desk.store.begin() as uow:
        chat = OutboxEntry(
            created_at=mail.created_at,
            channel="slack",
            to="D0MARIA",
            template=mail.template,
            fields=mail.fields,
            run_at=mail.run_at,
        )
        chat.state, chat.receipt = "sent", "D0MARIA/1.2"
        uow.session.add(chat)
    assert await remind(desk, person, owed[1:2], TUESDAY) == 1
    async with desk.store.begin() as uow:
        await reminding.close_day([], TUESDAY.date(), uow, TUESDAY)
        (said,) = await read_again([mail], uow, TUESDAY)
    assert said == Unsaid("another way had brought it, and the message of 2013-12-24 followed")


@pytest.mark.parametrize("hour", [15, 26])  # 7:00 and 18:00 in Sacramento
async def test_nothing_is_said_outside_of_office_hours(desk: Desk, hour: int) -> None:
    await remind_all(desk, MONDAY_BEFORE)
    with pytest.raises(NotYet):
        await said_to(desk, MARIA, datetime(2013, 12, 23, tzinfo=UTC) + timedelta(hours=hour))


async def test_what_is_of_yesterday_waits_until_today_is_planned(desk: Desk) -> None:
    await remind_all(desk, MONDAY_BEFORE)
    with pytest.raises(NotYet):
        await said_to(desk, MARIA, TUESDAY)


async def test_a_day_that_was_planned_before_an_earlier_one_counts_for_nothing(desk: Desk) -> None:
    thursday = TUESDAY + timedelta(days=2)
    for now in (thursday, TUESDAY):
        async with desk.store.begin() as uow:
            await reminding.close_day([], now.date(), uow, now)
    async with desk.store.look() as uow:
        assert await uow.last_planned(date(2013, 12, 30)) == TUESDAY.date()


@pytest.mark.parametrize("being_sent", [False, True])
async def test_what_is_new_goes_into_the_message_unless_it_is_being_sent(
    desk: Desk, being_sent: bool
) -> None:
    person, owed = await owed_on(desk, MONDAY_BEFORE.date())
    await remind(desk, person, owed[:1], MONDAY_BEFORE)
    if being_sent:
        async with desk.store.begin() as uow:
            await uow.session.execute(update(OutboxEntry).values(lease="somebody"))
    assert await remind(desk, person, owed, MONDAY_BEFORE) == 0
    digests = [one.digest_id for one in await reminders(desk, person)]
    assert len(digests) == len(owed)
    assert [one is None for one in digests] == [False] + [being_sent] * (len(owed) - 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_looked_before_another_had_written_writes_nothing_twice(desk: Desk) -> None:
    """The second scheduler saw none of these reminders; it waits for the first one's message, and then finds
    that it has them all."""
    person, owed = await owed_on(desk, MONDAY_BEFORE.date())
    async with desk.store.begin() as uow:
        assert await reminding.remind({person: owed}, MONDAY_BEFORE.date(), uow, MONDAY_BEFORE) == 1
        second = asyncio.create_task(remind(desk, person, owed, MONDAY_BEFORE))
        await waits_for_a_lock(desk)
    assert await second == 0
    assert len(await reminders(desk, person)) == len(owed)


async def test_two_people_have_each_their_own(desk: Desk) -> None:
    """Planned together, each hears of their own things only, and of each once."""
    await remind_all(desk, MONDAY_BEFORE)
    async with desk.store.look() as uow:
        owed = reminding.by_person(await reminding.plan_of(MONDAY_BEFORE.date(), uow))
    for person, mine in owed.items():
        found = [(one.target, one.kind, one.offset) for one in await reminders(desk, person)]
        wanted = [(one.deadline.target, one.deadline.kind, one.offset) for one in mine]
        assert sorted(found) == sorted(wanted)
