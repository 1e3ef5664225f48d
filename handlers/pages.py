"""Whether a file has the pages, or the rows of a sheet, that somebody named. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Literal

Fit = Literal["fits", "beyond", "unchecked"]
_SHEET = re.compile(r"sheet (?P<name>.+?)(?: rows (?P<rows>[\d, -]+))?", re.I)


def pages_fit(said: str | None, extent: Mapping[str, Any] | None) -> Fit:
    """`fits` where nothing was named, `unchecked` where the file's extent is not known."""
    if said is None:
        return "fits"
    sheet = _SHEET.fullmatch(said)
    if sheet is None:
        most = (extent or {}).get("pages")
        return "unchecked" if most is None else _within(said, most)
    sheets = (extent or {}).get("sheets")
    if not sheets:
        return "unchecked"
    rows = {name.casefold(): count for name, count in sheets.items()}.get(sheet["name"].casefold())
    if rows is None:
        return "beyond"
    return _within(sheet["rows"] or "1", rows)


def _within(numbers: str, most: int) -> Fit:
    said = [int(number) for number in re.findall(r"\d+", numbers)]
    return "fits" if said and min(said) >= 1 and max(said) <= most else "beyond"


def extent_words(extent: Mapping[str, Any] | None) -> str:
    """`12 pages`, or `Ledger (80 rows), Notes (3 rows)`; empty where it is not known."""
    pages, sheets = (extent or {}).get("pages"), (extent or {}).get("sheets")
    if pages is not None:
        return _counted(pages, "page")
    return ", ".join(f"{name} ({_counted(rows, 'row')})" for name, rows in (sheets or {}).items())


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count:,} {what}s"
