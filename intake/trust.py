"""How far a From address may be believed: the ways of asking, and the two that need no network.

Only a sample store believes loopback mail, so that everything can be tried without DNS.
"""

import ipaddress
from collections.abc import Awaitable, Callable
from pathlib import Path

from handlers.messages import Kept, Sender
from intake.letter import Letter

Trust = Callable[[Kept, Letter, Path], Awaitable[Sender]]
"""What the door knew, what was read, and where the kept bytes lie; never raises for bad mail."""


async def loopback_trust(entry: Kept, letter: Letter, _raw: Path) -> Sender:
    """For sample stores: a strict From address that came from this machine is its owner's, and confirmed."""
    if letter.address is None:
        return Sender(None, "unauthenticated", letter.basis)
    if _is_loopback(str(entry.envelope.get("peer", ""))):
        return Sender(letter.address, "confirmed", "loopback mail to a sample store")
    return Sender(letter.address, "unauthenticated", "not from this machine")


async def no_trust(_entry: Kept, letter: Letter, _raw: Path) -> Sender:
    """Where no sender authentication is set up: nobody is believed, nothing is lost."""
    return Sender(
        letter.address, "unauthenticated", "no sender authentication" if letter.address else letter.basis
    )


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
