"""Properly aligned mail as twelve programs write it, signed as their servers sign, and the stamps of receivers.

Every program has its own order and spelling of headers and its own body; each is crossed with the ways a name
is shown, and with the ways a mail is signed. The bodies are what canonical forms stumble over.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from pathlib import Path

from tests.mail.mime import block, wrapped
from tests.servers.signing import by_dkimpy, by_hand, by_perl, rsa_key

ORGANISATION, DISTRICT, LIST = "sierravista.k12.ca.us", "office.sierravista.k12.ca.us", "lists.example.org"
TO = "evidence@cais.example"

PROGRAMS = {
    "Outlook": "From To Subject Thread-Topic Thread-Index Date Message-ID Accept-Language Content-Language X-MS-Has-Attach MIME Type",
    "Outlook on the web": "From To CC Subject Thread-Topic Date Message-ID References In-Reply-To x-ms-exchange-senderadcheck x-microsoft-antispam Type MIME",
    "Gmail": "MIME From Date Message-ID Subject To Type",
    "Gmail for Android": "MIME References In-Reply-To From Date Message-ID Subject To Type",
    "Apple Mail": "From Type MIME2 Subject X-Universally-Unique-Identifier Date Cc To Message-ID X-Mailer",
    "iOS Mail": "Type From MIME3 Date Subject Message-ID To X-Mailer",
    "Thunderbird": "Message-ID Date MIME User-Agent Content-Language To From Subject Organization Type",
    "Yahoo": "Date From Reply-To To Message-ID Subject MIME Type References X-Mailer Content-Length",
    "mutt": "Date From To Subject Message-ID MIME Type Content-Disposition In-Reply-To User-Agent",
    "neomutt": "Date From To Subject Message-ID References MIME Type Content-Disposition Autocrypt",
    "s-nail": "Date From To Subject Message-ID User-Agent MIME Type Status",
    "nodemailer": "Type From To Subject Message-ID Date MIME",
}  # fmt: skip
HEADERS = {
    "To": f"To: {TO}",
    "CC": f'CC: "Delgado, Maria"\r\n\t<mdelgado@{ORGANISATION}>',
    "Cc": f"Cc: Maria Delgado <mdelgado@{ORGANISATION}>,\r\n bob@{ORGANISATION}",
    "MIME": "MIME-Version: 1.0",
    "MIME2": "Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))",
    "MIME3": "Mime-Version: 1.0 (1.0)",
    "X-Mailer": "X-Mailer: Mailer (21G93)",
    "User-Agent": "User-Agent: Mozilla Thunderbird",
    "Thread-Index": "Thread-Index: AQHb0ZkT1bYH0aTnR0Gx9w==",
    "Thread-Topic": "Thread-Topic: EL 02",
    "Reply-To": f"Reply-To: \"aruiz@{ORGANISATION}\" <aruiz@{ORGANISATION}>",
    "References": f"References: <a.1@{ORGANISATION}>\r\n <b.2@{ORGANISATION}>",
    "In-Reply-To": f"In-Reply-To: <b.2@{ORGANISATION}>",
    "Content-Disposition": "Content-Disposition: inline",
    "x-microsoft-antispam": "x-microsoft-antispam: BCL:0;ARA:13230040|366016;",
    "X-MS-Has-Attach": "X-MS-Has-Attach:",
    "Autocrypt": f"Autocrypt: addr=aruiz@{ORGANISATION};\r\n keydata= {'mDMEZ' * 12}\r\n {'AAECA' * 12}",
}  # fmt: skip
SHOWN = {
    "bare": "{}",
    "angles": "<{}>",
    "plain": "Ana Ruiz <{}>",
    "quoted": '"Ana Ruiz" <{}>',
    "comma in quotes": '"Ruiz, Ana (EL Office)" <{}>',
    "quote in quotes": '"Ana \\"Annie\\" Ruiz" <{}>',
    "q word": "=?iso-8859-1?Q?Ana_Ru=EDz=2C_M=2EA=2E?= <{}>",
    "b words, folded": "=?UTF-8?B?QW5hIFJ1w616IOKAkw==?=\r\n =?UTF-8?B?IERpcmVjdG9yYQ==?= <{}>",
    "raw UTF-8": "Ana Ruíz – Dirección <{}>",
    "folded before the address": '"Ana Ruiz, Director of English Learner Services"\r\n\t<{}>',
}
BODIES = {
    "7bit": ("text/plain; charset=us-ascii", "7bit", b"status\r\n"),
    "blank lines at the end": ("text/plain; charset=utf-8", "7bit", b"status\r\n\r\n\r\n \r\n\r\n"),
    "blanks at line ends": ("text/plain; format=flowed", "7bit", b"status \r\nof  EL\t 02 \t\r\n-- \r\nAna\r\n"),
    "no last line end": ("text/plain; charset=utf-8", "8bit", "estado del año".encode()),
    "8bit": ("text/plain; charset=utf-8", "8bit", "Ruíz – año 2026\r\n.\r\n..dots\r\n".encode()),
    "latin-1": ("text/plain; charset=iso-8859-1", "8bit", b"a\xf1o\r\n"),
    "long line": ("text/html; charset=utf-8", "7bit", b"<p>" + b"status " * 130 + b"</p>\r\n"),
    "quoted-printable": ("text/plain; charset=utf-8", "quoted-printable", b"A=C3=B1o =\r\n2026=20\r\n"),
    "base64": ("text/plain; charset=utf-8", "base64", wrapped(b"status\r\n" * 20)),
    "empty": ("text/plain; charset=utf-8", "7bit", b""),
    "only blank lines": ("text/plain; charset=utf-8", "7bit", b"\r\n\r\n"),
    "two ways to read": ('multipart/alternative;\r\n boundary="=_b"', "7bit", b'--=_b\r\nContent-Type: text/plain\r\n\r\nstatus\r\n--=_b\r\nContent-Type: text/html\r\n\r\n<p>status</p>\r\n--=_b--\r\n'),
}  # fmt: skip
USUAL = (b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type")
OVERSIGNED = b"from:from:to:to:cc:cc:subject:subject:date:message-id:in-reply-to:references"


@dataclass(frozen=True)
class RealForm:
    """`about` says which program, name, body and signature; `raw` is signed for its From address."""

    about: str
    address: str
    raw: bytes


Sign = Callable[[bytes, str, Path], bytes]


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


def _ed25519_beside_rsa(raw: bytes, domain: str, _: Path) -> bytes:
    tags = f"h=from:to:subject:date; t={_now()}; x={_now() + 600_000}"
    return by_hand(by_dkimpy(raw, domain), domain, tags, "ed", ed25519=True)


def _oversigned(raw: bytes, domain: str, _: Path) -> bytes:
    return by_hand(raw, domain, f"i=@{domain}; q=dns/txt; h={OVERSIGNED.decode()}; t={_now()}")


SIGNED: dict[str, Sign] = {
    "relaxed/relaxed": lambda raw, domain, _: by_dkimpy(raw, domain, signed=USUAL),
    "simple/simple": lambda raw, domain, _: by_dkimpy(raw, domain, canonical="simple/simple"),
    "for the organisation": lambda raw, _, __: by_dkimpy(raw, ORGANISATION, canonical="relaxed/simple"),
    "a list's on top": lambda raw, domain, _: by_dkimpy(by_dkimpy(raw, domain), LIST),
    "Ed25519 and RSA": _ed25519_beside_rsa,
    "oversigned": _oversigned,
}


def unsigned(program: str, shown: str, body: str, number: int, domain: str) -> bytes:
    kind, encoding, content = BODIES[body]
    own = {
        "From": f"From: {SHOWN[shown].format(f'aruiz@{domain}')}",
        "Subject": "Subject: EL 02"
        if number % 3
        else "Subject: =?UTF-8?Q?A=C3=B1o_2026=3A?=\r\n status EL 02",
        "Date": f"Date: {format_datetime(datetime.now(UTC))}" + (" (UTC)" if number % 4 == 0 else ""),
        "Message-ID": f"Message-ID: <{number}.{program.replace(' ', '')}@{domain}>",
        "Type": f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}",
        "Content-Length": f"Content-Length: {len(content)}",
    }
    names = PROGRAMS[program].split()
    return block(*(own.get(name) or HEADERS.get(name) or f"{name}: en-US" for name in names), "") + content


def real_forms(folder: Path) -> list[RealForm]:
    """Each program × each display × each way of dkimpy or by hand, and one of each program and display by Perl."""
    plans = list(_plans())
    rsa_key()  # made once, before threads would each make their own
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda plan: _form(folder, *plan), plans))


def _plans() -> Iterator[tuple[str, str, str, int, str, str]]:
    bodies, numbers = list(BODIES), count()
    for program in PROGRAMS:
        for shown in SHOWN:
            ways = [*SIGNED, "Perl"] if list(SHOWN).index(shown) % 2 else [*SIGNED]
            for way in ways:
                number = next(numbers)
                domain = DISTRICT if number % 2 else ORGANISATION
                yield program, shown, bodies[number % len(bodies)], number, domain, way


def _form(folder: Path, program: str, shown: str, body: str, number: int, domain: str, way: str) -> RealForm:
    raw = unsigned(program, shown, body, number, domain)
    if way == "Perl":
        own = folder / str(number)
        own.mkdir(parents=True)
        signed = by_perl(raw, domain, own)
    else:
        signed = SIGNED[way](raw, domain, folder)
    return RealForm(f"{program}, {shown}, {body}, {way}", f"aruiz@{domain}", _travelled(signed, domain))


def _travelled(raw: bytes, domain: str) -> bytes:
    """The hops on its way put their headers on top and break no signature."""
    hop = f"Received: from [10.1.2.3] (unknown [203.0.113.5])\r\n\tby mail.{domain} (Postfix) with ESMTPSA id 4X;\r\n\t{format_datetime(datetime.now(UTC))}"
    return block(hop) + raw


def stamped(raw: bytes, receiver: str, address: str) -> bytes:
    """The mail as this receiver hands it to us."""
    write = _two_milters if receiver == TWO_MILTERS else RECEIVERS[receiver]
    return block(*write(address, address.rpartition("@")[2])) + raw


def _postfix(address: str, domain: str) -> tuple[str, ...]:
    return (
        f'Authentication-Results: mx.cais.example;\r\n\tdmarc=pass (p=none dis=none) header.from={domain};\r\n\tdkim=pass (2048-bit key; unprotected) header.d={domain} header.i=@{domain} header.a=rsa-sha256 header.s=s1 header.b="ab+/cd="',
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.25])\r\n\tby mx.cais.example (Postfix) with ESMTPS id 4Y\r\n\tfor <{TO}>; now",
    )


def _two_milters(address: str, domain: str) -> tuple[str, ...]:
    """OpenDKIM and OpenDMARC as they come: a header each, OpenDMARC's on top."""
    return (
        f"Authentication-Results: mx.cais.example; dmarc=pass (p=none dis=none) header.from={domain}",
        f"Authentication-Results: mx.cais.example;\r\n\tdkim=pass (2048-bit key) header.d={domain} header.s=s1",
        *_postfix(address, domain)[1:],
    )


