"""A store of real records, from the SMTP door to the receipt: who is believed, and who is only kept."""

import asyncio
import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import delete

from store.database import Database, sqlite_url
from store.people import StoreFact
from tests.intake.believing import publish
from tests.servers.dns import Dns
from tests.servers.postfix import Postfix
from tests.servers.signing import by_dkimpy, by_perl
from tests.walks.running import Service

ANA, DOMAIN, TO = "aruiz@sierravista.example", "sierravista.example", "evidence@cais.example"
RELAY = "relay.example.net"


class RealStore(Service):
    """The sample's people and items in a store that is no sample: nobody is believed without proof."""

    def start(self, *program: str) -> None:
        asyncio.run(_unmark(self.path / "var" / "cais.db"))
        super().start(*program)


async def _unmark(path: Path) -> None:
    """What no command can do: `sample` is never removed from a store by the product."""
    database = Database(sqlite_url(path))
    async with database.writing() as session:
        await session.execute(delete(StoreFact).where(StoreFact.name == "sample"))
    await database.aclose()


def mail(number: int, *top: str) -> bytes:
    own = (
        f"From: Ana Ruiz <{ANA}>",
        f"To: {TO}",
        "Subject: status",
        f"Date: {format_datetime(datetime.now(UTC))}",
    )
    lines = (
        *top,
        *own,
        f"Message-ID: <{number}@{DOMAIN}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain",
        "",
    )
    return "".join(line + "\r\n" for line in (*lines, "status")).encode()


def post(port: int, raw: bytes, sender: str = ANA) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(sender, [TO], raw)


@pytest.fixture
def dns() -> Iterator[Dns]:
    with Dns() as dns:
        publish(dns, DOMAIN, "v=spf1 -all")
        yield dns


def test_as_the_exchanger_a_signature_of_the_domain_is_obeyed_and_a_forgery_is_asked_about(
    dns: Dns, tmp_path: Path
) -> None:
    with RealStore(CAIS_MX="true", CAIS_DNS=dns.where) as service:
        post(service.port, by_perl(mail(1), DOMAIN, tmp_path))
        assert service.message(1)["state"] == "done"
        post(service.port, mail(2))
        post(service.port, mail(3))
        held = [service.message(number) for number in (2, 3)]
        assert [one["state"] for one in held] == ["held", "held"]
        assert all(one["reason"].startswith("not authenticated: not-aligned") for one in held)
        asked = [one for one in service.export()["outgoing"] if one["template"] == "claims_to_be_you"]
        assert [one["to"] for one in asked] == [ANA]


def test_what_dns_could_not_say_is_asked_again(dns: Dns) -> None:
    dns.zone.failing = {f"s1._domainkey.{DOMAIN}"}
    with RealStore(CAIS_MX="true", CAIS_DNS=dns.where) as service:
        post(service.port, by_dkimpy(mail(1), DOMAIN))
        assert service.message(1)["reason"] == "not authenticated: dns-trouble"
        assert not [one for one in service.export()["outgoing"] if one["template"] == "claims_to_be_you"]


def test_behind_postfix_its_stamp_is_believed_and_no_other(
    postfix: Callable[..., Postfix], monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = f"Authentication-Results: {RELAY}; dkim=pass header.d={DOMAIN}; dmarc=pass header.from={DOMAIN}"
    with RealStore(CAIS_AUTHSERV_ID=RELAY) as service:
        stamping = postfix(service.port, main=f"smtpd_sender_restrictions = check_sender_access inline:{{ {{ {ANA} = PREPEND {stamp} }} }}\n")  # fmt: skip
        silent = postfix(service.port)
        post(stamping.port, mail(1))
        assert service.message(1)["state"] == "done"
        post(silent.port, mail(2, stamp))
        post(service.port, mail(3, stamp))
        assert [service.message(number)["reason"] for number in (2, 3)] == [
            "not authenticated: no-stamp; asked once today" if number else "not authenticated: no-stamp"
            for number in (0, 1)
        ]
