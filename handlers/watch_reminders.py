"""Trouble with reminders: a working day passed without any plan, or deadlines that reach nobody."""

from collections.abc import Iterable
from datetime import date, datetime

from handlers.deadlines import business_days_from, is_business_day
from handlers.in_turn import in_parts
from handlers.reminder_as_of import LEAS_AT_ONCE
from handlers.reminder_days import send_time
from handlers.reminder_plan import Standing, schedule_of
from handlers.reminder_standing import standing_on
from handlers.trouble import Trouble, Watch
from store.clock import pacific
from store.deadline import Deadline
from store.programs import rule
from store.unit_of_work import UnitOfWork

UNPLANNED = "none were planned on {}, although the service ran: is a process with the part reminders up?"
UNHEARD = "{} open {} of {} reach nobody: no user there, reviewer or contact can be told"


def watch_reminders(since: datetime) -> Watch:
    """The watch for a working day that ended unplanned, of a service that has run `since` then."""

    async def watch(uow: UnitOfWork, at: datetime) -> list[Trouble]:
        day = last_day_over(at)
        if since >= send_time(day) or await uow.is_planned(day, at):
            return []
        return [Trouble("reminders", "planning", UNPLANNED.format(f"{day:%d %b %Y}"))]

    return watch


def last_day_over(at: datetime) -> date:
    """The last working day (Pacific) whose office hours have ended."""
    there = pacific(at)
    today = there.date()
    over = is_business_day(today) and there.hour >= rule("reminder_last_hour")
    return today if over else business_days_from(today, -1)


def watch_unheard() -> Watch:
    """The watch for deadlines that reach nobody on any rung; looked at once for each planned day, because it
    takes all of the record."""
    found: dict[date | None, list[Trouble]] = {}

    async def watch(uow: UnitOfWork, at: datetime) -> list[Trouble]:
        last = await uow.last_day_of_reminders()
        day = last.day if last is not None else None
        if day not in found:
            found.clear()
            found[day] = await _unheard(uow, pacific(at).date()) if day is not None else []
        return found[day]

    return watch


async def _unheard(uow: UnitOfWork, today: date) -> list[Trouble]:
    standing = await standing_on(today, uow)
    leas = await uow.lea_ids()
    counts: dict[str, int] = {}
    for some in in_parts(leas, LEAS_AT_ONCE):
        for one in unheard(await uow.deadlines(some), standing):
            counts[one.lea] = counts.get(one.lea, 0) + 1
    names = {lea.id: lea.name for lea in await uow.leas(counts)}
    return [Trouble("unheard", lea, _words(count, names[lea])) for lea, count in counts.items()]


def _words(count: int, lea: str) -> str:
    return UNHEARD.format(count, "deadline" if count == 1 else "deadlines", lea)


def unheard(deadlines: Iterable[Deadline], standing: Standing) -> list[Deadline]:
    """Those that have nobody on any rung whom a message reaches. Pure."""
    return [one for one in deadlines if not _is_heard(one, standing)]


def _is_heard(deadline: Deadline, standing: Standing) -> bool:
    circle = standing.circle
    people = (one for rung, _ in schedule_of(deadline, standing).ladder for one in circle.on(rung, deadline))
    return any(person not in circle.unreachable for person in people)
