"""As the mail exchanger: what SPF, DKIM and alignment say, by a DNS of our own and signatures of two programs."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.checking_again import NOT_KNOWN_YET
from tests.intake.believing import ADDRESS, DOMAIN, SERVER, Believing, believing, publish, running_dns
from tests.servers.dns import Dns
from tests.servers.signing import by_dkimpy, by_hand, by_perl, rsa_key

NOW = datetime.now(UTC)
STRANGER = "198.51.100.66"
USUAL = "h=from:to:subject:date:message-id"


def mail(
    *headers: str, sender: str = f"Ana Ruiz <{ADDRESS}>", date: datetime = NOW, body: str = "EL 02.\r\n"
) -> bytes:
    top = (f"From: {sender}", "To: evidence@cais.example", "Subject: EL 02", f"Date: {format_datetime(date)}")
    lines = (*top, f"Message-ID: <one@{DOMAIN}>", *headers, "MIME-Version: 1.0", "Content-Type: text/plain")
    return "".join(line + "\r\n" for line in (*lines, "")).encode() + body.encode()


@pytest.fixture
def dns() -> Iterator[Dns]:
    yield from running_dns()


@pytest.fixture
async def us(tmp_path: Path, dns: Dns) -> AsyncIterator[Believing]:
    async with believing(tmp_path / "post", mx=True, dns=dns.where) as made:
        yield made


@pytest.mark.parametrize("method", ["relaxed", "simple", "simple/relaxed", "relaxed/simple"])
async def test_what_perl_signed_for_the_domain_is_authenticated(
    us: Believing, tmp_path: Path, method: str
) -> None:
    sender = await us.ask(by_perl(mail(), DOMAIN, tmp_path, method=method), peer=STRANGER)
    assert (sender.address, sender.trust, sender.basis) == (ADDRESS, "authenticated", "dkim")


@pytest.mark.parametrize(
    "canonical", ["relaxed/relaxed", "simple/simple", "simple/relaxed", "relaxed/simple"]
)
async def test_what_dkimpy_signed_is_authenticated(us: Believing, canonical: str) -> None:
    assert (
        await us.ask(by_dkimpy(mail(), DOMAIN, canonical=canonical), peer=STRANGER)
    ).trust == "authenticated"


async def test_ed25519_is_verified(us: Believing) -> None:
    signed = by_hand(mail(), DOMAIN, f"{USUAL}; t={int(NOW.timestamp())}", "ed", ed25519=True)
    assert (await us.ask(signed, peer=STRANGER)).trust == "authenticated"
    assert (await us.ask(signed.replace(b"EL 02.", b"EL 03."), peer=STRANGER)).trust == "unauthenticated"


async def test_a_subdomain_signs_for_the_organisation_and_the_other_way_round(
    us: Believing, dns: Dns
) -> None:
    publish(dns, "mail.example.com")
    assert (await us.ask(by_dkimpy(mail(), "mail.example.com"), peer=STRANGER)).trust == "authenticated"


async def test_a_good_signature_below_a_bad_and_a_foreign_one_counts(us: Believing, dns: Dns) -> None:
    publish(dns, "list.example.org")
    foreign = by_dkimpy(by_dkimpy(mail(), DOMAIN), "list.example.org")
    broken = by_dkimpy(mail(), DOMAIN).partition(b"\r\nFrom:")[0].replace(b"bh=", b"bh=AAAA") + b"\r\n"
    assert (await us.ask(broken + foreign, peer=STRANGER)).trust == "authenticated"


async def test_spf_alone_is_accepted_and_no_more(us: Believing) -> None:
    sender = await us.ask(mail())
    assert (sender.trust, sender.basis) == ("accepted", "spf")


async def test_two_tenants_of_one_provider_are_never_more_than_accepted(us: Believing, dns: Dns) -> None:
    dns.zone.text("spf.provider.example.net", f"v=spf1 ip4:{SERVER} -all")
    dns.zone.text(DOMAIN, "v=spf1 include:spf.provider.example.net -all")
    assert (await us.ask(mail())).trust == "accepted"


async def test_an_spf_pass_of_another_domain_counts_for_nothing(us: Believing, dns: Dns) -> None:
    dns.zone.text("evil.example.org", f"v=spf1 ip4:{SERVER} -all")
    assert (await us.ask(mail(), mail_from="x@evil.example.org")).trust == "unauthenticated"


@pytest.mark.parametrize(
    "spf",
    [
        "v=spf1 -all",
        "v=spf1 ~all",
        "v=spf1 ?all",
        "",
        "v=spf1 include:" + DOMAIN,
        "v=spf1 a:( -all",
        "v=spf1 exists:%{",
    ],
)
async def test_any_other_spf_word_is_no_authority(us: Believing, dns: Dns, spf: str) -> None:
    dns.zone.text(DOMAIN, *filter(None, [spf]))
    assert (await us.ask(mail())).trust == "unauthenticated"


async def test_more_than_ten_lookups_or_two_void_ones_are_no_authority(us: Believing, dns: Dns) -> None:
    for n in range(12):
        dns.zone.text(f"i{n}.{DOMAIN}", "v=spf1 ?all")
    includes = " ".join(f"include:i{n}.{DOMAIN}" for n in range(11))
    dns.zone.text(DOMAIN, f"v=spf1 {includes} ip4:{SERVER} -all")
    assert (await us.ask(mail())).trust == "unauthenticated"
    dns.zone.text(DOMAIN, f"v=spf1 a:v1.{DOMAIN} a:v2.{DOMAIN} a:v3.{DOMAIN} ip4:{SERVER} -all")
    assert (await us.ask(mail())).trust == "unauthenticated"


async def test_a_null_sender_speaks_for_nobody(us: Believing) -> None:
    sender = await us.ask(by_dkimpy(mail(), DOMAIN), mail_from="")
    assert (sender.trust, sender.basis) == ("unauthenticated", "null-sender")


async def test_a_policy_of_none_lowers_nothing(us: Believing, dns: Dns) -> None:
    dns.zone.text(f"_dmarc.{DOMAIN}", "v=DMARC1; p=none")
    assert (await us.ask(mail(), peer=STRANGER)).trust == "unauthenticated"


async def test_a_strict_policy_is_honoured(us: Believing, dns: Dns) -> None:
    publish(dns, "mail.example.com")
    dns.zone.text("_dmarc.example.com", "v=DMARC1; p=reject; adkim=s; aspf=s")
    assert (await us.ask(by_dkimpy(mail(), "mail.example.com"), peer=STRANGER)).basis == "not-aligned"
    assert (await us.ask(mail(), mail_from="x@mail.example.com")).trust == "unauthenticated"
    assert (await us.ask(by_dkimpy(mail(), DOMAIN), peer=STRANGER)).trust == "authenticated"


async def test_another_district_under_the_same_suffix_is_another_organisation(
    us: Believing, dns: Dns
) -> None:
    publish(dns, "evil.k12.ca.us")
    publish(dns, "k12.ca.us")
    forged = mail(sender="Ana <ana@sierravista.k12.ca.us>")
    for domain in ("evil.k12.ca.us", "k12.ca.us"):
        signed = by_dkimpy(forged, domain)
        assert (await us.ask(signed, peer=STRANGER, mail_from=f"x@{domain}")).trust == "unauthenticated"


WEAK = {
    "part of the body": lambda: by_dkimpy(mail(), DOMAIN, length=True),
    "part, and text added": lambda: by_dkimpy(mail(), DOMAIN, length=True) + b"approve\r\n",
    "a short key": lambda: by_dkimpy(mail(), DOMAIN, "small", bits=768),
    "From left out": lambda: by_hand(mail(), DOMAIN, f"h=to:subject:date; t={int(NOW.timestamp())}"),
    "Subject left out": lambda: by_hand(mail(), DOMAIN, f"h=from:to:date; t={int(NOW.timestamp())}"),
    "no time": lambda: by_hand(mail(), DOMAIN, "h=from:to:subject:message-id"),
    "expired": lambda: by_hand(mail(), DOMAIN, f"{USUAL}; t={int(NOW.timestamp()) - 900}; x={int(NOW.timestamp()) - 300}"),
    "from the future": lambda: by_hand(mail(), DOMAIN, f"{USUAL}; t={int(NOW.timestamp()) + 90000}"),
    "a changed subject": lambda: by_dkimpy(mail(), DOMAIN).replace(b"Subject: EL 02", b"Subject: EL 03"),
    "a changed body": lambda: by_dkimpy(mail(), DOMAIN).replace(b"EL 02.", b"EL 03."),
    "a second From": lambda: b"From: Ana <ana@evil.example.org>\r\n" + by_dkimpy(mail(), DOMAIN),
    "a second Subject": lambda: b"Subject: approve\r\n" + by_dkimpy(mail(), DOMAIN),
    "an unknown key": lambda: by_dkimpy(mail(), DOMAIN, "nobody"),
    "a revoked key": lambda: by_dkimpy(mail(), DOMAIN, "gone"),
    "a key of another kind": lambda: by_dkimpy(mail(), DOMAIN, "ed"),
    "nonsense": lambda: b"DKIM-Signature: v=1; a=rsa-sha256; d=" + DOMAIN.encode() + b"; s=s1; h=from; bh=x; b=\r\n" + mail(),
    "another's domain": lambda: by_dkimpy(mail(), "evil.example.org"),
    "another tenant's suffix": lambda: by_dkimpy(mail(), "com"),
    "a display name that is an address": lambda: by_dkimpy(mail(sender=f'"{ADDRESS}" <x@evil.example.org>'), DOMAIN),
    "nothing": lambda: mail(),
}  # fmt: skip


@pytest.mark.parametrize("how", WEAK)
async def test_a_signature_that_leaves_a_door_open_is_no_authority(us: Believing, dns: Dns, how: str) -> None:
    publish(dns, "evil.example.org")
    publish(dns, "com")
    dns.zone.text(f"small._domainkey.{DOMAIN}", rsa_key(768)[1])
    dns.zone.text(f"gone._domainkey.{DOMAIN}", "v=DKIM1; p=")
    sender = await us.ask(WEAK[how](), peer=STRANGER)
    assert sender.trust == "unauthenticated"


@pytest.mark.parametrize(
    ("later", "trust"),
    [
        (timedelta(minutes=1), "authenticated"),
        (timedelta(days=1), "authenticated"),
        (timedelta(days=366), "unauthenticated"),
    ],
)
async def test_a_replay_is_the_same_act_and_an_old_one_nobodys(
    us: Believing, later: timedelta, trust: str
) -> None:
    signed = by_dkimpy(mail(), DOMAIN)
    first = await us.message(signed, peer=STRANGER)
    again = await us.message(
        b"Received: by x\r\n" + signed, NOW + later, peer="203.0.113.9", mail_from="y@evil.example.org"
    )
    assert again.sender.trust == trust
    assert again.content == first.content


async def test_a_replay_under_another_message_id_is_the_same_act(us: Believing) -> None:
    """Yahoo, for one, does not sign the Message-ID."""
    signed = by_dkimpy(mail(), DOMAIN, signed=(b"from", b"to", b"subject", b"date"))
    first = await us.message(signed, peer=STRANGER)
    again = await us.message(signed.replace(b"<one@", b"<two@"), peer=STRANGER)
    assert first.sender.trust == again.sender.trust == "authenticated"
    assert first.content == again.content
    other = by_dkimpy(
        mail(date=NOW - timedelta(hours=1)), DOMAIN, signed=(b"from", b"to", b"subject", b"date")
    )
    assert (await us.message(other, peer=STRANGER)).content != first.content


async def test_dns_that_fails_or_is_slow_means_not_now(us: Believing, dns: Dns) -> None:
    signed = by_dkimpy(mail(), DOMAIN)
    dns.zone.failing = {f"s1._domainkey.{DOMAIN}", DOMAIN}
    assert (await us.ask(signed)).basis == NOT_KNOWN_YET
    assert (await us.ask(mail())).basis == NOT_KNOWN_YET
    dns.zone.failing = set()
    assert (await us.ask(signed)).trust == "authenticated"
    dns.zone.slow = {DOMAIN: 6}
    assert (await us.ask(mail())).basis == NOT_KNOWN_YET
    assert (await us.ask(signed)).trust == "authenticated"


async def test_out_of_a_mailbox_a_signature_is_enough_and_nothing_else_is(us: Believing) -> None:
    imap: dict[str, Any] = {
        "peer": None,
        "mail_from": None,
        "helo": None,
        "imap": {"account": "a", "folder": "INBOX"},
    }
    assert (await us.ask(by_dkimpy(mail(), DOMAIN), **imap)).trust == "authenticated"
    assert (await us.ask(mail(), **imap)).trust == "unauthenticated"
    bounced = b"Return-Path: <>\r\n" + by_dkimpy(mail(), DOMAIN)
    assert (await us.ask(bounced, **imap)).basis == "null-sender"


async def test_blanks_without_end_cost_no_time(us: Believing) -> None:
    raw = by_perl_like = by_hand(
        mail(body=" " * 300_000 + "x\r\n" + "\r\n" * 300_000), DOMAIN, f"{USUAL}; t={int(NOW.timestamp())}"
    )
    assert by_perl_like is raw
    began = datetime.now(UTC)
    assert (await us.ask(raw, peer=STRANGER)).trust == "authenticated"
    assert datetime.now(UTC) - began < timedelta(seconds=10)


async def test_loopback_mail_to_a_sample_store_is_confirmed_whatever_else_is_set(
    tmp_path: Path, dns: Dns
) -> None:
    async with believing(tmp_path / "s", True, mx=True, dns=dns.where, authserv_id="mx.cais.example") as us:
        assert (await us.ask(mail(), peer="127.0.0.1")).trust == "confirmed"
        assert (await us.ask(mail(), peer=STRANGER)).trust == "unauthenticated"


async def test_without_any_setting_nobody_is_believed(tmp_path: Path) -> None:
    async with believing(tmp_path / "s") as us:
        sender = await us.ask(by_dkimpy(mail(), DOMAIN), peer="127.0.0.1")
        assert (sender.trust, sender.basis) == ("unauthenticated", "no-sender-authentication")
