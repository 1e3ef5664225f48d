"""The service is killed at every named step; nothing acknowledged is lost, doubled or torn."""

import contextlib
import hashlib
import smtplib
import socket
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.servers import wait_until
from tests.walks.running import Service

KEEPING = ("file-synced", "file-named", "folder-synced", "row-committed")
HANDLING = ("claimed", "read", "answered", "committed")
TO = "evidence@cais.example"
MAILS = 6


def a_mail(number: int) -> bytes:
    """A mail with one document of its own."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "aruiz@sierravista.example", TO, "EL 02"
    mail["Message-ID"] = f"<crash-{number}@client.example>"
    mail.set_content("Attached.")
    mail.add_attachment(
        _document(number), maintype="application", subtype="pdf", filename=f"roster {number}.pdf"
    )
    return mail.as_bytes()


def _document(number: int) -> bytes:
    return b"%PDF-1.4 roster " + str(number).encode() * 3000


def post(service: Service, raw: bytes) -> bool:
    """Send one mail; True if it was acknowledged, False if the service died meanwhile."""
    try:
        with smtplib.SMTP("127.0.0.1", service.port, timeout=20) as client:
            client.sendmail("aruiz@sierravista.example", [TO], raw)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def post_until_taken(service: Service, raw: bytes) -> None:
    wait_until(lambda: post(service, raw), 20, "a mail that is taken")


@pytest.mark.parametrize(("step", "time"), [(step, 3) for step in KEEPING] + [(step, 1) for step in HANDLING])
def test_killed_at(step: str, time: int) -> None:
    with Service() as service:
        service.daemon.stop()
        service.start("-m", "tests.walks.dying_service", step, str(time))
        taken = [number for number in range(MAILS) if post(service, a_mail(number))]
        wait_until(lambda: _is_dead(service), 20, f"the end at {step}")

        service.start("-m", "cais", "run")
        for number in set(range(MAILS)) - set(taken):
            post_until_taken(service, a_mail(number))
        record = _settled(service)

        documents = {row["sha256"]: row for row in record["documents"]}
        assert len(documents) == len(record["documents"]) == MAILS
        assert set(documents) == {hashlib.sha256(_document(number)).hexdigest() for number in range(MAILS)}
        assert all(row["targets"] == ["sv-fpm/I-EL 02"] for row in record["documents"])
        receipts = [row for row in record["outgoing"] if row["template"] == "evidence_received"]
        assert len(receipts) == MAILS
        assert "All as recorded" in service.cais("verify")


def test_killed_in_the_middle_of_data_keeps_nothing() -> None:
    with Service() as service:
        raw = a_mail(1)
        with contextlib.closing(socket.create_connection(("127.0.0.1", service.port))) as wire:
            wire.sendall(b"EHLO x\r\nMAIL FROM:<aruiz@sierravista.example>\r\n")
            wire.sendall(f"RCPT TO:<{TO}>\r\nDATA\r\n".encode())
            wait_until(lambda: b"354" in wire.recv(4096), 10, "354")
            wire.sendall(raw[: len(raw) // 2])
            service.daemon.stop()
        service.start("-m", "cais", "run")
        assert service.export()["messages"] == []
        assert "All as recorded" in service.cais("verify")


def _is_dead(service: Service) -> bool:
    with contextlib.suppress(RuntimeError):
        service.daemon.check()
        return False
    return True


def _settled(service: Service) -> dict[str, list[dict[str, object]]]:
    """The record once every message has ended."""

    def settled() -> dict[str, list[dict[str, object]]] | None:
        record = service.export()
        states = {row["state"] for row in record["messages"]}
        return record if "received" not in states and record["messages"] else None

    found = wait_until(settled, 40, lambda: f"all messages; {service.daemon.output()}")
    assert found is not None
    return found
