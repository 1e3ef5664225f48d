"""The picture of deadlines on a line of days: one row for each, its words above its mark.

It is read at the width of a phone as well as in a mail. Every state has a shape and a word of its own.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.canvas import (
    BLUE,
    BROWN,
    FINER,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    QUIET,
    RED,
    RULE,
    SHADE,
    Canvas,
    Point,
)
from templates.timeline import Line, Timeline
from templates.values import long_date

WIDTH, MARGIN, HEAD, AXIS, ROW, FOOT = 360.0, 12.0, 82.0, 42.0, 46.0, 12.0
TITLE, WORDS, SMALL = 17.0, 13.0, 11.5
BEFORE, AFTER = timedelta(days=90), timedelta(days=240)  # what is further off stands at the edge
MARK, MARK_AT = 6.5, 33.0  # how large it is, and how far below the top of its row
COLOURS = {"overdue": RED, "soon": ORANGE, "later": BLUE, "sent": GREY, "decide": PURPLE, "done": GREEN}
LETTERS = COLOURS | {"soon": BROWN, "sent": QUIET}


@dataclass(frozen=True)
class Days:
    """From days to points; what lies outside stands at the edge."""

    start: date
    end: date

    def x(self, day: date) -> float:
        far = (min(max(day, self.start), self.end) - self.start).days / (self.end - self.start).days
        return MARGIN + MARK + far * (WIDTH - 2 * (MARGIN + MARK))


def days_of(timeline: Timeline) -> Days:
    """All days of a timeline and some around them, with today among them."""
    today = timeline.today
    days = [today, *(line.day for line in timeline.lines)]
    start = max(min(days), today - BEFORE) - timedelta(days=5)
    return Days(start, max(min(max(days), today + AFTER), start + timedelta(days=28)) + timedelta(days=5))


def row_top(number: int) -> float:
    """Where a row begins, counted from 0."""
    return HEAD + AXIS + number * ROW


def draw_timeline(timeline: Timeline, finer: float = FINER) -> Canvas:
    """All of it: how many of each above, the months, the rows, and how many are left out."""
    count = len(timeline.lines)
    low = row_top(max(count, 1))
    canvas = Canvas(WIDTH, low + FOOT + (14 if timeline.more else 0), finer)
    room = WIDTH - 2 * MARGIN
    canvas.write((MARGIN, 25), canvas.cut_to(timeline.title, room, TITLE, bold=True), TITLE, bold=True)
    for number, words in enumerate(_head(canvas, timeline, room)):
        canvas.write((MARGIN, 45 + 15 * number), canvas.cut_to(words, room, SMALL), SMALL, QUIET)
    for number in range(0, count, 2):
        canvas.box((0, row_top(number)), (WIDTH, row_top(number + 1)), SHADE)
    days = days_of(timeline)
    _draw_axis(canvas, days, timeline.today)
    for number, line in enumerate(timeline.lines):
        _draw_row(canvas, row_top(number), line, (days, timeline.today))
    if not count:
        canvas.write((MARGIN, row_top(0) + 28), "Nothing is due.", WORDS, QUIET)
    if timeline.more:
        canvas.write((MARGIN, low + 16), timeline.left_out, SMALL, QUIET)
    return canvas


def _head(canvas: Canvas, timeline: Timeline, room: float) -> list[str]:
    """Of what the counts are, and the counts: what they are of stands on a line of its own."""
    of, found, counts = timeline.summary.partition(": ")
    return [f"{of}:", *_in_two(canvas, counts, room)] if found else [of]


def _in_two(canvas: Canvas, counts: str, room: float) -> list[str]:
    """The counts in one line, or in two where they are too long for one."""
    parts, end = counts.split(", "), len(counts.split(", "))
    while end > 1 and canvas.width_of(", ".join(parts[:end]) + ",", SMALL) > room:
        end -= 1
    return [", ".join(some) for some in (parts[:end], parts[end:]) if some]


def _draw_axis(canvas: Canvas, days: Days, today: date) -> None:
    """The names of months, or of weeks where few days are shown, and today's."""
    y, now, word = HEAD + AXIS - 9, days.x(today), f"today, {long_date(today)}"
    wide = canvas.width_of(word, SMALL, bold=True)
    left = min(max(now - wide / 2, MARGIN), WIDTH - MARGIN - wide)
    canvas.write((left, y - 16), word, SMALL, bold=True)  # above the months: none is hidden by it
    canvas.box((now - 0.75, y - 12), (now + 0.75, HEAD + AXIS), INK)
    written = MARGIN - 8
    for day, name in _ticks(days):
        x, wide_name = days.x(day), canvas.width_of(name, SMALL)
        if x >= written + 8 and x + wide_name < WIDTH - MARGIN and not x - 4 <= now <= x + wide_name + 2:
            canvas.write((x, y), name, SMALL, QUIET)
            canvas.box((x, y + 3), (x + 1, HEAD + AXIS), RULE)
            written = x + wide_name


