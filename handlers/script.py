"""The exact commands of a message, one a line, as its sender wrote them. Pure.

Only the newest own words count, from the first line on: a message that begins with anything but a
command or a greeting holds none. Reading stops at a signature, a closing, `--` or quoted text.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from handlers.grammar import is_greeting, plain
from handlers.messages import Capability, Message

MOST_STEPS = 40
_REPLIED = re.compile(r"(?:re|fwd?|fw|aw|wg|rv|tr)\s{0,3}:", re.I)
_STOPS = re.compile(
    r"\s*(?:--.*|_{5,}|>.*|(?:stop|quit|end)\.?|-{2,}\s*(?:original|forwarded|mensaje).*|sent from my .*"
    r"|(?:many |with |kind |best |warm )*(?:thanks?|thank you|thx|regards|best|wishes|sincerely|cheers"
    r"|respectfully|gracias|muchas gracias|saludos|atentamente)(?: you| again| so much| very much| in advance"
    r"|,? and (?:kind |best )?regards)*\s*[,.!-]*"
    r"|on .{6,80} wrote:|el .{6,80} escribi[oó]:)\s*",
    re.I,
)
_POLITE = re.compile(r"^(?:please|pls|por favor)[, ]+|[, ]+(?:please|pls|thanks|thank you|por favor)$", re.I)


@dataclass(frozen=True)
class Step:
    """One command: the capability, what it read (None: the verb is right, the form is not), and the words
    up to where free text begins, for reading back."""

    capability: Capability
    command: Any
    said: str


@dataclass(frozen=True)
class Script:
    """The commands in their order. `left` counts the lines between them that are none."""

    steps: tuple[Step, ...] = ()
    left: int = 0

    @property
    def uses_files(self) -> bool:
        return any(step.capability.uses_files for step in self.steps)


@dataclass
class _Block:
    """A command's line and, where it takes text, the lines below it."""

    capability: Capability
    lines: list[str] = field(default_factory=list)


def script_of(message: Message, capabilities: Sequence[Capability], programs: Collection[str]) -> Script:
    """The commands of a message; an empty script where it holds none.

    With documents, words that only begin like a command are words about the documents.
    """
    commands = tuple(one for one in capabilities if one.line is not None)
    lines = list(_own_lines(message, commands, programs))
    opened = _opening(lines[0], commands) if lines else None
    if opened is None:
        return Script()
    documents = any(file.role == "document" for file in message.files)
    if _read(opened, lines[0], programs) is None and documents:
        return Script()
    return _script(lines, commands, programs)


def _script(lines: Sequence[str], commands: Sequence[Capability], programs: Collection[str]) -> Script:
    blocks: list[_Block] = []
    left = 0
    for line in lines:
        opened = _opening(line, commands)
        exact = opened is not None and _read(opened, line, programs) is not None
        last = blocks[-1] if blocks else None
        if opened is not None and (exact or last is None or not last.capability.takes_text):
            blocks.append(_Block(opened, [line]))
        elif last is not None and last.capability.takes_text:
            last.lines.append(line)
        elif line.strip():
            left += 1
    return Script(tuple(_step(block, programs) for block in blocks[:MOST_STEPS]), left)


def _step(block: _Block, programs: Collection[str]) -> Step:
    command = _read(block.capability, "\n".join(block.lines).strip(), programs)
    return Step(block.capability, command, _head(block.lines[0]))


def _head(line: str) -> str:
    """A command's words without its free text, which may speak of pupils."""
    return _tidied(re.split(r":(?:\s|$)|\bbecause\b", line, maxsplit=1)[0])[:100]


def _own_lines(message: Message, commands: Sequence[Capability], programs: Collection[str]) -> Iterator[str]:
    """The subject where it is a command (a reply's never is), then the text, up to where reading stops."""
    subject, lines = plain(message.subject).strip(), plain(message.text).splitlines()
    opened = None if _REPLIED.match(subject) else _opening(subject, commands)
    text = list(_from_first_words(_until_stop(lines)))
    if opened is not None and (not text or _read(opened, subject, programs) is not None):
        yield subject
        text = [line for line in text if _tidied(line).lower() != _tidied(subject).lower()]
    yield from text


def _until_stop(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if _STOPS.fullmatch(line[:200]):
            return
        yield line


def _from_first_words(lines: Iterator[str]) -> Iterator[str]:
    """Without blank lines and greetings in front; a subject that stands alone needs none."""
    begun = False
    for line in lines:
        begun = begun or bool(line.strip() and not is_greeting(line))
        if begun:
            yield line


def _opening(line: str, commands: Sequence[Capability]) -> Capability | None:
    said = _tidied(line[:300])
    return next((one for one in commands if _pattern(one.opens).match(said)), None)


def _read(capability: Capability, words: str, programs: Collection[str]) -> Any:
    assert capability.line is not None
    first, _, more = words.partition("\n")
    said = _tidied(first)
    rest = said[found.end() :] if (found := _pattern(capability.opens).match(said)) else said
    return capability.line(f"{rest.strip()}\n{more}".strip(), programs)


def _tidied(line: str) -> str:
    """Without politeness around it and without a final stop."""
    return _POLITE.sub("", " ".join(line.split()).rstrip(" .!"))


@lru_cache(maxsize=128)
def _pattern(opens: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{opens})(?![\w-])", re.I)


def without_rehearsal(message: Message) -> Message | None:
    """The message as it would be in earnest, if it asks for a rehearsal: `dry run` first in the subject or
    the text, or the preview address; else None."""
    subject, text = _DRY.sub("", message.subject, count=1), _DRY.sub("", message.text, count=1)
    if not (message.rehearsal or (subject, text) != (message.subject, message.text)):
        return None
    return replace(message, subject=subject, text=text, rehearsal=True)


_DRY = re.compile(r"\A\s*(?:dry[ -]?run|rehearsal|ensayo)\b[\s:.,!-]{0,5}", re.I)