def _rspamd(address: str, domain: str) -> tuple[str, ...]:
    return (
        "X-Spamd-Bar: --",
        f"Authentication-Results: mx.cais.example;\r\n\tdkim=pass header.d={domain} header.s=s1 header.b=hGqHQ3Nz;\r\n\tspf=pass (mx.cais.example: domain of {address} designates 192.0.2.25 as permitted sender) smtp.mailfrom={address};\r\n\tdmarc=pass (policy=reject) header.from={domain}",
        *_postfix(address, domain)[1:],
    )


def _exim(address: str, domain: str) -> tuple[str, ...]:
    return (
        f"Received: from mail.{domain} ([192.0.2.25]:41234)\r\n\tby exim.cais.example with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.98)\r\n\t(envelope-from <{address}>)\r\n\tid 1u\r\n\tfor {TO};\r\n\tnow",
        f"Authentication-Results: exim.cais.example;\r\n\tiprev=pass (mail.{domain}) smtp.remote-ip=192.0.2.25;\r\n\tspf=pass smtp.mailfrom={domain};\r\n\tdkim=pass header.d={domain} header.s=s1 header.a=rsa-sha256;\r\n\tdmarc=pass header.from={domain}",
    )


def _fastmail(address: str, domain: str) -> tuple[str, ...]:
    return (
        "Received: from phl-compute-02.internal (phl-compute-02.internal [10.202.2.42])\r\n\t by sloti22t01 (Cyrus 3.13.0) with LMTPA; now",
        "X-ME-Sender: <xms:abc>",
        f"Authentication-Results: mx5.messagingengine.com;\r\n    bimi=skipped (DMARC Policy is not at enforcement);\r\n    arc=none (no signatures found);\r\n    dkim=pass (2048-bit rsa key sha256) header.d={domain} header.i=@{domain} header.b=aBc1 header.a=rsa-sha256 header.s=s1 x-bits=2048;\r\n    dmarc=pass policy.published-domain-policy=none policy.applied-disposition=none (p=none,d=none) header.from={domain};\r\n    iprev=pass smtp.remote-ip=192.0.2.25 (mail.{domain});\r\n    spf=pass smtp.mailfrom={address} smtp.helo=mail.{domain}",
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.25])\r\n\t(using TLSv1.3)\r\n\tby mx5.messagingengine.com (Postfix) with ESMTPS id 4Z\r\n\tfor <{TO}>; now",
    )


