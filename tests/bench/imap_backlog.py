"""imap-backlog: a full mailbox drained and kept durably, beside imapclient that only fetches it."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.bench.extent import KIB, MIB, Extent
from tests.bench.figures import Figure
from tests.bench.order import ROOT
from tests.bench.processes import peak
from tests.bench.rig import CAIS, Rig, cais_environment
from tests.servers import Daemon, environment, wait_until
from tests.servers.dovecot import MAILBOX, PASSWORD, Dovecot

NAME = "imap-backlog"


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """The same mailbox twice: fetched alone first (which changes nothing), then drained by us."""
    count = extent.backlog
    with Dovecot() as server:
        _fill(server, count)
        alone_rate, alone_peak = _fetched_alone(server.port)
        rate, most = _drained(rig, server, count)
    what = f"{count} × 10 KB"
    yield Figure(NAME, what, "kept and moved", "/s", [rate], "imapclient fetching alone", [alone_rate])
    yield Figure(NAME, what, "peak memory", "MiB", [most], "imapclient fetching alone", [alone_peak])


def _fill(server: Dovecot, count: int) -> None:
    """As files of the mailbox: ten thousand deliveries would take longer than all the rest."""
    server.put(b"From: a@b.example\r\nSubject: first\r\n\r\nfirst\r\n")
    folder = server.folder_path()
    owner = folder.stat()
    for number in range(1, count):
        path = folder / "new" / f"{1_500_000_000 + number}.M{number}.bench"
        path.write_bytes(_mail(number))
        _give(path, owner.st_uid, owner.st_gid)
    client = server.client(folder="INBOX")
    client.logout()


def _give(path: Path, user: int, group: int) -> None:
    import os

    os.chown(path, user, group)


def _mail(number: int) -> bytes:
    head = (
        f"From: stranger{number}@elsewhere.example\r\nTo: {MAILBOX}\r\n"
        f"Message-ID: <{number}@elsewhere.example>\r\nSubject: letter {number}\r\n\r\n"
    )
    return (head + ("x" * 76 + "\r\n") * ((10 * KIB - len(head)) // 78)).encode()


def _fetched_alone(port: int) -> tuple[float, float]:
    """Messages a second and MiB at most of a process that fetches each and throws it away."""
    argv = [sys.executable, "-m", "tests.bench.imap_backlog", str(port)]
    env = environment(Path("/tmp")) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, env=env, check=True, capture_output=True, text=True)
    rate, most = done.stdout.split()
    return float(rate), float(most)


def _drained(rig: Rig, server: Dovecot, count: int) -> tuple[float, float]:
    """From the start of the service, whose start counts, until the mailbox is empty."""
    var = rig.store()
    user, secret = quote(MAILBOX, safe=""), quote(PASSWORD, safe="")
    env = cais_environment(var, 0) | {"CAIS_IMAP": f"imap://{user}:{secret}@127.0.0.1:{server.port}/INBOX"}
    began = time.monotonic()
    with Daemon([*CAIS, "run", "--only", "imap"], var.parent / "imap.log", env=env) as daemon:
        wait_until(lambda: not server.files(), 1800, daemon.output)
        seconds = time.monotonic() - began
        return count / seconds, peak(daemon.pid) / MIB


def fetch_alone(port: int) -> None:
    """What imapclient does at best: every message by one command, thrown away."""
    from imapclient import IMAPClient

    began = time.monotonic()
    client = IMAPClient("127.0.0.1", port, ssl=False)
    client.login(MAILBOX, PASSWORD)
    client.select_folder("INBOX", readonly=True)
    uids = client.search("ALL")
    for uid in uids:
        client.fetch([uid], ["BODY.PEEK[]"])
    seconds = time.monotonic() - began
    print(len(uids) / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB / MIB)


if __name__ == "__main__":
    fetch_alone(int(sys.argv[1]))
