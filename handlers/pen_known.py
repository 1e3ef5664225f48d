"""Mail of an unknown sender is handled by itself once the person is known: nobody has to send it again.

Only what was held because nobody knew the address: its sender was authenticated. What nobody vouches for
stays held.
"""

from collections.abc import Sequence
from datetime import datetime

from store.inbox import InboxEntry
from store.unit_of_work import UnitOfWork

MOST = 50


async def take_up(address: str, uow: UnitOfWork) -> int:
    """Put the held mails from an address back in the queue, the oldest first and not too many at once; how
    many there are. The others follow within a minute (`take_up_known`)."""
    taken = _requeued(await uow.unknown_from(address, MOST), uow)
    await uow.session.flush()
    return taken + (await uow.count_unknown_from(address) if taken == MOST else 0)


async def take_up_known(uow: UnitOfWork, _at: datetime) -> int:
    """One round: such mails from everybody who is known by now; how many, `MOST` if there may be more."""
    return _requeued(await uow.known_meanwhile(MOST), uow)


def _requeued(entries: Sequence[InboxEntry], uow: UnitOfWork) -> int:
    for entry in entries:
        entry.requeue()
        uow.changed(entry)
    return len(entries)
