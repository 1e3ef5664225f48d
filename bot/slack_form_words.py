"""What a filled form says: the very words that one would write, and the files that go with them. Pure.

Everything is said exactly: names as the record has them, days as ISO dates.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack_form_views import Said, form_of
from handlers.safe_text import safe

View = Mapping[str, Any]
_PAGES = re.compile(r"[\d\s,-]+")


@dataclass(frozen=True)
class Filled:
    """The fields of a form by their blocks' names."""

    view: View

    def text(self, name: str) -> str:
        """Words as they were written."""
        return safe(str(self._of(name).get("value") or "")).strip()

    def one_line(self, name: str) -> str:
        """The same where a line break would end the field."""
        return " ".join(self.text(name).split())

    def day(self, name: str) -> str:
        return str(self._of(name).get("selected_date") or "")

    def chosen(self, name: str) -> str:
        """What was chosen in a list or typed in its stead."""
        option = self._of(name).get("selected_option")
        return str(option["value"]) if option else self.one_line(name)

    def several(self, name: str) -> list[str]:
        return [str(option["value"]) for option in self._of(name).get("selected_options") or ()]

    def files(self, name: str) -> list[dict[str, Any]]:
        return [file for file in self._of(name).get("files") or () if isinstance(file, dict)]

    def decision(self) -> str:
        """Its block is called by what is decided on."""
        named = (name for name in self._values if name.startswith("decision_"))
        return next((self.chosen(name) for name in named), "")

    @property
    def _values(self) -> Mapping[str, Any]:
        return (self.view.get("state") or {}).get("values") or {}

    def _of(self, name: str) -> Mapping[str, Any]:
        return next(iter((self._values.get(name) or {}).values()), {})


def is_command(view: View) -> bool:
    """Whether a form says a whole command; the small ones below a button say what the button leaves open."""
    return form_of(view) in _COMMANDS


def command_of(view: View) -> str:
    """The command that a submitted form is, in the grammar's own words."""
    return _COMMANDS[form_of(view)](Filled(view))


def files_of(view: View) -> tuple[dict[str, Any], ...]:
    """The files of its own field, then those of the message that it was opened on."""
    asked = ({"id": name, "file_access": "check_file_info"} for name in said_so_far(view).files)
    return (*Filled(view).files("files"), *asked)


def said_so_far(view: View) -> Said:
    """What a form knows: what we noted in it, and what is filled in that other fields depend on."""
    noted, filled = json.loads(view.get("private_metadata") or "{}"), Filled(view)
    target = next(filter(None, (filled.chosen(name) for name in ("finding", "matter", "about"))), "")
    return Said(
        target=target,
        decision=filled.decision(),
        role=filled.chosen("role"),
        steps=int(noted.get("steps", 1)),
        files=tuple(noted.get("files", ())),
        home=bool(noted.get("home")),
    )


def steps_of(filled: Filled) -> Iterator[tuple[int, str]]:
    """Number and words of each step: what, who, by when. A comma would part who from what."""
    for number in range(1, said_so_far(filled.view).steps + 1):
        what = filled.one_line(f"what{number}")
        who = re.sub(r"\s*[,;]\s*", " - ", filled.one_line(f"who{number}"))
        yield number, f"{what}, {who}, by {filled.day(f'by{number}')}"


def _attach(filled: Filled) -> str:
    pages = filled.one_line("pages")
    behind = f" pages {pages}" if pages and _PAGES.fullmatch(pages) else f" {pages}" if pages else ""
    typed = [code for one in filled.one_line("typed").split(",") if (code := one.strip())]
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
    until, reason = filled.day("until"), filled.one_line("reason")
    steps = [f"step: {words}" for _, words in steps_of(filled)]
    interim = filled.one_line("interim")
    more = [f"interim: {interim}"] if interim else []
    first = f"request agreement {filled.chosen('finding')} until {until} because {reason}"
    return "\n".join([first, *steps, *more])


def _comment(filled: Filled) -> str:
    return f"comment {filled.chosen('about')}: {filled.text('text')}"


def _decide(filled: Filled) -> str:
    said, words = said_so_far(filled.view), filled.text("text")
    name = said.target.partition(":")[2]
    if said.decision == "approve agreement until":
        because = f" because {words}" if words else ""
        return f"approve agreement {name} until {filled.day('until')}{because}"
    return f"{said.decision} {name}: {words}" if words else f"{said.decision} {name}"


def _add_user(filled: Filled) -> str:
    name, address = _plain(filled.one_line("name")), _plain(filled.one_line("email"))
    return f"add user {name} <{address}> as {_role(filled, filled.chosen('role'))}"


def _role(filled: Filled, role: str) -> str:
    lea, school = filled.chosen("lea"), filled.chosen("school")
    if role == "monitor":
        return f"monitor of {filled.one_line('instrument')} on {filled.chosen('review')}"
    if role == "team leader":
        return f"team leader of {filled.chosen('review')}"
    if role == "contact":
        return f"contact of {filled.chosen('program')}"
    return f"{role}{f' for {lea}' if lea else ''}{f' at {school}' if school else ''}"


def _plain(words: str) -> str:
    return re.sub(r"[<>\"]", "", words)


def _link(filled: Filled) -> str:
    return f"link {_plain(filled.one_line('address'))}"


_COMMANDS: dict[str, Callable[[Filled], str]] = {
    "attach": _attach,
    "respond": _respond,
    "agreement": _agreement,
    "comment": _comment,
    "decide": _decide,
    "add_user": _add_user,
    "link": _link,
}
