"""The days of a review as a picture: what happened, what is due, and how far time can be extended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect, String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from bot.lettering import BLUE, GREEN, INK, LINE, ORANGE, QUIET, RED, REGULAR, STRONG
from templates.values import long_date

WIDTH = 504.0
MARGIN, LANE, SIZE, BELOW = 6.0, 15.0, 7.0, 44.0
MOST_LANES = 9
COLOURS: dict[str, Color] = {"plain": INK, "due": ORANGE, "agreed": GREEN, "cap": RED, "now": BLUE}


@dataclass(frozen=True)
class Mark:
    """A day with a name; `kind` is plain, due, agreed, cap or now."""

    day: date
    name: str
    kind: str = "plain"

    @property
    def label(self) -> str:
        return f"{self.name}: {long_date(self.day)}"


@dataclass(frozen=True)
class Timeline:
    """The days of the review, marks, and the days on which documents were received, one for each."""

    first_day: date
    last_day: date
    marks: Sequence[Mark]
    received: Sequence[date]


@dataclass(frozen=True)
class Scale:
    """From days to points."""

    start: date
    end: date

    def x(self, day: date) -> float:
        return MARGIN + (day - self.start).days / (self.end - self.start).days * (WIDTH - 2 * MARGIN)


def picture(line: Timeline) -> Drawing:
    """Labels above the line, each in the lowest lane where it has room; months and documents below."""
    days = [line.first_day, line.last_day, *line.received, *(mark.day for mark in line.marks)]
    scale = Scale(min(days) - timedelta(days=7), max(days) + timedelta(days=7))
    placed = lanes(sorted(line.marks, key=lambda mark: (mark.day, mark.label)), scale)
    axis = BELOW
    drawing = Drawing(WIDTH, axis + 22 + LANE * (1 + max((lane for _, _, lane in placed), default=0)))
    for mark, left, lane in placed:
        _draw_mark(drawing, mark, scale.x(mark.day), left, axis, axis + 14 + lane * LANE)
    _draw_axis(drawing, line, scale, axis)
    _draw_received(drawing, line.received, scale, axis)
    return drawing


def lanes(marks: Iterable[Mark], scale: Scale) -> list[tuple[Mark, float, int]]:
    """Each mark with the left end of its label and its lane; a leader never runs through a label."""
    taken: list[tuple[float, float, int]] = []
    placed = []
    for mark in marks:
        x, width = scale.x(mark.day), stringWidth(mark.label, REGULAR, SIZE)
        left = min(max(x - width / 2, MARGIN), WIDTH - MARGIN - width)
        low = [lane for start, end, lane in taken if start - 4 < left + width and left < end + 4]
        under = [lane for start, end, lane in taken if start - 3 < x < end + 3]
        lane = max([*low, *under], default=-1) + 1
        taken.append((left, left + width, lane))
        placed.append((mark, left, lane))
    return placed


def _draw_mark(drawing: Drawing, mark: Mark, x: float, left: float, axis: float, y: float) -> None:
    colour = COLOURS[mark.kind]
    drawing.add(Line(x, axis, x, y - 3, strokeColor=colour, strokeWidth=0.6))
    drawing.add(String(left, y, mark.label, fontName=REGULAR, fontSize=SIZE, fillColor=colour))


def _draw_axis(drawing: Drawing, line: Timeline, scale: Scale, axis: float) -> None:
    drawing.add(Line(MARGIN, axis, WIDTH - MARGIN, axis, strokeColor=QUIET, strokeWidth=1))
    left, right = scale.x(line.first_day), scale.x(line.last_day)
    drawing.add(Rect(left, axis - 3, max(right - left, 2), 6, fillColor=BLUE, strokeColor=None))
    written = -100.0
    for month in _months(scale.start, scale.end):
        x, name = scale.x(month), f"{month:%b %Y}"
        drawing.add(Line(x, axis - 3, x, axis, strokeColor=QUIET, strokeWidth=0.5))
        width = stringWidth(name, REGULAR, 6)
        if x >= written + 8 and x + width < WIDTH - MARGIN:
            drawing.add(String(x, axis - 11, name, fontName=REGULAR, fontSize=6, fillColor=QUIET))
            written = x + width


def _months(start: date, end: date) -> list[date]:
    """The first days of the months between."""
    count = (end.year - start.year) * 12 + end.month - start.month
    months = [(start.month - 1 + number) for number in range(1, count + 1)]
    return [date(start.year + month // 12, month % 12 + 1, 1) for month in months]


def _draw_received(drawing: Drawing, received: Sequence[date], scale: Scale, axis: float) -> None:
    """A dot for each day with documents, the larger the more there were."""
    y, words = axis - 24, "Documents received: none"
    drawing.add(Line(MARGIN, y, WIDTH - MARGIN, y, strokeColor=LINE, strokeWidth=0.4))
    for day, number in sorted(Counter(received).items()):
        drawing.add(Circle(scale.x(day), y, min(1.8 + number**0.5 / 2, 6), fillColor=GREEN, strokeColor=None))
    if received:
        words = (
            f"Documents received: {len(received):,}, {long_date(min(received))} to {long_date(max(received))}"
        )
    drawing.add(String(MARGIN, y - 15, words, fontName=REGULAR, fontSize=SIZE, fillColor=GREEN))
    key = "Blue bar: the review"
    at = WIDTH - MARGIN - stringWidth(key, STRONG, SIZE)
    drawing.add(String(at, y - 15, key, fontName=REGULAR, fontSize=SIZE, fillColor=BLUE))
