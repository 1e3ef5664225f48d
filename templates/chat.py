"""The same words for a chat: Block Kit for Slack, made from the pieces of a reply.

What somebody wrote stands in rich text and plain text only, where Slack reads no markup: no name can mention
anybody, be a link or change how it is shown, and nothing is escaped. Only `text`, which notifications and
screen readers read, needs `&`, `<` and `>` escaped. The limits are Slack's, those that it does not tell, too.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from templates.marked import Piece
from templates.pieces import PLACE, as_much_as_fits, in_lines, items_of, sections_of, shape_of
from templates.render import Place, pieces_to_say, sentence

Block = dict[str, Any]
Beside = Mapping[str, Sequence[Block]]  # by the number of the row below whose words they stand
NOTHING: Beside = {}
HEADER = 150
MOST_BLOCKS = 50
MOST_LINES = 10
# Of the 13,200 characters of JSON that Slack takes, each block counted with 100 more.
MOST = 10_500
# What a piece costs beside its words: most where a block begins with it, of which there must not be too many.
AROUND = {"more": 32, "item": 95, "section": 240}
LINE = 80
QUIET = 2_900  # of the 3,000 characters that a text object may have
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def for_slack(
    template: str, fields: Mapping[str, Any], place: Place, *, below: int = 0, beside: Beside = NOTHING
) -> tuple[str, list[Block]]:
    """The whole reply as text, which screen readers and notifications read, and as blocks, with those that
    stand `beside` its rows. So many characters of blocks come `below` them."""
    there_is_more = sentence(place.channel, "there_is_more")
    left, cost = MOST - below, partial(_cost, beside=beside)
    pieces = as_much_as_fits(pieces_to_say(template, fields, place), there_is_more, left, cost)
    return text_of(pieces), blocks_of(pieces, beside)


def _cost(piece: Piece, beside: Beside) -> int:
    if piece.kind == PLACE:
        return sum(len(json.dumps(one)) + LINE for one in beside.get(piece.text, ()))
    written = len(piece.text) + piece.text.count('"') + piece.text.count("\\")
    return written + AROUND.get(piece.kind, LINE)


def text_of(pieces: Iterable[Piece]) -> str:
    """All of it in plain lines."""
    return in_lines(pieces, escaped)


def context(lines: Sequence[str]) -> Block:
    """Small print below a message: at most ten elements, as Slack takes them."""
    few = lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]
    return {"type": "context", "elements": [_plain(one[:QUIET]) for one in few]}


def escaped(text: str) -> str:
    """Text that somebody wrote, for a place where Slack reads markup."""
    return text.translate(_MARKUP)


def blocks_of(pieces: Sequence[Piece], beside: Beside = NOTHING) -> list[Block]:
    """A header, blocks of rich text for the beginning and for each section, with what stands `beside` a row
    below it, and what is said quietly."""
    first = pieces[0]
    fits = len(first.text) <= HEADER
    body = [piece for piece in pieces[1 if fits else 0 :] if piece.kind != "aside"]
    blocks = [_header(first.text)] if fits else []
    for part in sections_of(body):
        blocks += _section(part, beside)
    quiet = "\n".join(piece.text for piece in pieces if piece.kind == "aside")
    return [*blocks, *([_quiet(quiet[:QUIET])] if quiet else [])]


def _section(part: Sequence[Piece], beside: Beside) -> Iterator[Block]:
    for is_place, some in groupby(part, key=lambda piece: piece.kind == PLACE):
        if not is_place:
            yield _rich(some)
            continue
        for one in some:
            yield from beside.get(one.text, ())


def _rich(part: Iterable[Piece]) -> Block:
    elements: list[Block] = []
    for kind, some in groupby(part, key=shape_of):
        elements.append(_SHAPES[kind]([*some]))
    return {"type": "rich_text", "elements": elements}


def _flowing(some: Sequence[Piece]) -> Block:
    elements = [_text(one.text, bold=one.kind != "line") for one in some]
    return {"type": "rich_text_section", "elements": _on_lines(elements)}


def _list(some: Sequence[Piece]) -> Block:
    """A bullet for each item; its name stands out where lines of its own follow."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [_item(lines) for lines in items_of(some)],
    }


def _item(lines: Sequence[Piece]) -> Block:
    elements = [_text(one.text, bold=at == 0 and len(lines) > 1) for at, one in enumerate(lines)]
    return {"type": "rich_text_section", "elements": _on_lines(elements)}


def _copied(some: Sequence[Piece]) -> Block:
    """Words to type, and lines that must stay as they are."""
    return {"type": "rich_text_preformatted", "elements": [_text("\n".join(one.text for one in some))]}


_SHAPES = {"list": _list, "copied": _copied, "flowing": _flowing}


def _on_lines(elements: Sequence[Block]) -> list[Block]:
    return [one | {"text": f"{one['text']}\n"} for one in elements[:-1]] + [elements[-1]]


def _text(text: str, bold: bool = False) -> Block:
    # Slack takes no text without a letter.
    said: Block = {"type": "text", "text": text or " "}
    return said | {"style": {"bold": True}} if bold else said


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(text)}


def _quiet(text: str) -> Block:
    return {"type": "context", "elements": [_plain(text)]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
