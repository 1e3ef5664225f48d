"""Words from facts: a reply's name and fields become a subject, a plain text and an HTML page.

What somebody else wrote is made printable first, and escaped in HTML by the environment. A sentence
that both parts say is a macro of `_layout/phrases.txt`, called as `say.name(…)`; it comes back as
plain text, so HTML escapes it like any other value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from templates.values import FILTERS, clean, is_code

FOLDER = Path(__file__).parent
# Mail intake cuts a quoted original at this very line, so it stands first in every mail, in both parts.
MARKER = "-- please reply above this line --"


@dataclass(frozen=True)
class Place:
    """Where and when we speak: the mailbox people write to, today in Sacramento, and how we are called."""

    mailbox: str
    today: date
    service: str = "CAIS evidence desk"
    sample: bool = False


@dataclass(frozen=True)
class Rendered:
    """A reply in words. The subject is one line; the text ends with a newline."""

    subject: str
    text: str
    html: str


def render(template: str, fields: Mapping[str, Any], place: Place) -> Rendered:
    """Fill a reply's folder in. Raises a jinja2 error for a missing folder or field."""
    values = {**clean(fields), "place": place}
    subject = " ".join(_filled(f"{template}/subject.txt", values).split())
    values["subject"] = subject
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", _filled(f"{template}/mail.txt", values)))
    return Rendered(subject, text.strip() + "\n", _filled(f"{template}/mail.html", values))


def paragraphs(template: str, values: Mapping[str, Any]) -> list[str]:
    """The sentences of a small text template, each paragraph as one line of plain text."""
    return [" ".join(part.split()) for part in _filled(template, values).split("\n\n") if part.strip()]


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
    made.globals |= {"say": _Say(), "paragraphs": paragraphs, "MARKER": MARKER}
    return made


def _filled(name: str, values: Mapping[str, Any]) -> str:
    return _ENVIRONMENT.get_template(name).render(values)


_ENVIRONMENT = _environment()
