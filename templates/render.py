"""Words from facts: a reply's name and fields become a subject, a plain text and an HTML page.

What somebody else wrote is made printable first, and escaped in HTML by the environment. A sentence
that both parts say is a macro of `_layout/phrases.txt`, called as `say.name(…)`; it comes back as
plain text, so HTML escapes it like any other value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from templates.values import FILTERS, clean, is_code

FOLDER = Path(__file__).parent
# Mail intake cuts a quoted original at this very line, so it stands first in every mail, in both parts.
MARKER = "-- please reply above this line --"


@dataclass(frozen=True)
class Place:
    """Where and when we speak: the mailbox people write to, today in Sacramento, and how we are called.
    `reference` is what an answer to this very message is known by, if it has one."""

    mailbox: str
    today: date
    service: str = "CAIS evidence desk"
    sample: bool = False
    reference: str = ""


@dataclass(frozen=True)
class Rendered:
    """A reply in words. The subject is one line; the text ends with a newline."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Piece:
    """A part of a text of sentences: headline (the first), section, item, sample (words to type), or line."""

    kind: str
    text: str


def render(template: str, fields: Mapping[str, Any], place: Place) -> Rendered:
    """Fill a reply's folder in. Raises a jinja2 error for a missing folder or field.

    A folder with only `words.txt` gets the common layout; its first sentence is the subject.
    """
    values = _values(template, fields, place)
    subject = values["subject"] = _subject(template, values)
    text = _part(template, "txt", values)
    return Rendered(subject, text.strip() + "\n", _part(template, "html", values))


def piece_of_page(page: str, name: str, *facts: Any) -> str:
    """One macro of an HTML page that is written piece by piece, because it may be long."""
    macro = getattr(_ENVIRONMENT.get_template(page).module, name)
    return str(macro(*clean(facts))).strip() + "\n"


def pieces_of(template: str, values: Mapping[str, Any]) -> list[Piece]:
    """The pieces of a text of sentences: paragraphs apart by blank lines, `# ` before a heading, `- ` before
    each item of a list, `> ` before words to type."""
    found: list[Piece] = []
    for part in re.split(r"\n\s*\n", _filled(template, values)):
        lines = [" ".join(line.split()) for line in part.splitlines() if line.strip()]
        for mark, some in groupby(lines, key=lambda line: _MARKS.get(line[:2])):
            if mark is not None:
                found += [Piece(mark, line[2:]) for line in some]
            else:
                found.append(Piece("line" if found else "headline", " ".join(some)))
    return found


def pieces_to_say(template: str, fields: Mapping[str, Any], place: Place) -> list[Piece]:
    """A whole reply as pieces, for where people talk in short lines: without mail's head and foot."""
    values = _values(template, fields, place, bare=True)
    pieces: list[Piece] = values.get("pieces") or _pieces_of_text(_part(template, "txt", values))
    if "receipt" in values and "received_at" in values and _is_words(template):
        pieces = [*pieces, Piece("line", _Say().from_receipt(values["receipt"], values["received_at"]))]
    return pieces


def sentence(name: str, *facts: Any) -> str:
    """One sentence of `_layout/phrases.txt`."""
    said: str = getattr(_Say(), name)(*facts)
    return said


def _pieces_of_text(text: str) -> list[Piece]:
    """The pieces of a laid-out text: capitals head a section, and an indented line stands for itself."""
    found: list[Piece] = []
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        for line in _unwrapped(part):
            kind = "section" if line.isupper() else "item" if line.startswith(" ") else "line"
            words = line.strip().capitalize() if kind == "section" else line.strip()
            found.append(Piece(kind if found else "headline", words))
    return found


def _unwrapped(part: str) -> list[str]:
    """Lines that were wrapped, in one piece again: what goes on is indented deeper, or fills its line."""
    lines: list[str] = []
    for line in part.splitlines():
        indent = len(line) - len(line.lstrip())
        before = lines[-1] if lines else ""
        deeper = indent > len(before) - len(before.lstrip())
        if before and (deeper or not indent) and not line.lstrip().startswith(("- ", "> ")):
            lines[-1] = f"{before} {line.strip()}"
        else:
            lines.append(line)
    return lines


_MARKS = {"# ": "section", "- ": "item", "> ": "sample"}


def _values(
    template: str, fields: Mapping[str, Any], place: Place, bare: bool = False, rehearsed: bool = False
) -> dict[str, Any]:
    values = {**clean(fields), "place": place, "bare": bare, "rehearsed": rehearsed}
    if _is_words(template):
        values["pieces"] = pieces_of(f"{template}/words.txt", values)
    return values


def _is_words(template: str) -> bool:
    return f"{template}/words.txt" in _TEMPLATES


def _subject(template: str, values: Mapping[str, Any]) -> str:
    own = f"{template}/subject.txt"
    if own in _TEMPLATES:
        return " ".join(_filled(own, values).split())
    first: str = values["pieces"][0].text
    return first.removesuffix(".")


def _part(template: str, kind: str, values: Mapping[str, Any]) -> str:
    name = f"_layout/words.{kind}" if _is_words(template) else f"{template}/mail.{kind}"
    filled = _filled(name, values)
    if kind == "html":
        return filled
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", filled))


def _text_of(template: str, fields: Mapping[str, Any], place: Place, rehearsed: bool = False) -> str:
    """Another reply's text inside this one's, without head and foot. `rehearsed`: nothing of it happened, so
    that it promises nothing either."""
    if not template:
        return ""
    return _part(template, "txt", _values(template, fields, place, True, rehearsed)).strip()


def _html_of(template: str, fields: Mapping[str, Any], place: Place, rehearsed: bool = False) -> Markup:
    if not template:
        return Markup()
    return Markup(_part(template, "html", _values(template, fields, place, True, rehearsed)))  # noqa: S704


def _subject_of(template: str, fields: Mapping[str, Any], place: Place) -> str:
    return _subject(template, _values(template, fields, place)) if template else "nothing to say"


class _Say:
    """The macros of `_layout/phrases.txt` as functions that give one line of plain text."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        macro = getattr(_ENVIRONMENT.get_template("_layout/phrases.txt").module, name)
        return lambda *facts: " ".join(str(macro(*facts)).split())


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= FILTERS
    made.tests["code"] = is_code
    made.globals |= {"say": _Say(), "pieces_of": pieces_of, "MARKER": MARKER, "bare": False}
    made.globals["rehearsed"] = False
    made.globals |= {"text_of": _text_of, "html_of": _html_of, "subject_of": _subject_of}
    return made


def _filled(name: str, values: Mapping[str, Any]) -> str:
    return _ENVIRONMENT.get_template(name).render(values)


_ENVIRONMENT = _environment()
_TEMPLATES = frozenset(_ENVIRONMENT.list_templates())
