"""The same words for Microsoft Teams: an Adaptive Card, made from the pieces of a reply.

All text stands in runs of rich text, where Teams reads no markdown and no mention: nothing is escaped, and no
name can be a link or call anybody. The text beside the card is for notifications, for screen readers, and for
places that show no cards.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from templates.chat import as_much_as_fits
from templates.render import Piece, Place, pieces_to_say, sentence
from templates.values import clean

Element = dict[str, Any]
VERSION = "1.5"
KIND = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
# Teams takes messages of about 28 KB; what is below the words has its share of it.
MOST = 24_000
# What a piece costs beside its words, in bytes of JSON.
AROUND = {"item": 330, "more": 110, "section": 190}
LINE = 110
IN_A_ROW = 6
_BEFORE = {"item": "•  ", "more": "    "}
_COPIED = ("sample", "code")


def for_teams(
    template: str, fields: Mapping[str, Any], place: Place, *, below: Sequence[Element] = ()
) -> tuple[str, Element]:
    """The whole reply as text, and as a card with these elements below its words."""
    there_is_more = sentence(place.channel, "there_is_more")
    left = MOST - size_of(below)
    pieces = as_much_as_fits(pieces_to_say(template, fields, place), there_is_more, left, _cost)
    return text_of(pieces), card([*elements_of(pieces), *below])


def card(body: Sequence[Element]) -> Element:
    """A card of these elements, as wide as Teams lets it be."""
    wide = {"msteams": {"width": "Full"}}
    return {"$schema": SCHEMA} | inner_card(body) | wide


def inner_card(body: Sequence[Element]) -> Element:
    """What opens below a button of a card."""
    return {"type": "AdaptiveCard", "version": VERSION, "body": [*body]}


def text_of(pieces: Iterable[Piece]) -> str:
    """All of it in plain lines."""
    return "\n".join(f"{_BEFORE.get(piece.kind, '')}{piece.text}" for piece in pieces)


def decided(ended: Iterable[Mapping[str, Any]]) -> list[str]:
    """Who decided what and when, a line each: `target`, `outcome`, `who`, `at`."""
    return [sentence("teams", "decided", clean(one)) for one in ended]


def size_of(some: Any) -> int:
    """Bytes of a message's part, as they are sent."""
    return len(json.dumps(some, ensure_ascii=False).encode())


def line(text: str, **run: Any) -> Element:
    """A line, letter by letter; `run` is how it looks."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text or " "} | run]}


def quiet(text: str) -> Element:
    """Small print."""
    return line(text, isSubtle=True, size="Small")


def elements_of(pieces: Sequence[Piece]) -> list[Element]:
    """The headline, what stands below it, and a part for each section."""
    first, *rest = pieces
    body = [line(first.text, weight="Bolder", size="Medium")]
    for at, part in enumerate(_sections(rest)):
        inside = [*_shown(part)]
        is_section = part[0].kind == "section"
        body += [{"type": "Container", "separator": True, "items": inside}] if is_section and at else inside
    return body


def _cost(piece: Piece) -> int:
    return size_of(piece.text) + AROUND.get(piece.kind, LINE)


def _sections(body: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Each heading with what stands below it; small print stands by itself at the end."""
    part: list[Piece] = []
    for piece in body:
        begins = piece.kind == "section" or (piece.kind == "aside" and part and part[-1].kind != "aside")
        if begins and part:
            yield part
            part = []
        part.append(piece)
    if part:
        yield part


def _shown(part: Sequence[Piece]) -> Iterator[Element]:
    for kind, some in groupby(part, key=_shape):
        together = [*some]
        if kind == "list":
            yield from map(_item, _items(together))
        elif kind == "copied":
            copied = [line(one.text, fontType="Monospace") for one in together]
            yield {"type": "Container", "style": "emphasis", "items": copied}
        else:
            yield from map(_flowing, together)


def _shape(piece: Piece) -> str:
    """Which pieces stand together in one element."""
    return "list" if piece.kind in _BEFORE else "copied" if piece.kind in _COPIED else "flowing"


def _flowing(piece: Piece) -> Element:
    if piece.kind == "aside":
        return quiet(piece.text)
    return line(piece.text, weight="Bolder") if piece.kind == "section" else line(piece.text)


def _items(some: Sequence[Piece]) -> list[list[Piece]]:
    items: list[list[Piece]] = []
    for piece in some:
        if piece.kind == "item" or not items:
            items.append([])
        items[-1].append(piece)
    return items


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
