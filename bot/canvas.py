"""A sheet to draw on, in points of which each is so many pixels, and its bytes as a small PNG: the same bytes
for the same drawing.

Colours are apart for eyes that do not tell red from green, after Okabe and Ito; words and shapes
say the same. Letters that the font does not have are written as in printed reports.
"""

import io
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

from bot.lettering import REGULAR, STRONG, printable

FINER = 2.0  # pixels to a point: screens are so fine by now
SMOOTH = 4
PAPER, SHADE, RULE, INK, QUIET = "#ffffff", "#f2f4f6", "#ccd3dc", "#1b1b1b", "#5a6270"
RED, ORANGE, BLUE, GREY, PURPLE, GREEN = "#b03a00", "#e69f00", "#0072b2", "#8a93a0", "#8a4a78", "#00785a"
BROWN = "#7a5200"  # orange for letters
_INKS = (RULE, INK, QUIET, RED, ORANGE, BLUE, GREY, PURPLE, GREEN, BROWN)
_SHADES = 4  # of each ink
Point = tuple[float, float]


class Canvas:
    """A white sheet of so many points, each `finer` pixels."""

    def __init__(self, width: float, height: float, finer: float = FINER) -> None:
        self._finer = finer
        self._image = Image.new("RGB", (round(width * finer), round(height * finer)), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def box(self, corner: Point, end: Point, colour: str) -> None:
        """A filled rectangle, from its left top to its right low corner."""
        left, top, right, low = (part * self._finer for part in (*corner, *end))
        if right - left >= 1 and low - top >= 1:
            self._pen.rectangle((left, top, right - 1, low - 1), fill=colour)

    def write(self, at: Point, words: str, size: float, colour: str = INK, *, bold: bool = False) -> None:
        """Words, from their left end on the line that they stand on."""
        where, font = (at[0] * self._finer, at[1] * self._finer), self._font(size, bold)
        self._pen.text(where, printable(words), fill=colour, font=font, anchor="ls")

    def width_of(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words are, in points."""
        return float(self._font(size, bold).getlength(printable(words))) / self._finer

    def cut_to(self, words: str, room: float, size: float, *, bold: bool = False) -> str:
        """The words, or as much of their beginning as there is room for."""
        if self.width_of(words, size, bold=bold) <= room:
            return words
        enough = bisect_right(
            range(len(words)),
            room,
            key=lambda most: self.width_of(f"{words[:most].rstrip()}…", size, bold=bold),
        )
        return f"{words[: max(enough - 1, 0)].rstrip()}…"

    def polygon(self, points: Sequence[Point], colour: str) -> None:
        """A filled shape with smooth edges."""
        left, top, mask = self._mask(points)
        ImageDraw.Draw(mask).polygon([self._large(point, left, top) for point in points], fill=255)
        self._stamp(mask, left, top, colour)

    def disc(self, middle: Point, radius: float, colour: str) -> None:
        """A filled circle with a smooth edge."""
        (x, y), wide = middle, radius
        corners = [(x - wide, y - wide), (x + wide, y + wide)]
        left, top, mask = self._mask(corners)
        ImageDraw.Draw(mask).ellipse([self._large(point, left, top) for point in corners], fill=255)
        self._stamp(mask, left, top, colour)

    def stroke(self, points: Sequence[Point], width: float, colour: str) -> None:
        """A line through these points."""
        left, top, mask = self._mask(points, width)
        path = [self._large(point, left, top) for point in points]
        ImageDraw.Draw(mask).line(path, fill=255, width=round(width * self._finer * SMOOTH), joint="curve")
        self._stamp(mask, left, top, colour)

    def png(self) -> bytes:
        """Of a fixed set of colours, so that it is small; to press it more costs seven times as long,
        for less than a tenth."""
        out = io.BytesIO()
        self._image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
        return out.getvalue()

    @property
    def size(self) -> tuple[int, int]:
        """In pixels."""
        return self._image.size

    def _font(self, size: float, bold: bool) -> ImageFont.FreeTypeFont:
        return _font(round(size * self._finer), bold)

    def _mask(self, points: Sequence[Point], around: float = 0) -> tuple[int, int, Image.Image]:
        """Where a patch around these points begins (in pixels), and the patch, so much finer."""
        left = int((min(x for x, _ in points) - around) * self._finer) - 1
        top = int((min(y for _, y in points) - around) * self._finer) - 1
        right = (max(x for x, _ in points) + around) * self._finer
        low = (max(y for _, y in points) + around) * self._finer
        size = (int(right - left) + 3) * SMOOTH, (int(low - top) + 3) * SMOOTH
        return left, top, Image.new("L", size, 0)

    def _stamp(self, mask: Image.Image, left: int, top: int, colour: str) -> None:
        self._image.paste(colour, (left, top), mask.reduce(SMOOTH))

    def _large(self, point: Point, left: int, top: int) -> Point:
        return (point[0] * self._finer - left) * SMOOTH, (point[1] * self._finer - top) * SMOOTH


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """Bitstream Vera, as in printed reports: the font within Pillow has no accents."""
    spec = find_spec("reportlab")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).with_name("fonts") / f"{STRONG if bold else REGULAR}.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _palette() -> Image.Image:
    """Paper, shade, and every ink in steps from paper."""
    paper, steps = _rgb(PAPER), [number / _SHADES for number in range(1, _SHADES + 1)]
    blends = [_blend(paper, _rgb(ink), step) for ink in _INKS for step in steps]
    made = Image.new("P", (1, 1))
    made.putpalette([part for colour in (paper, _rgb(SHADE), *blends) for part in colour])
    return made


def _blend(ground: tuple[int, ...], ink: tuple[int, ...], step: float) -> tuple[int, ...]:
    return tuple(round(low + (high - low) * step) for low, high in zip(ground, ink, strict=True))


def _rgb(colour: str) -> tuple[int, ...]:
    return ImageColor.getrgb(colour)
