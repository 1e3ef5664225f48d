"""Buttons and fields of the Slack that runs here, as the controls of a page.

What is filled in is found by its block (`data-block`), what is pressed by its `data-action` and value.
"""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from html import escape
from typing import Any

Json = Mapping[str, Any]
INPUTS = {"email_text_input": "email", "datepicker": "date", "file_input": "file"}


def control(element: Json, block: Json | None = None) -> str:
    """A button, or the field of an input block."""
    kind = element["type"]
    if kind == "button":
        facts = _facts(class_=element.get("style", ""), data_action=element["action_id"])
        facts += _facts(value=element.get("value"), data_asks=_question(element.get("confirm")))
        return f"<button type='button'{facts}>{_text(element)}</button>"
    named = {"class_": "field", "data_block": (block or {}).get("block_id")}
    named |= {"data_live": "yes" if (block or {}).get("dispatch_action") else None}
    if kind in ("static_select", "multi_static_select"):
        several = " multiple" if kind.startswith("multi") else ""
        return f"<select{several}{_facts(**named)}>{_choices(element, several)}</select>"
    if kind in ("radio_buttons", "checkboxes"):
        return "".join(_tick(element, one, named) for one in element["options"])
    first = element.get("initial_value") or element.get("initial_date") or ""
    named |= {"placeholder": element.get("placeholder", {}).get("text")}
    if element.get("multiline"):
        return f"<textarea rows='4'{_facts(**named)}>{escape(first)}</textarea>"
    several = " multiple" if kind == "file_input" else ""
    return f"<input{several}{_facts(type=INPUTS.get(kind, 'text'), value=first, **named)}>"


def _question(confirm: Json | None) -> str | None:
    """What is asked before the button does something, for the page's script."""
    return json.dumps({name: words["text"] for name, words in confirm.items()}) if confirm else None


def _choices(element: Json, several: str) -> str:
    first = [one["value"] for one in _at_first(element)]
    none = "" if several else "<option value=''></option>"
    if "options" in element:
        return none + _options(element["options"], first)
    groups = (
        f"<optgroup label='{escape(one['label']['text'])}'>{_options(one['options'], first)}</optgroup>"
        for one in element["option_groups"]
    )
    return none + "".join(groups)


def _options(options: Iterable[Json], first: list[str]) -> str:
    return "".join(map(partial(_option, first), options))


def _option(first: list[str], option: Json) -> str:
    chosen = " selected" if option["value"] in first else ""
    return f"<option{chosen}{_facts(value=option['value'])}>{_text(option)}</option>"


def _tick(element: Json, option: Json, named: Mapping[str, str | None]) -> str:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    chosen = " checked" if option["value"] in [one["value"] for one in _at_first(element)] else ""
    facts = _facts(
        type=kind, value=option["value"], name=element["action_id"], **(dict(named) | {"class_": ""})
    )
    return f"<label class='tick'><input{chosen}{facts}> {_text(option)}</label>"


def _at_first(element: Json) -> list[Json]:
    one = element.get("initial_option")
    return [one] if one else list(element.get("initial_options", ()))


def _text(thing: Json) -> str:
    return escape(str(thing["text"]["text"]))


def _facts(**facts: str | None) -> str:
    """HTML attributes; None is none."""
    said = {name.strip("_").replace("_", "-"): value for name, value in facts.items() if value is not None}
    return "".join(f" {name}='{escape(value)}'" for name, value in said.items())
