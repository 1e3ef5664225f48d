"""Every hostile From of the corpus through the running service, with all else as good as it can be forged."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from tests.intake.believing import publish
from tests.intake.hostile_from import ANA, DOMAIN, HOSTILE
from tests.servers import wait_until
from tests.servers.dns import Dns
from tests.servers.signing import by_hand
from tests.walks.real_store import RELAY, TO, RealStore, post

GOOD = b"From: Ana Ruiz <" + ANA.encode() + b">"
STAMP = f"Authentication-Results: {RELAY}; dkim=pass header.d={DOMAIN}; spf=pass smtp.mailfrom={ANA}; dmarc=pass header.from={DOMAIN}\r\nReceived: from mail ([192.0.2.25]) by {RELAY} with ESMTPS id 1; now\r\n".encode()
HEARD = {"claims_to_be_you", "stranger_held"}


@pytest.fixture
def dns() -> Iterator[Dns]:
    with Dns() as dns:
        publish(dns, DOMAIN, "v=spf1 ip4:127.0.0.1 -all")
        publish(dns, "evil.example.org", "v=spf1 ip4:127.0.0.1 -all")
        yield dns


def mail(number: int, block: bytes) -> bytes:
    own = (
        f"To: {TO}",
        "Subject: submit EL 02",
        f"Date: {format_datetime(datetime.now(UTC))}",
        f"Message-ID: <{number}@{DOMAIN}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain",
        "",
    )
    return block + b"\r\n" + "".join(line + "\r\n" for line in own).encode() + b"status\r\n"


def test_as_the_exchanger_not_even_the_domains_own_signature_makes_a_hostile_from_a_persons(dns: Dns) -> None:
    with RealStore(CAIS_MX="true", CAIS_DNS=dns.where) as service:
        _nobody_is_believed(service, b"", sign=True)


def test_behind_a_receiver_not_even_its_stamp_makes_a_hostile_from_a_persons() -> None:
    with RealStore(CAIS_AUTHSERV_ID=RELAY) as service:
        _nobody_is_believed(service, STAMP, sign=False)


def _nobody_is_believed(service: RealStore, top: bytes, sign: bool) -> None:
    """All of the corpus is held and does nothing, and one honest mail in the same dress is obeyed."""
    corpus = {"an honest one": GOOD, **HOSTILE}
    for number, block in enumerate(corpus.values(), 1):
        raw = mail(number, block)
        post(service.port, top + (_signed(raw) if sign else raw))
    wait_until(
        lambda: all(one["state"] != "received" for one in _messages(service, len(corpus))),
        120,
        service.daemon.output,
    )
    honest, *hostile = _messages(service, len(corpus))
    assert honest["state"] == "done"
    found = {name: (one["state"], one["reason"]) for name, one in zip(HOSTILE, hostile, strict=True)}
    assert {name: said for name, said in found.items() if said[0] != "held"} == {}
    assert [name for name, one in zip(HOSTILE, hostile, strict=True) if one["sender"] == ANA] == []
    assert len(HOSTILE) >= 60
    record = service.export()
    told = [one for one in record["outgoing"] if one["in_answer_to"] != honest["id"]]
    assert {one["template"] for one in told} <= HEARD


def _signed(raw: bytes) -> bytes:
    """By her own domain and by the forger's; what no program would sign is signed all the same."""
    tags = f"h=from:subject:date:message-id; t={int(datetime.now(UTC).timestamp())}"
    return by_hand(by_hand(raw, DOMAIN, tags), "evil.example.org", tags)


def _messages(service: RealStore, count: int) -> list[dict[str, str]]:
    found = service.export()["messages"]
    return found if len(found) == count else [{"state": "received"}]
