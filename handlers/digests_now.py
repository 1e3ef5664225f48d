"""Digests as they are to be said now: made anew from the record just before they are sent, several at once;
or why one is not said any more, which its row keeps.

What several of them are made from is read once, in the transaction that makes them, and kept no longer.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from handlers.access import reach_of
from handlers.messages import Reply
from handlers.reminder_as_of import about_these, as_of_these
from handlers.reminder_days import until_office_hours
from handlers.reminder_message import NOT_OPEN, DeadlinesReminded, Own, messages_of
from handlers.retry import NotDue
from handlers.timeline_facts import Dated, dated, timeline
from handlers.week import is_quiet
from store.clock import pacific
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.reminder_questions import DIGEST
from store.reminders import Digest, Reminder
from store.unit_of_work import UnitOfWork

OVER = "when it was to be said, nothing of it was open any more"
UNTOLD = "when it was to be said, none of it was to be told any more: {}"
NO_CONTACT = "when it was to be said, its reader was no program's contact any more"
QUIET = "in the week nothing happened, and nothing waits: that is no message of its own"
BROUGHT = "the message of {} brought it"
AN_HOUR = timedelta(hours=1)
FOLLOWED = "another way had brought it, and the message of {} followed"


@dataclass(frozen=True)
class Unsaid:
    """Nothing is said any more, and `why`: the reason that is kept."""

    why: str


# What is to be said; when to look again; or why there is nothing to say any more.
Now = Reply | NotDue | Unsaid
Making = Callable[[Sequence[OutboxEntry], UnitOfWork, datetime], Awaitable[Sequence[Now]]]


async def read_again(rows: Sequence[OutboxEntry], uow: UnitOfWork, now: datetime) -> list[Now]:
    """Each of these digests as it is to be said now, in their order. NotDue outside of office hours, before
    its day (a clock was ahead), and for one of an earlier day until today is planned: who gets another today
    gets both in one."""
    today, wait = pacific(now).date(), until_office_hours(now)
    digests = {one.id: one for one in await uow.digests([_number(row) for row in rows])}
    over = await uow.taken_over_by(digests, today)
    planned = await uow.is_planned(today, now)
    no: dict[int, Now] = {}
    for one in digests.values():
        if wait:
            no[one.id] = NotDue("it is said in office hours", wait)
        elif one.day > today:
            no[one.id] = NotDue("its day has not come", AN_HOUR)
        elif one.day < today and not planned:
            no[one.id] = NotDue("today is planned first", timedelta(minutes=1))
    later = [row for row in rows if _number(row) in over and _number(row) not in no]
    followed = await uow.told_otherwise([row.id for row in later])
    waiting = {_number(row) for row in rows if row.id not in followed} - no.keys()
    left = [one for one in digests.values() if one.id in waiting]
    await _bring_back(left, today, uow)
    made = await digests_now(left, uow, now, {one for one in over if over[one].week})
    no |= {one.id: await _said(made.get(one.id), one, over.get(one.id), uow) for one in left}
    told = {row.id: FOLLOWED.format(over[_number(row)].day) for row in later if row.id in followed}
    return [_now(row, told.get(row.id), no) for row in rows]


def _now(row: OutboxEntry, followed: str | None, made: Mapping[int, Now]) -> Now:
    if row.fields["test"]:
        return _as_tried(row)
    return Unsaid(followed) if followed else made.get(_number(row), Unsaid(OVER))


async def _bring_back(digests: Sequence[Digest], today: date, uow: UnitOfWork) -> None:
    """What a clock that was ahead has put off is said with what is said now."""
    mine = {one.person_id: one for one in sorted(digests, key=lambda one: one.day)}
    for row in await uow.reminders_put_off(mine, today) if mine else ():
        digest = mine[row.person_id]
        row.digest_id, row.late = digest.id, row.planned_for < digest.day


async def _said(
    reply: DeadlinesReminded | None, digest: Digest, later: Digest | None, uow: UnitOfWork
) -> Reply | Unsaid:
    """What was made, if it is worth a message. What another of a `later` day has brought is none."""
    if reply is None:
        reasons = sorted({one.why_not or "" for one in await uow.reminders_in(digest.id)})
        if not reasons:
            return Unsaid(BROUGHT.format(later.day) if later is not None else NO_CONTACT)
        return Unsaid(OVER if reasons == [NOT_OPEN] else UNTOLD.format(", ".join(reasons)))
    return Unsaid(QUIET) if not reply.rows and is_quiet(reply.week) else reply


def _number(row: OutboxEntry) -> int:
    return int(row.fields["digest"])


def _as_tried(row: OutboxEntry) -> DeadlinesReminded:
    """It belongs to no digest."""
    known = {one.name for one in fields(DeadlinesReminded)}
    return DeadlinesReminded(**{name: row.fields[name] for name in known & row.fields.keys()})


async def digests_now(
    digests: Sequence[Digest],
    uow: UnitOfWork,
    now: datetime,
    no_week: Collection[int] = (),
    *,
    reached: bool = False,
) -> dict[int, DeadlinesReminded | None]:
    """What their people are to hear of now, by their numbers, without the week for those of `no_week`; None:
    nothing is open any more that they may hear of. `reached`: as if something reached them."""
    owns = await _owns(digests, no_week, uow) if digests else []
    if not owns:
        return {}
    everything, today = [row for one in owns for row in one.reminders], pacific(now).date()
    on = await dated(_readers(owns), uow, now)
    open_now = about_these(everything, (due for of_lea in on.open.values() for due in of_lea))
    known = await as_of_these(today, everything, open_now, uow)
    if reached:
        known.standing.circle.unreachable -= {one.person.id for one in owns}
    made = await messages_of(owns, known, uow, now)
    return {own.digest.id: _with_timeline(made[own.digest.id], own, on) for own in owns}


async def _owns(digests: Sequence[Digest], no_week: Collection[int], uow: UnitOfWork) -> list[Own]:
    """Those whose people are there."""
    people = await uow.people_numbered({one.person_id for one in digests})
    mine: dict[int, list[Reminder]] = defaultdict(list)
    for row in await uow.reminders_in(*(one.id for one in digests)):
        mine[row.digest_id or 0].append(row)
    there = [one for one in digests if one.person_id in people]
    told = await uow.digests_told(there)
    return [
        Own(
            one,
            people[one.person_id],
            mine[one.id],
            week=one.week and one.id not in no_week,
            told=one.id in told,
        )
        for one in there
    ]


def _readers(owns: Sequence[Own]) -> Mapping[str, Sequence[Reach]]:
    """Who is to read of which LEA."""
    readers: dict[str, list[Reach]] = defaultdict(list)
    for own in owns:
        for lea in own.leas:
            readers[lea].append(reach_of(own.person))
    return readers


def _with_timeline(reply: DeadlinesReminded | None, own: Own, on: Dated) -> DeadlinesReminded | None:
    return replace(reply, timeline=timeline(own.person, own.leas, on)) if reply is not None else None


# What is made anew just before it is sent, by its template.
AS_OF_NOW: Mapping[str, Making] = {DIGEST: read_again}
