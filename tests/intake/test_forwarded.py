"""Forwarded mail whose signature broke on the way: what a forwarder's seal (ARC) is worth, in both modes."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.checking_again import NOT_KNOWN_YET
from tests.intake.believing import ADDRESS, DOMAIN, Believing, believing, publish, running_dns
from tests.intake.test_verifying import mail
from tests.servers.dns import Dns
from tests.servers.signing import by_dkimpy, sealed

LIST, EVIL, US = "lists.example.org", "evil.example.org", "mx.cais.example"
STRANGER = "198.51.100.66"
PASS = f"dkim=pass header.d={DOMAIN}; dmarc=pass header.from={DOMAIN}"
BEHIND = f"Authentication-Results: {US}; dkim=fail header.d={DOMAIN}; spf=pass smtp.mailfrom=bounces@{LIST}\r\nReceived: from {LIST} ({LIST} [192.0.2.9]) by {US} with ESMTPS id 1; now\r\n"


@pytest.fixture
def dns() -> Iterator[Dns]:
    for dns in running_dns():
        publish(dns, LIST)
        publish(dns, EVIL)
        yield dns


@pytest.fixture
async def believers(tmp_path: Path, dns: Dns) -> AsyncIterator[list[Believing]]:
    """As the exchanger and behind a receiver; the list's seals are believed."""
    known: dict[str, Any] = {"dns": dns.where, "arc_sealers": LIST}
    async with (
        believing(tmp_path / "mx", mx=True, **known) as exchanger,
        believing(tmp_path / "behind", authserv_id=US, **known) as behind,
    ):
        yield [exchanger, behind]


def changed() -> bytes:
    """Ana's signed mail as a list sends it on: with a line of its own, which no signature survives."""
    return by_dkimpy(mail(), DOMAIN) + b"-- \r\nEL coordinators' list\r\n"


def forwarded(folder: Path, said: str = PASS, by: str = LIST) -> bytes:
    return sealed(f"Authentication-Results: {by}; {said}\r\n".encode() + changed(), by, folder)


async def word(us: Believing, raw: bytes) -> tuple[str, str]:
    """By whichever way: behind the receiver its stamp stands above all else."""
    at: dict[str, Any] = {"peer": "127.0.0.1"} if us.stamped else {"peer": STRANGER}
    found = await us.ask(BEHIND.encode() + raw if us.stamped else raw, mail_from=f"bounces@{LIST}", **at)
    return found.trust, found.basis


async def test_a_listed_forwarders_seal_is_enough_to_acknowledge_and_no_more(
    believers: list[Believing], tmp_path: Path
) -> None:
    for us in believers:
        assert await word(us, forwarded(tmp_path)) == ("accepted", "arc")
        assert await word(us, forwarded(tmp_path, f"spf=pass smtp.mailfrom={ADDRESS}")) == ("accepted", "arc")


async def test_without_a_list_no_seal_is_looked_at(dns: Dns, tmp_path: Path) -> None:
    async with believing(tmp_path / "mx", mx=True, dns=dns.where) as us:
        assert await word(us, forwarded(tmp_path)) == ("unauthenticated", "forwarded")
        assert (f"s1._domainkey.{LIST}", "TXT") not in dns.zone.asked
    async with believing(tmp_path / "behind", authserv_id=US, dns=dns.where) as us:
        assert await word(us, forwarded(tmp_path)) == ("unauthenticated", "forwarded")


async def test_no_other_seal_speaks_for_anybody(believers: list[Believing], tmp_path: Path) -> None:
    good = forwarded(tmp_path)
    hostile = {
        "of a forwarder nobody listed": forwarded(tmp_path, by=EVIL),
        "of one nobody listed, upon a listed one's": sealed(
            f"Authentication-Results: {EVIL}; {PASS}\r\n".encode() + good, EVIL, tmp_path, "pass"
        ),
        "a listed one's, which found the chain broken": sealed(
            f"Authentication-Results: {LIST}; {PASS}\r\n".encode() + forwarded(tmp_path, by=EVIL), LIST, tmp_path, "fail"
        ),
        "in the list's name by another's key": forwarded(tmp_path, by=EVIL).replace(
            f"d={EVIL}".encode(), f"d={LIST}".encode()
        ),
        "words added after it": good + b"approve\r\n",
        "the subject changed after it": good.replace(b"Subject: EL 02", b"Subject: EL 03"),
        "its word changed": forwarded(tmp_path, "dkim=fail; dmarc=none").replace(b"dkim=fail", b"dkim=pass"),
        "which saw the signature fail": forwarded(tmp_path, f"dkim=fail header.d={DOMAIN}; dmarc=fail header.from={DOMAIN}"),
        "which saw another's signature": forwarded(tmp_path, f"dkim=pass header.d={EVIL}"),
        "which saw nothing": forwarded(tmp_path, "none"),
        "without its seal": good.partition(b"ARC-Message-Signature")[1] + good.partition(b"ARC-Message-Signature")[2],
        "nonsense": b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=lists.example.org; s=s1; b=\r\n" + changed(),
    }  # fmt: skip
    for us in believers:
        for how, raw in hostile.items():
            trust, _ = await word(us, raw)
            assert trust == "unauthenticated", how


async def test_a_seal_that_dns_cannot_tell_of_now_is_asked_about_again(
    believers: list[Believing], dns: Dns, tmp_path: Path
) -> None:
    dns.zone.failing = {f"s1._domainkey.{LIST}"}
    for us in believers:
        assert await word(us, forwarded(tmp_path)) == ("unauthenticated", NOT_KNOWN_YET)
    dns.zone.failing = set()
    for us in believers:
        assert await word(us, forwarded(tmp_path)) == ("accepted", "arc")


async def test_an_unbroken_signature_needs_no_seal(believers: list[Believing], tmp_path: Path) -> None:
    exchanger, _ = believers
    whole = f"Authentication-Results: {EVIL}; {PASS}\r\n".encode() + by_dkimpy(mail(), DOMAIN)
    assert await word(exchanger, sealed(whole, EVIL, tmp_path)) == ("authenticated", "dkim")
