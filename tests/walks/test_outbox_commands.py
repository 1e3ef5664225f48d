"""`cais outbox …` as an operator types it."""

import json

from tests.walks.running import Service


def test_an_operator_sees_a_delivery_and_is_told_why_it_is_not_sent_again() -> None:
    with Service() as service:
        service.cais("ask", "status EL 02", "--as", "mdelgado@sierravista.example")
        assert "item_status_shown" in service.cais("outbox", "list", "--state", "sent")
        shown = json.loads(service.cais("outbox", "show", "1", "--json"))
        assert (shown["state"], shown["receipt"]) == ("sent", "shown on the terminal")
        assert "shown on the terminal" in service.cais("outbox", "resend", "1", status=1)
        assert "there is no state" in service.cais("outbox", "list", "--state", "nosuch", status=2)
        assert "there is no message 99" in service.cais("outbox", "show", "99", status=1)
