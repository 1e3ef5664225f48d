"""The two ways out for mail: a real smarthost, and a folder."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtplib import SMTPDataError, SMTPRecipientRefused, SMTPRecipientsRefused, SMTPServerDisconnected
from pydantic import SecretStr

from bot.delivery import NeverAgain, TryLater
from bot.letter import compose
from bot.mailer import FolderMailer, Smarthost, SmarthostMailer, verdict_on
from tests.bot.conftest import outgoing, parsed
from tests.servers import free_port, need
from tests.servers.sink import Sink


async def test_the_folder_gets_whole_files(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "outgoing"
    assert await FolderMailer(folder).send(outgoing()) == "written to out-17.eml"
    assert await FolderMailer(folder).send(outgoing()) == "written to out-17.eml"
    assert [path.name for path in folder.iterdir()] == ["out-17.eml"]
    assert (folder / "out-17.eml").read_bytes() == compose(outgoing())


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TryLater):
        await FolderMailer(tmp_path / "file").send(outgoing())


def smarthost(port: int) -> SmarthostMailer:
    return SmarthostMailer(SecretStr(f"smtp://127.0.0.1:{port}"))


async def test_the_smarthost_gets_an_answer_with_the_null_sender(sink: Sink) -> None:
    sink.answers = ["250 2.0.0 queued as 4711"]
    assert await smarthost(sink.port).send(outgoing(in_answer_to=5)) == "2.0.0 queued as 4711"
    (mail,) = sink.mails
    assert (mail.mail_from, mail.rcpts) == ("", ("mdelgado@sierravista.example",))
    assert mail.raw == compose(outgoing(in_answer_to=5))


@pytest.fixture
def own_certificate(tmp_path: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody vouches for."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    new = [need("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    new += ["-subj", "/CN=sink.example.net", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(new, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


async def test_encryption_is_used_where_it_is_offered(own_certificate: ssl.SSLContext) -> None:
    with Sink(own_certificate) as sink:
        await smarthost(sink.port).send(outgoing())
        assert [mail.tls for mail in sink.mails] == [True]


async def test_a_password_is_sent_to_a_proven_host_only(own_certificate: ssl.SSLContext) -> None:
    with Sink(own_certificate) as sink:
        with pytest.raises(TryLater):
            await SmarthostMailer(SecretStr(f"smtp://desk:secret@127.0.0.1:{sink.port}")).send(outgoing())
        assert sink.attempts == []


async def test_letters_beyond_ascii_in_an_address_need_smtputf8(sink: Sink) -> None:
    await smarthost(sink.port).send(outgoing(to="josé@sierravista.example"))
    assert sink.mails[0].rcpts == ("josé@sierravista.example",)
    assert parsed(sink.mails[0].raw)["To"] == "josé@sierravista.example"


@pytest.mark.parametrize(("answer", "outcome"), [("451 4.3.0 later", TryLater), ("554 5.7.1 no", NeverAgain)])
async def test_the_answer_to_the_data_decides(sink: Sink, answer: str, outcome: type[Exception]) -> None:
    sink.answers = [answer]
    with pytest.raises(outcome, match=answer[:3]):
        await smarthost(sink.port).send(outgoing())


@pytest.mark.parametrize(
    ("answer", "outcome"), [("450 4.2.1 greylisted", TryLater), ("550 5.1.1 no such", NeverAgain)]
)
async def test_the_answer_to_the_recipient_decides(sink: Sink, answer: str, outcome: type[Exception]) -> None:
    sink.refuse["mdelgado@sierravista.example"] = answer
    with pytest.raises(outcome, match=answer[:3]):
        await smarthost(sink.port).send(outgoing())


async def test_nobody_listening_is_trouble_of_the_moment() -> None:
    with pytest.raises(TryLater):
        await smarthost(free_port()).send(outgoing())


async def test_a_server_that_hangs_up_is_trouble_of_the_moment() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        with pytest.raises(TryLater):
            await smarthost(server.sockets[0].getsockname()[1]).send(outgoing())


def test_a_refusal_of_ourselves_is_not_a_refusal_of_the_mail() -> None:
    refused = SMTPRecipientsRefused([SMTPRecipientRefused(550, "no such user", "x@y.example")])
    assert isinstance(verdict_on(refused), NeverAgain)
    assert isinstance(verdict_on(SMTPDataError(421, "closing")), TryLater)
    assert isinstance(verdict_on(SMTPServerDisconnected("gone")), TryLater)
    assert isinstance(verdict_on(TimeoutError()), TryLater)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("smtp://mail.example", Smarthost("mail.example", 25)),
        ("smtp://mail.example:2525", Smarthost("mail.example", 2525)),
        ("smtp://desk:p%40ss@mail.example", Smarthost("mail.example", 587, False, "desk", "p@ss")),
        ("smtps://desk:pw@mail.example", Smarthost("mail.example", 465, True, "desk", "pw")),
    ],
)
def test_a_smarthosts_url(url: str, host: Smarthost) -> None:
    assert Smarthost.of(url) == host


async def test_a_password_is_never_sent_in_the_clear(sink: Sink) -> None:
    with pytest.raises(TryLater):
        await SmarthostMailer(SecretStr(f"smtp://desk:secret@127.0.0.1:{sink.port}")).send(outgoing())
    assert sink.attempts == []
