"""Asks the real chain – reading process, choice of the way, DNS – how far a mail's sender is believed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handlers.messages import Message, Sender
from intake.settings import IntakeSettings
from intake.trust import Stamping, choose_trust
from tests.intake.post import ENVELOPE, Post
from tests.servers.dns import Dns
from tests.servers.signing import ed25519_key, rsa_key

ADDRESS, DOMAIN = "ana.ruiz@sierravista.example.com", "sierravista.example.com"
SERVER = "192.0.2.25"


class Believing:
    """A reader with chosen settings; `ask` gives what it makes of one mail."""

    def __init__(self, folder: Path, sample: bool = False, **settings: Any) -> None:
        self.stamping, self.stamped = Stamping(), "authserv_id" in settings
        self.post = Post(folder)
        self.post.reader.trust = choose_trust(IntakeSettings(**settings), sample, self.stamping)

    async def ask(self, raw: bytes, at: datetime | None = None, **envelope: Any) -> Sender:
        return (await self.message(raw, at, **envelope)).sender

    async def message(self, raw: bytes, at: datetime | None = None, **envelope: Any) -> Message:
        facts = {**ENVELOPE, "mail_from": ADDRESS, "peer": SERVER, **envelope}
        entry = self.post.entry(raw, envelope={name: one for name, one in facts.items() if one is not None})
        entry = type(entry)(
            entry.id, entry.channel, at or datetime.now(UTC), entry.sha256, entry.size, entry.envelope
        )
        (found,) = await self.post.reader.read([entry])
        assert isinstance(found, Message), found
        return found


@asynccontextmanager
async def believing(folder: Path, sample: bool = False, **settings: Any) -> AsyncIterator[Believing]:
    made = Believing(folder, sample, **settings)
    try:
        yield made
    finally:
        await made.post.reader.aclose()


def publish(dns: Dns, domain: str = DOMAIN, spf: str = f"v=spf1 ip4:{SERVER} -all") -> None:
    """What the domain's owner publishes: SPF, and keys under the selectors s1 (RSA) and ed (Ed25519)."""
    dns.zone.text(domain, spf)
    dns.zone.text(f"s1._domainkey.{domain}", rsa_key()[1])
    dns.zone.text(f"ed._domainkey.{domain}", ed25519_key()[1])


def running_dns() -> Iterator[Dns]:
    with Dns() as dns:
        publish(dns)
        yield dns
