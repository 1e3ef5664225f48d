"""A throwaway Postfix: the relay before the intake, which queues, retries quickly and bounces for real."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.servers import (
    Daemon,
    Running,
    absent,
    environment,
    free_port,
    fresh_directory,
    need,
    wait_for_port,
    wait_until,
)

# Started by itself, not by `postfix start-fg`, whose shell would leave it behind in a session of its own.
_MASTER_PROGRAM = "/usr/lib/postfix/sbin/master"

_MAIN = """\
compatibility_level = 3.6
queue_directory = {path}/spool
data_directory = {path}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.net
myorigin = example.net
mydestination =
local_transport = error:no local delivery
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
relay_domains = cais.example, example.com
transport_maps = inline:{{ cais.example={intake}, example.com={intake} }}
default_transport = {outside}
smtp_dns_support_level = disabled
smtp_connection_cache_on_demand = no
smtp_destination_concurrency_failed_cohort_limit = 0
relay_destination_concurrency_failed_cohort_limit = 0
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_error_sleep_time = 0
message_size_limit = 62914560
mailbox_size_limit = 0
virtual_mailbox_limit = 0
in_flow_delay = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
maximal_queue_lifetime = {lifetime}s
bounce_queue_lifetime = {lifetime}s
maillog_file = {path}/mail.log
maillog_file_prefixes = {path}
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix(Running):
    """A relay on `.port`: cais.example and example.com go to the intake, all else outside (or is dropped).

    `lifetime` is after how many seconds a mail that could not be delivered comes back as a bounce.
    `main` and `master` are more lines of its configuration.
    """

    def __init__(
        self,
        intake_port: int,
        outside_port: int | None = None,
        lifetime: int = 60,
        main: str = "",
        master: str = "",
    ) -> None:
        need("postfix", "postfix")
        if os.geteuid() != 0:
            absent("Postfix can only be started by root")
        self._intake = f"smtp:[127.0.0.1]:{intake_port}"
        self._outside = f"smtp:[127.0.0.1]:{outside_port}" if outside_port else "discard:outside"
        self._lifetime = lifetime
        self._more = main, master
        self._directory = fresh_directory()
        self.path = Path(self._directory.name)
        self.port = free_port()
        self._daemon = Daemon(
            [_MASTER_PROGRAM, "-c", str(self.path / "etc"), "-s"],
            self.path / "output.log",
            env=self._env(),
        )

    def start(self) -> None:
        """Start it and return when its port answers; on failure nothing is left behind."""
        try:
            self._write()
            self._call("postfix", "check")
            self._daemon.start()
            wait_for_port(self.port, 20, self._daemon)
        except BaseException:
            self.stop()
            raise

    def reload(self, main: str) -> None:
        """Go on with these further lines of `main.cf` instead of those it had."""
        self._more = main, self._more[1]
        self._write_main()
        self._call("postfix", "reload")

    def queue(self) -> list[dict[str, Any]]:
        """The mails waiting in it, as `postqueue -j` tells them."""
        return [json.loads(line) for line in self._call("postqueue", "-j").splitlines()]

    def wait_until_empty(self, seconds: float = 20) -> None:
        """Return once nothing waits in the queue any more."""
        wait_until(lambda: not self.queue(), seconds, lambda: f"an empty mail queue; the log:\n{self.log()}")

    def log(self) -> str:
        """Its mail log."""
        log = self.path / "mail.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def stop(self) -> None:
        """End it with all its processes and remove its files, undelivered mail included."""
        self._daemon.stop()
        self._directory.cleanup()

    def _write(self) -> None:
        for name in ("etc", "spool", "data"):
            (self.path / name).mkdir(mode=0o755)
        shutil.chown(self.path / "data", "postfix")
        self._write_main()
        self._configure("master.cf", _MASTER.format(port=self.port) + self._more[1])

    def _write_main(self) -> None:
        main = _MAIN.format(
            path=self.path, intake=self._intake, outside=self._outside, lifetime=self._lifetime
        )
        self._configure("main.cf", main + self._more[0])

    def _configure(self, name: str, text: str) -> None:
        """Write a file that looks old: Postfix waits until its configuration is unchanged for two seconds."""
        file = self.path / "etc" / name
        file.write_text(text)
        long_ago = time.time() - 60
        os.utime(file, (long_ago, long_ago))

    def _call(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [need(program, "postfix"), "-c", str(self.path / "etc"), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=self._env(),
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} ended with code {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _env(self) -> dict[str, str]:
        return environment(self.path)


@pytest.fixture
def postfix() -> Iterator[Callable[..., Postfix]]:
    """Make running Postfix instances that end with the test: `relay = postfix(intake_port, outside_port)`."""
    with ExitStack() as running:
        yield lambda *arguments, **options: running.enter_context(Postfix(*arguments, **options))
