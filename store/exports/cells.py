"""What may stand in a cell of a spreadsheet: never a formula, never a letter that breaks the file.

Spreadsheets run a cell that begins with = + - @, a tab or a line end, and some of them look past spaces
and quotes, or take the full-width forms for the same.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from store.clock import pacific

Cell = str | int | date | datetime | None
STARTS = frozenset("=+-@")
RAW_STARTS = ("\t", "\r", "\n")
LONGEST = 32_767  # what a cell of a spreadsheet holds
CUT = " […cut here; the whole text is in the JSON export]"
QUOTES = frozenset("\"'`´‘’‚‛“”„«»＇＂")
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run this text."""
    if text.startswith(RAW_STARTS):
        return True
    for letter in text:
        if letter in QUOTES or unicodedata.category(letter)[0] in "ZC":
            continue
        return unicodedata.normalize("NFKC", letter)[0] in STARTS
    return False


def writable(text: str) -> str:
    """The text without what files cannot hold; what is cut says so."""
    shown = _UNSPEAKABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - len(CUT)] + CUT


def harmless(text: str) -> str:
    """The text as a cell of a CSV file: an apostrophe before whatever might run."""
    shown = writable(text)
    return f"'{shown}" if is_formula(text) else shown


def spelled(cell: Cell) -> Any:
    """Anything but text, for a CSV file: moments on Sacramento's clock with their offset, days in ISO."""
    if isinstance(cell, datetime):
        return pacific(cell).isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell
