"""A person says of a held mail that bears their address whether it is theirs: `1` yes, `2` no, in reply.

Only from a mail that is authenticated itself, and only for what is held for nothing else.
"""

from dataclasses import dataclass, field

from handlers.asking import Asker
from handlers.grammar import choices
from handlers.messages import Answer, Reply
from handlers.pen import Keeper, act_on, release, turn_away
from handlers.refusals_people import NotFromPen
from handlers.sealing import sealed
from handlers.threads import thread_of
from store.inbox import NOT_AUTHENTICATED, InboxEntry
from store.unit_of_work import UnitOfWork

MINE, NOT_MINE = (1,), (2,)
TEMPLATE = "claims_to_be_you"


@dataclass(frozen=True)
class ClaimSettled(Reply):
    """The held message `number`, which came `since`, is handled now as theirs, or is refused."""

    number: int
    since: str
    mine: bool
    signed: list[str] = field(default_factory=list)


async def settle_claim(asker: Asker, uow: UnitOfWork) -> Answer | None:
    """The outcome of an answer to such a notice; None for any other message. Raises NotFromPen."""
    said = choices(asker.message.text)
    if said not in (MINE, NOT_MINE):
        return None
    if asker.message.has_files or not asker.message.sender.is_believed:
        return None
    number = await _asked_about(asker, uow)
    if number is None:
        return None
    entry = await _waiting(number, asker, uow)
    address = asker.message.sender.address or ""
    keeper = Keeper(address, asker.message.received_at, asker)
    if said == MINE:
        await release(entry, entry.sender or address, keeper, uow)
    else:
        await turn_away(entry, "not theirs", "not-theirs", keeper, uow)
    signed = await sealed([("Mine" if said == MINE else "Not-mine", f"R-{number}")], asker, uow)
    return Answer(ClaimSettled(number, entry.received_at.isoformat(), said == MINE, signed))


async def _asked_about(asker: Asker, uow: UnitOfWork) -> int | None:
    """The number of the held message that our notice to this very person speaks of."""
    thread = await thread_of(asker.message, uow)
    if thread is None or not thread.sure or thread.sent.template != TEMPLATE:
        return None
    if thread.sent.to not in {one.address for one in asker.person.addresses}:
        return None
    return int(thread.sent.fields["receipt"])


async def _waiting(number: int, asker: Asker, uow: UnitOfWork) -> InboxEntry:
    """Held still, for want of authentication alone, under an address of theirs. Raises NotFromPen."""
    entry = await uow.hold_entry(number)
    own = {one.address for one in asker.person.addresses}
    if entry is None or entry.state != "held":
        act = act_on(entry) if entry else {}
        mine = act.get("by") in own
        who, since = (act.get("by"), act.get("at")) if mine else (None, None)
        raise NotFromPen(number, "not_held", entry.state if entry else "", who, since)
    if not entry.reason.startswith(NOT_AUTHENTICATED) or entry.sender not in own:
        raise NotFromPen(number, "other_reason", word=(entry.clues or {}).get("word", ""))
    return entry
