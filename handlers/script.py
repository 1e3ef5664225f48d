"""The exact commands of a message, one a line, as its sender wrote them. Pure.

Only the newest own words count, from the first line on: a message that begins with anything but a
command or a greeting holds none. Reading stops at a signature, a closing, `--` or quoted text, and at a
paragraph of prose. What is asked, or shown otherwise in the same mail's HTML, is a doubt, and so is every
change with words beside it that are no manners (`handlers/manners.py`).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from handlers.asking import Capability
from handlers.grammar import find_codes
from handlers.manners import is_polite, is_signature, takes_back, without_signature
from handlers.messages import Message
from handlers.own_lines import begun, hides_something, own_lines, own_subject, tidied
from handlers.threads import is_answer

MOST_STEPS = 40


@dataclass(frozen=True)
class Step:
    """One command: the capability, what it read (None: the verb is right, the form is not), and the words
    up to where free text begins, for reading back. `doubt` is a word for why it is not done: `question`,
    `taken_back`, `beside`, `within`, `differs`; `words` are those that raise it."""

    capability: Capability
    command: Any
    said: str
    doubt: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Script:
    """The commands in their order. `left` counts the lines between and behind them that were not read."""

    steps: tuple[Step, ...] = ()
    left: int = 0

    @property
    def uses_files(self) -> bool:
        """Whether one command is what the files are for; with two of them each file needs its own word."""
        return sum(step.capability.uses_files for step in self.steps) == 1


@dataclass(frozen=True)
class _Opened:
    """The capability whose verb a line begins with, and the command that the line alone is, if it is one."""

    capability: Capability
    command: Any = None


@dataclass
class _Block:
    """A command's line and, where it takes text, the lines below it; `within` is the first of them that may
    be a command of its own."""

    capability: Capability
    lines: list[str] = field(default_factory=list)
    within: str = ""


def script_of(message: Message, capabilities: Sequence[Capability], programs: Collection[str]) -> Script:
    """The commands of a message; an empty script where it holds none.

    With documents, words that only begin like a command are words about the documents.
    """
    exactly = tuple(one for one in capabilities if one.line is not None)
    reading = _Reading(exactly, programs, answers=is_answer(message))
    if message.filled:
        return reading.form(message.text)
    lines = list(reading.lines(message))
    opened = reading.opening(lines[0]) if lines else None
    if opened is None:
        return Script()
    exact = opened.command is not None and not _is_question(lines[0])
    reading = replace(reading, files=message.has_documents)
    return reading.script(lines, message.differs) if exact or not message.has_documents else Script()


def is_command(line: str, capabilities: Sequence[Capability], programs: Collection[str]) -> bool:
    """Whether a line is an exact command."""
    reading = _Reading(tuple(one for one in capabilities if one.line is not None), programs)
    opened = reading.opening(line)
    return opened is not None and opened.command is not None


@dataclass(frozen=True)
class _Reading:
    """The commands there are, the program codes, whether documents came along, and whether it answers."""

    commands: tuple[Capability, ...]
    programs: Collection[str]
    files: bool = False
    answers: bool = False

    def lines(self, message: Message) -> Iterator[str]:
        """The subject where it is a command, then the text. Above documents a verb alone is their title."""
        subject, text = own_subject(message), own_lines(message)
        opened = self.opening(subject)
        if opened is not None and message.has_documents and _is_verb_alone(subject, opened.capability):
            opened = None
        if opened is not None and (not text or opened.command is not None):
            yield from (subject, "")
            text = [line for line in text if tidied(line).lower() != tidied(subject).lower()]
        yield from text

    def form(self, text: str) -> Script:
        """The one command of a form: a line of its text is no other command, no closing and no signature."""
        first, _, below = text.partition("\n")
        opened = self.opening(first)
        if opened is None:
            return Script()
        whole = f"{first}\n{below}" if opened.capability.takes_text else first
        return Script((Step(opened.capability, self.read(opened.capability, whole), _said(first)),))

    def script(self, lines: Sequence[str], differs: bool) -> Script:
        blocks, beside = self._blocks(lines)
        left = [line for some in beside for line in self._no_manners(some)]
        steps = [step for block in blocks[:MOST_STEPS] for step in self._steps(block)]
        more = sum(len(block.lines) for block in blocks[MOST_STEPS:])
        doubt = "differs" if differs else "taken_back" if takes_back(left) else "beside" if left else None
        sure = tuple(_doubted(step, doubt, left) for step in steps)
        return Script(sure, len(left) + more)

    def _no_manners(self, lines: Sequence[str]) -> list[str]:
        """The lines of a paragraph that may change what stands beside it."""
        if is_polite(" ".join(lines), files=self.files):
            return []
        return [
            line for line in lines if not self.is_signature(line) and not is_polite(line, files=self.files)
        ]

    def is_signature(self, line: str) -> bool:
        return is_signature(line) and not find_codes(line, self.programs)

    def opening(self, line: str) -> _Opened | None:
        """The command that a line begins like: the one whose form it has, else the longest verb."""
        said = tidied(line[:300])
        if hides_something(_head(line)):
            return None
        fitting = [(found.end(), one) for one in self.commands if (found := _pattern(one.opens).match(said))]
        for _, one in fitting:
            if (command := self.read(one, line)) is not None:
                return _Opened(one, command)
        return _Opened(max(fitting, key=lambda one: one[0])[1]) if fitting else None

    def read(self, capability: Capability, words: str) -> Any:
        assert capability.line is not None
        first, _, more = words.partition("\n")
        said = begun(first) if capability.takes_text and ":" in first else tidied(first)
        said = said.rstrip(" ?") if capability.only_asks else said
        rest = said[found.end() :] if (found := _pattern(capability.opens).match(said)) else said
        wanted = f"{rest.strip()}\n{more}".strip()
        command = capability.line(wanted, self.programs)
        if command is None and self.answers and capability.in_answer is not None:
            return capability.in_answer(wanted, self.programs)
        return command

    def _blocks(self, lines: Sequence[str]) -> tuple[list[_Block], list[list[str]]]:
        """The commands, and the paragraphs that belong to none of them."""
        blocks: list[_Block] = []
        beside: list[list[str]] = [[]]
        for number, line in enumerate(lines):
            opened, last = self.opening(line), blocks[-1] if blocks else None
            text = last is not None and last.capability.takes_text
            exact = opened is not None and opened.command is not None
            if opened is not None and (exact or not text) and not (last and text and _goes_on(last)):
                blocks.append(_Block(opened.capability, [line]))
            elif last is not None and text:
                last.lines.append(line)
                last.within = last.within or (tidied(line) if exact else "")
            elif line.strip() and not lines[number - 1].strip() and not is_polite(line, files=self.files):
                return blocks, beside + _paragraphs(lines[number:])  # prose ends the commands
            elif line.strip():
                beside[-1].append(line)
            else:
                beside.append([])
        return blocks, beside

    def _steps(self, block: _Block) -> list[Step]:
        """The commands of a block: one, or where its line names several things one for each."""
        lines = without_signature(block.lines) if block.capability.takes_text else block.lines
        command, said = self.read(block.capability, "\n".join(lines).strip()), _said(lines[0])
        if command is None and all(not line.strip() or self.is_signature(line) for line in lines[1:]):
            command = self.read(block.capability, lines[0])
        doubt = "within" if block.within else _is_question(lines[0])
        split = block.capability.split
        several = split(command) if split and command is not None else ()
        several = several if len(several) > 1 else ((said, command),)
        return [Step(block.capability, one, words, doubt, block.within) for words, one in several]


def _goes_on(block: _Block) -> bool:
    """Whether what stands below a block may still be its text: its words have begun and no blank line ends
    them, or their last line leads to something (`the LEA says:`)."""
    said = [line for line in block.lines if line.strip()]
    if said == block.lines[:1] and _head(said[0]) == said[0]:
        return False
    return bool(block.lines[-1].strip()) or _LEADS_ON.search(said[-1]) is not None


_LEADS_ON = re.compile(r"(?:[:,]|\b(?:says?|said|wrote|writes))\s*$", re.I)


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        else:
            found.append([])
    return found


def _doubted(step: Step, doubt: str | None, beside: Sequence[str]) -> Step:
    """What only asks is done in any case."""
    if step.capability.only_asks:
        return replace(step, doubt=None)
    if step.doubt is not None or doubt is None:
        return step
    return replace(step, doubt=doubt, words=beside[0].strip()[:80] if beside else "")


def _is_verb_alone(line: str, capability: Capability) -> bool:
    return not capability.uses_files and _pattern(capability.opens).fullmatch(tidied(line)) is not None


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
