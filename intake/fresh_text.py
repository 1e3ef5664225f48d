"""The sender's own newest words: what stands above quotes, forwarded mail and the signature. Pure."""

from collections.abc import Sequence

from handlers.safe_text import safe
from intake.forwards import FORWARDED
from intake.quote_marks import BLOCK_FROM, BLOCK_LENGTH, BLOCK_LINE, DIVIDER, SENT_FROM, WROTE

MARKER = "-- please reply above this line --"
MOST_CHARACTERS = 20_000
MOST_LINES = 1_000
LONGEST_MATCHED = 500
_LONGEST_INTRO = 3


def fresh_text(text: str) -> str:
    """At most 20,000 characters; `\\n` line ends; empty when all of it is quoted or forwarded."""
    return parted(text)[0]


def parted(text: str) -> tuple[str, str]:
    """The fresh text, and all the rest in its order: quotes, signature, and what stands below. Both are
    capped; the kept mail has everything."""
    lines = _lines(text[:MOST_CHARACTERS])
    end = len(_above_quote(lines[: _first_end(lines)]))
    fresh = [line for line in lines[:end] if not line.startswith(">")]
    quoted = [line for line in lines[:end] if line.startswith(">")] + lines[end:]
    more = _lines(text[MOST_CHARACTERS : 2 * MOST_CHARACTERS])
    return "\n".join(fresh).strip(), "\n".join(quoted + more).strip()[:MOST_CHARACTERS]


def _lines(text: str) -> list[str]:
    text = safe(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return [line.rstrip() for line in text.split("\n")]


def _first_end(lines: list[str]) -> int:
    for number, line in enumerate(lines):
        if _ends_here(line) or _is_intro(lines[number : number + _LONGEST_INTRO]):
            return number
        if _is_block(lines[number : number + BLOCK_LENGTH]):
            return number
    return len(lines)


def _ends_here(line: str) -> bool:
    start = line.strip()[:100]
    return (
        MARKER in line
        or line == "--"
        or DIVIDER.fullmatch(start) is not None
        or FORWARDED.match(start) is not None
        or SENT_FROM.match(line) is not None
    )


def _is_intro(lines: Sequence[str]) -> bool:
    """`On … wrote:`, perhaps wrapped: a whole line, or two or three together."""
    if not lines[0] or lines[0].startswith(">"):
        return False
    shown = [line.strip()[:LONGEST_MATCHED] for line in lines]
    return any(
        shown[last].endswith((":", "：")) and WROTE.fullmatch(" ".join(shown[: last + 1])) is not None
        for last in range(len(shown))
    )


def _is_block(lines: list[str]) -> bool:
    if not BLOCK_FROM.match(lines[0]):
        return False
    return sum(BLOCK_LINE.match(line) is not None for line in lines[1:]) >= 2


def _above_quote(lines: list[str]) -> list[str]:
    from quotequail import quote  # type: ignore[import-untyped]  # loaded by the reading process alone

    # Its patterns take time square to a line's length, so it is shown the beginnings only.
    shown = "\n".join(line[:LONGEST_MATCHED] for line in lines)
    (_, top), *_ = quote(shown, limit=MOST_LINES, quote_intro_line=True)
    return lines[: top.count("\n") + 1] if top else []
