"""When things are due: calendar days from the notice and from the review; business days. Pure.

The day of the event is day 0; day N ends 23:59:59 in Sacramento. Weekends and holidays count, and a
date that falls on one does not roll: it is shown with the business day before it. Source: domain facts 6.
"""

from datetime import date, datetime, time, timedelta
from functools import cache

from store import programs
from store.clock import PACIFIC
from store.offsets import next_due as next_due

# California honours these days, but offices and schools do not close for them.
_WORKED = frozenset({"Susan B. Anthony Day", "Diwali"})
_ONE = timedelta(days=1)


def response_due(nof: date) -> date:
    """The day by which findings are to be resolved, from the date of the Notification of Findings."""
    return nof + timedelta(days=programs.rule("finding_resolution_days"))


def agreement_cap(last_day: date) -> date:
    """The latest day that a resolution agreement may run to, from the last day of the review."""
    return last_day + timedelta(days=programs.rule("resolution_agreement_cap_days"))


def upload_due(first_day: date) -> date:
    """The day by which evidence is to be uploaded, before the first day of the review."""
    return first_day - timedelta(days=programs.rule("evidence_upload_lead_days"))


def end_of_day(day: date) -> datetime:
    """The last second of a day in Sacramento: what comes then is still in time."""
    return datetime.combine(day, time(23, 59, 59), PACIFIC)


def why_not_business(day: date) -> str | None:
    """The name of the weekend day or the holiday; None on a business day."""
    if day.weekday() >= 5:
        return ("Saturday", "Sunday")[day.weekday() - 5]
    return _holidays(day.year).get(day)


def is_business_day(day: date) -> bool:
    """Whether offices in California work on this day. Districts may differ."""
    return why_not_business(day) is None


def business_day_on_or_before(day: date) -> date:
    """The day itself, or the last business day before it."""
    while not is_business_day(day):
        day -= _ONE
    return day


def business_days_from(day: date, count: int) -> date:
    """The business day that is so many after the day; before it, when the count is below zero."""
    step = _ONE if count > 0 else -_ONE
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day):
            day += step
    return day


@cache
def _holidays(year: int) -> dict[date, str]:
    # The library costs 0.2 s to load, and most mails need no holiday.
    from holidays import country_holidays

    found: dict[date, str] = {}
    for day, names in country_holidays("US", subdiv="CA", years=year, expand=False).items():
        kept = [name for name in names.split("; ") if name not in _WORKED]
        if kept:
            found[day] = ", ".join(kept)
    return found
