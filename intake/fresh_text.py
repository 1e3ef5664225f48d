"""The sender's own newest words: what stands above quotes, forwarded mail and the signature. Pure."""

import re

from intake.plain import safe

MARKER = "-- please reply above this line --"
MOST_CHARACTERS = 20_000
MOST_LINES = 1_000
LONGEST_MATCHED = 500

_SENT_FROM = re.compile(r"(?:Sent from my |Get Outlook for |Enviado desde mi )")
_DIVIDER = re.compile(r"_{20,}|-{5} ?Original Message ?-{5}|-{5} ?Mensaje original ?-{5}", re.IGNORECASE)
# The block above a quote in Outlook: a sender, then at least two more of its lines.
_BLOCK_FROM = re.compile(r"\*?(?:From|Von|De|Fra|Da|Van) ?:\*? ?\S", re.IGNORECASE)
_BLOCK_LINE = re.compile(
    r"\*?(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff"
    r"|Enviado(?: el)?|Fecha|Para|Asunto|Envoyé|À|Objet) ?:",
    re.IGNORECASE,
)
_BLOCK_LENGTH = 6


def fresh_text(text: str) -> str:
    """At most 20,000 characters; `\\n` line ends; empty when all of it is quoted or forwarded."""
    lines = _lines(text)
    lines = _above_quote(lines[: _first_end(lines)])
    kept = [line for line in lines if not line.startswith(">")]
    return "\n".join(kept).strip()


def _lines(text: str) -> list[str]:
    text = safe(text[:MOST_CHARACTERS]).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return [line.rstrip() for line in text.split("\n")]


def _first_end(lines: list[str]) -> int:
    for number, line in enumerate(lines):
        if _ends_here(line) or _is_block(lines[number : number + _BLOCK_LENGTH]):
            return number
    return len(lines)


def _ends_here(line: str) -> bool:
    return (
        MARKER in line
        or line == "--"
        or _DIVIDER.fullmatch(line.strip()[:100]) is not None
        or _SENT_FROM.match(line) is not None
    )


def _is_block(lines: list[str]) -> bool:
    if not _BLOCK_FROM.match(lines[0]):
        return False
    return sum(_BLOCK_LINE.match(line) is not None for line in lines[1:]) >= 2


def _above_quote(lines: list[str]) -> list[str]:
    from quotequail import quote  # type: ignore[import-untyped]  # loaded by the reading process alone

    # Its patterns take time square to a line's length, so it is shown the beginnings only.
    shown = "\n".join(line[:LONGEST_MATCHED] for line in lines)
    (_, top), *_ = quote(shown, limit=MOST_LINES, quote_intro_line=True)
    return lines[: top.count("\n") + 1] if top else []
