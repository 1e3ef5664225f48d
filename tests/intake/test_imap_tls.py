"""Mailboxes over TLS: whose certificate is not for this name, or of nobody we know, hears no password."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from handlers.watch_mailboxes import words_of
from intake.examine import examine_intake
from intake.imap_accounts import read_accounts
from intake.imap_login import Unavailable, hang_up, log_in
from intake.settings import IntakeSettings
from tests.intake.mailroom import account
from tests.servers.certificates import Certificate, certificate
from tests.servers.dovecot import Dovecot
from tests.servers.dovecot import dovecot as dovecot

AFAR = "127.1"  # of this machine, but not known to be: encryption is asked for
Start = Callable[..., Dovecot]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("ours"), "localhost", AFAR)


@pytest.fixture(scope="module")
def of_another(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("other"), "mail.another.example")


def url(server: Dovecot, way: str) -> str:
    """`starttls` or `imaps` to the server."""
    if way == "starttls":
        return account(server.port).replace("127.0.0.1", AFAR)
    return account(server.imaps).replace("imap://", "imaps://").replace("127.0.0.1", "localhost")


def why_not(server: Dovecot, way: str, authority: Path | None) -> str | None:
    """The machine word of what keeps us out."""
    where = url(server, way)
    settings = IntakeSettings(imap=SecretStr(where), imap_ca=authority)
    try:
        hang_up(log_in(read_accounts(where)[0], settings, None))
    except Unavailable as error:
        return str(error)
    return None


@pytest.mark.parametrize("way", ["starttls", "imaps"])
def test_a_private_authority_is_believed_when_it_is_named(
    dovecot: Start, ours: Certificate, way: str
) -> None:
    assert why_not(dovecot(certificate=ours), way, ours.authority) is None


@pytest.mark.parametrize("way", ["starttls", "imaps"])
def test_a_private_authority_is_not_believed_by_itself(dovecot: Start, ours: Certificate, way: str) -> None:
    server = dovecot(certificate=ours)
    assert why_not(server, way, None) == "certificate issuer"
    assert "Login:" not in server.log()


@pytest.mark.parametrize("way", ["starttls", "imaps"])
def test_a_certificate_for_another_name_opens_nothing(
    dovecot: Start, of_another: Certificate, way: str
) -> None:
    server = dovecot(certificate=of_another)
    assert why_not(server, way, of_another.authority) == "certificate name"
    assert "Login:" not in server.log()


def test_no_password_goes_to_a_server_afar_that_does_not_encrypt(dovecot: Start) -> None:
    server = dovecot()
    assert why_not(server, "starttls", None) == "not encrypted"
    assert "Login:" not in server.log()


@pytest.mark.parametrize("word", ["certificate", "certificate name", "certificate issuer", "not encrypted"])
def test_each_is_told_in_one_sentence(word: str) -> None:
    assert words_of(word) != word
    assert "mail waits there" in words_of(word).lower()


async def test_the_doctor_tries_every_login(dovecot: Start, ours: Certificate) -> None:
    server = dovecot(certificate=ours)
    good, bad = url(server, "imaps"), account(server.port, password="wrong")
    nobody = account(1, user="gone@cais.example")
    settings = IntakeSettings(imap=SecretStr(f"{good} {bad} {nobody}"), imap_ca=ours.authority)
    first, second, third, _ = await examine_intake(settings, None, None)
    assert first == (f"imap login evidence@cais.example@localhost:{server.imaps}", True, "lets us in")
    assert second[1:] == (False, words_of("login refused"))
    assert third[1:] == (False, words_of("unreachable"))


def test_a_file_that_holds_no_authority_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        with pytest.raises(ValidationError, match="must be a file of certificates"):
            IntakeSettings(imap_ca=path)
