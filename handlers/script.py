"""The exact commands of a message, one a line, as its sender wrote them. Pure.

Only the newest own words count, from the first line on: a message that begins with anything but a
command or a greeting holds none. Reading stops at a signature, a closing, `--` or quoted text, and at a
paragraph of prose. What is asked, taken back, or shown otherwise in the same mail's HTML is a doubt.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from handlers.messages import Capability, Message
from handlers.own_lines import (
    begun,
    hides_something,
    is_signature,
    own_lines,
    own_subject,
    takes_back,
    tidied,
)

MOST_STEPS = 40


@dataclass(frozen=True)
class Step:
    """One command: the capability, what it read (None: the verb is right, the form is not), and the words
    up to where free text begins, for reading back. `doubt` is a word for why it is not done: `question`,
    `taken_back`, `differs`."""

    capability: Capability
    command: Any
    said: str
    doubt: str | None = None


@dataclass(frozen=True)
class Script:
    """The commands in their order. `left` counts the lines between and behind them that were not read."""

    steps: tuple[Step, ...] = ()
    left: int = 0

    @property
    def uses_files(self) -> bool:
        """Whether one command is what the files are for; with two of them each file needs its own word."""
        return sum(step.capability.uses_files for step in self.steps) == 1


@dataclass
class _Block:
    """A command's line and, where it takes text, the lines below it."""

    capability: Capability
    lines: list[str] = field(default_factory=list)


def script_of(message: Message, capabilities: Sequence[Capability], programs: Collection[str]) -> Script:
    """The commands of a message; an empty script where it holds none.

    With documents, words that only begin like a command are words about the documents.
    """
    reading = _Reading(tuple(one for one in capabilities if one.line is not None), programs)
    lines = list(reading.lines(message))
    opened = reading.opening(lines[0]) if lines else None
    if opened is None:
        return Script()
    documents = any(file.role == "document" for file in message.files)
    exact = reading.read(opened, lines[0]) is not None and not _is_question(lines[0])
    return reading.script(lines, message.differs) if exact or not documents else Script()


@dataclass(frozen=True)
class _Reading:
    """The commands there are, and the program codes."""

    commands: tuple[Capability, ...]
    programs: Collection[str]

    def lines(self, message: Message) -> Iterator[str]:
        """The subject where it is a command, then the text."""
        subject, text = own_subject(message), own_lines(message)
        opened = self.opening(subject)
        if opened is not None and (not text or self.read(opened, subject) is not None):
            yield from (subject, "")
            text = [line for line in text if tidied(line).lower() != tidied(subject).lower()]
        yield from text

    def script(self, lines: Sequence[str], differs: bool) -> Script:
        blocks, left = self._blocks(lines)
        steps = [self._step(block) for block in blocks[:MOST_STEPS]]
        doubt = "differs" if differs else "taken_back" if takes_back(left) else None
        sure = tuple(_doubted(step, doubt) for step in steps)
        return Script(sure, len(left) + sum(len(block.lines) for block in blocks[MOST_STEPS:]))

    def opening(self, line: str) -> Capability | None:
        """The command that a line begins like: the one whose form it has, else the longest verb."""
        said = tidied(line[:300])
        if hides_something(_head(line)):
            return None
        fitting = [(found.end(), one) for one in self.commands if (found := _pattern(one.opens).match(said))]
        exact = [one for _, one in fitting if self.read(one, line) is not None]
        return exact[0] if exact else max(fitting, key=lambda one: one[0])[1] if fitting else None

    def read(self, capability: Capability, words: str) -> Any:
        assert capability.line is not None
        first, _, more = words.partition("\n")
        said = begun(first) if capability.takes_text and ":" in first else tidied(first)
        said = said.rstrip(" ?") if capability.only_asks else said
        rest = said[found.end() :] if (found := _pattern(capability.opens).match(said)) else said
        return capability.line(f"{rest.strip()}\n{more}".strip(), self.programs)

    def _blocks(self, lines: Sequence[str]) -> tuple[list[_Block], list[str]]:
        """The commands, and the lines that belong to none of them."""
        blocks: list[_Block] = []
        left: list[str] = []
        for number, line in enumerate(lines):
            opened, last = self.opening(line), blocks[-1] if blocks else None
            text = last is not None and last.capability.takes_text
            if opened is not None and (not text or self.read(opened, line) is not None):
                blocks.append(_Block(opened, [line]))
            elif last is not None and text:
                last.lines.append(line)
            elif line.strip() and not lines[number - 1].strip():  # a paragraph of prose ends the commands
                return blocks, left + [one for one in lines[number:] if one.strip() and not is_signature(one)]
            elif line.strip():
                left.append(line)
        return blocks, left

    def _step(self, block: _Block) -> Step:
        command = self.read(block.capability, "\n".join(block.lines).strip())
        if command is None and all(not line.strip() or is_signature(line) for line in block.lines[1:]):
            command = self.read(block.capability, block.lines[0])
        return Step(block.capability, command, _said(block.lines[0]), _is_question(block.lines[0]))


def _doubted(step: Step, doubt: str | None) -> Step:
    """What only asks is done in any case."""
    if step.capability.only_asks:
        return Step(step.capability, step.command, step.said)
    return Step(step.capability, step.command, step.said, step.doubt or doubt)


def _is_question(line: str) -> str | None:
    return "question" if _head(line).rstrip().endswith(("?", "¿")) else None


def _head(line: str) -> str:
    """A command's words without its free text, which may speak of pupils."""
    return re.split(r":(?:\s|$)|\bbecause\b", line[:300], maxsplit=1)[0]


def _said(line: str) -> str:
    return tidied(_head(line))[:100]


@lru_cache(maxsize=128)
def _pattern(opens: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{opens})(?![\w-])", re.I)
