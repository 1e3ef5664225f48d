"""The running service gets its tokens from an identity provider and opens the mailbox with them."""

from collections.abc import Callable
from pathlib import Path

from tests.intake.mailroom import account, digest, letter
from tests.servers import wait_until
from tests.servers.certificates import certificate
from tests.servers.dovecot import MAILBOX, Dovecot
from tests.servers.dovecot import dovecot as dovecot
from tests.servers.issuer import Issuer
from tests.servers.tokens import Tokens
from tests.walks.running import Service

FIRST, SECOND = "ya29.first", "ya29.second"


def test_mail_comes_by_token_also_after_one_was_revoked(
    dovecot: Callable[..., Dovecot], tmp_path: Path
) -> None:
    shown = certificate(tmp_path, "localhost")
    with Tokens({FIRST: MAILBOX}) as tokens, Issuer(shown, tmp_path) as issuer:
        server, issuer.token = dovecot(tokens=tokens.port), FIRST
        server.put(letter(1))
        with Service(("-m", "cais", "run"), **_settings(server, issuer, shown.authority)) as service:
            wait_until(lambda: _kept(service) == [digest(letter(1))], 30, service.daemon.output)
            assert "ok    imap login" in service.cais("doctor")
            tokens.valid, issuer.token = {SECOND: MAILBOX}, SECOND
            server.kick()
            server.put(letter(2))
            wait_until(lambda: len(_kept(service)) == 2, 30, service.daemon.output)
            issuer.token = ""
            said = service.cais("doctor", status=1)
        assert "MEND  imap login" in said and "the identity provider gives no token" in said
        assert set(issuer.asked) == {MAILBOX}
        assert {FIRST, SECOND} <= set(tokens.asked)
        told = service.daemon.output() + said
        assert "ya29" not in told and "PRIVATE KEY" not in told


def _settings(server: Dovecot, issuer: Issuer, authority: Path) -> dict[str, str]:
    return {
        "CAIS_IMAP": account(server.port, password=""),
        "CAIS_IMAP_AUTH": "xoauth2",
        "CAIS_IMAP_POLL_SECONDS": "1",
        "CAIS_OAUTH": "google",
        "CAIS_GOOGLE_SERVICE_ACCOUNT": str(issuer.account),
        "REQUESTS_CA_BUNDLE": str(authority),
    }


def _kept(service: Service) -> list[str]:
    return [str(row["sha256"]) for row in service.export()["messages"]]
