"""A mail that claims to be from a registered person and was not authenticated: they are asked, once a day.

The notice goes to the address on record, says nothing of what the mail says, and nobody else hears anything:
however many senders are forged, each person gets one mail a day and strangers none.
"""

from dataclasses import dataclass, replace
from typing import Any

from handlers.access import address_of
from handlers.checking_again import next_check
from handlers.messages import OWN_AFFAIR, Answer, Message, Notice, Reply
from handlers.near_matches import near_match
from store.clock import midnight, wall
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ClaimsToBeYou(Reply):
    """To the address on record: which message is held, and the two numbers that answer. Not a word of it."""

    told_by = "mail"
    receipt: int
    received_at: str


async def ask_whether_theirs(message: Message, held: Answer, uow: UnitOfWork) -> Answer:
    """The held answer, with the notice to the registered person, if there is one who was not asked today.

    What may be known later is asked later: no notice while the sender is still to be looked up."""
    if message.sender.address is None or next_check(message.sender.basis, message.received_at, wall()):
        return held
    person = await uow.person_at(message.sender.address)
    if person is None or person.retired_at is not None or not person.addresses:
        return held
    to, since = address_of(person), midnight(message.received_at)
    if await uow.times_told(to, "claims_to_be_you", since):
        return replace(held, reason=f"{held.reason}; asked once today")
    asked = ClaimsToBeYou(message.id, message.received_at.isoformat())
    return replace(held, tell=(*held.tell, Notice(to, asked, OWN_AFFAIR)))


async def near_of(message: Message, uow: UnitOfWork) -> dict[str, Any]:
    """What staff are shown of a held message's sender: the registered address that it nearly is."""
    address = message.sender.address
    registered = await uow.registered_addresses()
    near = near_match(address, registered) if address and address not in registered else None
    return {"near": near} if near else {}
