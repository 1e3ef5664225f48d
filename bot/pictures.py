"""The picture that a message of ours carries, and the text that says the same.

Drawn in a thread: nothing waits for it but its own message. Pillow is loaded when the first one is drawn.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from templates.render import timeline

if TYPE_CHECKING:
    from bot.canvas import Canvas

FINE, COARSE = 2.0, 1.5  # pixels to a point


@dataclass(frozen=True)
class Picture:
    """A PNG, and the same in words, for whom no picture is shown. `width` and `height` are those at which it
    is meant to be seen: on fine screens it has more pixels."""

    png: bytes
    alt: str
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
    return template in _DRAWN and bool((fields.get(_DRAWN[template][0]) or {}).get("rows"))


def draw(
    template: str, fields: Mapping[str, Any], today: date, most_bytes: int | None = None
) -> Picture | None:
    """The same without a thread; None where not even its least is small enough."""
    name, drawing = _DRAWN[template]
    if most_bytes is None:
        return drawing(fields[name], today, FINE, None)
    made, rows = drawing(fields[name], today, COARSE, None), len(fields[name]["rows"])
    while len(made.png) > most_bytes and rows > 1:
        rows = min(rows - 1, rows * most_bytes // len(made.png) or 1)
        made = drawing(fields[name], today, COARSE, rows)
    return made if len(made.png) <= most_bytes else None


def _timeline(facts: Mapping[str, Any], today: date, finer: float, rows: int | None) -> Picture:
    from bot.picture_timeline import draw_timeline

    whole = timeline(facts, today)
    shown = whole if rows is None else whole.first(rows)
    return _picture(draw_timeline(shown, finer), shown.alt, finer)


def _picture(canvas: "Canvas", alt: str, finer: float) -> Picture:
    width, height = canvas.size
    return Picture(canvas.png(), alt, round(width / finer), round(height / finer))


Drawing = Callable[[Mapping[str, Any], date, float, int | None], Picture]
# The field that holds the facts, and what is drawn of them, by template.
_DRAWN: dict[str, tuple[str, Drawing]] = {
    "deadlines_reminded": ("timeline", _timeline),
    "timeline_shown": ("timeline", _timeline),
}
