"""A text of sentences with marks at the beginning of its lines, as pieces: what each of them is. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

MARKS = {"# ": "section", "- ": "item", "> ": "sample"}
CHAT_MARKS = {"+ ": "more", "| ": "code", "~ ": "aside", "^ ": "place", "= ": "line"}


@dataclass(frozen=True)
class Piece:
    """A part of a text of sentences: headline (the first), section, item, sample (words to type), or line; in
    a chat also more (of the item before it), code (a line to be copied), aside (said quietly), and place
    (where the buttons of the row with this number stand)."""

    kind: str
    text: str


def pieces_in(text: str, more: Mapping[str, str] | None = None) -> list[Piece]:
    """The pieces of a marked text, in their order; with `more` marks than those of a mail."""
    marks = {**MARKS, **(more or {})}
    found: list[Piece] = []
    for part in re.split(r"\n\s*\n", text):
        lines = [" ".join(line.split()) for line in part.splitlines() if line.strip()]
        for kind, some in groupby(lines, key=lambda line: marks.get(line[:2])):
            if kind is not None:
                found += [Piece(kind, line[2:]) for line in some]
            else:
                found.append(Piece("line" if found else "headline", " ".join(some)))
    return found
