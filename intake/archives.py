"""Archives by their lists and by what they unpack to, counted and never written: nothing is taken out.

A zip bomb is stopped by counting. Nested archives count too, so deep and no deeper.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

MIB = 1024 * 1024
MOST_ENTRIES = 10_000
LARGEST_DIRECTORY = 2 * MIB
MOST_UNPACKED = 500 * MIB
HIGHEST_RATIO = 120
WORTH_COUNTING = 10 * MIB
MOST_LEVELS = 2
LARGEST_NESTED = 32 * MIB
_BLOCK = MIB
_SLICE = 64 * 1024
_ZIP_END = 65_557
_END, _END_64, _PLACE_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_HEADER = 30
_FLAW = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error)
_FLAWED = (*_FLAW, MemoryError, OverflowError)
_OUTSIDE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|[\x00-\x1f]")
_DDE = (b"DDEAUTO", b"<ddeLink", b":ddeLink")
_SEVEN_ZIP_LOCK = b"\x06\xf1\x07\x01"


class Bomb(Exception):
    """It unpacks to more than any honest archive does, or lies about it."""


@dataclass
class Count:
    """What was unpacked so far of one file with all that is nested in it, of `packed` bytes."""

    packed: int
    unpacked: int = 0
    dde: bool = False

    def add(self, size: int) -> None:
        self.unpacked += size
        too_dense = self.unpacked > max(WORTH_COUNTING, HIGHEST_RATIO * self.packed)
        if self.unpacked > MOST_UNPACKED or too_dense:
            raise Bomb


@dataclass(frozen=True)
class Listed:
    """A zip's own list. `entries` is empty for a broken one; `bomb` where it cannot be honest."""

    entries: tuple[zipfile.ZipInfo, ...] = ()
    bomb: bool = False
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(entry.filename for entry in self.entries))

    @property
    def is_locked(self) -> bool:
        return any(entry.flag_bits & 1 for entry in self.entries)

    @property
    def leads_outside(self) -> bool:
        """A name that would be written somewhere else, or a link: unpacked without care it does harm."""
        return any(
            _OUTSIDE.search(entry.orig_filename) or stat.S_ISLNK(entry.external_attr >> 16)
            for entry in self.entries
        )


def listed(file: BinaryIO) -> Listed:
    """The list only, nothing is unpacked; none for one too long to be honest."""
    size = file.seek(0, io.SEEK_END)
    count, length = _said_of_list(file, size)
    if count > MOST_ENTRIES or length > LARGEST_DIRECTORY:
        return Listed(bomb=length <= size)
    try:
        with zipfile.ZipFile(file) as archive:
            return Listed(tuple(archive.infolist()))
    except _FLAWED:
        return Listed()


def _said_of_list(file: BinaryIO, size: int) -> tuple[int, int]:
    """How many entries an archive says it has, and in how many bytes; a negative count for no list."""
    file.seek(max(size - _ZIP_END, 0))
    tail = file.read()
    at = tail.rfind(_END)
    end = tail[at:] if at >= 0 else b""
    if len(end) < 22:
        return -1, 0
    count, length = _number(end, 10, 2), _number(end, 12, 4)
    before = tail[max(at - 20, 0) : at]
    if before.startswith(_PLACE_64):
        file.seek(min(_number(before, 8, 8), size))
        record = file.read(56)
        if record.startswith(_END_64):
            count, length = max(count % 0xFFFF, _number(record, 32, 8)), _number(record, 40, 8)
    return count, length


def count_zip(path: Path, found: Listed) -> Count:
    """Unpack into nothing, counting. Raises Bomb. What is broken or locked counts as far as it goes."""
    with path.open("rb") as file:
        count = Count(path.stat().st_size)
        _count(file, found, count, 0)
        return count


def _count(file: BinaryIO, found: Listed, count: Count, level: int) -> None:
    if found.bomb or _overlap(found.entries) or _says_too_much(found.entries, count):
        raise Bomb
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in found.entries:
                _count_entry(file, archive, entry, count, level)
    except _FLAWED:
        return


