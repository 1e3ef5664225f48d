"""Read a kept spreadsheet (CSV or XLSX) as rows of text: bounded, in a thread, formulas never evaluated."""

import asyncio
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from store.files import FileStore

MOST_ROWS = 2_000
MOST_TEXT = 1 << 20
MOST_UNPACKED = 16 << 20
MOST_LINES = 20_000
MOST_COLUMNS = 40


class NotATable(Exception):
    """`why` is a machine word: not-a-table, table-too-large, table-unreadable."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Row:
    """One row that is not empty. `number` is the one that a spreadsheet program shows."""

    number: int
    cells: tuple[str, ...]


class Tables:
    """The objects of a store, read as tables."""

    def __init__(self, files: FileStore | None = None) -> None:
        self._files = files

    async def rows(self, sha256: str, name: str) -> list[Row]:
        """The rows of a kept file, of an XLSX those of its first sheet. Raises NotATable."""
        if self._files is None:
            raise NotATable("table-unreadable")
        return await asyncio.to_thread(read_table, self._files.path(sha256), name)


def read_table(path: Path, name: str) -> list[Row]:
    """The rows of a file whose name tells what it is. Raises NotATable."""
    kind = name.lower().rpartition(".")[2]
    if kind not in ("csv", "xlsx"):
        raise NotATable("not-a-table")
    try:
        return _bounded(_csv(path) if kind == "csv" else _xlsx(path))
    except FileNotFoundError as missing:
        raise NotATable("table-unreadable") from missing


def _bounded(rows: Iterable[Iterable[Any]]) -> list[Row]:
    found: list[Row] = []
    text = 0
    for number, values in enumerate(islice(rows, MOST_LINES + 1), 1):
        cells = tuple(_text(value) for value in values)
        text += sum(map(len, cells))
        if any(cells):
            found.append(Row(number, cells))
        if len(found) > MOST_ROWS + 1 or text > MOST_TEXT or number > MOST_LINES:
            raise NotATable("table-too-large")
    return found


def _csv(path: Path) -> Iterator[list[str]]:
    if path.stat().st_size > MOST_TEXT:
        raise NotATable("table-too-large")
    data = path.read_bytes()
    if b"\0" in data:
        raise NotATable("table-unreadable")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as wrong:
        raise NotATable("table-unreadable") from wrong


def _xlsx(path: Path) -> Iterator[tuple[Any, ...]]:
    """What a zip says of its sizes is what reading it gives at most."""
    from openpyxl import load_workbook

    try:
        with ZipFile(path) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except BadZipFile as wrong:
        raise NotATable("table-unreadable") from wrong
    if unpacked > MOST_UNPACKED:
        raise NotATable("table-too-large")
    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield from sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        except Exception as wrong:  # a damaged workbook fails in as many ways as it has parts
            raise NotATable("table-unreadable") from wrong


def _text(value: Any) -> str:
    """A cell as text, on one line where it was; a formula stays what was typed (`=A1`)."""
    if value is None:
        return ""
    if isinstance(value, datetime) and not value.time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
