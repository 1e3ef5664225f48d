"""One mail's DKIM signatures verified with dkimpy, without its slow ways of reading a mail.

The mail is read in one piece and its body hashed in steps that are linear in its length; dkimpy's own
reading takes minutes for a long line of blanks. Blocks: to be used in a thread.
"""

import base64
import hashlib
import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dkim
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from intake.dns_lookups import Lookups

LONGEST_HEAD = 256 * 1024
MOST_HEADERS = 2000
SMALLEST_KEY = 1024

_END = re.compile(rb"\r?\n\r?\n")
_HEADER_END = re.compile(rb"\r?\n(?![ \t])")
_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:")
_BLANKS = re.compile(rb"[ \t]{2000}")
QUIET = logging.getLogger("cais.dkim")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


class NotVerified(Exception):
    """The signature does not hold."""


@dataclass
class SignedMail:
    """A mail in pieces: headers as they stand, and the body with line ends of one byte."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    _digests: dict[bool, bytes] = field(default_factory=dict)

    def digest(self, relaxed: bool) -> bytes:
        """SHA-256 of the body in canonical form; made once for all signatures."""
        if relaxed not in self._digests:
            self._digests[relaxed] = hashlib.sha256(_canonical(self.body, relaxed)).digest()
        return self._digests[relaxed]


def read_signed(raw: Path) -> SignedMail | None:
    """None for a mail whose headers no signature of ours would stand in: too long, or not headers."""
    data = raw.read_bytes()
    end = _END.search(data, 0, LONGEST_HEAD)
    head = data[: end.start()] if end else data
    if len(head) > LONGEST_HEAD:
        return None
    lines = _HEADER_END.split(head)
    headers = [_header(line) for line in lines if not line.startswith(b"From ")]
    if len(headers) > MOST_HEADERS or not all(headers):
        return None
    body = data[end.end() :] if end else b""
    return SignedMail([one for one in headers if one], body.replace(b"\r\n", b"\n"))


def unreadable_by_dkimpy(data: bytes, longest_head: int = LONGEST_HEAD) -> bool:
    """Whether dkimpy alone would take too long: long heads, and long runs of blanks."""
    end = _END.search(data, 0, longest_head)
    return end is None or _BLANKS.search(data) is not None


def verify(mail: SignedMail, index: int, lookups: Lookups) -> None:
    """Check the signature of this number from the top. Raises NotVerified, NotNow."""
    checker = _Checker(mail)
    try:
        verified = checker.verify(index, lookups)
    except (dkim.DKIMException, ValueError, KeyError, IndexError, TypeError, AssertionError) as no:
        raise NotVerified(type(no).__name__) from no
    if not verified:
        raise NotVerified("signature")


class _Checker(dkim.DKIM):  # type: ignore[misc]  # dkimpy has no types
    """dkimpy with our reading of the mail, our hash of the body, and Ed25519 by the library we have."""

    def __init__(self, mail: SignedMail) -> None:
        self._mail = mail
        super().__init__(b"", logger=QUIET, minkey=SMALLEST_KEY)
        self.headers = [[name, value] for name, value in mail.headers]

    def verify_headerprep(self, idx: int = 0) -> Any:
        """The body is checked here and left out of the rest; so are the times, which are our caller's."""
        prepared = [(name, value) for name, value in self.headers if name.lower() == b"dkim-signature"]
        tags = dkim.util.parse_tag_value(prepared[idx][1])
        timeless = {name: value for name, value in tags.items() if name not in (b"t", b"x")}
        dkim.validate_signature_fields(timeless)
        canonical = tags.get(b"c", b"simple/simple").partition(b"/")[2] or b"simple"
        if base64.b64decode(b"".join(tags[b"bh"].split())) != self._mail.digest(canonical == b"relaxed"):
            raise dkim.ValidationError("body")
        signed = [name.lower() for name in re.split(rb"\s*:\s*", tags[b"h"])]
        return {name: value for name, value in timeless.items() if name != b"bh"}, signed, prepared

    def verify_sig(self, sig: Any, include_headers: Any, sig_header: Any, dnsfunc: Lookups) -> bool:
        name = (sig[b"s"] + b"._domainkey." + sig[b"d"]).decode("ascii")
        records = dnsfunc.texts(name)
        if not records:
            return False
        self._take_key(records[0], sig[b"a"])
        return bool(self.verify_sig_process(sig, include_headers, sig_header, None))

    def _take_key(self, record: bytes, algorithm: bytes) -> None:
        tags = dkim.util.parse_tag_value(record)
        if not tags.get(b"p"):
            raise dkim.KeyFormatError("revoked")
        if tags.get(b"k") == b"ed25519":
            self.pk, self.keysize, self.ktag = _Ed25519(base64.b64decode(tags[b"p"])), 256, b"ed25519"
        else:
            self.pk, self.keysize, self.ktag, self.seqtlsrpt = dkim.evaluate_pk("key", record)
        if not algorithm.startswith(self.ktag):
            raise dkim.KeyFormatError("another kind of key")


class _Ed25519:
    """A key in the form that dkimpy asks."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(key)

    def verify(self, message: bytes, signature: bytes) -> None:
        try:
            self._key.verify(signature, message)
        except InvalidSignature as no:
            raise NotVerified("signature") from no


def _header(line: bytes) -> tuple[bytes, bytes] | None:
    found = _NAME.match(line)
    return (found[1], _crlf(line[found.end() :]) + b"\r\n") if found else None


def _canonical(body: bytes, relaxed: bool) -> bytes:
    """RFC 6376, 3.4.3 and 3.4.4, from a body whose lines end in one LF."""
    if relaxed:
        body = re.sub(rb"[\t ]+", b" ", body).replace(b" \n", b"\n").removesuffix(b" ")
    body = body.rstrip(b"\n")
    if not body:
        return b"" if relaxed else b"\r\n"
    return body.replace(b"\n", b"\r\n") + b"\r\n"


def _crlf(value: bytes) -> bytes:
    return value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