def _ticks(days: Days) -> list[tuple[date, str]]:
    length = (days.end - days.start).days
    every = [days.start + timedelta(days=number) for number in range(length + 1)]
    if length <= 63:
        return [(day, f"{day.day} {day:%b}") for day in every if day.weekday() == 0]
    return [(day, f"{day:%b %Y}" if day.month == 1 else f"{day:%b}") for day in every if day.day == 1]


def _draw_row(canvas: Canvas, top: float, line: Line, when: tuple[Days, date]) -> None:
    colour, right = LETTERS[line.state], WIDTH - MARGIN
    told = canvas.width_of(line.when, WORDS, bold=True)
    canvas.write((right - told, top + 17), line.when, WORDS, colour, bold=True)
    canvas.write((MARGIN, top + 17), canvas.cut_to(line.what, right - told - MARGIN - 12, WORDS), WORDS)
    _draw_track(canvas, top, line, when)


def _draw_track(canvas: Canvas, top: float, line: Line, when: tuple[Days, date]) -> None:
    """From today to its day, and the day in words where there is room for it."""
    days, today = when
    x, now, y = days.x(line.day), days.x(today), top + MARK_AT
    for day, _ in _ticks(days):
        canvas.box((days.x(day), top + 24), (days.x(day) + 0.5, top + ROW), RULE)
    canvas.box((min(x, now), y - 1.25), (max(x, now), y + 1.25), COLOURS[line.state])
    canvas.box((now - 0.75, top + 24), (now + 0.75, top + ROW), INK)
    draw_mark(canvas, (x, y), line.state)
    name, gap, ground = long_date(line.day), MARK + 5, SHADE if _is_shaded(top) else PAPER
    wide, at = canvas.width_of(name, SMALL), max(x + gap, now + gap if x < now else 0)
    if at + wide > WIDTH - MARGIN:
        at = x - gap - wide
    canvas.box((at - 3, y - 7), (at + wide + 3, y + 8), ground)
    canvas.write((at, y + 4), name, SMALL, QUIET)


def _is_shaded(top: float) -> bool:
    return round((top - HEAD - AXIS) / ROW) % 2 == 0


def draw_mark(canvas: Canvas, at: Point, state: str) -> None:
    """Overdue: a triangle; soon: a diamond; later: a ring; with the state: a square; to decide: a square with
    a hole; done: a disc with a tick."""
    (x, y), wide, colour = at, MARK, COLOURS[state]
    large = wide + 1
    if state == "overdue":
        canvas.polygon([(x, y - large), (x + large, y + wide - 1), (x - large, y + wide - 1)], colour)
    elif state == "soon":
        canvas.polygon([(x, y - large), (x + large, y), (x, y + large), (x - large, y)], colour)
    elif state in ("later", "done"):
        canvas.disc(at, wide, colour)
    else:
        canvas.polygon(_square(at, wide - 1), colour)
    if state == "later":
        canvas.disc(at, wide - 2.5, PAPER)
    elif state == "decide":
        canvas.polygon(_square(at, wide - 3.5), PAPER)
    elif state == "done":
        canvas.stroke([(x - 3, y + 0.2), (x - 0.8, y + 2.6), (x + 3.2, y - 2.6)], 1.6, PAPER)


def _square(at: Point, wide: float) -> list[Point]:
    x, y = at
    return [(x - wide, y - wide), (x + wide, y - wide), (x + wide, y + wide), (x - wide, y + wide)]
