"""The corpus of requests, over the reading layer alone: nobody's words are taken for a command that they
did not mean, and clear requests are understood."""

import re

import pytest

from handlers.asking import Capability
from handlers.capabilities import CAPABILITIES
from handlers.grammar import find_codes
from handlers.messages import Message
from handlers.pipeline import recognised
from handlers.script import script_of
from tests.builders import PROGRAMS, a_file
from tests.handlers.corpus_requests import CLEAR, NOTHING, lines
from tests.handlers.verbs import a_message

ASKS = {"status", "search", "history", "documents", "users", "contacts", "verify", "sent it", "my reminders"}
_NAMED = re.compile(r"\bD-\d+\b|\S+@[\w.-]+\w|\b[a-z]{2}-(?!\d)[a-z0-9]+\b(?!/)", re.I)
_BARE = {"search", "help", "add user", "change role", "retire", "reinstate", "verify"}
WHOLE = {"attach", "answer", "help"}  # read from the whole message, not from a line
VERBS = sorted((one.verb for one in CAPABILITIES if one.line or one.only_asks), key=len, reverse=True)


def message_of(said: str) -> Message:
    """A message from its line in the corpus."""
    files = (a_file(),) if said.endswith("+file") else ()
    said = said.removesuffix("+file")
    answers = ("<out-1@cais.example>",) if said.startswith("^") else ()
    subject, mark, text = said.removeprefix("^").rpartition("//")
    return a_message(text.strip(" ") if mark else text, subject.strip(), files=files, answers=answers)


def reading(message: Message, capabilities: tuple[Capability, ...] = CAPABILITIES) -> list[str]:
    """What is read of it, as the corpus says it: a verb and what it is about; nothing that is asked back."""
    steps = script_of(message, capabilities, PROGRAMS).steps
    done = [
        _said(step.capability.verb, step.said)
        for step in steps
        if step.command is not None and not step.doubt
    ]
    if steps:
        return done
    found = recognised(message, PROGRAMS)
    verb = found[0].verb if found else ""
    return [verb if verb in WHOLE else _said(verb, f"{message.subject}\n{message.text}")] if verb else []


def _said(verb: str, words: str) -> str:
    """With the codes, document numbers, names and addresses in its words."""
    codes = [str(one.code) for one in find_codes(words, PROGRAMS)]
    words = re.sub(r"\bd-(?=\d)", "D-", words)
    about = [*(one for one in _NAMED.findall(words) if not find_codes(one, PROGRAMS)), *codes]
    return verb if verb in _BARE else f"{verb} {', '.join(dict.fromkeys(about))}".strip()


def verb_of(wanted: str) -> str:
    """The registered verb that a reading begins with, or nothing."""
    if wanted in WHOLE:
        return wanted
    return next((verb for verb in VERBS if wanted == verb or wanted.startswith(f"{verb} ")), "")


def wanted_of(wanted: str) -> list[str]:
    return [one.strip() for one in wanted.split(" ; ")]


def known() -> dict[str, list[str]]:
    """The entries whose verbs are all registered."""
    return {want: rows for want, rows in CLEAR.items() if all(map(verb_of, wanted_of(want)))}


def changes(read: list[str]) -> list[str]:
    return [one for one in read if verb_of(one) not in ASKS | WHOLE]


def test_the_corpus_is_large_and_says_everything_once() -> None:
    said = [one for rows in CLEAR.values() for one in lines(rows)] + lines(NOTHING)
    assert len(said) >= 250
    assert [one for one in set(said) if said.count(one) > 1] == []


@pytest.mark.parametrize("wanted", CLEAR)
def test_no_command_is_read_that_was_not_meant(wanted: str) -> None:
    """Also of verbs that are not registered: their requests must not become another command."""
    for said in lines(CLEAR[wanted]):
        read = changes(reading(message_of(said)))
        assert set(read) <= set(wanted_of(wanted)), said


@pytest.mark.parametrize("said", lines(NOTHING))
def test_nothing_is_changed_by_words_that_do_not_mean_it(said: str) -> None:
    assert changes(reading(message_of(said))) == []


def test_clear_requests_are_understood() -> None:
    asked = [(said, wanted_of(wanted)) for wanted, rows in known().items() for said in lines(rows)]
    missed = [
        (said, reading(message_of(said))) for said, wanted in asked if reading(message_of(said)) != wanted
    ]
    assert len(missed) <= 0.05 * len(asked), missed
