"""A reply as the bytes of a mail. Pure.

Header values are checked and encoded here, not by the email package: what could end a header
line is refused, never cleaned.
"""

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from unicodedata import category

from bot.delivery import Extra, NeverAgain, Outgoing
from bot.reference import CONTENT_FREE, reference_of, reply_address
from handlers.tokens import subject_tag
from store.clock import pacific
from store.outbox import OutboxEntry

_ADDRESS = re.compile(r'[^\s<>()\[\],;:"\\@]{1,64}@[^\s<>()\[\],;:"\\@]{1,255}')
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,248}>")
# Names of our own making; what people wrote never names a file of ours.
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,100}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; [a-z]+=[A-Za-z0-9-]+)*")
# Controls, line and paragraph separators, lone surrogates.
_BREAKING = frozenset({"Cc", "Zl", "Zp", "Cs"})
_LINE = 76
_ENCODED = 42


class UnsafeHeader(NeverAgain):
    """A header value that could break out of its line, or an address that is none."""


def compose(outgoing: Outgoing) -> bytes:
    """The whole mail with CRLF line ends: text, then the same words as HTML; what belongs to it is shown
    inside the HTML, or attached. Raises UnsafeHeader."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(outgoing))
    return f"{head}MIME-Version: 1.0\r\n".encode() + _body(outgoing)


def _body(outgoing: Outgoing) -> bytes:
    number = outgoing.entry.id
    shown = [_file(one) for one in outgoing.extras if one.cid]
    attached = [_file(one) for one in outgoing.extras if not one.cid]
    html = _words("html", outgoing.said.html)
    if shown:
        html = _multipart('related; type="text/html"', f"=_shown-{number}", [html, *shown])
    body = _multipart("alternative", f"=_out-{number}", [_words("plain", outgoing.said.text), html])
    return _multipart("mixed", f"=_all-{number}", [body, *attached]) if attached else body


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """No line of quoted-printable or base64 can hold "=_", and none of our boundaries begins another."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    inner = b"".join(f"--{boundary}\r\n".encode() + part for part in parts)
    return head.encode() + inner + f"--{boundary}--\r\n".encode()


def _words(kind: str, words: str) -> bytes:
    """The email package would take twenty times as long for the same lines."""
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\n'
    encoded = b2a_qp(words.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + encoded + b"\r\n"


def _file(extra: Extra) -> bytes:
    """A picture that the HTML shows, or a file beside the words."""
    name = _own(_FILE_NAME, extra.name, "a file name")
    where = "inline" if extra.cid else "attachment"
    shown_as = f"Content-ID: <{_own(_CONTENT_ID, extra.cid, 'a Content-ID')}>\r\n" if extra.cid else ""
    head = (
        f'Content-Type: {_own(_MEDIA_TYPE, extra.media_type, "a media type")};\r\n name="{name}"\r\n'
        f'Content-Disposition: {where}; filename="{name}"\r\n'
        f"{shown_as}Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encodebytes(extra.data).replace(b"\n", b"\r\n")


def _own(form: re.Pattern[str], value: str, what: str) -> str:
    """A value of our own making that stands in a header of a part. Raises UnsafeHeader."""
    if not form.fullmatch(value):
        raise UnsafeHeader(f"not {what} that we would write")
    return value


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
    yield "Auto-Submitted", "auto-replied" if entry.is_answer else "auto-generated"
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
