"""Behind a receiver: whose Authentication-Results counts, where it must stand, and what it must say."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from intake.results import results_from
from intake.settings import IntakeSettings
from tests.intake.believing import ADDRESS, DOMAIN, Believing, believing

NOW = datetime.now(UTC)
US = "mx.cais.example"
RELAY = "127.0.0.1"
BORDER = f"Received: from mail.{DOMAIN} (mail.{DOMAIN} [192.0.2.25]) by {US} (Postfix) with ESMTPS id 1; now"
ATTACK = (
    f"Received: from mail.{DOMAIN} (evil.example.org [198.51.100.66]) by {US} (Postfix) with ESMTPS id 1; now"
)
INNER = f"Received: from {US} (localhost [127.0.0.1]) by store.cais.example with LMTP id 2; now"
SENT = f"Received: from desk (unknown [203.0.113.5]) by mail.{DOMAIN} with ESMTPSA id 3; now"
PASS = f"dkim=pass header.d={DOMAIN}; spf=pass smtp.mailfrom={ADDRESS}; dmarc=pass header.from={DOMAIN}"
STAMP = f"Authentication-Results: {US}; {PASS}"
FORGED = STAMP
GOOD = (STAMP, BORDER, SENT)
GOOGLE = (
    "Delivered-To: evidence@cais.example",
    "Received: by 2002:a05:6022:1c2:b0:5a with SMTP id e2csp1; now",
    f"ARC-Authentication-Results: i=1; mx.google.com; dkim=pass header.i=@{DOMAIN} header.s=s1 header.b=abc",
    f"Return-Path: <{ADDRESS}>",
    f"Received: from mail.{DOMAIN} (mail.{DOMAIN}. [192.0.2.25])\r\n        by mx.google.com with ESMTPS id x1\r\n        for <evidence@cais.example>; now",
    f"Received-SPF: pass (google.com: domain of {ADDRESS} designates 192.0.2.25 as permitted sender) client-ip=192.0.2.25;",
    f"Authentication-Results: mx.google.com;\r\n       dkim=pass header.i=@{DOMAIN} header.s=s1 header.b=abcdefgh;\r\n       spf=pass (google.com: domain of {ADDRESS} designates 192.0.2.25 as permitted sender) smtp.mailfrom={ADDRESS};\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from={DOMAIN}",
)
MICROSOFT = (
    "Received: from BN9PR03CA0530.namprd03.prod.outlook.com (2603:10b6:408:131::25)\r\n by SJ0PR01MB6127.prod.exchangelabs.com (2603:10b6:a03:29f::8) with Microsoft SMTP\r\n Server (version=TLS1_2) id 15.20.4951.12; now",
    "Received: from BN8NAM12FT047.eop-nam12.prod.protection.outlook.com\r\n (2603:10b6:408:131:cafe::5) by BN9PR03CA0530.outlook.office365.com\r\n (2603:10b6:408:131::25) with Microsoft SMTP Server via Frontend Transport; now",
    f"Authentication-Results: spf=pass (sender IP is 192.0.2.25)\r\n smtp.mailfrom={DOMAIN}; dkim=pass (signature was verified)\r\n header.d={DOMAIN};dmarc=pass action=none\r\n header.from={DOMAIN};compauth=pass reason=100",
    "Received-SPF: Pass (protection.outlook.com: fine)",
    f"Received: from mail.{DOMAIN} (192.0.2.25) by\r\n BN8NAM12FT047.mail.protection.outlook.com (10.13.182.192) with Microsoft SMTP\r\n Server id 15.20.4951.13 via Frontend Transport; now",
)


def mail(*top: str, sender: str = f"Ana Ruiz <{ADDRESS}>", date: datetime = NOW) -> bytes:
    own = (f"From: {sender}", "To: evidence@cais.example", "Subject: EL 02", f"Date: {format_datetime(date)}")
    lines = (*top, *own, f"Message-ID: <one@{DOMAIN}>", "", "EL 02.")
    return "".join(line + "\r\n" for line in lines).encode()


@pytest.fixture
async def us(tmp_path: Path) -> AsyncIterator[Believing]:
    async with believing(tmp_path, authserv_id=f"{US}, mx.google.com, microsoft365") as made:
        yield made


STANDING = {
    "Postfix": GOOD,
    "handed on within": (INNER, *GOOD),
    "another server's stamp above": ("Authentication-Results: scan.cais.example; none", *GOOD),
    "a forged one below": (STAMP, BORDER, FORGED, SENT),
    "with a version": (f"Authentication-Results: {US} 1; {PASS}", BORDER),
    "in capitals": (f"AUTHENTICATION-RESULTS: {US.upper()}; {PASS}", BORDER),
    "with comments": (f"Authentication-Results: (a (nested) one) {US} (yes); dkim=pass (2048-bit; ok) header.d={DOMAIN}", BORDER),
    "identity alone": (f"Authentication-Results: {US}; dkim=pass header.i=@{DOMAIN}", BORDER),
    "a subdomain signs": (f"Authentication-Results: {US}; dkim=pass header.d=example.com", BORDER),
    "two signatures": (f"Authentication-Results: {US}; dkim=fail header.d={DOMAIN}; dkim=pass header.d={DOMAIN}", BORDER),
    "Google": GOOGLE,
    "Microsoft": MICROSOFT,
}  # fmt: skip


@pytest.mark.parametrize("how", STANDING)
async def test_the_receivers_own_word_authenticates(us: Believing, how: str) -> None:
    sender = await us.ask(mail(*STANDING[how]), peer=RELAY)
    assert (sender.trust, sender.basis) == ("authenticated", "stamped-dkim")
    imap: dict[str, Any] = {"peer": None, "mail_from": None, "imap": {"folder": "INBOX"}}
    assert (await us.ask(mail(*STANDING[how]), **imap)).trust == "authenticated"


def results(said: str) -> tuple[str, ...]:
    return f"Authentication-Results: {US}; {said}", BORDER, SENT


@pytest.mark.parametrize(
    "said",
    [
        f"spf=pass smtp.mailfrom={ADDRESS}",
        f"spf=pass smtp.mailfrom={DOMAIN}",
        f"dmarc=pass header.from={DOMAIN}",
        f"dkim=pass header.d=esp.example.net; dmarc=pass header.from={DOMAIN}",
    ],
)
async def test_a_server_that_may_send_is_accepted_and_no_more(us: Believing, said: str) -> None:
    assert (await us.ask(mail(*results(said)), peer=RELAY)).trust == "accepted"


FORGERIES = {
    "alone": (FORGED,),
    "alone above the sender's hop": (FORGED, SENT),
    "below the border": (ATTACK, FORGED),
    "below the border, with a forged hop": (ATTACK, FORGED, BORDER),
    "below the border, which greets as the receiver": (ATTACK.replace(f"from mail.{DOMAIN}", f"from {US}"), FORGED, BORDER),
    "below the border, which greets as localhost": (ATTACK.replace(f"from mail.{DOMAIN}", "from [127.0.0.1]"), FORGED, BORDER),
    "below a genuine one that fails": (f"Authentication-Results: {US}; dkim=fail; dmarc=fail header.from={DOMAIN}", ATTACK, FORGED),
    "right below a genuine one": (f"Authentication-Results: {US}; none", FORGED, ATTACK),
    "a broken genuine one above": (f"Authentication-Results: {US}; dkim=fail (", FORGED, BORDER),
    "another id": (f"Authentication-Results: mx.evil.example.org; {PASS}", BORDER),
    "another host of the receiver's organisation": (f"Authentication-Results: scan.cais.example; {PASS}", BORDER),
    "an id that begins alike": (f"Authentication-Results: {US}.evil.example.org; {PASS}", BORDER),
    "no id": (f"Authentication-Results: {PASS}", BORDER),
    "no id, a Microsoft border below a foreign one": (ATTACK, f"Authentication-Results: {PASS}", MICROSOFT[-1]),
    "no id, below Microsoft's border": (MICROSOFT[-1], f"Authentication-Results: {PASS}", MICROSOFT[-1]),
    "two ids": (f"Authentication-Results: evil.example.org {US}; {PASS}", BORDER),
    "an id in a comment": (f"Authentication-Results: ({US}) evil.example.org; {PASS}", BORDER),
    "an id in quotes": (f'Authentication-Results: "{US}"; {PASS}', BORDER),
    "the pass in a comment": results(f"dkim=fail (x; {PASS})"),
    "the pass in a nested comment": results(f"dkim=fail ((x); {PASS})"),
    "the pass after a false end of a comment": results(f"dkim=fail (\\); {PASS})"),
    "the pass in quotes": results(f'dkim=fail reason="ok; {PASS}"'),
    "the pass after a false end of quotes": results(f'dkim=fail reason="\\"; {PASS}"'),
    "a comment that never ends": results(f"spf=none ({PASS}"),
    "a comment that never began": results(f"spf=none ); {PASS}"),
    "quotes that never end": results(f'spf=none reason="; {PASS}'),
    "a reason that eats the next word": results(f"dkim=fail reason= dkim=pass header.d={DOMAIN}"),
    "the pass of another method": results(f"x-dkim=pass header.d={DOMAIN}"),
    "a result inside a result": results(f"dkim=fail dkim=pass header.d={DOMAIN}"),
    "a domain said twice": results(f"dkim=pass header.d=evil.example.org header.d={DOMAIN}"),
    "another signing domain": results(f"dkim=pass header.d=evil.example.org header.i=@{DOMAIN}; dmarc=none"),
    "another From": results("dmarc=pass header.from=evil.example.org"),
    "no From": results("dmarc=pass"),
    "SPF of another": results("spf=pass smtp.mailfrom=x@evil.example.org"),
    "SPF of an address in the local part": results(f'spf=pass smtp.mailfrom="x@{DOMAIN}"@evil.example.org'),
    "a public suffix": results("dkim=pass header.d=com"),
    "DMARC fails": results(f"dkim=pass header.d=example.com; dmarc=fail header.from={DOMAIN}"),
    "none": results("none"),
    "nothing": (BORDER, SENT),
    "at Google, above its border": (FORGED.replace(US, "mx.google.com"), GOOGLE[4]),
    "at Google, below a second hop": (*GOOGLE[:5], SENT, GOOGLE[6]),
    "in the name of Google, elsewhere": (ATTACK, GOOGLE[6]),
    "too long": results(f"spf=none {'x' * 20000}; {PASS}"),
    "folded into another header": (f"X-Note: a\r\n Authentication-Results: {US}; {PASS}", BORDER),
    "ARC's": (f"ARC-Authentication-Results: i=1; {US}; {PASS}", BORDER),
    "from the evil domain": (*results(PASS.replace(DOMAIN, "evil.example.org")),),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGERIES)
async def test_no_forgery_is_believed(us: Believing, how: str) -> None:
    assert (await us.ask(mail(*FORGERIES[how]), peer=RELAY)).trust == "unauthenticated"


async def test_who_did_not_come_through_the_receiver_cannot_bring_its_word(us: Believing) -> None:
    assert (await us.ask(mail(*GOOD), peer="198.51.100.66")).basis == "no-sender-authentication"


async def test_relays_elsewhere_are_named(tmp_path: Path) -> None:
    async with believing(tmp_path, authserv_id=US, relays="10.1.0.0/16, 2001:db8::7") as us:
        assert (await us.ask(mail(*GOOD), peer="10.1.2.3")).trust == "authenticated"
        assert (await us.ask(mail(*GOOD), peer="2001:db8::7")).trust == "authenticated"
        assert (await us.ask(mail(*GOOD), peer=RELAY)).trust == "unauthenticated"


async def test_a_receiver_that_writes_below_its_own_hop_is_named_so(tmp_path: Path) -> None:
    async with believing(tmp_path, authserv_id=f"{US}:below") as us:
        assert (await us.ask(mail(INNER, BORDER, STAMP, SENT), peer=RELAY)).trust == "authenticated"
        assert (await us.ask(mail(ATTACK, SENT, FORGED), peer=RELAY)).trust == "unauthenticated"
        assert (await us.ask(mail(FORGED, SENT), peer=RELAY)).trust == "unauthenticated"


@pytest.mark.parametrize("tags", ["l=10", "x=1000", "t=1000"])
async def test_what_the_receiver_finds_good_may_still_leave_a_door_open(us: Believing, tags: str) -> None:
    signature = f"DKIM-Signature: v=1; a=rsa-sha256; d={DOMAIN}; s=s1; h=from:subject:date; {tags}; bh=x; b=y"
    assert (await us.ask(mail(*GOOD, signature), peer=RELAY)).trust == "unauthenticated"
    whole = signature.replace(f"; {tags}", "")
    assert (await us.ask(mail(*GOOD, whole), peer=RELAY)).trust == "authenticated"
    old = mail(*GOOD, whole, date=NOW - timedelta(days=366))
    assert (await us.ask(old, peer=RELAY)).trust == "unauthenticated"


DMARC = f"DMARC-Filter: OpenDMARC Filter v1.4.2 {US} 4DB2623C10D"
OPENDMARC = f"Authentication-Results: {US}; dmarc=none (p=none dis=none) header.from={DOMAIN}"
OPENDKIM = f"Authentication-Results: {US};\r\n\tdkim=pass (2048-bit key) header.d={DOMAIN} header.i=@{DOMAIN} header.a=rsa-sha256 header.s=s1 header.b=RjrhHs3W;\r\n\tdkim-atps=neutral"
DKIM = f"DKIM-Filter: OpenDKIM Filter v2.11.0 {US} 4DB2623C10D"
POLICYD = f"Authentication-Results: {US}; spf=pass smtp.mailfrom={ADDRESS}"
APART = {
    "OpenDKIM and OpenDMARC": (DMARC, OPENDMARC, DKIM, OPENDKIM, BORDER, SENT),
    "and SPF by a third": (DMARC, OPENDMARC, DKIM, OPENDKIM, POLICYD, BORDER, SENT),
    "another server's word between": (OPENDMARC, "Authentication-Results: scan.cais.example; none", OPENDKIM, BORDER),
    "handed on within": (INNER, OPENDMARC, OPENDKIM, BORDER),
}  # fmt: skip
DKIM_FAILS = f"Authentication-Results: {US}; dkim=fail header.d={DOMAIN}"
NOT_TOGETHER = {
    "a forged one below the receiver's hop": (OPENDMARC, ATTACK, OPENDKIM),
    "and a forged hop": (OPENDMARC, ATTACK, OPENDKIM, BORDER),
    "no hop of the receiver": (OPENDMARC, OPENDKIM, SENT),
    "no hop at all": (OPENDMARC, OPENDKIM),
    "a hop of another host of its organisation": (OPENDMARC, OPENDKIM, BORDER.replace(f"by {US}", "by smtp.cais.example")),
    "a hop from outside above": (BORDER, OPENDMARC, OPENDKIM, BORDER),
    "two of one method that differ": (DKIM_FAILS, OPENDKIM, BORDER),
    "two of one method that agree": (OPENDKIM, OPENDKIM, BORDER),
    "nothing, and a word": (f"Authentication-Results: {US}; none", OPENDKIM, BORDER),
    "one that is not whole": (OPENDMARC, f"Authentication-Results: {US}; spf=none (", OPENDKIM, BORDER),
    "another's that is not whole": (OPENDMARC, "Authentication-Results: scan.cais.example; spf=none (", OPENDKIM, BORDER),
    "DMARC fails": (OPENDMARC.replace("dmarc=none", "dmarc=fail"), OPENDKIM, BORDER),
    "of another id": (OPENDMARC, OPENDKIM.replace(US, "mx.evil.example.org"), BORDER),
    "folded into another header": (OPENDMARC, f"X-Note: a\r\n {OPENDKIM}", BORDER),
}  # fmt: skip


@pytest.fixture
async def several(tmp_path: Path) -> AsyncIterator[Believing]:
    """Behind a receiver whose filters write a header each."""
    async with believing(
        tmp_path / "several", authserv_id=f"{US}:several, mx.google.com, microsoft365"
    ) as made:
        yield made


async def test_what_filters_write_apart_is_read_together_where_the_setting_says_so(
    us: Believing, several: Believing
) -> None:
    for how, top in {**STANDING, **APART}.items():
        sender = await several.ask(mail(*top), peer=RELAY)
        assert (sender.trust, sender.basis) == ("authenticated", "stamped-dkim"), how
    for how, top in APART.items():
        assert (await us.ask(mail(*top), peer=RELAY)).trust == "unauthenticated", how


async def test_what_is_read_together_opens_no_door(several: Believing) -> None:
    for how, top in {**FORGERIES, **NOT_TOGETHER}.items():
        assert (await several.ask(mail(*top), peer=RELAY)).trust == "unauthenticated", how


@pytest.mark.parametrize("name", ["mx.cais.example:severel", ":below", "mx.cais.example:below:several"])
def test_another_way_of_stamping_than_we_know_is_refused(name: Any) -> None:
    with pytest.raises(ValidationError, match="with :below or :several"):
        IntakeSettings(authserv_id=name)


async def test_a_self_test_tells_how_the_receiver_stamps_also_out_of_a_mailbox(us: Believing) -> None:
    to = "evidence+s-0123456789abcdef@cais.example"
    own = mail(sender="evidence@cais.example").replace(
        b"To: evidence@", f"To: {to.partition('@')[0]}@".encode()
    )
    ways: list[dict[str, Any]] = [
        {"peer": RELAY, "rcpt_tos": [to]},
        {"peer": None, "mail_from": None, "imap": {"folder": "INBOX"}, "rcpt_tos": ["evidence@cais.example"]},
    ]
    said = {"stamped": GOOD, "several": APART["OpenDKIM and OpenDMARC"], "unstamped": (BORDER,)}
    for way in ways:
        for basis, top in said.items():
            found = await us.ask("".join(f"{line}\r\n" for line in top).encode() + own, **way)
            assert (found.trust, found.basis) == ("unauthenticated", basis), way


async def test_a_receiver_that_writes_no_hop_of_its_own_fails_the_self_test(several: Believing) -> None:
    """There a sender could write the rest of the block; the test shows it, because it came from elsewhere."""
    to = ["evidence+s-0123456789abcdef@cais.example"]
    ours = "Received: from cais (cais [192.0.2.7]) by smtp.cais.example with ESMTPS id 1; now"
    assert (await several.ask(mail(OPENDMARC, OPENDKIM, ours), peer=RELAY, rcpt_tos=to)).basis == "unstamped"
    own = mail(OPENDMARC, OPENDKIM, BORDER, ours)
    assert (await several.ask(own, peer=RELAY, rcpt_tos=to)).basis == "stamped"


async def test_a_null_sender_speaks_for_nobody(us: Believing) -> None:
    assert (await us.ask(mail(*GOOD), peer=RELAY, mail_from="")).basis == "null-sender"


async def test_with_the_stamp_missing_nobody_is_believed(us: Believing) -> None:
    us.stamping.missing = True
    assert (await us.ask(mail(*GOOD), peer=RELAY)).basis == "stamp-missing"
    to = ["evidence+s-0123456789abcdef@cais.example"]
    found = await us.ask(mail(*GOOD), peer=RELAY, rcpt_tos=to, mail_from="")
    assert (found.trust, found.basis) == ("unauthenticated", "stamped")
    assert (await us.ask(mail(BORDER), peer=RELAY, rcpt_tos=to)).basis == "unstamped"


@pytest.mark.parametrize("sender", [f"{ADDRESS}, x@evil.example.org", f'"{ADDRESS}" <x@evil.example.org>', f"x@evil.example.org <{ADDRESS}>", f"Group: {ADDRESS};", f"<@evil.example.org:{ADDRESS}>", f"({ADDRESS}) x@evil.example.org", f"=?utf-8?q?{ADDRESS}?= <x@evil.example.org>", "ana.ruiz@sierravista.example.com.", "ana.ruiz@sierravista.ex\u0430mple.com", f'"a"@{DOMAIN}', f"{ADDRESS}\x00", ""])  # fmt: skip
async def test_a_hostile_from_speaks_for_nobody(us: Believing, sender: str) -> None:
    assert (await us.ask(mail(*GOOD, sender=sender), peer=RELAY)).trust == "unauthenticated"


def test_results_are_taken_apart() -> None:
    found = results_from(
        'mx.example.org 1; dkim=pass reason="a; b" (c) header.d = x.org header.b=a=b=; spf=fail'
    )
    assert found is not None
    assert found.server == "mx.example.org"
    assert found.of("dkim")[0].about == {"reason": '"', "header.d": "x.org", "header.b": "a=b="}
    assert found.of("spf")[0].word == "fail"
