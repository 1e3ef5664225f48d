"""Transfer encodings undone slice by slice: base64, quoted-printable, uuencode, and none."""

import binascii
import re
from typing import Protocol

_WHITE = b" \t\r\n\v\f"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN = bytes(set(range(256)) - set(_BASE64))
_SOFT_BREAK = re.compile(rb"=[ \t]*+(?:\r\n|\n|\r)")
_LONGEST_LINE = 1024


class Decoder(Protocol):
    """Fed with slices cut anywhere; `damaged` tells afterwards that something was missing or foreign."""

    damaged: bool

    def feed(self, data: bytes) -> bytes: ...

    def end(self) -> bytes: ...


class Plain:
    """7bit, 8bit, binary, and whatever we do not know: the bytes as they came."""

    damaged = False

    def feed(self, data: bytes) -> bytes:
        return data

    def end(self) -> bytes:
        return b""


class Base64:
    """As lenient as any mail program, but it tells: foreign bytes are skipped, padding ends the content."""

    def __init__(self) -> None:
        self.damaged = False
        self._rest = b""
        self._ended = False

    def feed(self, data: bytes) -> bytes:
        clean = self._rest + data.translate(None, _WHITE)
        if self._ended:
            self.damaged |= bool(clean.strip(b"="))
            return b""
        try:
            return self._groups(clean)
        except binascii.Error:
            self.damaged = True
            return self._groups(clean.translate(None, _FOREIGN))

    def end(self) -> bytes:
        if self._ended or not self._rest:
            return b""
        self.damaged = True
        return self._last_group()

    def _groups(self, clean: bytes) -> bytes:
        head, padding, tail = clean.partition(b"=")
        cut = len(head) // 4 * 4
        whole = binascii.a2b_base64(head[:cut], strict_mode=True)
        self._rest = head[cut:]
        if not padding:
            return whole
        self._ended = True
        self.damaged |= bool(tail.strip(b"=") or self._rest.translate(None, _BASE64)) or len(self._rest) < 2
        return whole + self._last_group()

    def _last_group(self) -> bytes:
        rest, self._rest = self._rest.translate(None, _FOREIGN), b""
        return binascii.a2b_base64(rest + b"==") if len(rest) > 1 else b""


class QuotedPrintable:
    """Soft breaks may end in CRLF, LF or CR; slices are cut where no escape is torn."""

    damaged = False

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        data = self._rest + data
        cut = data.rfind(b"\n") + 1 or _before_escape(data)
        self._rest = data[cut:]
        return binascii.a2b_qp(_SOFT_BREAK.sub(b"", data[:cut]))

    def end(self) -> bytes:
        return binascii.a2b_qp(_SOFT_BREAK.sub(b"", self._rest))


def _before_escape(data: bytes) -> int:
    escape = data.rfind(b"=", max(len(data) - _LONGEST_LINE, 0))
    return len(data) if escape < 0 else escape


class Uuencode:
    """From the `begin` line to the `end` line."""

    def __init__(self) -> None:
        self.damaged = False
        self._rest = b""
        self._inside = False
        self._ended = False

    def feed(self, data: bytes) -> bytes:
        whole, newline, self._rest = (self._rest + data).rpartition(b"\n")
        if not newline and len(self._rest) > _LONGEST_LINE:
            self.damaged, self._rest = True, b""
        return b"".join(map(self._line, whole.splitlines()))

    def end(self) -> bytes:
        last = b"".join(map(self._line, self._rest.splitlines()))
        self.damaged |= not self._ended
        return last

    def _line(self, line: bytes) -> bytes:
        if not self._inside:
            self._inside = line.startswith(b"begin ")
            return b""
        self._ended |= line.strip() == b"end"
        return b"" if self._ended or not line else self._decoded(line)

    def _decoded(self, line: bytes) -> bytes:
        try:
            return binascii.a2b_uu(line)
        except binascii.Error:
            # Some writers pad the last group: as many characters as the count needs are enough.
            return self._cut(line[: ((line[0] - 32 & 63) * 4 + 5) // 3])

    def _cut(self, line: bytes) -> bytes:
        try:
            return binascii.a2b_uu(line)
        except binascii.Error:
            self.damaged = True
            return b""


def decoder(encoding: str) -> Decoder:
    """A decoder for a Content-Transfer-Encoding as it was written, in lower case."""
    if encoding == "base64":
        return Base64()
    if encoding == "quoted-printable":
        return QuotedPrintable()
    if encoding in ("uuencode", "x-uuencode", "uue", "x-uue"):
        return Uuencode()
    return Plain()
