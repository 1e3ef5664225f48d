"""The letters of a report: one family of fonts, its styles, and what becomes of others.

The fonts are Bitstream Vera: they come with reportlab, and their licence lets them be part of a file.
"""

import unicodedata
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.fonts import addMapping
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, STRONG = "Vera", "VeraBd"
INK, QUIET, LINE, SHADE = HexColor("#1b1b1b"), HexColor("#555555"), HexColor("#c8ced6"), HexColor("#eef2f7")
BLUE, ORANGE, RED, GREEN = HexColor("#1f4e79"), HexColor("#b45f06"), HexColor("#a30000"), HexColor("#2d6a3e")


@cache
def load_fonts() -> frozenset[int]:
    """Make the fonts known to reportlab; the letters they have, as numbers."""
    for number, name in enumerate((REGULAR, STRONG)):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
        for italic in (0, 1):
            addMapping(REGULAR, number, italic, name)
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def printable(text: str) -> str:
    """The text in letters that the fonts have; any other as its Unicode number, `[U+6559]`, never a box."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(map(_shown, composed))


def _shown(letter: str) -> str:
    if letter == "\n" or _is_had(letter):
        return letter
    if letter.isspace():
        return " "
    similar = unicodedata.normalize("NFKC", letter)
    return similar if all(map(_is_had, similar)) else f"[U+{ord(letter):04X}]"


def _is_had(letter: str) -> bool:
    return ord(letter) in load_fonts() and unicodedata.category(letter)[0] != "C"


def marked_up(text: str) -> str:
    """For a paragraph: nothing in it is markup; its line ends are kept."""
    return escape(printable(text)).replace("\n", "<br/>")


def _style(name: str, size: float, **more: object) -> ParagraphStyle:
    plain = {"fontName": REGULAR, "fontSize": size, "leading": size * 1.4, "textColor": INK}
    return ParagraphStyle(name, **(plain | more))


BODY = _style("body", 8.5, spaceAfter=3)
TITLE = _style("title", 20, fontName=STRONG, textColor=BLUE, spaceAfter=2)
LEAD = _style("lead", 10, textColor=QUIET, spaceAfter=8)
HEADING = _style("heading", 13, fontName=STRONG, textColor=BLUE, spaceBefore=16, spaceAfter=6)
SUBHEADING = _style("subheading", 9.5, fontName=STRONG, spaceBefore=9, spaceAfter=2, keepWithNext=1)
BYLINE = _style("byline", 7.8, fontName=STRONG, spaceBefore=5, spaceAfter=1, keepWithNext=1)
QUIETLY = _style("quietly", 7.5, textColor=QUIET, spaceAfter=2, keepWithNext=1)
QUOTED = _style("quoted", 8.5, leftIndent=10, spaceAfter=3)
CELL = _style("cell", 7.2)
CELL_STRONG = _style("cell strong", 7.2, fontName=STRONG)
NUMBER = _style("number", 15, fontName=STRONG, textColor=BLUE)
