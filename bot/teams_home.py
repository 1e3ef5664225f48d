"""The buttons that open a dialog in Teams: all of somebody's forms at home, one at each line there, and those
below other replies that lead on to a form. Pure.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.teams_buttons import in_rows
from bot.teams_form_words import FORM
from templates.forms import CHAT_FORMS
from templates.marked import Piece
from templates.pieces import as_much_as_fits, in_lines
from templates.render import Place, pieces_to_say, sentence
from templates.teams import AROUND, LINE, MOST, Element, card, line, size_of

HOME = "home_shown"
BUTTON = 300  # bytes that a button beside a line costs
_ASKED = re.compile(r"R-(\d+)")
_LEADS_ON = {"account_not_linked": "link", "help_given": "menu", "forms_shown": "menu"}


def home_card(fields: Mapping[str, Any], place: Place) -> tuple[str, Element]:
    """`home_shown` as text, and as a card with all forms, and a button at each line that has one."""
    buttons = in_rows(opens(one) for one in fields["forms"])
    left, there_is_more = MOST - size_of(buttons), sentence(place.channel, "there_is_more")
    pieces = as_much_as_fits(pieces_to_say(HOME, fields, place), there_is_more, left, _cost)
    rows = (row for part in fields["parts"] for row in part["rows"])
    first, *rest = pieces
    body = [line(first.text, weight="Bolder", size="Medium"), *buttons]
    return in_lines(pieces), card([*body, *(_element(piece, rows) for piece in rest)])


def forms_below(template: str, fields: Mapping[str, Any], gone: Collection[str]) -> list[Element]:
    """The form that goes on from a reply, unless what it is about is decided already (`gone`)."""
    if template in _LEADS_ON:
        return in_rows([opens(_LEADS_ON[template])])
    if template == "evidence_received" and f"question {fields['receipt']}" not in gone and _asks(fields):
        return in_rows([opens("attach", kept=str(fields["receipt"]))])
    return []


def opens(form: str, target: str = "", kept: str = "") -> Element:
    """A button that opens a dialog, with what is chosen in it at first: a target, or the receipt of files."""
    data = {"msteams": {"type": "task/fetch"}, FORM: form}
    data |= {name: said for name, said in (("target", target), ("kept", kept)) if said}
    return {"type": "Action.Submit", "title": CHAT_FORMS["buttons"][form], "data": data}


def _asks(fields: Mapping[str, Any]) -> bool:
    return any(one["verdict"] == "asked" and one["reason"] != "initials-only" for one in fields["files"])


def _element(piece: Piece, rows: Iterator[Mapping[str, Any]]) -> Element:
    if piece.kind == "section":
        return line(piece.text, weight="Bolder") | {"separator": True}
    if piece.kind != "item":
        return line(piece.text)
    row = next(rows)  # a line without its row would have another row's button
    shown = {"type": "Column", "width": "stretch", "items": [line(f"•  {piece.text}")]}
    button = _button(row)
    if button is None:
        return {"type": "ColumnSet", "columns": [shown]}
    action = {"type": "ActionSet", "actions": [button]}
    return {"type": "ColumnSet", "columns": [shown, {"type": "Column", "width": "auto", "items": [action]}]}


def _button(row: Mapping[str, Any]) -> Element | None:
    """The form that does something about a line; a question of ours is answered by saying where its files
    belong."""
    if row["form"]:
        return opens(row["form"], row["name"])
    asked = _ASKED.fullmatch(row["name"])
    return opens("attach", kept=asked[1]) if asked else None


def _cost(piece: Piece) -> int:
    around = AROUND["item"] + BUTTON if piece.kind == "item" else AROUND.get(piece.kind, LINE)
    return size_of(piece.text) + around
