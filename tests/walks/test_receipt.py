"""A receipt leaves the running service as a mail and is believed by everybody who checks it."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.walks.running import ROOT, Service, text_of

ANA, TO = "aruiz@sierravista.example", "evidence@cais.example"
SCRIPT = ROOT / "docs" / "check_receipt.py"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


def send(service: Service, subject: str, text: str, *files: bytes) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = ANA, TO, subject
    mail["Message-ID"] = f"<{subject.replace(' ', '-')}@client.example>"
    mail.set_content(text)
    for content in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="Lista Peña.pdf")
    with smtplib.SMTP("127.0.0.1", service.port) as client:
        client.send_message(mail)


def offline(service: Service, *words: str | Path) -> tuple[int, str]:
    argv = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, words)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=service.path)
    return done.returncode, done.stdout + done.stderr


def test_a_mailed_receipt_is_believed_by_mail_by_the_command_and_offline(service: Service) -> None:
    roster = b"%PDF-1.4 roster\n%%EOF\n"
    send(service, "EL 02", "La lista.", roster)
    receipt = service.mail("evidence_received")
    path = next((service.path / "var" / "outgoing").glob("*.eml"))

    assert "genuine" in service.cais("verify", "--receipt", str(path))
    assert "1 signed receipts" in service.cais("verify")

    with urlopen(f"http://127.0.0.1:{service.web}/receipt-key") as page:
        public = page.read().decode()
    assert public == (service.path / "var" / "receipt.pub").read_text()
    assert public.split()[1] in service.cais("doctor")
    (service.path / "roster.pdf").write_bytes(roster)
    status, printed = offline(service, path, "--key", "var/receipt.pub", "roster.pdf")
    assert (status, "Name: Lista Peña.pdf" in printed) == (0, True), printed

    text = text_of(receipt)
    block = text[text.index("-----BEGIN CAIS") : text.index("-----END CAIS RECEIPT-----") + 26]
    send(service, "is it real", f"verify\n\n{block}\n\nThanks\nAna")
    assert "is genuine" in text_of(service.mail("receipt_checked", in_answer_to=2))
    send(service, "is it real now", f"verify\n\n{block.replace('Verdict: filed', 'Verdict: held')}")
    assert "The signature check failed" in text_of(service.mail("receipt_checked", in_answer_to=3))

    changed = service.path / "changed.txt"
    changed.write_text(block.replace("Peña", "Pena"))
    assert "does not fit" in service.cais("verify", "--receipt", str(changed), status=1)
    assert offline(service, changed, "--key", "var/receipt.pub")[0] == 1
    changed.write_text("no receipt")
    assert "no receipt in" in service.cais("verify", "--receipt", str(changed), status=1)


def test_a_key_that_was_named_but_is_missing_stops_the_start(service: Service) -> None:
    service.env["CAIS_RECEIPT_KEY"] = "nosuch.pem"
    try:
        assert "CAIS_RECEIPT_KEY: nosuch.pem" in service.cais("verify", status=1)
    finally:
        del service.env["CAIS_RECEIPT_KEY"]
