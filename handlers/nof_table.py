"""Rows of a spreadsheet → conclusions. Columns are found by their headings; every fault is told with its
row and column. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.conclude_item import school_said
from handlers.conclusions import is_of_another
from handlers.grammar import find_codes
from handlers.refusals import TableNotRight
from store.models import ReviewItem, School
from store.programs import instrument_of
from store.tables import Row

MOST_FAULTS = 20
COLUMNS = {
    "item": ("item", "items", "item code", "item number", "code"),
    "finding": ("finding", "findings", "text", "finding text", "what was found"),
    "site": ("site", "school", "school site", "cds", "cds code"),
    "conclusion": ("conclusion", "status", "result"),
}
SAID = {
    "meets": ("meets", "meets requirements", "met"),
    "does_not_meet": ("does not meet", "does not meet requirements", "finding", "not met"),
    "not_reviewed": ("not reviewed",),
}
Fault = dict[str, Any]


@dataclass(frozen=True)
class NofLine:
    """One row that can be put on record. `site` is a school's CDS code."""

    row: int
    item: ReviewItem
    conclusion: str
    text: str
    site: str | None


@dataclass(frozen=True)
class _Known:
    """What a row may name; `by` is who loads: nobody else's conclusion is changed by a file."""

    items: Mapping[str, ReviewItem]
    programs: frozenset[str]
    schools: Sequence[School]
    by: int | None


@dataclass(eq=False)
class _Wrong(Exception):
    column: str
    wrong: str
    said: str = ""


def read_lines(
    name: str, rows: Sequence[Row], items: Sequence[ReviewItem], schools: Sequence[School], by: int | None
) -> list[NofLine]:
    """Every row below the headings as a conclusion, or none: raises TableNotRight with all faults."""
    if not rows:
        raise TableNotRight(name, [_fault(None, _Wrong("", "table-empty"))])
    columns = _columns(rows[0])
    if "item" not in columns or not {"finding", "conclusion"} & columns.keys():
        raise TableNotRight(name, [_fault(rows[0].number, _Wrong("", "no-columns"))])
    programs = frozenset(instrument_of(item.code) for item in items)
    known = _Known({item.key: item for item in items}, programs, schools, by)
    lines, faults = _read(rows[1:], columns, known)
    if not lines and not faults:
        faults = [_fault(None, _Wrong("", "table-empty"))]
    if faults:
        raise TableNotRight(name, faults[:MOST_FAULTS], max(0, len(faults) - MOST_FAULTS))
    return lines


def _columns(head: Row) -> dict[str, int]:
    """Where each column stands, whatever the case and order; the first of two with one meaning."""
    said = [re.sub(r"[\W_]+", " ", cell).strip().lower() for cell in head.cells]
    found = {}
    for column, names in COLUMNS.items():
        places = [place for place, heading in enumerate(said) if heading in names]
        if places:
            found[column] = places[0]
    return found


def _read(
    rows: Sequence[Row], columns: Mapping[str, int], known: _Known
) -> tuple[list[NofLine], list[Fault]]:
    lines: list[NofLine] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for row in rows:
        cells = {
            column: row.cells[place] if place < len(row.cells) else "" for column, place in columns.items()
        }
        try:
            line = _line(row.number, cells, known)
            if line.item.code in first:
                raise _Wrong("item", "two-rows", f"{line.item.code}, row {first[line.item.code]}")
            first[line.item.code] = row.number
            lines.append(line)
        except _Wrong as wrong:
            faults.append(_fault(row.number, wrong))
    return lines, faults


def _line(number: int, cells: Mapping[str, str], known: _Known) -> NofLine:
    for column, cell in cells.items():
        if cell.startswith("="):
            raise _Wrong(column, "formula")
    item = _item(cells["item"], known)
    text = cells.get("finding", "")
    conclusion = _conclusion(cells.get("conclusion", ""), text)
    if conclusion == "does_not_meet" and not text:
        raise _Wrong("finding", "no-text", item.code)
    if conclusion != "does_not_meet" and text:
        raise _Wrong("finding", "text-without-finding", item.code)
    if is_of_another(item, known.by) and (item.status, item.finding_text or "") != (conclusion, text):
        raise _Wrong("item", "concluded-by-others", item.code)
    return NofLine(number, item, conclusion, text, _site(cells.get("site", ""), known))


def _item(cell: str, known: _Known) -> ReviewItem:
    if not cell:
        raise _Wrong("item", "no-item")
    named = find_codes(cell, known.programs)
    item = known.items.get(named[0].code.key) if len(named) == 1 else None
    if item is None:
        raise _Wrong("item", "not-in-review", cell[:40])
    return item


def _conclusion(cell: str, text: str) -> str:
    said = " ".join(cell.split()).rstrip(".").lower()
    if not said:
        if not text:
            raise _Wrong("finding", "no-text")
        return "does_not_meet"
    for conclusion, names in SAID.items():
        if said in names:
            return conclusion
    raise _Wrong("conclusion", "no-conclusion", cell[:40])


def _site(cell: str, known: _Known) -> str | None:
    if not cell:
        return None
    school = school_said(cell, known.schools)
    if school is None:
        raise _Wrong("site", "no-school", cell[:60])
    return school.cds


def _fault(row: int | None, wrong: _Wrong) -> Fault:
    return {"row": row, "column": wrong.column, "wrong": wrong.wrong, "said": wrong.said}
