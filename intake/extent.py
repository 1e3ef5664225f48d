"""How much a document holds: pages of a PDF or a Word file, rows of each sheet of a workbook.

Runs where the bytes are read, under limits. What cannot be told cheaply and surely is None: nothing is
refused for it.
"""

import html
import re
import zipfile
from pathlib import Path

from intake.contents import PDF

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 64 * 1024 * 1024
LARGEST_MEMBER = 4 * 1024 * 1024
MOST_PAGES = 1_000_000
MOST_SHEETS = 100

Extent = dict[str, object]
_PAGES = re.compile(rb"<Pages>(\d{1,6})</Pages>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]{1,400}>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]{1,800}>")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s+ref=\"[A-Z]{1,3}(\d{1,7})(?::[A-Z]{1,3}(\d{1,7}))?\"")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]{0,200}?\br=\"(\d{1,7})\"")
_FLAW = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, KeyError, OSError, EOFError)


def extent_of(path: Path, media_type: str) -> Extent | None:
    """`{"pages": 12}`, or `{"sheets": {"Ledger": 80}}`."""
    if path.stat().st_size > LARGEST:
        return None
    if media_type == PDF:
        return _pdf(path)
    if media_type in (WORD, SHEETS):
        return _office(path, media_type)
    return None


def _pdf(path: Path) -> Extent | None:
    import pikepdf  # only then: it is the heaviest of our libraries

    try:
        with pikepdf.open(path) as document:
            count = len(document.pages)
    except Exception:  # locked, broken, or too much for us: then nobody can say
        return None
    return {"pages": count} if 0 < count <= MOST_PAGES else None


def _office(path: Path, media_type: str) -> Extent | None:
    try:
        with zipfile.ZipFile(path) as archive:
            return _word(archive) if media_type == WORD else _sheets(archive)
    except _FLAW:
        return None


def _word(archive: zipfile.ZipFile) -> Extent | None:
    """As Word counted them when it last saved the file."""
    found = _PAGES.search(_member(archive, "docProps/app.xml"))
    pages = int(found[1]) if found else 0
    return {"pages": pages} if pages else None


def _sheets(archive: zipfile.ZipFile) -> Extent | None:
    relations = [
        _attributes(tag) for tag in _RELATION.findall(_member(archive, "xl/_rels/workbook.xml.rels"))
    ]
    places = {one["Id"]: one["Target"] for one in relations if "Id" in one and "Target" in one}
    listed = [_attributes(tag) for tag in _SHEET.findall(_member(archive, "xl/workbook.xml"))]
    if not 0 < len(listed) <= MOST_SHEETS:
        return None
    sheets = {one["name"][:100]: _rows(archive, places[one["id"]]) for one in listed}
    return {"sheets": sheets} if None not in sheets.values() else None


def _rows(archive: zipfile.ZipFile, place: str) -> int | None:
    """The last row that the sheet itself says it has, or that it holds."""
    name = place.removeprefix("/") if place.startswith("/") else f"xl/{place}"
    data = _member(archive, name)
    rows = [int(row) for row in _ROW.findall(data)]
    if rows and len(data) < LARGEST_MEMBER:
        return max(rows)
    said = _DIMENSION.search(data)
    return int(said[2] or said[1]) if said else None if len(data) >= LARGEST_MEMBER else 0


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Its beginning, at most so much: what it unpacks to is not believed."""
    with archive.open(name) as file:
        return file.read(LARGEST_MEMBER)


def _attributes(tag: bytes) -> dict[str, str]:
    """Names without their namespace."""
    found = re.findall(rb"(?:\w+:)?(\w+)\s*=\s*\"([^\"]{0,400})\"", tag)
    return {name.decode("ascii", "replace"): html.unescape(value.decode("utf-8")) for name, value in found}
