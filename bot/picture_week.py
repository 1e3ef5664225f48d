"""The picture of a program's week: a bar for everything that was counted, its number and its name."""

from bot.canvas import BLUE, FINER, GREEN, GREY, ORANGE, PURPLE, QUIET, RED, SHADE, Canvas
from templates.week import Bar, Week

WIDTH, MARGIN, HEAD, TITLE_HIGH, ROW, FOOT = 480.0, 14.0, 44.0, 30.0, 26.0, 14.0
TITLE, NAME, WORDS = 15.0, 13.5, 12.5
LEFT = 236.0  # where bars begin
COLOURS = {
    "opened": BLUE,
    "resolved": GREEN,
    "accepted": GREEN,
    "overdue": RED,
    "evidence_overdue": RED,
    "forms_overdue": RED,
    "ending": ORANGE,
    "waiting": PURPLE,
}
REMINDERS = ("sent", "skipped", "bounced")


def draw_week(week: Week, finer: float = FINER) -> Canvas:
    """One program below the other; all bars have one measure."""
    rows = sum(max(len(one.bars), 1) for one in week.programs)
    high = HEAD + TITLE_HIGH * len(week.programs) + ROW * rows + FOOT + (16 if week.left_out else 0)
    canvas = Canvas(WIDTH, high, finer)
    canvas.write(
        (MARGIN, 26), canvas.cut_to(week.days, WIDTH - 2 * MARGIN, TITLE, bold=True), TITLE, bold=True
    )
    bars = [bar for one in week.programs for bar in one.bars if bar.word not in REMINDERS]
    top, longest = HEAD, max((bar.count for bar in bars), default=1)
    for one in week.programs:
        canvas.write((MARGIN, top + 20), canvas.cut_to(one.program, WIDTH - 2 * MARGIN, NAME), NAME, QUIET)
        top += TITLE_HIGH
        if not one.bars:
            canvas.write((MARGIN, top + 17), week.say("week_quiet"), WORDS)
        for number, bar in enumerate(one.bars):
            _draw_bar(canvas, top + number * ROW, bar, longest)
        top += ROW * max(len(one.bars), 1)
    canvas.write((MARGIN, top + 20), week.left_out, WORDS, QUIET)
    return canvas


def _draw_bar(canvas: Canvas, top: float, bar: Bar, longest: int) -> None:
    """Reminders are many, and another measure: they have no bar, only their number."""
    room = WIDTH - MARGIN - 60 - LEFT
    canvas.write((MARGIN, top + 17), canvas.cut_to(bar.name, LEFT - MARGIN - 10, WORDS), WORDS)
    if bar.word in REMINDERS:
        canvas.write((LEFT, top + 18), f"{bar.count:,}", NAME, bold=True)
        return
    canvas.box((LEFT, top + 5), (LEFT + room, top + 21), SHADE)
    end = LEFT + max(room * bar.count / longest, 3)
    canvas.box((LEFT, top + 5), (end, top + 21), COLOURS.get(bar.word, GREY))
    canvas.write((LEFT + room + 8, top + 18), f"{bar.count:,}", NAME, bold=True)