def _overlap(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether two entries share bytes: what packs so, packs the same bytes a thousand times."""
    places = sorted((one.header_offset, one.header_offset + one.compress_size) for one in entries)
    return any(end + _LOCAL_HEADER > start for (_, end), (start, _) in pairwise(places))


def _says_too_much(entries: Sequence[zipfile.ZipInfo], count: Count) -> bool:
    said = sum(entry.file_size for entry in entries)
    return said > MOST_UNPACKED or said > max(WORTH_COUNTING, HIGHEST_RATIO * count.packed)


def _count_entry(
    file: BinaryIO, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, count: Count, level: int
) -> None:
    if entry.flag_bits & 1 or entry.is_dir():
        return
    nested, first, tail = io.BytesIO(), b"", b""
    for data in _unpacked(file, archive, entry):
        count.add(len(data))
        first = first or data[:4]
        if first.startswith((b"PK\x03\x04", _END)) and nested.tell() <= LARGEST_NESTED:
            nested.write(data)
        count.dde = count.dde or any(word in tail + data for word in _DDE)
        tail = data[-16:]
    if 0 < nested.tell() <= LARGEST_NESTED:
        if level == MOST_LEVELS:
            raise Bomb
        _count(nested, listed(nested), count, level + 1)


def _unpacked(file: BinaryIO, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What an entry holds. Deflated data is unpacked by ourselves, as far as it goes: zipfile stops where
    the list says that it ends, another program does not. A broken entry ends early."""
    try:
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            yield from _inflated(file, archive, entry)
        else:
            with archive.open(entry) as member:
                while data := member.read(_BLOCK):
                    yield data
    except _FLAW:
        return


def _inflated(file: BinaryIO, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    archive.open(entry).close()  # it checks the local header, and raises where that is another's
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    file.seek(_number(header, 26, 2) + _number(header, 28, 2), io.SEEK_CUR)
    left, inflate = entry.compress_size, zlib.decompressobj(-15)
    while left > 0 and not inflate.eof:
        packed = file.read(min(_SLICE, left))
        left -= len(packed) or left
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _BLOCK)
            packed = inflate.unconsumed_tail


def count_gzip(path: Path) -> Count:
    """The same of gzip, of which a tar is often made; it may be several, one behind the other."""
    count, inflate, members = Count(path.stat().st_size), zlib.decompressobj(31), 1
    with path.open("rb") as file:
        try:
            while packed := file.read(_SLICE):
                while packed:
                    count.add(len(inflate.decompress(packed, _BLOCK)))
                    packed = inflate.unconsumed_tail
                    if inflate.eof:
                        packed = inflate.unused_data.lstrip(b"\0")
                        inflate, members = zlib.decompressobj(31), members + 1
                if members > MOST_ENTRIES:
                    raise Bomb
        except zlib.error:
            return count
    return count


def is_locked_archive(path: Path, kind: str) -> bool:
    """Whether a RAR or 7z archive opens only with a password, as far as its first and last bytes tell."""
    with path.open("rb") as file:
        head = file.read(64)
        if kind == "application/x-7z-compressed":
            file.seek(max(path.stat().st_size - _ZIP_END, 0))
            return _SEVEN_ZIP_LOCK in file.read()
    if head.startswith(b"Rar!\x1a\x07\x01\0"):  # version 5: behind checksum and size, 4 is the lock itself
        return head[12 + _more(head[12:]) + 1 :][:1] == b"\x04"
    first_file = 7 + _number(head, 12, 2)
    return bool(_number(head, 10, 2) & 0x80 or _number(head, first_file + 3, 2) & 0x04)


def _more(number: bytes) -> int:
    """How many bytes a number of RAR 5 goes on behind its first."""
    return next((at for at, byte in enumerate(number) if byte < 0x80), 0)


def ends_as_zip(path: Path) -> bool:
    """Whether a file of another kind ends exactly as an archive with entries does: both can be opened."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - _ZIP_END, 0))
        tail = file.read()
        end = tail[tail.rfind(_END) :] if _END in tail else b""
        whole = len(end) >= 22 and len(end) == 22 + _number(end, 20, 2)
        return whole and bool(listed(file).entries)


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
