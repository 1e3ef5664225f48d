"""A mail of ours that a real Postfix cannot deliver comes back through our door, and somebody is told."""

import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest

from handlers.tokens import bounce_detail
from tests.servers.postfix import Postfix
from tests.servers.sink import Sink
from tests.walks.running import Service, text_of

ANA, MARIA, TO = "aruiz@sierravista.example", "mdelgado@sierravista.example", "evidence@cais.example"
Relay = Callable[..., Postfix]


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


def ask(service: Service) -> tuple[EmailMessage, dict[str, Any]]:
    """Ana asks something; our answer, and its row."""
    with smtplib.SMTP("127.0.0.1", service.port) as door:
        door.sendmail(
            ANA, [TO], f"From: {ANA}\r\nTo: {TO}\r\nSubject: status\r\nMessage-ID: <a@b.example>\r\n\r\n"
        )
    answer = service.mail("status_shown")
    return answer, service.outgoing()[0]


def send_through(relay: Postfix, answer: EmailMessage) -> None:
    """As our mailer hands it over: with an envelope sender of the message's own."""
    number, token = str(answer["Message-ID"])[5:].partition("@")[0].split(".")
    local, _, domain = TO.partition("@")
    sender = f"{local}+{bounce_detail(int(number), token)}@{domain}"
    with smtplib.SMTP("127.0.0.1", relay.port) as smarthost:
        smarthost.sendmail(sender, [parseaddr(str(answer["To"]))[1]], answer.as_bytes())


def bounced(service: Service, seconds: float = 30) -> dict[str, Any]:
    """The message that the bounce became, once it is handled."""
    return service.message(2, seconds)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [("550 5.1.1 No such user here", "5.1.1"), ("552 5.2.2 Mailbox full", "5.2.2"), ("550 gone", "5.0.0")],
)
def test_postfix_bounces_and_the_coordinator_hears_of_it(
    service: Service, postfix: Relay, sink: Sink, refusal: str, status: str
) -> None:
    sink.refuse[ANA] = refusal
    answer, row = ask(service)
    send_through(postfix(service.port, sink.port), answer)

    message = bounced(service)
    assert (message["state"], message["reason"]) == ("ignored", f"bounce of message {row['id']}: {status}")
    told = service.mail("mail_came_back")
    assert parseaddr(str(told["To"]))[1] == MARIA
    assert "Mail to Ana Ruiz came back" in str(told["Subject"])
    assert ANA in text_of(told)
    assert [one["state"] for one in service.outgoing()] == ["bounced", "sent"]


def test_what_postfix_gives_up_after_its_time_came_back_too(
    service: Service, postfix: Relay, sink: Sink
) -> None:
    sink.refuse[ANA] = "451 4.3.2 Not now"
    answer, row = ask(service)
    send_through(postfix(service.port, sink.port, lifetime=3), answer)

    assert bounced(service, 60)["reason"] == f"bounce of message {row['id']}: 4.3.2"
    assert service.mail("mail_came_back")


def test_the_bounce_is_not_answered_and_ends_there(service: Service, postfix: Relay, sink: Sink) -> None:
    sink.refuse |= {ANA: "550 5.1.1 No such user here", MARIA: "550 5.1.1 No such user here"}
    relay = postfix(service.port, sink.port)
    answer, _ = ask(service)
    send_through(relay, answer)
    bounced(service)
    send_through(relay, service.mail("mail_came_back"))  # the coordinator cannot be reached either

    service.message(3, 30)
    third = service.mail("mail_came_back", in_answer_to=3)
    assert parseaddr(str(third["To"]))[1] not in (ANA, MARIA)
    people = [row["to"] for row in service.outgoing()]
    assert [to for to in people if "daemon" in to.lower() or "relay.example.net" in to] == []
