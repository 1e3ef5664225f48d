"""Mail put together by hand, byte by byte: no mail library has a say in what the fixtures hold.

An *entity* here is a block of headers, an empty line and a body; a mail is some headers and an entity.
"""

import base64
import hashlib
from dataclasses import dataclass

from tests.mail.documents import pdf

SENDER = "Ana Ruiz <aruiz@sierravista.example>"
ROBOT = "CAIS evidence <evidence@cais.example>"
DATE = "Mon, 14 Sep 2026 09:15:00 -0700"
PDF = "application/pdf"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class File:
    """A file inside a mail: what a reader must get back, byte for byte."""

    name: str | None
    content: bytes
    note: str = ""


@dataclass(frozen=True)
class Fixture:
    """A mail and what is true of it.

    `files` are the documents sent; `other` has a file's shape and is no document (logo, attached mail).
    """

    raw: bytes
    fresh_text: str | None
    files: tuple[File, ...] = ()
    other: tuple[File, ...] = ()
    remark: str = ""


def block(*lines: str, charset: str = "utf-8") -> bytes:
    return "".join(line + "\r\n" for line in lines).encode(charset)


def entity(headers: tuple[str, ...], body: bytes, charset: str = "utf-8") -> bytes:
    return block(*headers, "", charset=charset) + body


def text(words: str, kind: str = "plain") -> bytes:
    headers = (f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    return entity(headers, block(*words.split("\n")))


def wrapped(content: bytes) -> bytes:
    """Base64 in lines of 76."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def attached(file: File, kind: str = PDF, disposition: str = "attachment") -> bytes:
    headers = (
        f'Content-Type: {kind}; name="{file.name}"',
        f'Content-Disposition: {disposition}; filename="{file.name}"',
        "Content-Transfer-Encoding: base64",
    )
    return entity(headers, wrapped(file.content))


def logo(file: File, content_id: str) -> bytes:
    headers = (
        f'Content-Type: {PNG}; name="{file.name}"',
        f'Content-Disposition: inline; filename="{file.name}"',
        "Content-Transfer-Encoding: base64",
        f"Content-ID: <{content_id}>",
    )
    return entity(headers, wrapped(file.content))


def joined(kind: str, boundary: str, *parts: bytes) -> bytes:
    """A multipart of these entities; `kind` may carry parameters (`related; type="text/html"`)."""
    body = b"".join(block("--" + boundary) + part + b"\r\n" for part in parts)
    headers = (f'Content-Type: multipart/{kind}; boundary="{boundary}"',)
    return entity(headers, body + block(f"--{boundary}--"))


def mail(
    subject: str,
    content: bytes,
    *headers: str,
    like: str = "",
    sender: str = SENDER,
    to: str = "evidence@cais.example",
    charset: str = "utf-8",
) -> bytes:
    """A whole mail; `like` names the program whose shape it imitates."""
    digest = hashlib.sha256(subject.encode() + sender.encode() + content).hexdigest()[:16]
    top = block(
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {DATE}",
        f"Message-ID: <{digest}@sierravista.example>",
        "X-Made-By: hand" + (f", after {like}'s shape" if like else ""),
        *headers,
        "MIME-Version: 1.0",
        charset=charset,
    )
    return top + content


def roster(about: str, name: str | None = "roster.pdf", note: str = "") -> File:
    """A roster whose bytes are this fixture's own, so that no two fixtures count as the same evidence."""
    return File(name, pdf("EL 02 ELAC roster", f"Made-up fixture: {about}"), note)


def with_file(words: str, part: bytes) -> bytes:
    """The commonest shape: a text and one file."""
    return joined("mixed", "=_cais_fixture", text(words), part)
