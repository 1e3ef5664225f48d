"""Where the words begin that may be commands, and where they end. Pure.

In front stand greetings, behind stand closings, signatures and quotes; intake cut most of them already.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from handlers.grammar import LONGEST, is_greeting, plain
from handlers.messages import Message

_CLOSING = (
    r"(?:many |with |kind |best |warm |muchas )*"
    r"(?:thanks?|thank you|thx|ty|regards|best|wishes|sincerely|cheers|respectfully"
    r"|gracias|saludos|atentamente|cordialmente)"
    r"(?: you| again| so much| very much| in advance| all| everyone| for your help| cordiales"
    r"|,? and (?:kind |best )?regards)*\s*[,.!-]*"
    r"(?-i:\s[A-ZÁÉÍÓÚÑ][\w.'-]*){0,3}[.!]?"
)
_STOPS = re.compile(
    r"\s*(?:--.*|_{5,}|[>|].*|(?:quit|end)\.?|-{2,}\s*(?:original|forwarded|mensaje).*"
    r"|(?:sent from my|get outlook for|enviado desde mi) .*|begin forwarded message:?"
    r"|(?:confidentiality|privacy) (?:notice|statement)\b.*"
    r"|this (?:e-?mail|message|communication)\b.*confidential.*"
    rf"|{_CLOSING}|on .{{6,120}} wrote:|el .{{6,120}} escribi[oó]:)\s*",
    re.I,
)
_CLOSED = re.compile(_CLOSING, re.I)
_PS = re.compile(r"\s*p\.?\s?s\b\.?", re.I)
_POLITE = re.compile(r"(?:please|pls|kindly|por favor)[, ]+", re.I)
_THANKED = re.compile(r"[, ]+(?:please|pls|thanks|thank you|thx|por favor|gracias)$", re.I)
_BULLET = re.compile(r"^(?:[-*•·]|\d{1,2}[.)])\s+")
_REPLIED = re.compile(r"(?:re|fwd?|fw|aw|wg|rv|tr|sv|vs|antw|res|enc|rif|r|i)(?:\[\d+\])?\s{0,3}:", re.I)


def own_lines(message: Message) -> list[str]:
    """The lines of the text from the first that says something to where reading stops."""
    lines = list(_until_stop(message.text[:LONGEST].splitlines()))
    return lines[first_said(lines) :]


def own_subject(message: Message) -> str:
    """The subject, if it is new: that of a reply or of a forwarded mail is somebody else's."""
    subject = message.subject.strip()
    return "" if message.answers or _REPLIED.match(plain(subject)) else subject


def tidied(line: str) -> str:
    """A line without politeness around it, the sign of a list, and a final stop."""
    return _THANKED.sub("", begun(line).rstrip(" .!"))


def begun(line: str) -> str:
    """A line whose end is the sender's own text: without politeness and the sign of a list in front."""
    words = _BULLET.sub("", " ".join(plain(line).split()))
    return words[found.end() :] if (found := _POLITE.match(words)) else words


def hides_something(words: str) -> bool:
    """Characters that nobody sees: such words may not be what their writer reads."""
    return any(unicodedata.category(letter) == "Cf" for letter in words)


def _until_stop(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if _STOPS.fullmatch(plain(line[:200])):
            if _CLOSED.fullmatch(plain(line[:200]).strip()):
                yield from _postscript(lines[number + 1 :])
            return
        yield line


def _postscript(lines: Sequence[str]) -> Iterator[str]:
    """What somebody remembers below their name is their own word, too: a paragraph of prose."""
    begun = False
    for line in lines:
        if _STOPS.fullmatch(plain(line[:200])):
            return
        if not begun and _PS.match(plain(line[:20])):
            begun = True
            yield ""
        if begun:
            yield line


def first_said(lines: Sequence[str]) -> int:
    """Where something is said, behind blank lines and greetings."""
    said = (number for number, line in enumerate(lines) if line.strip() and not is_greeting(line))
    return next(said, len(lines))
