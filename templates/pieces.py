"""Pieces of a reply as every chat groups them: sections, lists, what is copied; as many as have room."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from templates.marked import Piece
from templates.render import sentence
from templates.values import clean

SHORTEST = 80  # letters of a beginning that says something
PLACE = "place"  # the buttons of a row stand there
_BEFORE = {"item": "•  ", "more": "    "}
_COPIED = ("sample", "code")


def as_much_as_fits(
    pieces: Sequence[Piece], there_is_more: str, left: int, cost: Callable[[Piece], int]
) -> list[Piece]:
    """All pieces, or as many as the chat takes: then it is said that there is more. What is said quietly at
    the end stays; the place of a row that is not shown goes with it."""
    below = [piece for piece in pieces if piece.kind == "aside"]
    end = Piece("line", there_is_more)
    left -= sum(map(cost, [*below, end]))
    kept: list[Piece] = []
    for piece in (one for one in pieces if one.kind != "aside"):
        if cost(piece) > left:
            return [*kept, *_beginning(piece, left, cost), end, *below]
        kept.append(piece)
        left -= cost(piece)
    return [*kept, *below]


def _beginning(piece: Piece, left: int, cost: Callable[[Piece], int]) -> list[Piece]:
    """Of words that are long by themselves, as many as fit."""
    if piece.kind == PLACE:
        return []
    short = replace(piece, text=f"{piece.text[: left // 2 - SHORTEST]}…")
    return [short] if len(short.text) > SHORTEST and cost(short) <= left else []


def in_lines(pieces: Iterable[Piece], written: Callable[[str], str] = str) -> str:
    """All of it in plain lines, each as `written` has it."""
    said = (piece for piece in pieces if piece.kind != PLACE)
    return "\n".join(f"{_BEFORE.get(piece.kind, '')}{written(piece.text)}" for piece in said)


def decided_lines(channel: str, ended: Iterable[Mapping[str, Any]]) -> list[str]:
    """Who decided what and when, a line each: `target`, `outcome`, `who`, `at`."""
    return [sentence(channel, "decided", clean(one)) for one in ended]


def sections_of(body: Sequence[Piece]) -> Iterator[list[Piece]]:
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


def shape_of(piece: Piece) -> str:
    """Which pieces stand together in one element."""
    if piece.kind == PLACE:
        return PLACE
    return "list" if piece.kind in _BEFORE else "copied" if piece.kind in _COPIED else "flowing"


def items_of(some: Sequence[Piece]) -> list[list[Piece]]:
    """Each item of a list with the lines that go on with it."""
    items: list[list[Piece]] = []
    for piece in some:
        if piece.kind == "item" or not items:
            items.append([])
        items[-1].append(piece)
    return items
