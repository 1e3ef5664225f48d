"""What the sections of a report are made of: paragraphs, cells, headings, words that somebody said."""

from collections.abc import Iterator, Mapping
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Paragraph, TableStyle

from bot.lettering import BYLINE, CELL, HEADING, LINE, QUOTED, marked_up
from templates.values import long_date, pacific

Row = Mapping[str, Any]
WHOLE = 504
GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
)
FLUSH = TableStyle([("LEFTPADDING", (0, 0), (0, -1), 0)], parent=GRID)
BARE = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0)])


def heading(text: str) -> Iterator[Flowable]:
    """Not at the foot of a page. (What must stay with a long table would take all of it to the next one.)"""
    yield CondPageBreak(90)
    yield said(text, HEADING)


def said(text: str, style: Any) -> Paragraph:
    return Paragraph(marked_up(text), style)


def cell(text: str, style: Any = CELL) -> Paragraph:
    return said(text, style)


def words(what: str, row: Row) -> Iterator[Flowable]:
    """What somebody said: on what, who, when."""
    where = row["target"].partition("/")[2] or "the review"
    status = f", {row['status']}" if row.get("status", "attached") != "attached" else ""
    yield said(f"{what} on {where} by {row['by']}, {pacific(row['made_at'])}{status}", BYLINE)
    yield said(row["text"], QUOTED)


def day(when: Any) -> str:
    """A day in words; what is no day as it was written."""
    try:
        return long_date(when) if when else ""
    except ValueError:
        return str(when)
