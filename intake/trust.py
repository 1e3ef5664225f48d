"""How far a From address may be believed. Pure: envelope and headers in, a Sender out.

Only a sample store believes loopback mail, so that everything can be tried without DNS; every other
store has no way yet to authenticate, so all its mail is kept and held.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.messages import Sender

Headers = Sequence[tuple[str, str]]


def loopback_trust(envelope: Mapping[str, Any], address: str | None, basis: str, _headers: Headers) -> Sender:
    """For sample stores: a strict From address that came from this machine counts as authenticated."""
    if address is None:
        return Sender(None, "unauthenticated", basis)
    if _is_loopback(str(envelope.get("peer", ""))):
        return Sender(address, "authenticated", "loopback mail to a sample store")
    return Sender(address, "unauthenticated", "not from this machine")


def no_trust(_envelope: Mapping[str, Any], address: str | None, basis: str, _headers: Headers) -> Sender:
    """For real stores, until sender authentication is built: nobody is believed, nothing is lost."""
    return Sender(address, "unauthenticated", "no sender authentication yet" if address else basis)


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
