"""Which mail no person wrote to us, and which only looks a little like it."""

from email.message import Message

import pytest

from intake.automatic import why_automatic

OWN = ["evidence@cais.example"]
FROM = ("From", "Ana Ruiz <ana@x.example>")


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Auto-Submitted: auto-replied", "auto-submitted"),
        ("auto-submitted: Auto-Generated; owner=x", "auto-submitted"),
        ("Auto-Submitted: auto-notified(note)", "auto-submitted"),
        ("Precedence: bulk", "bulk"),
        ("Precedence: list", "mailing-list"),
        ("Precedence: JUNK", "bulk"),
        ("Precedence: auto_reply", "auto-reply"),
        ("Return-Path: <>", "null-sender"),
        ("Content-Type: multipart/report; report-type=delivery-status", "report"),
        ("List-Id: <elac.lists.example>", "mailing-list"),
        ("List-Unsubscribe: <mailto:leave@x.example>", "mailing-list"),
        ("X-Autoreply: yes", "auto-reply"),
        ("X-Failed-Recipients: a@b.example", "bounce"),
        ("X-Loop: evidence@cais.example", "loop"),
    ],
)
def test_a_sign_in_the_headers_tells(header: str, why: str) -> None:
    name, _, value = header.partition(": ")
    assert why_automatic([FROM, (name, value)], "ana@x.example", OWN) == why


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No (a person)",
        "Precedence: normal",
        "Precedence: first-class",
        "Return-Path: <ana@x.example>",
        "Content-Type: multipart/mixed; boundary=report",
        "X-Auto-Response-Suppress: All",
        "Subject: Out of office",
        "Sender: bounces@relay.example",
    ],
)
def test_a_persons_mail_is_not_automatic(header: str) -> None:
    name, _, value = header.partition(": ")
    assert why_automatic([FROM, (name, value)], "bounces+srs=a@relay.example", OWN) is None


@pytest.mark.parametrize("envelope_from", ["", "<>"])
def test_the_null_sender_is_a_machine(envelope_from: str) -> None:
    assert why_automatic([FROM], envelope_from, OWN) == "null-sender"


def test_an_unknown_envelope_says_nothing() -> None:
    assert why_automatic([FROM], None, OWN) is None


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@x.example (Mail Delivery System)",
        "Mail Delivery Subsystem <mailer-daemon@x.example>",
        "postmaster@x.example",
        "MAILER-DAEMON",
    ],
)
def test_a_daemon_is_a_machine(sender: str) -> None:
    assert why_automatic([("From", sender)], "x@x.example", OWN) == "daemon"


@pytest.mark.parametrize("sender", ["Evidence@CAIS.example", "Us <evidence+EL-02@cais.example>"])
def test_mail_from_ourselves_is_a_loop(sender: str) -> None:
    assert why_automatic([("From", sender)], "ana@x.example", OWN) == "our-own"
    assert why_automatic([FROM], "evidence+el@cais.example", OWN) == "our-own"


def test_a_mail_without_headers_is_nobodys_sign() -> None:
    assert why_automatic(Message().items(), "ana@x.example", OWN) is None
