"""On which day and at which hour a reminder goes out: on working days of California, in office hours. Pure.

A deadline never moves for a weekend; only its reminder does: before the day it comes earlier, after it
later. Source: domain facts 9 (inferred), features F5.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from handlers.deadlines import business_day_on_or_before, business_days_from, is_business_day
from store.clock import PACIFIC, pacific
from store.deadline import Deadline
from store.programs import Schedule, rule

LONGEST_CLOSED = 14  # days that no holidays of California last


def send_day(due: date, offset: int) -> date:
    """The working day (Pacific) of the reminder so many days from a due day."""
    day = due + timedelta(days=offset)
    if is_business_day(day):
        return day
    return business_day_on_or_before(day) if offset <= 0 else business_days_from(day, 1)


def offset_on(schedule: Schedule, due: date, today: date, last: date | None) -> tuple[int, bool] | None:
    """Which reminder is to go out today, and whether it is late: the nearest one whose day is today, or was
    since the `last` day that was planned. Several that were missed are one. None: none is."""
    since = last if last is not None else today - timedelta(days=1)
    reached = [day for day in schedule.days if since < send_day(due, day) <= today]
    return (reached[-1], send_day(due, reached[-1]) < today) if reached else None


def due_days_reached(schedule: Schedule, today: date, last: date | None) -> set[date]:
    """The due days of which a reminder is to go out today."""
    first, final = send_day(last or today, 0), business_days_from(today, 1)
    earliest = first - timedelta(days=schedule.days[-1] + LONGEST_CLOSED)
    latest = final - timedelta(days=schedule.days[0] - LONGEST_CLOSED)
    days = (earliest + timedelta(days=one) for one in range((latest - earliest).days + 1))
    return {one for one in days if offset_on(schedule, one, today, last) is not None}


def may_send(now: datetime) -> bool:
    """Whether it is a working day in Sacramento, before its office hours end."""
    there = pacific(now)
    return is_business_day(there.date()) and there.hour < rule("reminder_last_hour")


def send_time(day: date, hour: int | None = None) -> datetime:
    """The moment at which a day's reminders go out, at the hour that somebody chose, or the usual one."""
    usual = rule("reminder_first_hour")
    chosen = usual if hour is None else min(max(hour, usual), rule("reminder_last_hour") - 1)
    return datetime.combine(day, time(chosen), PACIFIC)


def week_is_due(today: date, last: date | None) -> bool:
    """Whether the week's news comes with the messages of today: on its first working day, or later if nothing
    was planned since. `last` is the day that was planned last."""
    monday = today - timedelta(days=today.weekday())
    first = monday if is_business_day(monday) else business_days_from(monday, 1)
    since = last if last is not None else today - timedelta(days=1)
    return since < first <= today


def latest_wait(due: date, is_decision: bool, today: date) -> date | None:
    """The last day that a reminder may wait for: the last working day on or before the due day; of what is
    overdue only the next one. What waits for a decision has no day. None: there is none any more."""
    if is_decision:
        return business_day_on_or_before(today + timedelta(days=rule("decision_snooze_days")))
    if due < today:
        return business_days_from(today, 1)
    last = business_day_on_or_before(due)
    return last if last > today else None


def latest_wait_of(deadlines: Iterable[Deadline], today: date) -> date | None:
    """The same of one thing, with all its deadlines."""
    days = [latest_wait(one.due, one.is_decision, today) for one in deadlines]
    known = [day for day in days if day is not None]
    return min(known, default=None) if len(known) == len(days) else None


def is_overdue(deadlines: Iterable[Deadline], today: date) -> bool:
    """Whether a day of it has passed; what waits for a decision has none."""
    return any(not one.is_decision and one.due < today for one in deadlines)


def is_past_step(one: Deadline, today: date) -> bool:
    """A step whose day has passed is nothing that the rest of its agreement waits for."""
    return one.kind == "step" and one.due < today


def until_office_hours(now: datetime) -> timedelta:
    """How long it is until something may be said; no time in office hours."""
    there = pacific(now)
    if may_send(now):
        return max(send_time(there.date()) - now, timedelta())
    return send_time(business_days_from(there.date(), 1)) - now
