"""The picture that a message of ours carries, and the text that says the same.

Drawn in a thread: nothing waits for it but its own message. Pillow is loaded when the first one is drawn.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from store.reminder_questions import DIGEST
from templates.alt import Alt
from templates.render import timeline, week

if TYPE_CHECKING:
    from bot.canvas import Canvas

FINE, COARSE, COARSEST = 2.0, 1.5, 1.0  # pixels to a point
CARRYING = (DIGEST, "timeline_shown", "week_shown")


@dataclass(frozen=True)
class Picture:
    """A PNG, and the same in words, for whom no picture is shown. `width` and `height` are those at which it
    is meant to be seen: on fine screens it has more pixels."""

    png: bytes
    alt: Alt
    width: int
    height: int


async def picture_for(
    template: str, fields: Mapping[str, Any], today: date, most_bytes: int | None = None
) -> Picture | None:
    """The picture of an outgoing message (its template and its fields), as of a day (Pacific); None: it has
    none. With `most_bytes` it is drawn coarser, and shows fewer rows, until it is that small."""
    if not has_picture(template, fields):
        return None
    return await asyncio.to_thread(draw, template, fields, today, most_bytes)


def has_picture(template: str, fields: Mapping[str, Any]) -> bool:
    """Whether there is something to draw: nothing is, where nothing is due."""
    return template in CARRYING and bool(_timeline_rows(fields) or fields.get("week"))


def draw(
    template: str, fields: Mapping[str, Any], today: date, most_bytes: int | None = None
) -> Picture | None:
    """The same without a thread; None where there is none, or not even its least is small enough."""
    if not has_picture(template, fields):
        return None
    rows = _timeline_rows(fields)
    drawn, count = (_timeline, len(rows)) if rows else (_week, len(fields["week"]))
    if most_bytes is None:
        return drawn(fields, today, FINE, count)
    made = drawn(fields, today, COARSE, count)
    while len(made.png) > most_bytes and count > 1:
        count = min(count - 1, count * most_bytes // len(made.png) or 1)
        made = drawn(fields, today, COARSE, count)
    made = made if len(made.png) <= most_bytes else drawn(fields, today, COARSEST, count)
    return made if len(made.png) <= most_bytes else None


def _timeline_rows(fields: Mapping[str, Any]) -> Sequence[Any]:
    return (fields.get("timeline") or {}).get("rows") or ()


def _timeline(fields: Mapping[str, Any], today: date, finer: float, count: int) -> Picture:
    from bot.picture_timeline import draw_timeline

    shown = timeline(fields["timeline"], today).first(count)
    return _picture(draw_timeline(shown, finer), shown.alt, finer)


def _week(fields: Mapping[str, Any], _today: date, finer: float, count: int) -> Picture:
    from bot.picture_week import draw_week

    shown = week(fields["week"]).first(count)
    return _picture(draw_week(shown, finer), shown.alt, finer)


def _picture(canvas: "Canvas", alt: Alt, finer: float) -> Picture:
    width, height = canvas.size
    return Picture(canvas.png(), alt, round(width / finer), round(height / finer))
