"""The road of one mail through the running service: real programs in, a threaded receipt out."""

import hashlib
import smtplib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from store.clock import pacific
from tests.servers import clients
from tests.servers.postfix import Postfix
from tests.servers.sink import Sink
from tests.walks.running import ROOT, Service, text_of

ANA, TO = "aruiz@sierravista.example", "evidence@cais.example"
MAIL = ROOT / "tests" / "mail"
CLIENTS = [
    clients.send_with_swaks,
    clients.send_with_mutt,
    clients.send_with_neomutt,
    clients.send_with_s_nail,
]
Send = Callable[[int, str, str, str, str, Sequence[Path]], None]


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


@pytest.fixture
def roster(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A PDF of its own for every test, with an umlaut in its name."""
    path = tmp_path / "Lista Müller.pdf"
    path.write_bytes(b"%PDF-1.4\n\x00\xff" + request.node.name.encode() * 50 + b"\n%%EOF\n")
    return path


def newest(service: Service) -> int:
    return max((row["id"] for row in service.export()["messages"]), default=0)


def filed(service: Service, number: int) -> list[tuple[str, str, list[str]]]:
    """What became of a message's files: digest, verdict, targets."""
    message = service.message(number)
    return [(one["sha256"], one["verdict"], one["targets"]) for one in message["verdicts"]]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("send", CLIENTS, ids=lambda send: send.__name__.removeprefix("send_with_"))
def test_a_real_program_mails_a_document(service: Service, roster: Path, send: Send) -> None:
    before = newest(service)
    send(service.port, ANA, TO, "EL 02 Lista", "La lista de EL 02.", [roster])
    assert filed(service, before + 1) == [(digest(roster), "filed", ["sv-fpm/I-EL 02"])]


def test_msmtp_mails_raw_bytes(service: Service) -> None:
    before, raw = newest(service), (MAIL / "msmtp_plain.eml").read_bytes()
    clients.send_with_msmtp(service.port, ANA, TO, raw)
    assert [one[1:] for one in filed(service, before + 1)] == [("filed", ["sv-fpm/I-EL 02"])]


def test_through_postfix(service: Service, roster: Path, postfix: Callable[[int], Postfix]) -> None:
    relay, before = postfix(service.port), newest(service)
    clients.send_with_mutt(relay.port, ANA, TO, "CE 08", "Minutes.", [roster])
    assert filed(service, before + 1) == [(digest(roster), "filed", ["sv-fpm/II-CE 08"])]


def test_the_receipt_is_in_the_thread_within_two_seconds(service: Service) -> None:
    before = newest(service)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"Ana Ruiz <{ANA}>", TO, "EL 02 election"
    mail["Message-ID"], mail["References"] = "<mine@client.example>", "<older@client.example>"
    mail.set_content("The election record.")
    mail.add_attachment(b"%PDF-1.4 election", maintype="application", subtype="pdf", filename="election.pdf")
    with smtplib.SMTP("127.0.0.1", service.port) as client:
        client.send_message(mail)
    receipt = service.mail("evidence_received", in_answer_to=before + 1)

    came = pacific(datetime.fromisoformat(service.message(before + 1)["received_at"]))
    assert parsedate_to_datetime(receipt["Date"]) - came < timedelta(seconds=2)
    assert receipt["In-Reply-To"] == "<mine@client.example>"
    assert receipt["References"].split() == ["<older@client.example>", "<mine@client.example>"]
    assert receipt["Subject"].startswith("Re: EL 02 election [r")
    assert receipt["Auto-Submitted"] == "auto-replied"
    for said in ("election.pdf", "I-EL 02", "SHA-256", "Receipt R-", f"{came:%Z}", "UTC"):
        assert said in text_of(receipt), said


def test_a_question_is_answered_by_a_reply(service: Service) -> None:
    asked = newest(service) + 1
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = ANA, TO, "for you", "<q@client.example>"
    mail.set_content("Here it is.")
    mail.add_attachment(b"%PDF-1.4 ask", maintype="application", subtype="pdf", filename="ELAC minutes.pdf")
    with smtplib.SMTP("127.0.0.1", service.port) as client:
        client.send_message(mail)
        question = service.mail("evidence_received", in_answer_to=asked)
        assert service.message(asked)["state"] == "asked"

        reply = EmailMessage(policy=SMTP)
        reply["From"], reply["To"], reply["Subject"] = ANA, TO, f"Re: {question['Subject']}"
        reply["Message-ID"], reply["In-Reply-To"] = "<a@client.example>", question["Message-ID"]
        quoted = "\n".join(f"> {line}" for line in text_of(question).splitlines())
        reply.set_content(f"1\n\nOn Monday you wrote:\n{quoted}\n")
        client.send_message(reply)
    receipt = service.mail("evidence_received", in_answer_to=asked + 1)

    assert f"R-{asked}" in text_of(receipt)
    assert service.message(asked)["state"] == "done"
    assert filed(service, asked)[0][1:] == ("filed", ["sv-fpm/I-EL 02"])


def test_a_sink_gets_the_receipt_when_there_is_a_smarthost(sink: Sink) -> None:
    with Service(CAIS_SMARTHOST=f"smtp://127.0.0.1:{sink.port}") as service:
        service.cais("post", str(MAIL / "thunderbird_html_pdf.eml"))
        (mail,) = sink.wait_for(1)
    assert mail.mail_from == ""
    assert list(mail.rcpts) == [ANA]
    assert b"I-EL 02" in mail.raw


def test_nothing_is_lost_on_the_way_down(service: Service) -> None:
    assert "All as recorded" in service.cais("verify")
