"""A reply as the bytes of a mail. Pure.

Header values are checked and encoded here, not by the email package: what could end a header
line is refused, never cleaned. Only the multipart body is the package's work.
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator
from email.utils import format_datetime
from unicodedata import category

from bot.delivery import NeverAgain, Outgoing
from bot.reference import CONTENT_FREE, reference_of, reply_address
from handlers.tokens import subject_tag
from store.clock import pacific
from store.outbox import OutboxEntry

_ADDRESS = re.compile(r'[^\s<>()\[\],;:"\\@]{1,64}@[^\s<>()\[\],;:"\\@]{1,255}')
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,248}>")
# Controls, line and paragraph separators, lone surrogates.
_BREAKING = frozenset({"Cc", "Zl", "Zp", "Cs"})
_LINE = 76
_ENCODED = 42


class UnsafeHeader(NeverAgain):
    """A header value that could break out of its line, or an address that is none."""


def compose(outgoing: Outgoing) -> bytes:
    """The whole mail with CRLF line ends: text, then the same words as HTML. Raises UnsafeHeader."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(outgoing))
    # No line of quoted-printable can hold "=_".
    boundary = f"=_out-{outgoing.entry.id}"
    kind = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    parts = _part(boundary, "plain", outgoing.said.text) + _part(boundary, "html", outgoing.said.html)
    return f"{head}{kind}".encode() + parts + f"--{boundary}--\r\n".encode()


def _part(boundary: str, kind: str, words: str) -> bytes:
    """The email package would take twenty times as long for the same lines."""
    head = f'--{boundary}\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'
    encoded = b2a_qp(words.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + encoded + b"\r\n"


def subject_of(outgoing: Outgoing) -> str:
    """Theirs with one `Re:`, because mail readers sort threads by it; else our own."""
    theirs = outgoing.entry.thread.get("subject") or ""
    if not theirs or outgoing.entry.template in CONTENT_FREE:
        return outgoing.said.subject
    return theirs if re.match(r"re\s*:", theirs, re.I) else f"Re: {theirs}"


def _headers(outgoing: Outgoing) -> Iterator[tuple[str, str]]:
    entry, mailbox = outgoing.entry, checked_address(outgoing.place.mailbox)
    yield "Date", format_datetime(pacific(outgoing.at))
    yield "From", f"{_phrase(outgoing.place.service, 6)} <{mailbox}>"
    yield "To", checked_address(entry.to)
    yield "Reply-To", f"{_phrase(outgoing.place.service, 10)} <{_reply_to(entry, mailbox)}>"
    yield "Subject", _subject(outgoing)
    yield "Message-ID", _own_id(entry.message_id)
    yield from _threading(entry)
    yield "Auto-Submitted", "auto-replied" if is_answer(entry) else "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "X-Loop", mailbox


def _reply_to(entry: OutboxEntry, mailbox: str) -> str:
    """Longer than a mailbox of 64 letters before its @ is no address any more: then the tag has to do."""
    address = reply_address(mailbox, reference_of(entry))
    return address if _ADDRESS.fullmatch(address) else mailbox


def _subject(outgoing: Outgoing) -> str:
    """The tag stands at the end and on a line of its own, so that the words before it stay as they are."""
    reference = reference_of(outgoing.entry)
    tag = f"\r\n {subject_tag(reference)}" if reference else ""
    return _text(subject_of(outgoing), 9) + tag


def checked_address(address: str) -> str:
    """The address, if it is one that can stand in a header and in an envelope. Raises UnsafeHeader."""
    if not _ADDRESS.fullmatch(address) or not address.isprintable():
        raise UnsafeHeader("not an address that we can write to")
    return address


def is_answer(entry: OutboxEntry) -> bool:
    """A notice stems from a message too, but from somebody else's: it has no thread."""
    return entry.in_answer_to is not None and not entry.is_notice


def _threading(entry: OutboxEntry) -> Iterator[tuple[str, str]]:
    """Their ids, as far as they are ids: a strange one costs the thread, never the answer."""
    theirs: str = entry.thread.get("message_id") or ""
    said: list[str] = [*(entry.thread.get("references") or ()), theirs]
    known = [one for one in said if _MESSAGE_ID.fullmatch(one)]
    if theirs in known:
        yield "In-Reply-To", theirs
    if known:
        yield "References", "\r\n ".join(dict.fromkeys(known))


def _own_id(message_id: str | None) -> str:
    if message_id is None or not _MESSAGE_ID.fullmatch(message_id):
        raise UnsafeHeader("our own Message-ID is missing or malformed")
    return message_id


def _phrase(name: str, used: int) -> str:
    """A display name: bare where it is plain words, else encoded."""
    plain = re.fullmatch(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*", name) and len(name) + used <= _LINE
    return name if plain else _encoded(name)


def _text(text: str, used: int) -> str:
    """Any value for people: as it is where that is short and plain, else encoded."""
    plain = text.isascii() and text.isprintable() and text == " ".join(text.split()) and "=?" not in text
    return text if plain and len(text) + used <= _LINE else _encoded(text)


def _encoded(text: str) -> str:
    """Encoded words (RFC 2047) of at most 75 characters that tear no letter. Raises UnsafeHeader."""
    if any(category(letter) in _BREAKING for letter in text):
        raise UnsafeHeader("a control character in a header")
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for letter in text:
        if len((piece + letter).encode()) > _ENCODED:
            yield piece
            piece = ""
        piece += letter
    yield piece
