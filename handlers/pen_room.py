"""Mail that was kept without a code, because too many codes were out: it gets one once there is room.

Not for ever: after the time that a code lives it is left to a person, so that whoever forges mail cannot have
codes poured into a mailbox day after day.
"""

from datetime import datetime

from handlers.confirming import A_DAY, is_open, may_ask
from handlers.one_use import LIFETIME
from handlers.pen import act_on
from handlers.pen_known import MOST
from store.inbox import RELEASED, SPF_ONLY, InboxEntry
from store.unit_of_work import UnitOfWork


async def take_up_waiting(uow: UnitOfWork, at: datetime) -> int:
    """One round: the oldest such mail of everybody who has room again, back in the queue; how many."""
    numbers = await uow.without_code(at - LIFETIME, MOST)
    return sum([await _let_in(number, at, uow) for number in numbers])


async def _let_in(number: int, at: datetime, uow: UnitOfWork) -> bool:
    entry = await uow.hold_entry(number)
    if entry is None or entry.state != "held" or not await _has_room(entry, at, uow):
        return False
    act = act_on(entry)
    entry.requeue(f"{RELEASED}{act['by']}" if act.get("did") == "released" else "")
    uow.changed(entry)
    return True


async def _has_room(entry: InboxEntry, at: datetime, uow: UnitOfWork) -> bool:
    person = await uow.person_at(entry.sender) if entry.sender else None
    if person is None or person.retired_at is not None:
        return False
    spf_only = entry.reason.startswith(SPF_ONLY)
    rows = await uow.confirmations_of(person.id, at - A_DAY, spf_only=spf_only)
    return may_ask([row.asked_at for row in rows if is_open(row, at)], at)
