"""A throwaway Dovecot: IMAP with passwords and tokens, mail put in through LMTP or as files of its own."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.servers import Daemon, Running, environment, free_port, fresh_directory, need, wait_for_port
from tests.servers.certificates import Certificate

PASSWORD = "s3cret/and@more, too"
MAILBOX = "evidence@cais.example"

_CONF = """\
base_dir = {path}/run
state_dir = {path}/state
log_path = {path}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{path}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_max_userip_connections = 100
shutdown_clients = yes
imap_capability = {capability}
protocol lmtp {{
  postmaster_address = postmaster@cais.example
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {path}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {path}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={path}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
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
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""

OAUTH2 = """\
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/introspect
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 3000
"""


class Dovecot(Running):
    """IMAP on `.port`, LMTP on `.lmtp`; every user of `users` has PASSWORD. As root or as anybody.

    `tokens` is the port of an endpoint that knows tokens (see tests.servers.tokens). `capability` replaces
    what the server says it can do. With `certificate` it also offers STARTTLS, and IMAPS on `.imaps`.
    """

    def __init__(
        self,
        users: Sequence[str] = (MAILBOX,),
        tokens: int | None = None,
        capability: str = "",
        certificate: Certificate | None = None,
    ) -> None:
        program = need("dovecot", "dovecot-imapd")
        self.users = tuple(users)
        self._directory = fresh_directory()
        self.path = Path(self._directory.name)
        self.port, self.lmtp = free_port(), free_port()
        self._tokens = tokens or free_port()
        self._capability = capability
        self._certificate = certificate
        self.imaps = free_port() if certificate else 0
        self._config = self.path / "dovecot.conf"
        self._daemon = Daemon([program, "-F", "-c", str(self._config)], self.path / "output.log")

    def start(self) -> None:
        """Start it and return when both ports answer; on failure nothing is left behind."""
        try:
            self._write()
            self._daemon.start()
            for port in (self.port, self.lmtp):
                wait_for_port(port, 20, self._daemon)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        self._daemon.stop()
        self._directory.cleanup()

    def client(self, user: str = MAILBOX, folder: str | None = None) -> IMAPClient:
        """Logged in, as a person's mail program would be."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        client.login(user, PASSWORD)
        if folder:
            client.select_folder(folder)
        return client

    def put(self, *mails: bytes, folder: str = "INBOX", user: str = MAILBOX) -> None:
        """Into a folder, one after the other, as new mail."""
        client = self.client(user)
        for mail in mails:
            client.append(folder, mail)
        client.logout()

    def contents(self, folder: str = "INBOX", user: str = MAILBOX) -> list[bytes]:
        """The messages of a folder as they lie there, the oldest first; none when there is no such folder."""
        client = self.client(user)
        try:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]
        finally:
            client.logout()

    def folder_path(self, folder: str = "INBOX", user: str = MAILBOX) -> Path:
        """Where the files of a folder lie, to break them."""
        return self.path / "mail" / user / ("" if folder == "INBOX" else f".{folder}")

    def files(self, folder: str = "INBOX", user: str = MAILBOX) -> list[Path]:
        """Those that hold the folder's messages."""
        return [path for name in ("new", "cur") for path in (self.folder_path(folder, user) / name).iterdir()]

    def renumber(self, folder: str = "INBOX", user: str = MAILBOX) -> None:
        """Lose all numbers: the folder gets another UIDVALIDITY, as after a rebuild."""
        for file in self.folder_path(folder, user).glob("dovecot*"):
            file.unlink(missing_ok=True)

    def kick(self, user: str = MAILBOX) -> None:
        """Throw every connection of the user out."""
        self.admin("kick", user)

    def admin(self, *words: str) -> str:
        argv = [need("doveadm", "dovecot-core"), "-c", str(self._config), *words]
        done = subprocess.run(
            argv, capture_output=True, text=True, env=environment(self.path), timeout=60, check=False
        )
        return done.stdout + done.stderr

    def log(self) -> str:
        log = self.path / "dovecot.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def _write(self) -> None:
        me, root = pwd.getpwuid(os.geteuid()), os.geteuid() == 0
        for name in ("run", "state", "mail"):
            (self.path / name).mkdir(exist_ok=True)
        owner = pwd.getpwnam("mail") if root else me
        if root:
            shutil.chown(self.path / "mail", owner.pw_uid, owner.pw_gid)
        people = {
            "internal": "dovecot" if root else me.pw_name,
            "internal_group": "dovecot" if root else me.pw_name,
            "login": "dovenull" if root else me.pw_name,
        }
        tls = (
            f"ssl_cert = <{self._certificate.path}\nssl_key = <{self._certificate.key}"
            if self._certificate
            else "ssl = no"
        )
        numbers = {
            "imaps": self.imaps,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
            "port": self.port,
            "lmtp": self.lmtp,
        }
        self._config.write_text(
            _CONF.format(path=self.path, capability=self._capability, tls=tls, **people, **numbers)
        )
        (self.path / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in self.users))
        (self.path / "oauth2.conf").write_text(OAUTH2.format(port=self._tokens))


@pytest.fixture
def dovecot() -> Iterator[Callable[..., Dovecot]]:
    """Make running servers that end with the test: `server = dovecot(users=…)`."""
    with ExitStack() as running:
        yield lambda *arguments, **options: running.enter_context(Dovecot(*arguments, **options))
