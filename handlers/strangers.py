"""Mail that nobody may speak for: forged, from an address that nobody has on record, or not to be read.

Kept and held. What is answered says nothing, and once a day.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from handlers.add_address import confirm_address
from handlers.chat_accounts import unlinked
from handlers.held_claims import ask_whether_theirs
from handlers.messages import Answer, Message, Reply, Unreadable
from handlers.outcome import silent, told_today
from handlers.request_access import asks_access, tell_of_stranger
from store.inbox import NOT_AUTHENTICATED, UNKNOWN_SENDER
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class MessageHeld(Reply):
    """A known person's message that we cannot read: kept, and a person will look at it."""

    receipt: int
    received_at: str
    reason: str


@dataclass(frozen=True)
class StrangerHeld(Reply):
    """To an address nobody has on record: kept, not read, and how to be added. Says nothing else."""

    referenced = False
    receipt: int


async def stranger(message: Message, uow: UnitOfWork, now: datetime) -> Answer:
    """Kept and held, but for a code that proves the address. One answer without content a day, and only
    where the address is not forged; also for who asks for access, whose address some people hear of. `now` is
    aware (UTC)."""
    address, trust = message.sender.address, message.sender.trust
    if message.sender.account:
        return await unlinked(message, uow, now)
    if trust == "unauthenticated" or address is None:
        held = silent("held", f"{NOT_AUTHENTICATED}: {message.sender.basis}", message, "held")
        return await ask_whether_theirs(message, held, uow)
    if (proven := await confirm_address(message, uow)) is not None:
        return proven
    held = silent("held", UNKNOWN_SENDER, message, "held")
    if await told_today(message, "stranger_held", uow):
        held = replace(held, reason=f"{UNKNOWN_SENDER}; answered once today")
    else:
        held = replace(held, reply=StrangerHeld(message.id))
    return await tell_of_stranger(message, held, uow) if asks_access(message) else held


async def unreadable(read: Unreadable, uow: UnitOfWork) -> Answer:
    """Held for a person; told to the envelope's sender only if that address is on record, and where the
    envelope alone vouches for it at most once a day."""
    address = read.sender.address
    known = await uow.person_at(address) if address else None
    if address is None or known is None or known.retired_at is not None:
        return Answer(None, "held", f"{read.reason}; from nobody we know")
    if read.sender.trust == "unauthenticated" and await told_today(read, "message_held", uow):
        return Answer(None, "held", f"{read.reason}; told once today")
    return Answer(MessageHeld(read.id, read.received_at.isoformat(), read.reason), "held", read.reason)
