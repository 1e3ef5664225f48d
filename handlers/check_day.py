"""Whether a day can be asked for, or granted, before anybody asks: what a form shows while it is filled in.

The same rules as for the command itself (`handlers/agreements.py`); here they change nothing.
"""

from dataclasses import dataclass
from datetime import date

from handlers.access import reach_of
from handlers.agreements import Frame, check_after_due, check_cap, check_not_past, current
from handlers.deadlines import business_day_on_or_before, why_not_business
from handlers.decide_agreement import ApproveAgreement, granted_until
from handlers.open_work import person_speaking
from handlers.references import TargetSaid
from handlers.refusals import Refusal
from handlers.request_agreement import frame_of
from handlers.targets import Target, item_targets
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class DayChecked:
    """`due` without an agreement, and the `latest` day possible. `no`: why the day cannot be. `off` tells
    why a day is no working day, and `business` is the last one before it; it counts all the same."""

    due: date | None
    latest: date
    day: date | None = None
    no: Refusal | None = None
    off: str | None = None
    business: date | None = None


async def check_day(
    account: str, name: str, day: date | None, today: date, uow: UnitOfWork
) -> DayChecked | None:
    """The days of a finding in reach of whom the account speaks for, and whether `day` may be asked for; or,
    where an agreement is requested, granted. None for what is not theirs."""
    person = await person_speaking(account, uow)
    items = await uow.items_at(reach_of(person), [name]) if person is not None else []
    found = [one for one in await item_targets(items, uow) if one.finding is not None]
    if not found:
        return None
    target, there = found[0], current(found[0].agreements)
    if there is not None and there.status == "requested":
        frame = Frame(today, target.due or date.min, there.requested_until)
        return _checked(day, frame, _refused_grant(target, day, today))
    frame = frame_of(target, today)
    return _checked(day, frame, _refused(target, day, frame))


def _checked(day: date | None, frame: Frame, no: Refusal | None) -> DayChecked:
    due = frame.due if frame.due != date.min else None
    off = why_not_business(day) if day else None
    business = business_day_on_or_before(day) if day and off else None
    return DayChecked(due, frame.cap, day, no, off, business)


def _say(day: date) -> list[str]:
    """There is a day to offer; nobody types it, for the form has a field for it."""
    return [day.isoformat()]


def _refused(target: Target, day: date | None, frame: Frame) -> Refusal | None:
    if day is None:
        return None
    try:
        check_not_past(day, frame, _say)
        check_cap(day, frame, _say)
        check_after_due(day, frame, target.code)
    except Refusal as no:
        return no
    return None


def _refused_grant(target: Target, day: date | None, today: date) -> Refusal | None:
    agreement = current(target.agreements)
    if day is None or agreement is None:
        return None
    try:
        granted_until(
            ApproveAgreement(TargetSaid(target.name), day.isoformat(), ""), target, agreement, today
        )
    except Refusal as no:
        return no
    return None
