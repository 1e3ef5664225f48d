"""The reminders of the running service: each working day planned once, and said as things are when they are
said."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from bot.delivery import Still
from handlers.about import about
from handlers.calendar_entries import keep_current
from handlers.digests_now import AS_OF_NOW, Making, Unsaid
from handlers.in_turn import in_parts
from handlers.messages import Reply
from handlers.outcome import named
from handlers.remind import PEOPLE_AT_ONCE, by_person, close_day, plan_of
from handlers.remind import remind as remind_people
from handlers.reminder_days import may_send, week_is_due
from handlers.reminder_standing import standing_on
from handlers.retry import NotDue
from handlers.rounds import keep_going
from store.clock import pacific
from store.outbox import OutboxEntry
from store.unit_of_work import Actor

if TYPE_CHECKING:
    from parts import Parts

log = structlog.get_logger()
TIME_SECONDS = 60.0
READ_AT_ONCE = 8  # whoever writes meanwhile waits for these


async def remind(parts: "Parts") -> None:
    """Plan each working day's reminders once, at its beginning: look once a minute until told to stop."""
    await keep_going("reminders", lambda: remind_round(parts), asyncio.Event(), parts.stopping, TIME_SECONDS)


async def remind_round(parts: "Parts") -> int:
    """How many people have got their message of today by this round; 0 on most. It can die anywhere: what it
    had made stands, and the next round makes the rest."""
    now = parts.clock.now()
    today = pacific(now).date()
    if not may_send(now) or parts.steady.moved() is not None:
        return 0
    async with parts.store.look() as uow:
        if await uow.is_planned(today, now):
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
            told += await remind_people(some, today, uow, parts.clock.now(), week=contacts)
        parts.owing.set()
    async with parts.store.begin() as uow:
        await close_day(owed, today, uow, parts.clock.now())
    await keep_current(leas, parts.store, parts.clock.now())
    log.info("reminders planned", told=told)
    return told


async def read_again(parts: "Parts", entries: Sequence[OutboxEntry]) -> list[Still]:
    """What must be true when it is said is made anew from the record just before, several in one transaction;
    of each, in their order, why there is nothing to say any more (None: it is said). What goes wrong with one
    of them is its own trouble: then each is read alone."""
    still: dict[int, Still] = {}
    for template, making in AS_OF_NOW.items():
        mine = [one for one in entries if one.template == template]
        for some in in_parts(mine, READ_AT_ONCE):
            try:
                still |= await _made_anew(parts, some, making)
            except Exception as trouble:
                log.warning("read one by one", template=template, trouble=type(trouble).__name__)
                for one in some:
                    still |= await _alone(parts, one, making)
    return [still.get(one.id) for one in entries]


async def _alone(parts: "Parts", entry: OutboxEntry, making: Making) -> dict[int, Still]:
    try:
        return await _made_anew(parts, [entry], making)
    except Exception as trouble:
        return {entry.id: trouble}


async def _made_anew(parts: "Parts", entries: Sequence[OutboxEntry], making: Making) -> dict[int, Still]:
    """The entries get what was made when it is committed."""
    still: dict[int, Still] = {}
    async with parts.store.begin() as uow:
        uow.act_as(Actor(at=parts.clock.now()))
        rows = await uow.owed_messages([one.id for one in entries])
        for row, reply in zip(rows, await making(rows, uow, parts.clock.now()), strict=True):
            still[row.id] = reply if isinstance(reply, NotDue) else None
            if isinstance(reply, Unsaid):
                still[row.id] = reply.why
            if isinstance(reply, Reply):
                row.fields = named(reply)[1]
                row.about = about(row.fields, (), ()) or None
                uow.changed(row)
    made = {row.id: row for row in rows}
    for one in entries:
        one.fields, one.about = made[one.id].fields, made[one.id].about
    return still
