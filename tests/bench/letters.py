"""Mails for the load: built once, and made unique for a few bytes' worth of work. Pure."""

import base64
import secrets
from dataclasses import dataclass

MIB = 1024 * 1024
MAILBOX = "evidence@cais.example"
PEOPLE = (
    "mdelgado@sierravista.example",
    "tokafor@sierravista.example",
    "aruiz@sierravista.example",
    "pnair@coastrange.example",
    "lbrandt@coastrange.example",
)
LINE = 57
PDF = b"%PDF-1.4\n".ljust(LINE, b"%")

HEAD = """\
From: {sender}\r
To: {mailbox}\r
Subject: {subject}\r
Date: Mon, 02 Dec 2013 09:00:00 -0800\r
Message-ID: <{number}.{run}@load.example>\r
MIME-Version: 1.0\r
"""
WITH_FILE = """\
Content-Type: multipart/mixed; boundary="=-load"\r
\r
--=-load\r
Content-Type: text/plain; charset=utf-8\r
\r
Please find the roster attached.\r
\r
--=-load\r
Content-Type: application/pdf; name="roster-{number}.pdf"\r
Content-Disposition: attachment; filename="roster-{number}.pdf"\r
Content-Transfer-Encoding: base64\r
\r
{unique}"""
FOOT = b"--=-load--\r\n.\r\n"
LONG_HEAD = "Content-Type: text/plain\r\n\r\nA long mail.\r\n"
END = b"\r\n.\r\n"

BLOCKS = {
    "random": base64.encodebytes(secrets.token_bytes(LINE * 4000)).replace(b"\n", b"\r\n"),
    "empty-lines": b"\r\n" * (128 * 1024),
    "endless-line": b"x" * (256 * 1024),
}


@dataclass(frozen=True)
class Letters:
    """All mails of one run: `size` bytes in the one attachment (`file`), or in a text (a key of BLOCKS)."""

    size: int
    shape: str = "file"
    subject: str = "EL 02"


class Maker:
    """Makes the pieces of one mail after another; all but the first piece are the same objects each time."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._run = secrets.token_hex(6)
        self._count = 0
        self._rest = _file_rest(letters.size) if letters.shape == "file" else _long_rest(letters)

    def next(self) -> tuple[str, list[memoryview]]:
        """The envelope sender, and what to send after 354: its Message-ID, file name and bytes are new."""
        self._count += 1
        sender = PEOPLE[self._count % len(PEOPLE)]
        form = HEAD + (WITH_FILE if self._letters.shape == "file" else LONG_HEAD)
        head = form.format(
            sender=sender,
            mailbox=MAILBOX,
            subject=self._letters.subject,
            number=self._count,
            run=self._run,
            unique=self._unique(),
        )
        return sender, [memoryview(head.encode()), *self._rest]

    def _unique(self) -> str:
        """Two lines of base64: how every PDF begins, and what no other file of any run has."""
        own = f"{self._run} {self._count}".encode().ljust(LINE)
        return "".join(f"{base64.b64encode(line).decode()}\r\n" for line in (PDF, own))


def _file_rest(size: int) -> list[memoryview]:
    lines = max(size // LINE - 2, 1)
    encoded = base64.encodebytes(secrets.token_bytes(LINE * lines)).replace(b"\n", b"\r\n")
    return [memoryview(encoded + FOOT)]


def _long_rest(letters: Letters) -> list[memoryview]:
    block = memoryview(BLOCKS[letters.shape])
    times, rest = divmod(letters.size, len(block))
    return [block] * times + [block[:rest], memoryview(END)]
