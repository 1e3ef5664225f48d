"""The words of forms in chats: titles, labels and buttons from `forms.toml`, sentences from `_forms/`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from templates.marked import Piece
from templates.render import pieces_of
from templates.values import clean

CHAT_FORMS: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("forms.toml").read_text("utf-8")
)
LONGEST = 400


def form_words(name: str, **facts: Any) -> str:
    """The sentences of `_forms/NAME.txt`, a paragraph a line."""
    return "\n".join(piece.text for piece in pieces_of(f"_forms/{name}.txt", clean(facts)))


def refusal_in_short(refusal: str, facts: Mapping[str, Any]) -> str:
    """Why something cannot be, for the field of a form that says it: without what to type instead."""
    said: list[str] = []
    for piece in pieces_of(f"request_refused/{refusal}.txt", clean(facts)):
        if piece.kind in ("sample", "section"):
            break
        said += [piece.text] if _is_reason(piece) else []
    return " ".join(said)[:LONGEST]


def _is_reason(piece: Piece) -> bool:
    """Sentences that lead to words to type, or tell how to type them, are of no use in a form."""
    return not piece.text.endswith(":") and not piece.text.startswith("Please ")
