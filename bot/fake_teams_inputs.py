"""Cards as a client of Teams has them: which actions there are, which fields go with each, and what may be
put in.

The fields of an action are those of its card and of the cards around it; a card that opens below a button
(`Action.ShowCard`) is one more around its own actions.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_HOLDERS = ("items", "columns", "rows", "cells", "body")


class CannotBeFilled(Exception):
    """There is no such button, field or choice, or the client would not send what is filled in; `field` is
    where it says so."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Pressable:
    """An action, and the cards that it stands in, the outermost first."""

    action: Json
    cards: tuple[Json, ...]

    @property
    def title(self) -> str:
        return str(self.action.get("title") or "")


def actions_in(card: Json, around: tuple[Json, ...] = ()) -> Iterator[Pressable]:
    """Every action, and those of the cards that open below them."""
    cards = (*around, card)
    rows = [one["actions"] for one in _elements(card) if one.get("type") == "ActionSet"]
    for action in [one for row in rows for one in row] + list(card.get("actions") or ()):
        yield Pressable(action, cards)
        if action["type"] == "Action.ShowCard":
            yield from actions_in(action["card"], cards)


def find(card: Json | None, title: str) -> Pressable:
    """The action of this title. Where it opens a card: the one action in there. Raises CannotBeFilled."""
    known = [*actions_in(card)] if card else []
    found = next((one for one in known if one.title == title), None)
    if found is None:
        raise CannotBeFilled(f"no button “{title}”; there are {', '.join(one.title for one in known)}")
    if found.action["type"] != "Action.ShowCard":
        return found
    inside = [one for one in known if found.action["card"] in one.cards]
    if len(inside) != 1:
        raise CannotBeFilled(f"“{title}” opens {len(inside)} buttons: name one of them")
    return inside[0]


def data_of(pressed: Pressable, values: Mapping[str, Any]) -> Json:
    """What Teams sends: the action's data, and what its fields hold. Raises CannotBeFilled."""
    data = pressed.action.get("data") or {}
    data = dict(data) if isinstance(data, Mapping) else {"data": data}
    if pressed.action.get("associatedInputs") == "none":
        return data
    fields = [one for card in pressed.cards for one in inputs_in(card)]
    if unknown := {*values} - {one["id"] for one in fields}:
        raise CannotBeFilled(f"no field {', '.join(sorted(unknown))}")
    for one in fields:
        said = _held(one, values)
        _check(one, said)
        data |= {one["id"]: said} if said != "" else {}
    return data


def inputs_in(card: Json) -> Iterator[Json]:
    """The fields of the card itself; those of a card that a button opens are its own."""
    return (one for one in _elements(card) if str(one.get("type")).startswith("Input."))


def _elements(holder: Json) -> Iterator[Json]:
    for name in _HOLDERS:
        inside = holder.get(name)
        for one in inside if isinstance(inside, list) else ():
            if isinstance(one, dict) and one.get("isVisible") is not False:
                yield one
                yield from _elements(one)


def _held(field: Json, values: Mapping[str, Any]) -> str:
    """What a field holds, as Teams sends it: words; several choices with commas."""
    first = field.get("value", field.get("valueOff", "false") if field["type"] == "Input.Toggle" else "")
    said = values.get(field["id"], first)
    if isinstance(said, bool):
        return str(field.get("valueOn", "true") if said else field.get("valueOff", "false"))
    if isinstance(said, Sequence) and not isinstance(said, str):
        return ",".join(map(str, said))
    return str(said) if said is not None else ""


def _check(field: Json, said: str) -> None:
    """What the client checks before it sends. Raises CannotBeFilled with the field's own words."""
    words = field.get("errorMessage") or f"{field.get('label') or field['id']}: not valid"
    off = field.get("valueOff", "false") if field["type"] == "Input.Toggle" else ""
    if field.get("isRequired") and said in ("", off):
        raise CannotBeFilled(words, field["id"])
    if said and not _fits(field, said):
        raise CannotBeFilled(words, field["id"])


def _fits(field: Json, said: str) -> bool:
    match field["type"]:
        case "Input.Text":
            return len(said) <= field.get("maxLength", len(said)) and bool(
                re.fullmatch(field.get("regex", "(?s).*"), said)
            )
        case "Input.Date" | "Input.Time":
            return str(field.get("min", said)) <= said <= str(field.get("max", said))
        case "Input.Number":
            return float(field.get("min", said)) <= float(said) <= float(field.get("max", said))
        case "Input.ChoiceSet":
            offered = {str(one["value"]) for one in field["choices"]}
            return {*(said.split(",") if field.get("isMultiSelect") else [said])} <= offered
    return True
