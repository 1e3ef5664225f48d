"""The two pictures that Teams shows the app with: a document with a tick, drawn here, the same each time.

Source: Microsoft, "Teams app icons": 192 × 192 in colours, the sign in its middle 120; 32 × 32 in white on
nothing.
"""

import io

from PIL import Image, ImageDraw

from bot.teams_manifest import ACCENT

COLOR_SIZE, OUTLINE_SIZE = 192, 32
_FINER = 8  # drawn so much larger, for smooth edges
_PAPER, _FOLD, _LINE, _SEAL = "#ffffff", "#b9c9dc", "#8ba3c0", "#2f9e64"


def color_icon() -> bytes:
    """PNG, wholly filled: Teams rounds its corners."""
    picture = Image.new("RGB", _large(COLOR_SIZE), ACCENT)
    pen = ImageDraw.Draw(picture)
    pen.polygon(_finer((52, 38), (108, 38), (132, 62), (132, 148), (52, 148)), fill=_PAPER)
    pen.polygon(_finer((108, 38), (132, 62), (108, 62)), fill=_FOLD)
    for down, right in ((76, 118), (91, 118), (106, 90)):
        pen.line(_finer((66, down), (right, down)), fill=_LINE, width=6 * _FINER)
    _disc(pen, (124, 128), 32, ACCENT)
    _disc(pen, (124, 128), 26, _SEAL)
    _stroke(pen, ((112, 129), (121, 138), (137, 119)), 7, _PAPER)
    return _png(picture.reduce(_FINER))


def outline_icon() -> bytes:
    """PNG: nothing but white, more or less of it."""
    shape = Image.new("L", _large(OUTLINE_SIZE), 0)
    pen = ImageDraw.Draw(shape)
    _stroke(pen, ((24, 16), (24, 10), (18, 4), (6, 4), (6, 28), (13, 28)), 2, 255)
    _stroke(pen, ((18, 4), (18, 10), (24, 10)), 2, 255)
    _stroke(pen, ((10, 15), (18, 15)), 2, 255)
    _stroke(pen, ((16, 23), (20, 27), (28, 19)), 3, 255)
    white = Image.new("RGBA", (OUTLINE_SIZE, OUTLINE_SIZE), "#ffffff")
    white.putalpha(shape.reduce(_FINER))
    return _png(white)


Point = tuple[float, float]


def _large(size: int) -> tuple[int, int]:
    return size * _FINER, size * _FINER


def _finer(*points: Point) -> list[Point]:
    return [(x * _FINER, y * _FINER) for x, y in points]


def _disc(pen: ImageDraw.ImageDraw, middle: Point, radius: float, fill: str | int) -> None:
    (x, y), wide = middle, radius
    pen.ellipse(_finer((x - wide, y - wide), (x + wide, y + wide)), fill=fill)


def _stroke(pen: ImageDraw.ImageDraw, points: tuple[Point, ...], width: float, fill: str | int) -> None:
    """A line with round ends and corners."""
    pen.line(_finer(*points), fill=fill, width=int(width * _FINER))
    for point in points:
        _disc(pen, point, width / 2, fill)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
