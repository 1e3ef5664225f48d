"""The reminders of the running service: each working day planned once, and said as things are when they are
said."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from handlers.about import about
from handlers.calendar_entries import keep_current
from handlers.in_turn import in_parts
from handlers.outcome import named
from handlers.remind import PEOPLE_AT_ONCE, by_person, close_day, plan_of
from handlers.remind import remind as remind_people
from handlers.reminder_days import may_send, week_is_due
from handlers.reminder_message import AS_OF_NOW
from handlers.reminder_standing import standing_on
from handlers.rounds import keep_going
from store.clock import pacific
from store.outbox import OutboxEntry
from store.unit_of_work import Actor

if TYPE_CHECKING:
    from parts import Parts

log = structlog.get_logger()
TIME_SECONDS = 60.0


async def remind(parts: "Parts") -> None:
    """Plan each working day's reminders once, at its beginning: look once a minute until told to stop."""
    await keep_going("reminders", lambda: remind_round(parts), asyncio.Event(), parts.stopping, TIME_SECONDS)


async def remind_round(parts: "Parts") -> int:
    """How many people have got their message of today by this round; 0 on most. It can die anywhere: what it
    had made stands, and the next round makes the rest."""
    now = parts.clock.now()
    today = pacific(now).date()
    if not may_send(now):
        return 0
    async with parts.store.look() as uow:
        if await uow.planned_day(today) is not None:
            return 0
        standing = await standing_on(today, uow)
        owed = await plan_of(today, uow, standing)
        mine = by_person(owed)
        contacts = await uow.contacts() if week_is_due(today, standing.last) else set()
        people = sorted({*mine, *contacts, *await uow.people_left(today)})
        leas = await uow.lea_ids()
    told = 0
    for part in in_parts(people, PEOPLE_AT_ONCE):
        some = {one: mine.get(one, []) for one in part}
        async with parts.store.begin() as uow:
            told += await remind_people(some, today, uow, parts.clock.now(), standing, week=contacts)
        parts.owing.set()
    async with parts.store.begin() as uow:
        await close_day(owed, today, uow, parts.clock.now())
    await keep_current(leas, parts.store, parts.clock.now())
    log.info("reminders planned", told=told)
    return told


async def read_again(parts: "Parts", entry: OutboxEntry) -> bool:
    """What must be true when it is said is made anew from the record just before; whether there still is
    something to say."""
    making = AS_OF_NOW.get(entry.template)
    if making is None:
        return True
    async with parts.store.begin() as uow:
        row = await uow.owed_message(entry.id)
        uow.act_as(Actor(at=parts.clock.now()))
        reply = await making(row, uow, parts.clock.now())
        if reply is None:
            return False
        row.fields = named(reply)[1]
        row.about = about(row.fields, (), ()) or None
        uow.changed(row)
        entry.fields, entry.about = row.fields, row.about
    return True
