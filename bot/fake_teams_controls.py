"""Fields of cards of the Teams that runs here, as the controls of a page, found by `data-block`: the id."""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

Json = Mapping[str, Any]


def field(one: Json) -> str:
    """A field with its label and room for what is wrong with it. Raises KeyError for one that we never
    use."""
    label = str(one.get("label") or "")
    star = "<span class='star' title='required'> *</span>" if one.get("isRequired") else ""
    head = f"<div class='label'>{escape(label)}{star}</div>" if label else ""
    return f"<div class='input'>{head}{_FIELDS[str(one['type'])](one)}<div class='error'></div></div>"


def _text(one: Json) -> str:
    if one.get("isMultiline"):
        return (
            f"<textarea class='field' rows='3'{_named(one)}>{escape(str(one.get('value') or ''))}</textarea>"
        )
    return _typed("text", one)


def _typed(kind: str, one: Json) -> str:
    own = facts(type=kind, value=one.get("value"), min=one.get("min"), max=one.get("max"))
    return f"<input class='field'{own}{_named(one)}>"


def _toggle(one: Json) -> str:
    on = " checked" if one.get("value") == one.get("valueOn", "true") else ""
    return f"<label class='tick'><input type='checkbox'{on}{_named(one)}> {escape(one['title'])}</label>"


def _choices(one: Json) -> str:
    first = [value for value in str(one.get("value") or "").split(",") if value]
    several = bool(one.get("isMultiSelect"))
    if several or one.get("style") == "expanded":
        return "".join(_tick(one, choice, first, several) for choice in one["choices"])
    options = "".join(_option(choice, first) for choice in one["choices"])
    empty = f"<option value=''>{escape(str(one.get('placeholder') or ''))}</option>"
    return f"<select class='field'{_named(one)}>{empty}{options}</select>"


def _option(choice: Json, first: Iterable[str]) -> str:
    chosen = " selected" if choice["value"] in first else ""
    return f"<option{chosen}{facts(value=choice['value'])}>{escape(choice['title'])}</option>"


def _tick(one: Json, choice: Json, first: Iterable[str], several: bool) -> str:
    chosen = " checked" if choice["value"] in first else ""
    own = facts(
        type="checkbox" if several else "radio", name=one["id"], value=choice["value"], data_list="yes"
    )
    return f"<label class='tick'><input{chosen}{own}{_named(one)}> {escape(choice['title'])}</label>"


def _named(one: Json) -> str:
    return facts(data_block=one["id"], placeholder=one.get("placeholder"), maxlength=one.get("maxLength"))


def facts(**said: Any) -> str:
    """HTML attributes; None is none."""
    known = {name.replace("_", "-"): value for name, value in said.items() if value is not None}
    return "".join(f" {name}='{escape(str(value))}'" for name, value in known.items())


_FIELDS: Mapping[str, Callable[[Json], str]] = {
    "Input.Text": _text,
    "Input.Number": lambda one: _typed("number", one),
    "Input.Date": lambda one: _typed("date", one),
    "Input.Time": lambda one: _typed("time", one),
    "Input.Toggle": _toggle,
    "Input.ChoiceSet": _choices,
}
