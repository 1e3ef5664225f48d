"""The home tab: a reply as a view with its buttons, each of which opens the form that does something about
the line it stands at. Pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack_fields import Block, View, button, line
from templates.chat import blocks_of
from templates.forms import CHAT_FORMS
from templates.render import Place, pieces_to_say

MOST_BLOCKS = 100


def home_view(template: str, fields: Mapping[str, Any], place: Place) -> View:
    """Any reply as a home tab; `home_shown` with all forms, and a button at each line that has one."""
    pieces = pieces_to_say(template, fields, place)
    if template != "home_shown":
        return _view([*blocks_of(pieces), _buttons(["link"])])
    rows = (row for part in fields["parts"] for row in part["rows"])
    blocks = blocks_of(pieces[:1])
    blocks += [_buttons(fields["forms"])] if fields["forms"] else []
    for piece in pieces[1:]:
        if piece.kind == "section":
            blocks += [{"type": "divider"}, *blocks_of([piece])]
        elif piece.kind == "item":
            blocks.append(line(piece.text) | _beside(next(rows)))
        else:
            blocks.append(line(piece.text))
    _all_shown(rows)
    return _view(blocks)


def _buttons(forms: list[str]) -> Block:
    return {"type": "actions", "elements": [button(form) for form in forms]}


def _beside(row: Mapping[str, Any]) -> Block:
    return (
        {"accessory": button(row["form"], row["name"], words=CHAT_FORMS["beside"][row["form"]])}
        if row["form"]
        else {}
    )


def _all_shown(rows: Iterator[Any]) -> None:
    """A line without its row would have another row's button."""
    if next(rows, None) is not None:
        raise ValueError("home_shown: a row without a line")


def _view(blocks: list[Block]) -> View:
    return {"type": "home", "blocks": blocks[:MOST_BLOCKS]}
