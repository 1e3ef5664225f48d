"""How far a From address may be believed: the ways of asking, and which of them the settings choose.

Only a sample store believes loopback mail, so that everything can be tried without DNS.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handlers.checking_again import NO_STAMP_NOW
from handlers.messages import Kept, Sender
from handlers.self_test import APART, STAMPED, UNSTAMPED
from intake.addresses import split_detail
from intake.delivered import recipients_of
from intake.letter import Letter
from intake.results import ip_of
from intake.settings import IntakeSettings, Network
from intake.signature import refusal, signatures_of
from intake.stamped import Place, is_apart, judged, servers_from, stamp_of, vouching_domains

Trust = Callable[[Kept, Letter, Path], Awaitable[Sender]]
"""What the door knew, what was read, and where the kept bytes lie; never raises for bad mail."""

MOST_AT_ONCE = 16
LARGE = 2 * 1024 * 1024
_SELF_TEST = re.compile(r"s-[0-9a-f]{16,64}", re.IGNORECASE)


@dataclass
class Stamping:
    """Whether the receiver's stamp may be relied on at this moment: the self-test's last word.

    `came` tells that a self-test was read, and `look` that its result is in the store now.
    """

    missing: bool = False
    came: bool = False
    look: asyncio.Event = field(default_factory=asyncio.Event)

    def answered(self) -> None:
        """What was read is in the store."""
        if self.came:
            self.came = False
            self.look.set()


def choose_trust(settings: IntakeSettings, sample: bool, stamping: Stamping | None = None) -> Trust:
    """The one place that picks the way, mail by mail.

    Loopback mail to a sample store is confirmed. What came through the receiver (from one of its addresses,
    or out of a mailbox) carries the receiver's word. All else is verified by us, if we are the exchanger.
    """
    ways = _Ways(settings, stamping or Stamping())

    async def trust(entry: Kept, letter: Letter, raw: Path) -> Sender:
        if letter.address is None:
            return Sender(None, "unauthenticated", letter.basis)
        if sample and _is_loopback(_peer(entry.envelope)):
            return Sender(letter.address, "confirmed", "loopback mail to a sample store")
        return await ways.ask(entry, letter, letter.address, raw)

    return trust


@dataclass
class _Ways:
    """Stamped and verifying, with what they need from the settings."""

    settings: IntakeSettings
    stamping: Stamping
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))
    _large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def __post_init__(self) -> None:
        self.servers: Mapping[str, Place] = servers_from(self.settings.authserv_id)

    async def ask(self, entry: Kept, letter: Letter, address: str, raw: Path) -> Sender:
        stamped = bool(self.servers) and self._came_through_receiver(entry.envelope)
        if stamped and self._is_self_test(entry.envelope, letter):
            self.stamping.came = True
            return Sender(address, "unauthenticated", self._tested(letter))
        if _is_null(entry.envelope, letter):
            return Sender(address, "unauthenticated", "null-sender")
        if stamped:
            sender = self._stamped(entry, letter, address)
        elif self.settings.mx:
            sender = await self._in_thread(entry, self._verified, entry, letter, address, raw)
        else:
            return Sender(address, "unauthenticated", "no-sender-authentication")
        if sender.trust != "unauthenticated" or not _is_forwarded(letter):
            return sender
        return await self._in_thread(entry, self._forwarded, sender, address, raw)

    def _came_through_receiver(self, envelope: Mapping[str, Any]) -> bool:
        peer = _peer(envelope)
        return "imap" in envelope if not peer else _is_in(peer, self.settings.relays)

    def _is_self_test(self, envelope: Mapping[str, Any], letter: Letter) -> bool:
        to = recipients_of(envelope, letter.headers, self.settings.mailbox)
        return any(_SELF_TEST.fullmatch(split_detail(str(one))[1]) for one in to)

    def _tested(self, letter: Letter) -> str:
        if stamp_of(letter.headers, self.servers) is None:
            return UNSTAMPED
        return APART if is_apart(letter.headers, self.servers) else STAMPED

    def _stamped(self, entry: Kept, letter: Letter, address: str) -> Sender:
        if self.stamping.missing:
            return Sender(address, "unauthenticated", NO_STAMP_NOW)
        results = stamp_of(letter.headers, self.servers)
        if results is None:
            return Sender(address, "unauthenticated", "no-stamp")
        trust, basis = judged(results, address)
        if trust != "authenticated":
            return Sender(address, trust, basis)
        domains = vouching_domains(results, address)
        signed = [one for one in signatures_of(letter.headers) if one and one.domain in domains]
        # The receiver may have found good what we do not listen to: all that claim these domains must do.
        why = [no for one in signed if (no := refusal(one, letter.headers, entry.received_at))]
        return Sender(address, "unauthenticated" if why else trust, why[0] if why else basis)

    async def _in_thread(self, entry: Kept, work: Callable[..., Sender], *facts: Any) -> Sender:
        """Few mails at once, and large ones one by one: their bytes are in memory several times."""
        async with self._large if entry.size > LARGE else self._turns:
            return await asyncio.to_thread(work, *facts)

    def _verified(self, entry: Kept, letter: Letter, address: str, raw: Path) -> Sender:
        from intake.dns_lookups import Lookups, resolver_at
        from intake.verifying import Claim, verified

        claim = Claim(address, letter.headers, raw, entry.received_at)
        found = verified(claim, entry.envelope, Lookups(resolver_at(self.settings.dns)))
        return Sender(address, found.trust, found.basis, found.act)

    def _forwarded(self, sender: Sender, address: str, raw: Path) -> Sender:
        from intake.dns_lookups import Lookups, resolver_at
        from intake.forwarded import forwarded

        lookups = Lookups(resolver_at(self.settings.dns))
        trust, basis = forwarded(raw, address, self.settings.arc_sealers, lookups)
        if trust == "unauthenticated" and sender.basis not in ("not-aligned", "signature-fails"):
            return sender
        return Sender(address, trust, basis)


def _is_forwarded(letter: Letter) -> bool:
    return any(name.lower() == "arc-seal" for name, _ in letter.headers)


def _is_null(envelope: Mapping[str, Any], letter: Letter) -> bool:
    """Automatic mail, whoever signed it. Out of a mailbox the envelope is the topmost Return-Path."""
    if "mail_from" in envelope and envelope["mail_from"] is not None:
        return envelope["mail_from"] in ("", "<>")
    paths = [value for name, value in letter.headers if name.lower() == "return-path"]
    return bool(paths) and paths[0].replace(" ", "") == "<>"


def _peer(envelope: Mapping[str, Any]) -> str:
    return str(envelope.get("peer") or "")


def _is_in(peer: str, networks: tuple[Network, ...]) -> bool:
    address = ip_of(peer)
    address = getattr(address, "ipv4_mapped", None) or address
    return address is not None and any(address in network for network in networks)


def _is_loopback(peer: str) -> bool:
    address = ip_of(peer)
    return address is not None and address.is_loopback
