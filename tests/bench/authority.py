"""authority: mails a second whose sender is verified, by a local DNS, beside dkimpy's bare check of a signature."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import dkim

from intake.dns_lookups import Lookups, resolver_at
from intake.verifying import Claim, Found, verified
from tests.bench.extent import KIB, MIB, Extent, named
from tests.bench.figures import Figure, interleaved
from tests.bench.rig import BadStart, Rig
from tests.intake.believing import SERVER, publish
from tests.servers.dns import Dns
from tests.servers.signing import by_dkimpy, rsa_key

NAME = "authority"
SIZES = (10 * KIB, MIB)
ORGANISATION = "example.com"
# Both sign for their organisation; only one of them has a policy that this is not enough, so that SPF is asked.
WAYS = {"DKIM and DMARC": "relaxed.example.com", "DKIM, DMARC and SPF": "strict.example.com"}
EXPECTED = {"DKIM and DMARC": "dkim", "DKIM, DMARC and SPF": "spf"}


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """Whole: a resolver, all questions and the judgement, anew for each mail. The DNS is another process."""
    with _dns() as where:
        for size in SIZES:
            for way, domain in WAYS.items():
                mail = _mail(size, domain)
                ours, bare = _whole(mail, domain, rig.folder, where), _bare(mail)
                if ours().basis != EXPECTED[way] or not bare():
                    raise BadStart(f"{way}: {ours()}")
                doing = {
                    "ours": lambda one=ours: _rate(one, extent.seconds),
                    "dkimpy": lambda one=bare: _rate(one, extent.seconds),
                }
                done = interleaved(extent.rounds, doing)
                case = f"{named(size)}, {way}"
                yield Figure(
                    NAME, case, "verified", "/s", done["ours"], "dkimpy, one signature", done["dkimpy"]
                )


def _whole(mail: bytes, domain: str, folder: Path, where: str) -> Callable[[], Found]:
    raw = folder / f"authority-{len(mail)}-{domain}"
    raw.write_bytes(mail)
    headers, address = message_from_bytes(mail).items(), f"ana@{domain}"
    claim = Claim(address, headers, raw, datetime.now(UTC))
    envelope = {"peer": SERVER, "mail_from": address, "helo": domain}
    return lambda: verified(claim, envelope, Lookups(resolver_at(where)))


def _bare(mail: bytes) -> Callable[[], bool]:
    record = rsa_key()[1].encode()
    return lambda: bool(dkim.verify(mail, dnsfunc=lambda _name, timeout=5: record))


def _rate(work: Callable[[], object], seconds: float) -> float:
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        work()
        count += 1
    return count / (time.monotonic() - began)


def _mail(size: int, domain: str) -> bytes:
    own = (
        f"From: Ana Ruiz <ana@{domain}>",
        "To: evidence@cais.example",
        "Subject: EL 02",
        f"Date: {format_datetime(datetime.now(UTC))}",
        f"Message-ID: <one@{domain}>",
        "",
    )
    line = b"x" * 76 + b"\r\n"
    return by_dkimpy("".join(one + "\r\n" for one in own).encode() + line * (size // len(line)), ORGANISATION)


@contextmanager
def _dns() -> Iterator[str]:
    ours, its = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=_serve, args=(its,), daemon=True)
    server.start()
    ours.send(rsa_key()[1])  # each process would make a key of its own
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        server.join(10)


def _serve(pipe: Connection) -> None:
    """What the domains publish, until told to stop."""
    with Dns() as dns:
        for domain in (ORGANISATION, *WAYS.values()):
            publish(dns, domain)
        dns.zone.text(f"s1._domainkey.{ORGANISATION}", pipe.recv())
        strict = WAYS["DKIM, DMARC and SPF"]
        dns.zone.text(f"_dmarc.{strict}", "v=DMARC1; p=reject; adkim=s")
        dns.zone.text(f"_dmarc.{WAYS['DKIM and DMARC']}", "v=DMARC1; p=none")
        pipe.send(dns.where)
        pipe.recv()
