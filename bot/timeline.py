"""The days of a review as a picture: what happened, what is due, and how far time can be extended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect, String
from reportlab.lib.colors import Color, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from bot.lettering import BLUE, GREEN, INK, LINE, ORANGE, QUIET, RED, REGULAR
from templates.values import long_date

WIDTH = 504.0
MARGIN, LANE, SIZE, BELOW, PAD, GAP = 1.0, 14.0, 7.0, 44.0, 3.0, 2.0
COLOURS: dict[str, Color] = {"plain": INK, "due": ORANGE, "agreed": GREEN, "cap": RED, "now": BLUE}


@dataclass(frozen=True)
class Mark:
    """A day with a name, or with none; `kind` is plain, due, agreed, cap or now."""

    day: date
    name: str
    kind: str = "plain"

    @property
    def label(self) -> str:
        return f"{self.name}: {long_date(self.day)}"

    @property
    def colour(self) -> Color:
        return COLOURS[self.kind]


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


@dataclass(frozen=True)
class Label:
    """Where a mark's words stand: from `left` to `right`, in a lane above the line; its leader is at `x`."""

    mark: Mark
    x: float
    left: float
    right: float
    lane: int = 0

    def meets(self, other: "Label") -> bool:
        return self.left - GAP < other.right and other.left < self.right + GAP


def picture(line: Timeline) -> Drawing:
    """Labels above the line, months and documents below."""
    days = [line.first_day, line.last_day, *line.received, *(mark.day for mark in line.marks)]
    scale = Scale(min(days) - timedelta(days=7), max(days) + timedelta(days=7))
    placed = lanes([mark for mark in line.marks if mark.name], scale)
    drawing = Drawing(WIDTH, BELOW + 26 + LANE * max((label.lane for label in placed), default=0))
    for mark in line.marks:
        x = scale.x(mark.day)
        drawing.add(Line(x, BELOW, x, BELOW + SIZE, strokeColor=mark.colour, strokeWidth=0.7))
    for label in placed:
        y = BELOW + 12 + label.lane * LANE
        drawing.add(Line(label.x, BELOW, label.x, y + SIZE, strokeColor=label.mark.colour, strokeWidth=0.7))
    for label in placed:
        _draw_label(drawing, label, BELOW + 12 + label.lane * LANE)
    _draw_axis(drawing, line, scale, BELOW)
    _draw_received(drawing, line.received, scale, BELOW)
    return drawing


def lanes(marks: Iterable[Mark], scale: Scale) -> list[Label]:
    """Words fly from their leader to the right like a flag, near the right end to the left. Flags to the
    right are placed from the right, those to the left from the left, each above all that it meets: so no
    leader runs through words."""
    right, left, end = list[Label](), list[Label](), WIDTH - MARGIN
    for mark in sorted(marks, key=lambda mark: (mark.day, mark.label), reverse=True):
        x, width = scale.x(mark.day), stringWidth(mark.label, REGULAR, SIZE) + 2 * PAD
        if x + width > end and x - width >= MARGIN:
            left.insert(0, Label(mark, x, x - width, x))
            end = x
        else:
            right.append(Label(mark, x, x, x + width))
    placed: list[Label] = []
    for label in (*right, *left):
        below = [other.lane for other in placed if label.meets(other)]
        placed.append(replace(label, lane=max(below, default=-1) + 1))
    return placed


def _draw_label(drawing: Drawing, label: Label, y: float) -> None:
    left = label.left + (0.5 if label.left == label.x else 0)
    width = label.right - label.left - 0.5
    drawing.add(Rect(left, y - 3, width, SIZE + 4, fillColor=white, strokeColor=None))
    text = String(label.left + PAD, y, label.mark.label, fontName=REGULAR, fontSize=SIZE)
    text.fillColor = label.mark.colour
    drawing.add(text)


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
    at = WIDTH - MARGIN - stringWidth(key, REGULAR, SIZE)
    drawing.add(String(at, y - 15, key, fontName=REGULAR, fontSize=SIZE, fillColor=BLUE))
