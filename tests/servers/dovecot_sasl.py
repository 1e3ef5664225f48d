"""A smarthost that asks for a login: Postfix with STARTTLS, whose logins a small Dovecot checks."""

import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.servers import Daemon, environment, free_port, fresh_directory, need, wait_for_port
from tests.servers.dovecot import OAUTH2
from tests.servers.postfix import Postfix
from tests.servers.tokens import Tokens

USER, PASSWORD = "evidence@cais.example", "s3cret pass"

_DOVECOT = """\
base_dir = {path}/run
state_dir = {path}/state
log_path = {path}/dovecot.log
protocols =
listen = 127.0.0.1
default_internal_user = dovecot
default_login_user = dovenull
ssl = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_verbose = yes
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {path}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {path}/users
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {port}
  }}
}}
"""
_MAIN = """\
smtpd_tls_security_level = may
smtpd_tls_cert_file = {path}/cert.pem
smtpd_tls_key_file = {path}/key.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_tls_auth_only = yes
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
  -o smtpd_tls_security_level=encrypt
"""


@dataclass(frozen=True)
class Submission:
    """A submission port, the certificate that it shows, and the tokens it takes."""

    port: int
    certificate: Path
    tokens: Tokens
    postfix: Postfix


def submission(outside_port: int, closing: ExitStack) -> Submission:
    """Start all of it; ended by `closing`."""
    path = Path(closing.enter_context(fresh_directory()))
    tokens, sasl, port = closing.enter_context(Tokens({})), free_port(), free_port()
    (path / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (path / "oauth2.conf").write_text(OAUTH2.format(port=tokens.port))
    (path / "dovecot.conf").write_text(_DOVECOT.format(path=path, port=sasl))
    dovecot = Daemon(
        [need("dovecot", "dovecot-core"), "-F", "-c", str(path / "dovecot.conf")], path / "output.log"
    )
    closing.enter_context(dovecot)
    closing.callback(dovecot.stop)
    wait_for_port(sasl, 20, dovecot)
    _certificate(path)
    relay = Postfix(
        free_port(),
        outside_port,
        main=_MAIN.format(path=path, sasl=sasl),
        master=_MASTER.format(port=port),
    )
    closing.enter_context(relay)
    wait_for_port(port, 20)
    return Submission(port, path / "cert.pem", tokens, relay)


def _certificate(path: Path) -> None:
    new = [need("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    new += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    new += ["-keyout", str(path / "key.pem"), "-out", str(path / "cert.pem")]
    subprocess.run(new, check=True, capture_output=True, env=environment(path))
