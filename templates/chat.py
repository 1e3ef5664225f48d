"""The same words for a chat: Block Kit for Slack, made from the pieces that mail is made of.

What somebody else wrote is escaped where it enters: `&`, `<` and `>` are all that Slack gives a meaning to
in it, so that no name can mention a person, a channel or a link. The limits are Slack's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from templates.render import Piece, Place, pieces_to_say, sentence
from templates.values import clean

Block = dict[str, Any]
MOST_BLOCKS = 50
SECTION = 2900  # of the 3,000 characters that Slack takes: escaping is counted after it is done
HEADER = 150
MOST_LINES = 10
TEXT = 39_000  # of the 40,000 that Slack takes
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# A zero-width space keeps Slack from reading a star, an underline or a tick at a word's edge as formatting.
_STYLE = re.compile(r"(?<![\w])([*_~`])(?=\S)")


def for_slack(template: str, fields: Mapping[str, Any], place: Place) -> tuple[str, list[Block]]:
    """The whole reply as text, which screen readers and notifications read, and as blocks."""
    pieces = pieces_to_say(template, fields, place)
    return "\n".join(_marked(piece) for piece in pieces)[:TEXT], blocks_of(pieces)


def blocks_of(pieces: Sequence[Piece]) -> list[Block]:
    """Sections of as many pieces as fit, under the headline; what does not fit any more is said so."""
    first, rest = pieces[0], pieces[1:]
    blocks = [_header(first.text)] if len(first.text) <= HEADER else [_section(f"*{escaped(first.text)}*")]
    blocks += [_section(text) for text in _joined(_marked(piece) for piece in rest)]
    if len(blocks) > MOST_BLOCKS:
        blocks = [
            *blocks[: MOST_BLOCKS - 1],
            _section("_There is more. Ask for one item or one LEA at a time._"),
        ]
    return blocks


def decided_lines(ended: Iterable[Mapping[str, Any]]) -> list[str]:
    """Who decided what and when, a line each: `target`, `outcome`, `who`, `at`."""
    return [sentence("decided", clean(one)) for one in ended]


def context(lines: Sequence[str]) -> Block:
    """Small print below a message: at most ten elements, as Slack takes them."""
    few = lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": escaped(one)[:SECTION], "verbatim": True} for one in few],
    }


def escaped(text: str) -> str:
    """Text that somebody wrote, as Slack shows it letter by letter."""
    return _STYLE.sub("\u200b\\1", text.translate(_MARKUP))


def _marked(piece: Piece) -> str:
    text = escaped(piece.text)
    match piece.kind:
        case "section":
            return f"*{text}*"
        case "item":
            return f"•  {text}"
        case "sample":
            return "`" + piece.text.translate(_MARKUP).replace("`", "'") + "`"
    return text


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Lines together, each text as long as a section may be."""
    text = ""
    for line in (part for one in lines for part in _split(one)):
        if text and len(text) + len(line) + 1 > SECTION:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text


def _split(line: str) -> list[str]:
    return [line[at : at + SECTION] for at in range(0, len(line), SECTION)]


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
