"""Mail of an unknown sender is handled by itself once the person is known: nobody has to send it again.

Only what was held because nobody knew the address: its sender was authenticated. What nobody vouches for
stays held.
"""

from store.unit_of_work import UnitOfWork

MOST = 50


async def take_up(address: str, uow: UnitOfWork) -> int:
    """Put the held mails from an address back in the queue, the oldest first and not too many at once; how
    many these are."""
    entries = await uow.unknown_from(address, MOST)
    for entry in entries:
        entry.requeue()
        uow.changed(entry)
    return len(entries)
