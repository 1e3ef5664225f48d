"""The fields of forms in Slack, each one block; their words are those of `templates/forms.toml`.

A field's block and action are called by the field's name, so that what was filled in stays when the form is
shown anew. Slack's limits: 100 options in a list and 100 lists; 75 characters of an option.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from bot.form_fields import LONGEST, NO_OPTIONS, Option
from templates.forms import CHAT_FORMS

Block = dict[str, Any]
View = dict[str, Any]
TITLE = 24
LABEL = 75
OPTIONS = 100
MOST_FILES = 10
ACTION = "form:"
NOTHING = "-"  # the value of a button that says no more than its form


@dataclass(frozen=True)
class Fields:
    """The fields of one form; Slack tells us as soon as a `live` one is filled in."""

    form: str
    tells: bool = True

    def text(self, name: str, *, lines: bool = False, optional: bool = False, **facts: Any) -> Block:
        element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": LONGEST}
        return self._input(name, element, optional=optional, **facts)

    def email(self, name: str) -> Block:
        return self._input(name, {"type": "email_text_input"})

    def day(
        self,
        name: str,
        *,
        block: str = "",
        live: bool = False,
        first: date | None = None,
        last: date | None = None,
        **facts: Any,
    ) -> Block:
        """Slack's has no bounds: a note below it says them."""
        del first, last
        return self._input(name, {"type": "datepicker"}, block=block, live=live, **facts)

    def files(self, name: str, *, optional: bool = False, kept: Sequence[Option] = NO_OPTIONS) -> Block:
        """Slack's can hold documents: nothing that we have is offered."""
        del kept
        return self._input(name, {"type": "file_input", "max_files": MOST_FILES}, optional=optional)

    def one_of(self, name: str, some: Sequence[Option], chosen: str = "", **more: Any) -> Block:
        first = next((option for option in some if option.value == chosen), None)
        element: Block = {"type": "static_select"} | _listed(some)
        element |= {"initial_option": _option(first)} if first else {}
        return self._input(name, element, **more)

    def some_of(self, name: str, some: Sequence[Option], chosen: str = "", **more: Any) -> Block:
        first = [_option(option) for option in some if option.value == chosen]
        element: Block = {"type": "multi_static_select"} | _listed(some)
        return self._input(name, element | ({"initial_options": first} if first else {}), **more)

    def radio(self, name: str, some: Mapping[str, str], *, block: str = "", live: bool = False) -> Block:
        options = [_option(Option(value, text)) for value, text in some.items()]
        return self._input(name, {"type": "radio_buttons", "options": options}, block=block, live=live)

    def check(self, name: str) -> Block:
        option = _option(Option(name, CHAT_FORMS[self.form][name]["choice"]))
        return self._input(name, {"type": "checkboxes", "options": [option]}, optional=True)

    def note(self, text: str) -> Block:
        return note(text)

    def more(self, words: str) -> Block:
        return {
            "type": "actions",
            "block_id": "more",
            "elements": [button(self.form, words=words, action="more")],
        }

    def _input(
        self,
        name: str,
        element: Block,
        *,
        block: str = "",
        live: bool = False,
        optional: bool = False,
        **facts: Any,
    ) -> Block:
        """`block`: its own name where one form has the field several times."""
        words, block = CHAT_FORMS[self.form][name], block or name
        element = element | {"action_id": f"{ACTION}{block}"}
        if "example" in words:
            element["placeholder"] = plain_text(words["example"])
        made: Block = {
            "type": "input",
            "block_id": block,
            "label": plain_text(words["label"].format(**facts)),
        }
        made |= {"element": element, "optional": optional, "dispatch_action": live}
        return made | ({"hint": plain_text(words["hint"], 150)} if "hint" in words else {})


def modal(callback: str, title: str, blocks: list[Block], **more: Any) -> View:
    """A form's frame; `more` are `submit` (words), `close` (words), `private_metadata`."""
    for name in {"submit", "close"} & more.keys():
        more[name] = plain_text(more[name], TITLE)
    frame: View = {"type": "modal", "callback_id": callback, "title": plain_text(title, TITLE)}
    return frame | {"blocks": blocks} | more


def said_view(title: str, text: str) -> View:
    """A form that only says something: why there is nothing to fill in."""
    return modal("cais:said", title, [line(text)], close=CHAT_FORMS["waiting"]["close"])


def plain_text(text: str, most: int = LABEL) -> Block:
    """Text that Slack shows as it is, cut where Slack would refuse it."""
    shown = text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
    return {"type": "plain_text", "text": shown, "emoji": False}


def line(text: str) -> Block:
    """A sentence, letter by letter: Slack reads no markup in it."""
    return {"type": "section", "text": plain_text(text, LONGEST)}


def note(text: str) -> Block:
    """A smaller one, under a field."""
    return {"type": "context", "elements": [plain_text(text, LONGEST)]}


def button(form: str, value: str = NOTHING, *, words: str = "", action: str = "open") -> Block:
    """A button that opens a form, with what is chosen in it at first."""
    text = plain_text(words or CHAT_FORMS["buttons"][form])
    return {"type": "button", "action_id": f"{ACTION}{action}:{form}", "text": text, "value": value}


def _listed(some: Sequence[Option]) -> Block:
    """Options in their groups, in the order in which the groups come."""
    order = {group: number for number, group in enumerate(dict.fromkeys(one.group for one in some))}
    if list(order) == [""]:
        return {"options": [_option(one) for one in some[:OPTIONS]]}
    groups = []
    for group, members in groupby(sorted(some, key=lambda one: order[one.group]), lambda one: one.group):
        own = list(members)
        groups += [(group, own[at : at + OPTIONS]) for at in range(0, len(own), OPTIONS)]
    made = [{"label": plain_text(name), "options": [_option(one) for one in own]} for name, own in groups]
    return {"option_groups": made[:OPTIONS]}


def _option(one: Option) -> Block:
    return {"text": plain_text(one.text), "value": one.value[:150]}
