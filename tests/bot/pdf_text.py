"""The words of a PDF as a reader sees them, for tests: glyphs through their font's table to Unicode."""

import io
import re
from typing import Any

import pikepdf


def text_of(content: bytes) -> list[str]:
    """The text of each page, a piece a line."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return ["\n".join(_words(page)) for page in pdf.pages]


def _words(page: pikepdf.Page) -> list[str]:
    fonts = {str(name): _table(font) for name, font in page.obj["/Resources"]["/Font"].items()}
    words, table = [], dict[int, str]()
    for step in pikepdf.parse_content_stream(page):
        if str(step.operator) == "Tf":
            table = fonts[str(step.operands[0])]
        if str(step.operator) == "Tj":
            words.append("".join(table.get(code, chr(code)) for code in bytes(step.operands[0])))
    return words


def _table(font: Any) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    said = font["/ToUnicode"].read_bytes().decode("ascii").partition("beginbfchar")[2]
    return {int(code, 16): chr(int(shown, 16)) for code, shown in re.findall(r"<(\w+)> <(\w+)>", said)}
