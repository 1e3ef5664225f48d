"""The record as a workbook: days are days, what people wrote is text and never a formula."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from store.clock import pacific
from store.exports.cells import writable
from store.exports.part import Part
from store.exports.sheets import SHEETS, Kind, Sheet, value

MOST_ROWS = 1_048_576  # of a sheet, its head included
FORMATS: dict[Kind, str] = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss", "number": "0"}
WIDTHS: dict[Kind, int] = {"code": 18, "text": 34, "number": 11, "day": 13, "moment": 20}
HEAD_FONT, HEAD_FILL = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
TOP = Alignment(vertical="top")


async def write_workbook(part: Part, out: IO[bytes], at: datetime, most_rows: int = MOST_ROWS) -> None:
    """Every sheet, row by row. What a sheet cannot hold is left out, and the sheet About says so."""
    book = Workbook(write_only=True)
    book.properties.title = f"CAIS record of {part.review or 'all reviews'}"
    book.properties.creator = "CAIS intake"
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    counts = [(sheet.name, await _fill(book, part, sheet, most_rows)) for sheet in SHEETS]
    position, digest = await part.head()
    made = f"{pacific(at):%Y-%m-%d %H:%M:%S %Z}"
    facts = [("Review", part.review or "all"), ("Made", made), ("Moments", "Pacific time, as in Sacramento")]
    head = [("Head of the history", str(position)), ("Its digest", digest)]
    _about(book, [*facts, *head, *counts])
    book.save(out)


async def _fill(book: Workbook, part: Part, sheet: Sheet, most_rows: int) -> str:
    """One sheet; how many rows it has, in words. The cells are made once: a row is written when it comes,
    and their looks cost more than all the rest."""
    page = _page(book, sheet.name, [(name, WIDTHS[sheet.kind(name)]) for name in sheet.columns])
    cells = {name: _cell(page, sheet.kind(name)) for name in sheet.columns}
    rows = left = 0
    async for row in sheet.rows(part):
        if rows + 1 >= most_rows:
            left += 1
            continue
        page.append([_filled(cell, value(row[name], sheet.kind(name))) for name, cell in cells.items()])
        rows += 1
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{rows + 1}"
    return f"{rows} rows" + (f"; {left} more do not fit, they are in the JSON export" if left else "")


def _about(book: Workbook, facts: Sequence[tuple[str, str]]) -> None:
    page = _page(book, "About", [("what", 24), ("is", 80)])
    for name, said in facts:
        page.append([_filled(_cell(page, "text"), one) for one in (name, said)])


def _page(book: Workbook, name: str, columns: Sequence[tuple[str, int]]) -> Any:
    """An empty sheet whose head stays in sight. What it looks like must be said before its first row."""
    page = book.create_sheet(name)
    page.freeze_panes = "A2"
    for number, (_, width) in enumerate(columns, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    heads = [_filled(_cell(page, "text"), column.replace("_", " ")) for column, _ in columns]
    for head in heads:
        head.font, head.fill = HEAD_FONT, HEAD_FILL
    page.append(heads)
    return page


def _cell(page: Any, kind: Kind) -> Any:
    cell = WriteOnlyCell(page)
    cell.alignment = TOP
    cell.number_format = FORMATS.get(kind, "@")
    return cell


def _filled(cell: Any, said: Any) -> Any:
    """None where there is nothing: an empty cell with looks costs as much as a full one."""
    if said is None:
        return None
    if isinstance(said, datetime):
        said = pacific(said).replace(tzinfo=None)
    if isinstance(said, str):
        cell.value = writable(said.replace("\r\n", "\n").replace("\r", "\n"))
        cell.data_type = "s"  # openpyxl makes a formula of what begins with =
    else:
        cell.value = said
    return cell
