"""The skeleton of a kept mail: all its headers and short parts, with long content left in the file.

A line that begins with `--` may be a boundary; what stands between two of them is a run. Of a long
run only the headers and a little more are kept, the rest becomes a mark that names its place in the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

BLOCK = 256 * 1024
SLICE = 256 * 1024
TOP_HEADERS = 256 * 1024
PART_HEADERS = 16 * 1024
KEPT_CONTENT = 512
WORTH_LEAVING_OUT = 2048
MOST_LINES = 50_000
MOST_BYTES = 4 * 1024 * 1024

_END_OF_HEADERS = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")


class NotRead(Exception):
    """This mail cannot be read, the word says why. Its bytes are safe."""


@dataclass(frozen=True)
class Skeleton:
    """`data` is a mail in which each `mark`, number, `;` stands for a place: (offset, length) in the file."""

    data: bytes
    mark: bytes
    places: tuple[tuple[int, int], ...]

    def slices(self, content: bytes, file: BinaryIO) -> Iterator[bytes]:
        """A part's content as it stands in the file, in pieces of at most 256 KiB."""
        pieces = re.split(re.escape(self.mark) + rb"(\d+);", content)
        for position, piece in enumerate(pieces):
            if position % 2:
                yield from _read(file, *self.places[int(piece)])
            elif piece:
                yield piece


def build_skeleton(file: BinaryIO, digest: str) -> Skeleton:
    """Read a kept mail with flat memory. `digest` is its SHA-256: no mail can contain its own.

    Raises NotRead(`headers-too-long` | `too-many-parts`).
    """
    mark = b"left-out-" + digest.encode("ascii") + b"-"
    lines = _boundary_lines(file)
    headers_end = _end_of_headers(file, lines[-1])
    data, places = bytearray(), list[tuple[int, int]]()
    for start, end in pairwise(lines):
        kept = _kept(file, start, end, headers_end)
        data += kept
        if start + len(kept) < end:
            data += b"%s%d;" % (mark, len(places))
            places.append(_place(file, start + len(kept), end))
            data += _line_end(file, end)
        if len(data) > MOST_BYTES:
            raise NotRead("too-many-parts")
    return Skeleton(bytes(data), mark, tuple(places))


def _boundary_lines(file: BinaryIO) -> list[int]:
    """Where the lines begin that begin with `--`, between 0 and the file's size."""
    found, offset, tail = [0], 0, b"\n"
    file.seek(0)
    while block := file.read(BLOCK):
        data = tail + block
        found += [
            offset - len(tail) + place + 1 for place in _line_ends_before(data, MOST_LINES - len(found))
        ]
        offset, tail = offset + len(block), data[-2:]
    return [*dict.fromkeys(found), offset]


def _line_ends_before(data: bytes, most: int) -> list[int]:
    """Line ends followed by `--`. Base64 has no hyphen at all, so one look is enough for most blocks."""
    if b"--" not in data:
        return []
    if data.count(b"\n--") + data.count(b"\r--") > most:
        raise NotRead("too-many-parts")
    return sorted((*_all(data, b"\n--"), *_all(data, b"\r--")))


def _all(data: bytes, what: bytes) -> Iterator[int]:
    place = data.find(what)
    while place >= 0:
        yield place
        place = data.find(what, place + 1)


def _end_of_headers(file: BinaryIO, size: int) -> int:
    file.seek(0)
    head = file.read(TOP_HEADERS)
    if found := _END_OF_HEADERS.search(head):
        return found.end()
    if size > len(head):
        raise NotRead("headers-too-long")
    return len(head)


def _kept(file: BinaryIO, start: int, end: int, headers_end: int) -> bytes:
    """A run, or its beginning: the headers of its part, some content, cut after a line end."""
    least = max(headers_end - start, 0)
    file.seek(start)
    head = file.read(min(end - start, least + PART_HEADERS))
    if not least and (found := _END_OF_HEADERS.search(head)):
        least = found.end()
    elif not least:
        least = PART_HEADERS
    least += KEPT_CONTENT
    if end - start < least + WORTH_LEAVING_OUT:
        return head + file.read(end - start - len(head))
    cut = head.find(b"\n", least, least + KEPT_CONTENT) + 1 or least
    return head[:cut].removesuffix(b"\r")


def _place(file: BinaryIO, start: int, end: int) -> tuple[int, int]:
    return start, end - start - len(_line_end(file, end))


def _line_end(file: BinaryIO, end: int) -> bytes:
    """The line end before a boundary belongs to the boundary, so it stays in the skeleton."""
    file.seek(end - 2)
    last = file.read(2)
    if last == b"\r\n":
        return last
    return last[1:] if last[1:] in (b"\n", b"\r") else b""


def _read(file: BinaryIO, offset: int, length: int) -> Iterator[bytes]:
    file.seek(offset)
    while length and (data := file.read(min(SLICE, length))):
        length -= len(data)
        yield data
