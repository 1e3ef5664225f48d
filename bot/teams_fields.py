"""The fields of forms in Teams, as inputs of an Adaptive Card. Pure.

An input is called by the field's name, so that what was filled in stays when the form is shown anew. Teams
checks what must be there and which days are possible before it sends anything. What it shows beside an input
is in runs of rich text, where no markup is read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.form_fields import LONGEST, NO_OPTIONS, Element, Option
from templates.forms import CHAT_FORMS, form_words
from templates.teams import line, quiet

FEW = 8  # choices that are seen at a glance
TITLE = 100
EMAIL = r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$"
UNCHECKED = "no"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class TeamsFields:
    """The fields of one form. `values` are what was filled in, and `errors` the words at a field that was
    filled in wrong; `data` goes with every button. Documents that no form can hold go to `mailbox`."""

    form: str
    mailbox: str
    data: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    tells: bool = False

    def text(
        self, name: str, *, block: str = "", lines: bool = False, optional: bool = False, **facts: Any
    ) -> Element:
        element = {"type": "Input.Text", "maxLength": LONGEST, "isMultiline": lines}
        return self._written(name, element, "text", block=block, optional=optional, **facts)

    def email(self, name: str) -> Element:
        element = {"type": "Input.Text", "style": "Email", "regex": EMAIL, "maxLength": 320}
        return self._written(name, element, "email")

    def day(
        self,
        name: str,
        *,
        block: str = "",
        live: bool = False,
        first: date | None = None,
        last: date | None = None,
        **facts: Any,
    ) -> Element:
        """Teams offers no day outside of its bounds."""
        del live
        bounds = {"min": first.isoformat()} if first else {}
        bounds |= {"max": last.isoformat()} if last else {}
        return self._written(name, {"type": "Input.Date"} | bounds, "day", block=block, **facts)

    def files(self, name: str, *, optional: bool = False, kept: Sequence[Option] = NO_OPTIONS) -> Element:
        """No card can hold one: those that we have, and where others go."""
        note = quiet(form_words("files_elsewhere", mailbox=self.mailbox, first=not optional))
        if optional:
            return note
        only = kept[0].value if len(kept) == 1 else ""
        return _together([self._chosen("kept", kept, only, block=name), note])

    def one_of(
        self,
        name: str,
        some: Sequence[Option],
        chosen: str = "",
        *,
        live: bool = False,
        optional: bool = False,
    ) -> Element:
        del live
        return self._chosen(name, some, chosen, optional=optional)

    def some_of(
        self, name: str, some: Sequence[Option], chosen: str = "", *, optional: bool = False
    ) -> Element:
        """Teams sends them with commas between, so none may have one."""
        coded = [Option(coded_one(one.value), one.text, one.group) for one in some]
        return self._chosen(name, coded, coded_one(chosen), optional=optional, several=True)

    def radio(self, name: str, some: Mapping[str, str], *, block: str = "", live: bool = False) -> Element:
        del live
        options = [Option(value, text) for value, text in some.items()]
        return self._chosen(name, options, "", block=block, style="expanded")

    def check(self, name: str) -> Element:
        title = CHAT_FORMS[self.form][name]["choice"]
        element = {"type": "Input.Toggle", "title": title, "valueOn": name, "valueOff": UNCHECKED}
        first = {"value": self.values.get(name, UNCHECKED)}
        return self._input(name, element | first, "choice", optional=True)

    def note(self, text: str) -> Element:
        return _together([quiet(one) for one in text.splitlines()])

    def more(self, words: str) -> Element:
        return {"type": "ActionSet", "actions": [button(words, self.data, next="more")]}

    def _chosen(
        self,
        name: str,
        some: Sequence[Option],
        chosen: str,
        *,
        block: str = "",
        optional: bool = False,
        several: bool = False,
        style: str = "",
    ) -> Element:
        grouped = len({one.group for one in some}) > 1
        choices = [{"title": _title(one, grouped), "value": one.value} for one in some]
        style = style or ("filtered" if len(some) > FEW and not several else "compact")
        element: Element = {"type": "Input.ChoiceSet", "choices": choices, "style": style, "wrap": True}
        element |= {"isMultiSelect": True} if several else {}
        offered = {one.value for one in some}
        first = [one for one in self.values.get(block or name, chosen).split(",") if one in offered]
        element |= {"value": ",".join(first if several else first[:1])} if first else {}
        return self._input(name, element, "choices" if several else "choice", block=block, optional=optional)

    def _written(self, name: str, element: Element, kind: str, *, block: str = "", **more: Any) -> Element:
        said = self.values.get(block or name, "")
        shown = said and (kind != "day" or _DAY.fullmatch(said))
        return self._input(name, element | ({"value": said} if shown else {}), kind, block=block, **more)

    def _input(
        self,
        name: str,
        element: Element,
        kind: str,
        *,
        block: str = "",
        optional: bool = False,
        **facts: Any,
    ) -> Element:
        """The input with its error above it and its hint below. `kind` is what it lacks when it is empty."""
        words, block = CHAT_FORMS[self.form][name], block or name
        made = {"id": block, "label": words["label"].format(**facts)} | element
        if not optional:
            made |= {"isRequired": True, "errorMessage": CHAT_FORMS["missing"][kind]}
        if "example" in words:
            made["placeholder"] = words["example"]
        error, hint = self.errors.get(block), words.get("hint")
        above = [line(error, color="Attention", weight="Bolder")] if error else []
        return _together([*above, made, *([quiet(hint)] if hint else [])])


def button(title: str, data: Mapping[str, Any], **more: Any) -> Element:
    """A button of a dialog, with what it sends."""
    return {"type": "Action.Submit", "title": title, "data": {**data, **more}}


def inputs_in(elements: Sequence[Element]) -> Iterator[str]:
    """The names of the inputs, from the top."""
    for one in elements:
        if str(one["type"]).startswith("Input."):
            yield one["id"]
        yield from inputs_in(one.get("items", ()))


def coded_one(value: str) -> str:
    """A choice among several without a comma in it."""
    return value.replace("%", "%25").replace(",", "%2C")


def decoded(value: str) -> str:
    return value.replace("%2C", ",").replace("%25", "%")


def _together(elements: Sequence[Element]) -> Element:
    return elements[0] if len(elements) == 1 else {"type": "Container", "items": [*elements]}


def _title(one: Option, grouped: bool) -> str:
    """With its group where there are several: a list in Teams has none."""
    text = f"{one.text} ({one.group})" if grouped and one.group else one.text
    return text if len(text) <= TITLE else f"{text[: TITLE - 1].rstrip()}…"
