"""Words from facts: a reply's name and fields become a subject, a plain text and an HTML page, or pieces for
a chat.

What somebody else wrote is made printable first, and escaped in HTML by the environment. A sentence
that both parts say is a macro of `_layout/phrases.txt`, called as `say.name(…)`; it comes back as
plain text, so HTML escapes it like any other value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from templates.marked import CHAT_MARKS, Piece, pieces_in
from templates.timeline import Timeline, timeline_of
from templates.values import FILTERS, clean, is_code
from templates.week import Week, week_of
from templates.words import WORD_FILTERS, way

FOLDER = Path(__file__).parent
# Mail intake cuts a quoted original at this very line, so it stands first in every mail, in both parts.
MARKER = "-- please reply above this line --"


@dataclass(frozen=True)
class Place:
    """Where and when we speak: the mailbox people write to, today in Sacramento, and how we are called.
    `reference` is what an answer to this very message is known by, if it has one. `channel` (`mail`, `slack`,
    `console` …) chooses the words for how people answer us. `pictures` go with this very mail; a `notice`
    answers nothing that its reader said."""

    mailbox: str
    today: date
    service: str = "CAIS evidence desk"
    sample: bool = False
    reference: str = ""
    channel: str = "mail"
    pictures: tuple["Shown", ...] = ()
    notice: bool = False


@dataclass(frozen=True)
class Shown:
    """A picture that an HTML page shows: its content id in the mail, and what says the same in words."""

    cid: str
    alt: str


@dataclass(frozen=True)
class Rendered:
    """A reply in words. The subject is one line; the text ends with a newline."""

    subject: str
    text: str
    html: str


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
    return pieces_in(_filled(template, values))


def pieces_to_say(template: str, fields: Mapping[str, Any], place: Place) -> list[Piece]:
    """A whole reply for where people talk in short lines, without mail's head and foot.

    Its `chat.txt`, where also `+ ` goes on with the item before it, `| ` begins a line to be copied, `~ `
    what is said quietly, and `^ ` is a row's place for buttons; or else its `words.txt`.
    """
    values = _values(template, fields, place)
    text = _chat_text(template, values), _filled("_layout/chat_foot.txt", values)
    return pieces_in("\n\n".join(text), CHAT_MARKS)


def timeline(facts: Mapping[str, Any], today: date) -> Timeline:
    """A reply's `timeline` as it stands on a day (Pacific)."""
    return timeline_of(facts, today, partial(sentence, "mail"))


def week(facts: Sequence[Mapping[str, Any]]) -> Week:
    """A reply's `week` in words."""
    return week_of(facts, partial(sentence, "mail"))


def sentence(channel: str, name: str, *facts: Any) -> str:
    """One sentence of `_layout/phrases.txt`, in the words of a channel."""
    said: str = getattr(_say(channel), name)(*facts)
    return said


def _chat_text(template: str, values: Mapping[str, Any]) -> str:
    """The marked text; in `words.txt`, the marks of a chat are what somebody wrote."""
    if not _is_words(template):
        return _filled(f"{template}/chat.txt", values)
    return re.sub(r"^(?=[+|~^=] )", "= ", _filled(f"{template}/words.txt", values), flags=re.M)


@pass_context
def _pieces_of(context: Context, template: str, values: Mapping[str, Any]) -> list[Piece]:
    """Sentences of their own facts inside a reply, in its channel's words."""
    return pieces_of(template, {"way": context["way"], "say": context["say"], **values})


@pass_context
def _marked(context: Context, template: str, facts: Mapping[str, Any]) -> str:
    """The same for a chat."""
    return _filled(template, {"way": context["way"], "say": context["say"], **facts})


def _chat_of(template: str, fields: Mapping[str, Any], place: Place, rehearsed: bool = False) -> str:
    """Another reply's marked text inside this one's."""
    return _chat_text(template, _values(template, fields, place, True, rehearsed)) if template else ""


def _values(
    template: str, fields: Mapping[str, Any], place: Place, bare: bool = False, rehearsed: bool = False
) -> dict[str, Any]:
    values = {"way": way(place.channel), "say": _say(place.channel), **clean(fields)}
    values |= {"place": place, "bare": bare, "rehearsed": rehearsed}
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
    """The macros of `_layout/phrases.txt` as functions: each gives a plain line, in a channel's words."""

    def __init__(self, channel: str) -> None:
        self._module = _ENVIRONMENT.get_template("_layout/phrases.txt").make_module({"way": way(channel)})

    def __getattr__(self, name: str) -> Callable[..., str]:
        macro = getattr(self._module, name)
        return lambda *facts: " ".join(str(macro(*facts)).split())


@cache
def _say(channel: str) -> _Say:
    return _Say(channel)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= FILTERS | WORD_FILTERS
    made.tests["code"] = is_code
    made.globals |= {
        "pieces_of": _pieces_of,
        "marked": _marked,
        "MARKER": MARKER,
        "bare": False,
        "rehearsed": False,
        "timeline_of": timeline,
        "week_of": week,
    }
    made.globals |= {"text_of": _text_of, "html_of": _html_of, "subject_of": _subject_of, "chat_of": _chat_of}
    return made


def _filled(name: str, values: Mapping[str, Any]) -> str:
    return _ENVIRONMENT.get_template(name).render(values)


_ENVIRONMENT = _environment()
_ENVIRONMENT.globals |= {"way": way("mail"), "say": _say("mail")}
_TEMPLATES = frozenset(_ENVIRONMENT.list_templates())