def _google(address: str, domain: str) -> tuple[str, ...]:
    return (
        f"Delivered-To: {TO}",
        "Received: by 2002:a05:6022:1c2:b0:5a with SMTP id e2csp1; now",
        f"ARC-Authentication-Results: i=1; mx.google.com; dkim=pass header.i=@{domain} header.s=s1 header.b=abc",
        f"Return-Path: <{address}>",
        f"Received: from mail.{domain} (mail.{domain}. [192.0.2.25])\r\n        by mx.google.com with ESMTPS id x1\r\n        for <{TO}>; now",
        f"Received-SPF: pass (google.com: domain of {address} designates 192.0.2.25 as permitted sender) client-ip=192.0.2.25;",
        f"Authentication-Results: mx.google.com;\r\n       dkim=pass header.i=@{domain} header.s=s1 header.b=abcdefgh;\r\n       spf=pass (google.com: domain of {address} designates 192.0.2.25 as permitted sender) smtp.mailfrom={address};\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from={domain}",
    )


def _microsoft(address: str, domain: str) -> tuple[str, ...]:
    return (
        "Received: from BN9PR03CA0530.namprd03.prod.outlook.com (2603:10b6:408:131::25)\r\n by SJ0PR01MB6127.prod.exchangelabs.com (2603:10b6:a03:29f::8) with Microsoft SMTP\r\n Server id 15.20.4951.12; now",
        f"Authentication-Results: spf=pass (sender IP is 192.0.2.25)\r\n smtp.mailfrom={domain}; dkim=pass (signature was verified)\r\n header.d={domain};dmarc=bestguesspass action=none\r\n header.from={domain};compauth=pass reason=109",
        "Received-SPF: Pass (protection.outlook.com: fine)",
        f"Received: from mail.{domain} (192.0.2.25) by\r\n BN8NAM12FT047.mail.protection.outlook.com (10.13.182.192) with Microsoft SMTP\r\n Server id 15.20.4951.13 via Frontend Transport; now",
    )


RECEIVERS: dict[str, Callable[[str, str], tuple[str, ...]]] = {
    "Postfix, one header of its milters": _postfix,
    "rspamd": _rspamd,
    "Exim": _exim,
    "Fastmail": _fastmail,
    "Google": _google,
    "Microsoft 365": _microsoft,
}
TWO_MILTERS = "OpenDKIM and OpenDMARC apart"
IDS = "mx.cais.example, exim.cais.example:below, mx5.messagingengine.com, mx.google.com, microsoft365"
