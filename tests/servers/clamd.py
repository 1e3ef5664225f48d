"""A clamd with signatures of our own: a harmless marker, and the EICAR test string put together at run time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Daemon, Running, free_port, fresh_directory, need, wait_for_port

MARKER = b"INTAKE-TEST-MALWARE-" + b"MARKER"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
STREAM_LIMIT = 1024 * 1024
_SIGNATURES = (("Test.Marker", MARKER), ("Test.EICAR", b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"))
_SETTINGS = """\
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.sock
LocalSocketMode 666
TCPSocket {port}
TCPAddr 127.0.0.1
Foreground yes
StreamMaxLength {limit}
AlertEncryptedArchive yes
AlertOLE2Macros yes
TemporaryDirectory {folder}
"""


class Clamd(Running):
    """A scanner of its own, on a socket and a port; it takes files of at most STREAM_LIMIT bytes."""

    def __init__(self) -> None:
        self._directory = fresh_directory()
        self.path, self.port = Path(self._directory.name), free_port()
        program = need("clamd", "clamav-daemon")
        (self.path / "signatures").mkdir(mode=0o755)
        lines = [f"{name}:0:*:{content.hex()}\n" for name, content in _SIGNATURES]
        (self.path / "signatures" / "ours.ndb").write_text("".join(lines), "ascii")
        settings = _SETTINGS.format(folder=self.path, port=self.port, limit=STREAM_LIMIT)
        (self.path / "clamd.conf").write_text(settings, "ascii")
        self._daemon = Daemon([program, "-c", str(self.path / "clamd.conf")], self.path / "clamd.log")

    @property
    def unix(self) -> str:
        return f"unix:{self.path / 'clamd.sock'}"

    @property
    def tcp(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        (self.path / "clamd.sock").unlink(missing_ok=True)
        self._daemon.start()
        wait_for_port(self.port, 30, self._daemon)

    def stop(self) -> None:
        self._daemon.stop()

    def __exit__(self, *how: Any) -> None:
        super().__exit__(*how)
        self._directory.cleanup()


@pytest.fixture(scope="session")
def clamd() -> Iterator[Clamd]:
    """One for the whole run; whoever stops it starts it again."""
    with Clamd() as running:
        yield running
