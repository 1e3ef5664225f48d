"""What a form of any chat is made of: its fields, and what may be chosen in them. Pure.

Each chat draws them in its own way (`bot/slack_fields.py`, `bot/teams_fields.py`); their words are those of
`templates/forms.toml`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from handlers.open_work import Choice
from templates.forms import CHAT_FORMS

Element = dict[str, Any]
LONGEST = 3000  # characters of a text
NO_OPTIONS: Sequence["Option"] = ()


@dataclass(frozen=True)
class Option:
    """`value` is what the form sends; options of one `group` stand together."""

    value: str
    text: str
    group: str = ""


class Fields(Protocol):
    """Draws the fields of one form. `block` is a field's own name where one form has it several times.

    `tells`: the chat tells as soon as a `live` field is filled in; another one asks first for what the rest
    of a form depends on. `facts` fill the label in.
    """

    @property
    def tells(self) -> bool: ...

    def text(
        self, name: str, *, block: str = "", lines: bool = False, optional: bool = False, **facts: Any
    ) -> Element: ...

    def email(self, name: str) -> Element: ...

    def day(
        self,
        name: str,
        *,
        block: str = "",
        live: bool = False,
        first: date | None = None,
        last: date | None = None,
        **facts: Any,
    ) -> Element: ...

    def files(self, name: str, *, optional: bool = False, kept: Sequence[Option] = NO_OPTIONS) -> Element:
        """Documents to go with it; or those that we have (`kept`), where a form can hold none."""
        ...

    def one_of(
        self,
        name: str,
        some: Sequence[Option],
        chosen: str = "",
        *,
        live: bool = False,
        optional: bool = False,
    ) -> Element: ...

    def some_of(
        self, name: str, some: Sequence[Option], chosen: str = "", *, optional: bool = False
    ) -> Element: ...

    def radio(
        self, name: str, some: Mapping[str, str], *, block: str = "", live: bool = False
    ) -> Element: ...

    def check(self, name: str) -> Element: ...

    def note(self, text: str) -> Element: ...

    def more(self, words: str) -> Element:
        """A button that gives the form room for one more of something."""
        ...


def options(some: Iterable[Choice], *, kinds: bool = False, several: bool = False) -> list[Option]:
    """Choices by review or LEA. `kinds`: what kind of thing each is counts; `several`: its LEA does."""
    return [_choice(one, kinds, several) for one in some]


def _choice(one: Choice, kinds: bool, several: bool) -> Option:
    shown = f"{one.code}  {one.title}" if one.kind != "form" else one.title
    value = f"{one.kind}:{one.name}" if kinds else one.name
    group = one.group or CHAT_FORMS["groups"].get(f"{one.kind}s", one.lea)
    if kinds:
        return Option(value, f"{CHAT_FORMS['kinds'][one.kind]}: {shown}", one.lea)
    return Option(value, shown, f"{group}, {one.lea}" if several else group)
