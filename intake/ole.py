"""Old Office files (OLE): the names of their streams and the beginnings of these, read without unpacking.

The list of streams is followed for so many steps and no more: a chain may lead in a circle.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_SECTORS = 2_000
_HEADER = 512
_ENTRY = 128
_LAST_SECTOR = 0xFFFFFFFA
_TEXT_OF_WORD = 0xA5EC
_FILE_PASS = 0x2F
_MACROS = {"VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"}
_KINDS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "__properties_version1.0": "application/vnd.ms-outlook",
}
_LOCKS = {"EncryptedPackage", "EncryptedSummary", "DRMContent"}


@dataclass(frozen=True)
class Streams:
    """The streams by their names, each with its first bytes."""

    begins: dict[str, bytes]

    @property
    def kind(self) -> str | None:
        """The media type; None for a file of some other program."""
        return next((kind for name, kind in _KINDS.items() if name in self.begins), None)

    @property
    def has_macros(self) -> bool:
        return not _MACROS.isdisjoint(self.begins)

    @property
    def is_locked(self) -> bool:
        """Whether it opens only with a password: as a whole, or as Word and Excel note it themselves."""
        word, book = self.begins.get("WordDocument", b""), self.begins.get("Workbook", b"")
        return (
            not _LOCKS.isdisjoint(self.begins)
            or (_number(word, 0, 2) == _TEXT_OF_WORD and bool(word[11] & 1))
            or any(kind == _FILE_PASS for kind in _records(book))
        )


def streams_of(path: Path) -> Streams:
    """Empty where the file is too broken to be read so."""
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if len(head) < _HEADER or not head.startswith(MAGIC) or head[30] not in (9, 12):
            return Streams({})
        return Streams(dict(_entries(_Sectors(file, head))))


class _Sectors:
    """A file in sectors, and the table that says which follows which."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self.file, self.size = file, 1 << head[30]
        self.directory = _number(head, 48, 4)
        self._tables = [_number(head, 76 + 4 * n, 4) for n in range(109)]
        self._more, self._steps = _number(head, 68, 4), 0

    def read(self, sector: int, most: int | None = None) -> bytes:
        self.file.seek((sector + 1) * self.size)
        return self.file.read(most or self.size)

    def chain(self, sector: int) -> Iterator[int]:
        for _ in range(MOST_SECTORS):
            if sector >= _LAST_SECTOR:
                return
            yield sector
            sector = self._next(sector)

    def _next(self, sector: int) -> int:
        table, place = divmod(sector, self.size // 4)
        while table >= len(self._tables) and self._more < _LAST_SECTOR and self._steps < MOST_SECTORS:
            self._read_more()
        if table >= len(self._tables) or self._tables[table] >= _LAST_SECTOR:
            return _LAST_SECTOR
        entry = self.read(self._tables[table])[4 * place : 4 * place + 4]
        return int.from_bytes(entry, "little") if len(entry) == 4 else _LAST_SECTOR

    def _read_more(self) -> None:
        """Where the list of tables itself goes on, in a large file."""
        block, self._steps = self.read(self._more), self._steps + 1
        numbers = [_number(block, at, 4) for at in range(0, len(block) - 3, 4)]
        self._tables += numbers[:-1]
        self._more = numbers[-1] if numbers else _LAST_SECTOR


def _entries(sectors: _Sectors) -> Iterator[tuple[str, bytes]]:
    for sector in sectors.chain(sectors.directory):
        block = sectors.read(sector)
        for entry in (block[at : at + _ENTRY] for at in range(0, len(block), _ENTRY)):
            length = _number(entry, 64, 2)
            if len(entry) == _ENTRY and 2 <= length <= 64:
                name = entry[: length - 2].decode("utf-16-le", "replace")
                yield name, sectors.read(_number(entry, 116, 4), _HEADER) if name in _KINDS else b""


def _records(book: bytes) -> Sequence[int]:
    """The kinds of an Excel stream's first records."""
    found, at = [], 0
    while at + 4 <= len(book):
        found.append(_number(book, at, 2))
        at += 4 + _number(book, at + 2, 2)
    return found


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
