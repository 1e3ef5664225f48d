"""Commands that change something, for tests of the reading layer alone: the registered ones, and plain
stand-ins of the agreed forms for those that are not registered. Nobody calls a stand-in's handler."""

from collections.abc import Collection
from typing import Any

from handlers.asking import Capability
from handlers.capabilities import CAPABILITIES
from handlers.messages import Answer, Message, Sender
from handlers.references import read_target
from handlers.script import Script, script_of
from tests.builders import NOW, PROGRAMS

REGISTERED = {one.verb: one for one in CAPABILITIES}


async def nobody(*_: Any) -> Answer:
    raise AssertionError("a stand-in is only read")


def target_alone(words: str, programs: Collection[str]) -> Any:
    """`EL 02`, and nothing behind it."""
    found = read_target(words, programs)
    return found[0] if found is not None and not found[1] else None


def target_and_text(words: str, programs: Collection[str]) -> Any:
    """`EL 02: words`; the words."""
    found = read_target(words, programs)
    return found[1][1:].strip() if found is not None and found[1].startswith(":") else None


def document(words: str, _programs: Collection[str]) -> Any:
    """`D-17`."""
    number = words.upper().removeprefix("D-")
    return number if number.isdecimal() else None


def stand_in(verb: str, line: Any, *, takes_text: bool = False, uses_files: bool = False) -> Capability:
    return REGISTERED.get(verb) or Capability(
        verb, verb, verb, nobody, opens=verb, line=line, takes_text=takes_text, uses_files=uses_files
    )


VERBS = (
    stand_in("submit", target_alone),
    stand_in("meets", target_alone),
    stand_in("withdraw", document),
    stand_in("replace", document, uses_files=True),
    stand_in("return", target_and_text, takes_text=True),
    stand_in("comment", target_and_text, takes_text=True),
    stand_in("status", target_alone),
)


def a_message(text: str = "", subject: str = "", **more: Any) -> Message:
    return Message(
        1, "mail", NOW, Sender("a@b.example", "authenticated", "test"), None, subject, text, **more
    )


def script(text: str = "", subject: str = "", **more: Any) -> Script:
    return script_of(a_message(text, subject, **more), VERBS, PROGRAMS)


def obeyed(found: Script) -> list[str]:
    """The commands that would be done, as they are read back."""
    return [step.said for step in found.steps if step.command is not None and step.doubt is None]
