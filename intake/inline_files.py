"""Files that old programs write into the text itself: uuencode and yEnc. Runs in the reading process only."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from typing import BinaryIO

from intake.containers import ANY, Folder, Full, Piece
from intake.decoding import Decoder, Uuencode, decoder
from intake.parsing import Part
from intake.unpacking import Source, Unpacked, created

LONGEST_LINE = 4096
_OVERLAP = 10
_UU_BEGIN = re.compile(rb"begin [0-7]{3,4} (\S.{0,200}?)\s*")
_YENC_BEGIN = re.compile(rb"=ybegin .{0,100}?\bname=(.{1,200}?)\s*")
_UU_TEXT = re.compile(
    r"(?m)^begin [0-7]{3,4} \S[^\n]{0,200}\n[ -M][^\n]{0,90}\n(?:[ -`]{1,92}\r?\n)*(?:end[ \t\r]*$)?"
)
_YENC_TEXT = re.compile(r"(?ms)^=ybegin [^\n]{0,300}\bname=.*?(?:^=yend[^\n]*$|\Z)")


def without_files(text: str) -> str:
    """The text as its writer wrote it."""
    return _YENC_TEXT.sub("", _UU_TEXT.sub("", text))


class Yenc:
    """Fed with whole lines, those of its head and foot too."""

    def __init__(self) -> None:
        self.damaged = True  # until its foot comes

    def feed(self, data: bytes) -> bytes:
        if data.startswith(b"=y"):
            self.damaged = self.damaged and not data.startswith(b"=yend")
            return b""
        first, *escaped = data.rstrip(b"\r\n").split(b"=")
        whole = first + b"".join(bytes([one[0] - 64 & 255]) + one[1:] for one in escaped if one)
        return bytes(byte - 42 & 255 for byte in whole)

    def end(self) -> bytes:
        return b""


@dataclass
class _Open:
    """The file that is being read out of the text."""

    name: bytes
    how: Decoder
    last: bytes
    path: Path
    file: BinaryIO
    unpacked: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size: int = 0

    def feed(self, data: bytes) -> None:
        content = self.how.feed(data)
        self.unpacked.update(content)
        self.size += self.file.write(content)


def inline_files(source: Source, part: Part, folder: Folder) -> list[Piece]:
    """The files in one text; one that never ends is damaged. What a mail has no room for stays text."""
    if not _may_hold_files(source, part):
        return []
    found, current = list[Piece](), None
    try:
        for line, following in _pairs(_lines(source, part)):
            current = current or _begun(line, following, folder)
            if current is None:
                continue
            current.feed(line)
            if line.strip() == current.last or line.startswith(b"=yend"):
                found.append(_piece(current))
                current = None
    except Full:
        return found
    return found if current is None else [*found, _piece(current)]


def _may_hold_files(source: Source, part: Part) -> bool:
    """A quick look: most texts have no such line, and line by line takes long."""
    tail = b"\n"
    for data in source.decoded(part, decoder(part.encoding)):
        block = tail + data
        if b"\nbegin " in block or b"\n=ybegin " in block:
            return True
        tail = block[-_OVERLAP:]
    return False


def _begun(line: bytes, following: bytes, folder: Folder) -> _Open | None:
    if (said := _UU_BEGIN.fullmatch(line)) and _is_uuencoded(following):
        return _opened(said[1], Uuencode(), b"end", folder.next())
    if said := _YENC_BEGIN.fullmatch(line):
        return _opened(said[1], Yenc(), b"=yend", folder.next())
    return None


def _opened(name: bytes, how: Decoder, last: bytes, path: Path) -> _Open:
    return _Open(name, how, last, path, created(path))


def _is_uuencoded(line: bytes) -> bool:
    """As long as its first letter says: in prose, `begin 644 pages` begins nothing."""
    line = line.rstrip(b"\r\n")
    if not line or not 32 <= line[0] <= 96:
        return False
    least = -(-(line[0] - 32 & 63) * 4 // 3)
    return least <= len(line.rstrip()) - 1 + 3 and len(line) - 1 <= least + 4


def _piece(one: _Open) -> Piece:
    last = one.how.end()
    one.unpacked.update(last)
    one.size += one.file.write(last)
    one.file.close()
    name = one.name.decode("utf-8", "replace")
    part = Part(guess_type(name)[0] or ANY, name, "", "", b"", attached=True)
    return Piece(part, Unpacked(one.path, one.size, one.unpacked.hexdigest(), one.how.damaged))


def _lines(source: Source, part: Part) -> Iterator[bytes]:
    """Longer ones come in pieces: they are no such file's."""
    rest = b""
    for data in source.decoded(part, decoder(part.encoding)):
        *whole, rest = (rest + data).splitlines(keepends=True) or [b""]
        yield from whole
        if len(rest) > LONGEST_LINE or rest.endswith(b"\n"):
            yield rest
            rest = b""
    yield rest


def _pairs(lines: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each line with the one that follows it."""
    before = next(lines, b"")
    for line in lines:
        yield before, line
        before = line
    yield before, b""
