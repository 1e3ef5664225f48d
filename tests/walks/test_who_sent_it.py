"""A store of real records, from the SMTP door to the receipt: who is believed, and who is only kept."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from store.clock import pacific
from store.database import Database, sqlite_url
from store.inbox import InboxEntry
from tests.intake.believing import publish
from tests.servers.dns import Dns
from tests.servers.postfix import Postfix
from tests.servers.signing import by_dkimpy, by_perl
from tests.walks.real_store import ANA, DOMAIN, RELAY, RealStore, mail, post


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
        assert [one["to"] for one in asked] == [ANA] * days(held)


def test_what_dns_could_not_say_is_asked_again_by_itself(dns: Dns) -> None:
    dns.zone.failing = {f"s1._domainkey.{DOMAIN}"}
    with RealStore(CAIS_MX="true", CAIS_DNS=dns.where) as service:
        post(service.port, by_dkimpy(mail(1), DOMAIN))
        post(service.port, mail(2))
        came = service.message(1)["received_at"]
        reasons = [service.message(number)["reason"] for number in (1, 2)]
        assert reasons[0] == "not authenticated: dns-trouble"
        assert reasons[1].startswith("not authenticated: not-aligned")
        service.daemon.stop()
        assert _waits(service) == [True, False]
        service.start()
        assert service.message(1)["state"] == "held", "its time has not come"
        service.daemon.stop()
        dns.zone.failing = set()
        _let_the_wait_end(service)
        service.start()
        assert service.message_in("done", 1)["received_at"] == came
        assert service.message(2)["state"] == "held"


def _waits(service: RealStore) -> list[bool]:
    """Of each message: whether it is looked at again by itself, about five minutes after it came."""

    async def read() -> list[bool]:
        database = Database(sqlite_url(service.path / "var" / "cais.db"))
        async with database.writing() as session:
            rows = (await session.scalars(select(InboxEntry).order_by(InboxEntry.id))).all()
        await database.aclose()
        wait = [one.check_at - one.received_at if one.check_at else None for one in rows]
        return [one is not None and timedelta(minutes=4) < one < timedelta(minutes=6) for one in wait]

    return asyncio.run(read())


def days(messages: Sequence[dict[str, Any]]) -> int:
    """On how many days in Sacramento they came: what is asked once a day is asked so often."""
    return len({pacific(datetime.fromisoformat(one["received_at"])).date() for one in messages})


def _let_the_wait_end(service: RealStore) -> None:
    """What five minutes would do."""

    async def pass_by() -> None:
        database = Database(sqlite_url(service.path / "var" / "cais.db"))
        async with database.writing() as session:
            due = InboxEntry.check_at.is_not(None)
            await session.execute(update(InboxEntry).where(due).values(check_at=datetime.now(UTC)))
        await database.aclose()

    asyncio.run(pass_by())


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
        first, second = (service.message(number) for number in (2, 3))
        assert first["reason"] == "not authenticated: no-stamp"
        again = "; asked once today" if days((first, second)) == 1 else ""
        assert second["reason"] == f"not authenticated: no-stamp{again}"
