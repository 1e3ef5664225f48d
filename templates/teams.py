"""The same words for Microsoft Teams: an Adaptive Card, made from the pieces of a reply.

All text stands in runs of rich text, where Teams reads no markdown and no mention: nothing is escaped, and no
name can be a link or call anybody. The text beside the card is for notifications, for screen readers, and for
places that show no cards.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from templates.marked import Piece
from templates.pieces import PLACE, as_much_as_fits, in_lines, items_of, sections_of, shape_of
from templates.render import Place, pieces_to_say, sentence

Element = dict[str, Any]
Beside = Mapping[str, Sequence[Element]]  # by the number of the row below whose words they stand
NOTHING: Beside = {}
VERSION = "1.5"
KIND = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
# Teams takes messages of about 28 KB; what is below the words has its share of it.
MOST = 24_000
# What a piece costs beside its words, in bytes of JSON.
AROUND = {"item": 330, "more": 110, "section": 190}
LINE = 110
IN_A_ROW = 6


def for_teams(
    template: str,
    fields: Mapping[str, Any],
    place: Place,
    *,
    below: Sequence[Element] = (),
    beside: Beside = NOTHING,
) -> tuple[str, Element]:
    """The whole reply as text, and as a card with these elements below its words and `beside` its rows."""
    there_is_more = sentence(place.channel, "there_is_more")
    left, cost = MOST - size_of(below), partial(_cost, beside=beside)
    pieces = as_much_as_fits(pieces_to_say(template, fields, place), there_is_more, left, cost)
    return in_lines(pieces), card([*elements_of(pieces, beside), *below])


def card(body: Sequence[Element]) -> Element:
    """A card of these elements, as wide as Teams lets it be."""
    wide = {"msteams": {"width": "Full"}}
    return {"$schema": SCHEMA} | inner_card(body) | wide


def inner_card(body: Sequence[Element]) -> Element:
    """What opens below a button of a card."""
    return {"type": "AdaptiveCard", "version": VERSION, "body": [*body]}


def size_of(some: Any) -> int:
    """Bytes of a message's part, as they are sent."""
    return len(json.dumps(some, ensure_ascii=False).encode())


def line(text: str, **run: Any) -> Element:
    """A line, letter by letter; `run` is how it looks."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text or " "} | run]}


def quiet(text: str) -> Element:
    """Small print."""
    return line(text, isSubtle=True, size="Small")


def elements_of(pieces: Sequence[Piece], beside: Beside = NOTHING) -> list[Element]:
    """The headline, what stands below it, and a part for each section, with what stands `beside` a row."""
    first, *rest = pieces
    body = [line(first.text, weight="Bolder", size="Medium")]
    for at, part in enumerate(sections_of(rest)):
        inside = [*_shown(part, beside)]
        is_section = part[0].kind == "section"
        body += [{"type": "Container", "separator": True, "items": inside}] if is_section and at else inside
    return body


def _cost(piece: Piece, beside: Beside) -> int:
    if piece.kind == PLACE:
        return size_of([*beside.get(piece.text, ())])
    return size_of(piece.text) + AROUND.get(piece.kind, LINE)


def _shown(part: Sequence[Piece], beside: Beside) -> Iterator[Element]:
    for kind, some in groupby(part, key=shape_of):
        together = [*some]
        if kind == "list":
            yield from map(_item, items_of(together))
        elif kind == PLACE:
            for one in together:
                yield from beside.get(one.text, ())
        elif kind == "copied":
            copied = [line(one.text, fontType="Monospace") for one in together]
            yield {"type": "Container", "style": "emphasis", "items": copied}
        else:
            yield from map(_flowing, together)


def _flowing(piece: Piece) -> Element:
    if piece.kind == "aside":
        return quiet(piece.text) | {"spacing": "Small"}
    return line(piece.text, weight="Bolder") if piece.kind == "section" else line(piece.text)


def _item(lines: Sequence[Piece]) -> Element:
    """A bullet, and beside it all that belongs to the item; its name stands out where more follows."""
    first, *more = lines
    shown = [line(first.text, **({"weight": "Bolder"} if more else {}))]
    shown += [line(one.text) | {"spacing": "None"} for one in more]
    return {
        "type": "ColumnSet",
        "spacing": "Small",
        "columns": [
            {"type": "Column", "width": "auto", "items": [line("•")]},
            {"type": "Column", "width": "stretch", "spacing": "Small", "items": shown},
        ],
    }
