"""The stamp of a real Postfix, tested by mail to ourselves: while it is missing, nobody is believed."""

import json
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.servers import wait_until
from tests.servers.postfix import Postfix
from tests.walks.real_store import DOMAIN, RELAY, RealStore, mail, post

PLACE = "smtpd_client_restrictions = check_client_access static:{{PREPEND {}}}\n"
WORD = f"Authentication-Results: {RELAY}; dkim=pass header.d={DOMAIN}; dmarc=pass header.from={DOMAIN}"
STAMP = PLACE.format(WORD)
MISSING = "not authenticated: stamp-missing"


def test_while_the_stamp_is_missing_nobody_is_believed_and_the_operator_hears_of_it(
    postfix: Callable[..., Postfix],
) -> None:
    service = RealStore(CAIS_AUTHSERV_ID=RELAY, CAIS_OPERATOR="operator@cde.example")
    relay, other = (postfix(service.port, main=STAMP) for _ in range(2))
    service.env["CAIS_SMARTHOST"] = f"smtp://127.0.0.1:{relay.port}"
    with service:
        assert service.message_in("ignored", 1)["reason"] == "self-test: the receiver stamps mail"
        assert came(service, relay, 1)["state"] == "done"
        relay.reload("")
        assert "does not stamp mail" in service.cais("inbox", "test-stamp", status=1)
        held = came(service, other, 2)
        assert held["reason"].startswith(MISSING)
        service.daemon.stop()
        service.start()
        assert came(service, other, 3)["reason"].startswith(MISSING), "known before the first mail"
        wait_until(lambda: _alarms(service) == ["stamp missing: receiver"], 20, service.daemon.output)
        assert "operator_alarm" in {one["template"] for one in service.export()["outgoing"]}
        assert "MEND  stamp: the receiver does not stamp" in service.cais("doctor", status=1)
        relay.reload(STAMP)
        assert "Tested: the receiver stamps mail." in service.cais("inbox", "test-stamp")
        service.cais("inbox", "again", "--reason", MISSING)
        assert service.message_in("done", held["id"])


def test_there_is_nothing_to_test_without_a_receiver_and_a_way_to_it() -> None:
    with RealStore(CAIS_MX="true") as service:
        assert "there is no receiver to test" in service.cais("inbox", "test-stamp", status=1)


def came(service: RealStore, relay: Postfix, number: int) -> dict[str, Any]:
    """The mail of this number, sent through the relay and answered."""
    post(relay.port, mail(number))

    def answered() -> list[dict[str, Any]]:
        rows = service.export()["messages"]
        return [
            one
            for one in rows
            if f"{number}@{DOMAIN}" in (one["message_id"] or "") and one["state"] != "received"
        ]

    found: list[dict[str, Any]] = wait_until(answered, 20, service.daemon.output)
    return found[0]


def _alarms(service: RealStore) -> list[str]:
    """What /healthz tells of them."""
    try:
        with urlopen(f"http://127.0.0.1:{service.web}/healthz") as answer:
            said = answer.read()
    except HTTPError as troubled:
        said = troubled.read()
    return list(json.loads(said)["alarms"])
