"""The report of a review for people who read and print: a PDF with the same facts as the JSON export."""

import io
from datetime import datetime
from typing import Any

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from bot.lettering import HEADING, LINE, QUIET, REGULAR, load_fonts, printable
from bot.report_facts import Facts, gather
from bot.report_sections import story
from store.exports.part import Part
from templates.values import pacific

PADDING = 6  # of reportlab's frames
SIDE, TOP, BOTTOM = 54, 50, 58


async def write_report(part: Part, at: datetime) -> bytes:
    """The whole PDF: the same bytes for the same record and time. Its lists are cut where they get too
    long to read, and say so."""
    return print_report(await gather(part, at))


def print_report(facts: Facts) -> bytes:
    load_fonts()
    out = io.BytesIO()
    title = printable(f"{facts.review['lea_name']}: review {facts.review['id']}")
    side = SIDE - PADDING
    pages = Pages(
        out, pagesize=letter, leftMargin=side, rightMargin=side, topMargin=TOP, bottomMargin=BOTTOM,
        title=title, author="CAIS intake", subject=f"History {facts.position} {facts.digest}",
        lang="en-US", displayDocTitle=True, invariant=1,
    )  # fmt: skip
    foot = f"Review {facts.review['id']}. Exported {pacific(facts.at.isoformat())}."
    head = f"Head of the history: {facts.position} {facts.digest}"
    pages.build(story(facts), canvasmaker=lambda *args, **more: Counting(foot, head, *args, **more))
    return out.getvalue()


class Pages(SimpleDocTemplate):  # type: ignore[misc] # reportlab has no types
    """Headings become the outline that a reader can open beside the pages."""

    headings = 0

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 its name in reportlab
        if isinstance(flowable, Paragraph) and flowable.style is HEADING:
            self.headings += 1
            self.canv.bookmarkPage(f"heading{self.headings}")
            self.canv.addOutlineEntry(flowable.getPlainText(), f"heading{self.headings}", 0)


class Counting(Canvas):  # type: ignore[misc]
    """Knows how many pages there are before it writes the foot of the first one."""

    def __init__(self, foot: str, head: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._foot, self._head, self._kept = foot, head, list[dict[str, Any]]()

    def showPage(self) -> None:  # noqa: N802
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        kept = self._kept
        for number, page in enumerate(kept, 1):
            self.__dict__.update(page)
            self._write_foot(f"page {number} of {len(kept)}")
            super().showPage()
        super().save()

    def _write_foot(self, count: str) -> None:
        right = letter[0] - SIDE
        self.setStrokeColor(LINE)
        self.line(SIDE, 44, right, 44)
        self.setFillColor(QUIET)
        self.setFont(REGULAR, 7)
        self.drawString(SIDE, 34, printable(self._foot))
        self.drawRightString(right, 34, count)
        self.setFont(REGULAR, 6)
        self.drawString(SIDE, 25, self._head)
