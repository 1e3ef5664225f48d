"""What a filled form says: the very words that one would write. Pure; for every chat.

Everything is said exactly: names as the record has them, days as ISO dates.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from bot.form_views import LESS_TIME, Said

_PAGES = re.compile(r"[\d\s,-]+")


class Filled(Protocol):
    """A form as it was filled in, its fields by their own names. `noted` is what we noted in it."""

    @property
    def form(self) -> str: ...

    @property
    def noted(self) -> Mapping[str, Any]: ...

    def text(self, name: str) -> str:
        """Words as they were written."""
        ...

    def day(self, name: str) -> str:
        """ISO, or empty."""
        ...

    def chosen(self, name: str) -> str:
        """What was chosen in a list or typed in its stead, in one line."""
        ...

    def several(self, name: str) -> list[str]: ...


def is_command(form: str) -> bool:
    """Whether a form says a whole command; the small ones below a button say what the button leaves open."""
    return form in _COMMANDS


def command_said(filled: Filled) -> str:
    """The command that a submitted form is, in the grammar's own words."""
    return _COMMANDS[filled.form](filled)


def said_in(filled: Filled) -> Said:
    """What a form knows: what we noted in it, and what is filled in that other fields depend on."""
    noted = filled.noted
    target = next(filter(None, (filled.chosen(name) for name in ("finding", "matter", "about"))), "")
    return Said(
        target=target,
        decision=_decision(filled),
        role=filled.chosen("role"),
        steps=int(noted.get("steps", 1)),
        files=tuple(noted.get("files", ())),
        home=bool(noted.get("home")),
        find=filled.chosen("find") or str(noted.get("find", "")),
    )


def steps_of(filled: Filled) -> Iterator[tuple[int, str]]:
    """Number and words of each step: what, who, by when. A comma would part who from what."""
    for number in range(1, said_in(filled).steps + 1):
        what = _one_line(filled, f"what{number}")
        who = re.sub(r"\s*[,;]\s*", " - ", _one_line(filled, f"who{number}"))
        yield number, f"{what}, {who}, by {filled.day(f'by{number}')}"


def _one_line(filled: Filled, name: str) -> str:
    """Where a line break would end the field."""
    return " ".join(filled.text(name).split())


def _decision(filled: Filled) -> str:
    """Its field is called by what kind of thing is decided on: another kind has other decisions."""
    kind = filled.chosen("matter").partition(":")[0]
    return filled.chosen(f"decision_{kind}")


def _attach(filled: Filled) -> str:
    pages = _one_line(filled, "pages")
    behind = f" pages {pages}" if pages and _PAGES.fullmatch(pages) else f" {pages}" if pages else ""
    typed = [code for one in filled.chosen("typed").split(",") if (code := one.strip())]
    items = [_with_pages(one, behind) for one in (*filled.several("items"), *typed)]
    school = filled.chosen("school")
    lines = [f"all: {'; '.join([', '.join(items), *([school] if school else [])])}"]
    return "\n".join(["draft", *lines] if filled.several("draft") else lines)


def _with_pages(item: str, pages: str) -> str:
    """Pages stand right behind the code, before whose it is."""
    name, of, lea = item.partition(" of ")
    return f"{name}{pages}{of}{lea}"


def _respond(filled: Filled) -> str:
    return f"respond {filled.chosen('finding')}: {filled.text('narrative')}".strip()


def _agreement(filled: Filled) -> str:
    until, reason = filled.day("until"), _one_line(filled, "reason")
    steps = [f"step: {words}" for _, words in steps_of(filled)]
    interim = _one_line(filled, "interim")
    more = [f"interim: {interim}"] if interim else []
    first = f"request agreement {filled.chosen('finding')} until {until} because {reason}"
    return "\n".join([first, *steps, *more])


def _comment(filled: Filled) -> str:
    about = filled.chosen("typed") or filled.chosen("about")
    return f"comment {about}: {filled.text('text')}"


def _decide(filled: Filled) -> str:
    said, words = said_in(filled), filled.text("text")
    name = said.target.partition(":")[2]
    if said.decision == LESS_TIME:
        because = f" because {words}" if words else ""
        return f"approve agreement {name} until {filled.day('until')}{because}"
    return f"{said.decision} {name}: {words}" if words else f"{said.decision} {name}"


def _add_user(filled: Filled) -> str:
    name, address = _plain(_one_line(filled, "name")), _plain(_one_line(filled, "email"))
    return f"add user {name} <{address}> as {_role(filled, filled.chosen('role'))}"


def _role(filled: Filled, role: str) -> str:
    lea, school = filled.chosen("lea"), filled.chosen("school")
    if role == "monitor":
        return f"monitor of {_one_line(filled, 'instrument')} on {filled.chosen('review')}"
    if role == "team leader":
        return f"team leader of {filled.chosen('review')}"
    if role == "contact":
        return f"contact of {filled.chosen('program')}"
    return f"{role}{f' for {lea}' if lea else ''}{f' at {school}' if school else ''}"


def _plain(words: str) -> str:
    return re.sub(r"[<>\"]", "", words)


def _link(filled: Filled) -> str:
    return f"link {_plain(_one_line(filled, 'address'))}"


_COMMANDS: Mapping[str, Callable[[Filled], str]] = {
    "attach": _attach,
    "respond": _respond,
    "agreement": _agreement,
    "comment": _comment,
    "decide": _decide,
    "add_user": _add_user,
    "link": _link,
}
