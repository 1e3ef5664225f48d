"""What is wrong with a card for Teams: the elements of Adaptive Cards 1.5, what each has, and where it may
stand.

Stricter than the real one in a single point: a property that nobody knows is an error here and silence there.
Source: Microsoft's schema of Adaptive Cards 1.5.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
MOST_PRIMARY = 6  # the actions of a row that are shown; the others are in a menu
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
SIZES = ("small", "default", "medium", "large", "extralarge")
COLORS = ("default", "dark", "light", "accent", "good", "warning", "attention")
WEIGHTS = ("lighter", "default", "bolder")
SPACINGS = ("none", "small", "default", "medium", "large", "extralarge", "padding")
STYLES = ("default", "emphasis", "good", "attention", "warning", "accent")
_ANY = "id isVisible requires fallback"
_ELEMENT = f"{_ANY} height separator spacing"
_TEXT = "color fontType isSubtle size weight"
_BOX = "selectAction style verticalContentAlignment bleed backgroundImage minHeight rtl"
_INPUT = f"{_ELEMENT} label errorMessage isRequired"
_ACTION = f"{_ANY} title iconUrl style tooltip isEnabled mode role"
# What each may have; what stands before the bar it must have.
KNOWN = {
    "TextBlock": f"text | {_ELEMENT} {_TEXT} horizontalAlignment maxLines wrap style",
    "RichTextBlock": f"inlines | {_ELEMENT} horizontalAlignment",
    "TextRun": f"text | {_TEXT} highlight italic selectAction strikethrough underline",
    "Image": f"url | {_ELEMENT} altText backgroundColor horizontalAlignment selectAction size style width",
    "ImageSet": f"images | {_ELEMENT} imageSize",
    "FactSet": f"facts | {_ELEMENT}",
    "Fact": "title value |",
    "Container": f"items | {_ELEMENT} {_BOX}",
    "ColumnSet": f"columns | {_ELEMENT} {_BOX} horizontalAlignment",
    "Column": f"items | {_ELEMENT} {_BOX} width",
    "ActionSet": f"actions | {_ELEMENT}",
    "Table": f"columns rows | {_ELEMENT} firstRowAsHeader showGridLines gridStyle"
    " horizontalCellContentAlignment verticalCellContentAlignment",
    "TableRow": "cells | style horizontalCellContentAlignment verticalCellContentAlignment",
    "TableCell": f"items | {_BOX}",
    "Input.Text": f"id | {_INPUT} isMultiline maxLength placeholder regex style inlineAction value",
    "Input.Number": f"id | {_INPUT} max min placeholder value",
    "Input.Date": f"id | {_INPUT} max min placeholder value",
    "Input.Time": f"id | {_INPUT} max min placeholder value",
    "Input.Toggle": f"id title | {_INPUT} value valueOff valueOn wrap",
    "Input.ChoiceSet": f"id choices | {_INPUT} isMultiSelect placeholder style value wrap",
    "Input.Choice": "title value |",
    "Action.Execute": f"title | {_ACTION} verb data associatedInputs",
    "Action.Submit": f"title | {_ACTION} data associatedInputs",
    "Action.OpenUrl": f"title url | {_ACTION}",
    "Action.ShowCard": f"title card | {_ACTION}",
    "AdaptiveCard": "type version | $schema body actions refresh selectAction fallbackText speak lang"
    " minHeight rtl backgroundImage verticalContentAlignment msteams metadata",
}
INSIDE = {"items": "", "columns": "Column", "rows": "TableRow", "cells": "TableCell", "images": "Image"}
INSIDE |= {"facts": "Fact", "choices": "Input.Choice", "inlines": "TextRun", "body": "", "actions": "Action"}
ENUMS = {
    "size": SIZES,
    "color": COLORS,
    "weight": WEIGHTS,
    "spacing": SPACINGS,
    "fontType": ("default", "monospace"),
}
ENUMS |= {"horizontalAlignment": ("left", "center", "right"), "height": ("auto", "stretch")}
ENUMS |= {"verticalContentAlignment": ("top", "center", "bottom"), "associatedInputs": ("auto", "none")}
ENUMS |= {"mode": ("primary", "secondary")}
WORDS = "title text value url verb label errorMessage placeholder id altText regex valueOn valueOff iconUrl"
WORDS += " type tooltip min max lang speak fallbackText"
YES_OR_NO = (
    "wrap isSubtle isRequired isMultiline isMultiSelect separator isVisible isEnabled italic strikethrough"
)
YES_OR_NO += " underline highlight bleed rtl firstRowAsHeader showGridLines"
# Of what kind a value is, by its name; the numbers of Input.Number are none of the words.
KINDS: Mapping[str, type] = dict.fromkeys(WORDS.split(), str) | dict.fromkeys(YES_OR_NO.split(), bool)
KINDS = {**KINDS, "maxLength": int, "maxLines": int}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN = ("Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ShowCard")


def wrong_card(card: Any) -> list[str]:
    """Everything that is wrong with a card."""
    if not isinstance(card, Mapping) or card.get("type") != "AdaptiveCard":
        return ["the card must be an AdaptiveCard"]
    faults = [*_faults(card, "AdaptiveCard", "card")]
    ids = [
        str(one["id"])
        for one in elements_in(card)
        if str(one.get("type")).startswith("Input.") and "id" in one
    ]
    if len(ids) != len({*ids}):
        faults.append("two inputs have the same id")
    return faults


def elements_in(some: Any) -> Iterator[Json]:
    """Every element, action and card, however deep."""
    if isinstance(some, Mapping):
        yield some
        for name, value in some.items():
            if name != "data":
                yield from elements_in(value)
    elif isinstance(some, list | tuple):
        for one in some:
            yield from elements_in(one)


def _faults(one: Any, kind: str, where: str) -> Iterator[str]:
    """Of an element and of everything in it; `where` is the way to it."""
    if not isinstance(one, Mapping):
        yield f"{where}: must be an object"
        return
    if kind not in KNOWN:
        yield f"{where}: unknown element {kind}"
        return
    needed, _, allowed = KNOWN[kind].partition("|")
    for name in needed.split():
        if one.get(name) in (None, ""):
            yield f"{where}: {kind} without {name}"
    if unknown := {*one} - {*needed.split(), *allowed.split(), "type"}:
        yield f"{where}: {kind} does not know {', '.join(sorted(unknown))}"
    yield from _faults_of_values(one, kind, where)
    for name, value in one.items():
        yield from _faults_inside(name, value, kind, f"{where}.{name}")


def _faults_inside(name: str, value: Any, kind: str, where: str) -> Iterator[str]:
    if name in ("card", "selectAction", "inlineAction", "refresh"):
        yield from _faults_of_one(name, value, where)
    elif name in INSIDE and not (kind == "Table" and name == "columns"):
        if not isinstance(value, list):
            yield f"{where}: must be a list"
            return
        for at, one in enumerate(value):
            own = one.get("type") if isinstance(one, Mapping) else None
            yield from _faults_of_member(name, one, str(own or ""), f"{where}[{at}]")


def _faults_of_member(name: str, one: Any, own: str, where: str) -> Iterator[str]:
    expected = INSIDE[name]
    if name == "inlines" and isinstance(one, str):
        return
    if expected == "Action":
        if own not in _SHOWN:
            yield f"{where}: Teams does not know {own or 'an action without a type'} here"
            return
    elif expected:
        if own not in ("", expected) or (name == "inlines" and not own):
            yield f"{where}: must be {expected}"
            return
        own = expected
    elif own.startswith("Action.") or own in ("AdaptiveCard", "TextRun", "Column", "Fact"):
        yield f"{where}: {own} cannot stand here"
        return
    yield from _faults(one, own, where)


def _faults_of_one(name: str, value: Any, where: str) -> Iterator[str]:
    own = str(value.get("type")) if isinstance(value, Mapping) else ""
    if name == "card":
        without = {"version": "1.5"} if own == "AdaptiveCard" and "version" not in value else {}
        yield from _faults({**value, **without} if own else value, own, where)
    elif name == "refresh":
        action = value.get("action") if isinstance(value, Mapping) else None
        if not isinstance(action, Mapping) or action.get("type") != "Action.Execute":
            yield f"{where}: needs an Action.Execute"
        if len((value or {}).get("userIds") or ()) > 60:
            yield f"{where}: more than 60 people"
    elif own not in (*_SHOWN[:3],):
        yield f"{where}: cannot be {own}"
    else:
        yield from _faults({"title": "?", **value}, own, where)


def _faults_of_values(one: Json, kind: str, where: str) -> Iterator[str]:
    for name, known in ENUMS.items():
        said = one.get(name)
        is_free = said is None or (kind == "Image" and name in ("height", "size"))
        if not is_free and (not isinstance(said, str) or said.lower() not in known):
            yield f"{where}: {name} cannot be {said}"
    for name in KINDS.keys() & one.keys():
        is_number = kind == "Input.Number" and name in ("value", "min", "max")
        if not isinstance(one[name], int | float if is_number else KINDS[name]):
            yield f"{where}: {name} cannot be {one[name]}"
    yield from _CHECKS.get(kind, _nothing)(one, where)


def _nothing(_one: Json, _where: str) -> Iterator[str]:
    return iter(())


def _faults_of_card(one: Json, where: str) -> Iterator[str]:
    if one.get("version") not in VERSIONS:
        yield f"{where}: version {one.get('version')} is not one that Teams shows"
    if not one.get("body") and not one.get("actions"):
        yield f"{where}: a card without anything"


def _faults_of_days(one: Json, where: str) -> Iterator[str]:
    for name in ("value", "min", "max"):
        if name in one and not _DAY.fullmatch(str(one[name])):
            yield f"{where}: {name} must be a day like 2026-03-31"


def _faults_of_choices(one: Json, where: str) -> Iterator[str]:
    offered = {str(choice.get("value")) for choice in one.get("choices") or () if isinstance(choice, Mapping)}
    first = [some for some in str(one.get("value") or "").split(",") if some]
    if [some for some in first if some not in offered]:
        yield f"{where}: what is chosen at first must be among the choices"
    if one.get("style", "compact") not in ("compact", "expanded", "filtered"):
        yield f"{where}: style cannot be {one['style']}"


def _faults_of_action(one: Json, where: str) -> Iterator[str]:
    if one.get("style", "default") not in ("default", "positive", "destructive"):
        yield f"{where}: style cannot be {one['style']}"
    if "data" in one and not isinstance(one["data"], Mapping | str):
        yield f"{where}: data must be an object"


def _faults_of_box(one: Json, where: str) -> Iterator[str]:
    if one.get("style", "default") not in STYLES:
        yield f"{where}: style cannot be {one['style']}"


_CHECKS: Mapping[str, Callable[[Json, str], Iterator[str]]] = {
    "AdaptiveCard": _faults_of_card,
    "Input.Date": _faults_of_days,
    "Input.ChoiceSet": _faults_of_choices,
    "Container": _faults_of_box,
    "Column": _faults_of_box,
    "ColumnSet": _faults_of_box,
    "Action.Execute": _faults_of_action,
    "Action.Submit": _faults_of_action,
    "Action.ShowCard": _faults_of_action,
}
