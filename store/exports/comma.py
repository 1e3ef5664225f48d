"""One CSV table of what is on file, for Excel and for programs: UTF-8 with its mark, CRLF, no formulas."""

import csv
import json
from typing import TextIO

from store.exports.cells import harmless, spelled
from store.exports.filed import FILED_COLUMNS, CellRow, filed_rows
from store.exports.part import Part

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


async def write_csv(part: Part, out: TextIO) -> None:
    """A row for each target and document. `out` must leave line ends alone (`newline=""`)."""
    out.write(MARK)
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([*FILED_COLUMNS, "raw"])
    async for row in filed_rows(part):
        table.writerow(_line(row))


def _line(row: CellRow) -> list[object]:
    """The last cell has, as JSON, the texts that had to be changed for the others."""
    cells = [row[name] for name in FILED_COLUMNS]
    shown = [harmless(cell) if isinstance(cell, str) else spelled(cell) for cell in cells]
    raw = {
        name: cell
        for name, cell, said in zip(FILED_COLUMNS, cells, shown, strict=True)
        if isinstance(cell, str) and cell != said
    }
    return [*shown, json.dumps(raw) if raw else ""]
