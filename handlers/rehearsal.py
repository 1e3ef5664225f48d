"""A dry run: the same answer as in earnest, marked as a rehearsal, and a record as it was before."""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.asking import Asker, Capability
from handlers.messages import Answer, FileVerdict, Message, Reply
from handlers.outcome import named
from handlers.own_lines import first_said
from handlers.references import read_targets
from handlers.script import is_command
from store.unit_of_work import UnitOfWork

REASON = "rehearsal"
_DRY = re.compile(
    r"\s*(?:please[ ,]+)?(?P<word>dry[ -]?run|rehearsal|ensayo)\b(?P<colon>\s*:)?[\s.,!-]{0,5}", re.I
)
_NOTHING_ELSE = re.compile(r"[\s,;&/.!()-]*(?:(?:and|y|please|only|solo)[\s,;&/.!()-]*)*", re.I)


@dataclass(frozen=True)
class Rehearsed(Reply):
    """What would have been answered (`template`, `fields`), and to whom else something would have been
    written, as `{"to", "template"}`. `code`: in earnest it must be confirmed."""

    name: str
    template: str
    fields: dict[str, Any]
    tell: list[dict[str, str]]
    code: bool = False


def in_earnest(
    message: Message, capabilities: Sequence[Capability], programs: Collection[str]
) -> Message | None:
    """The message as it would be in earnest, if it asks for a rehearsal: `dry run` as its subject or first
    line, before a colon, a code alone or an exact command, or the preview address; else None."""

    def dry(line: str) -> re.Match[str] | None:
        found = _DRY.match(line)
        return found if found and _asks(found, line[found.end() :], capabilities, programs) else None

    lines = message.text.splitlines(keepends=True)
    first = first_said(lines)
    subject, text = dry(message.subject), dry(lines[first]) if first < len(lines) else None
    if not (message.rehearsal or subject or text):
        return None
    if text:
        lines[first] = lines[first][text.end() :]
    return replace(
        message,
        subject=message.subject[subject.end() :] if subject else message.subject,
        text="".join(lines),
        rehearsal=True,
    )


def _asks(
    found: re.Match[str], rest: str, capabilities: Sequence[Capability], programs: Collection[str]
) -> bool:
    """Whether the words behind `dry run` are what is rehearsed, and it is not what the mail is about."""
    if found["colon"] or _NOTHING_ELSE.fullmatch(rest):
        return True
    if not found["word"].lower().startswith("dry"):
        return False
    found_targets = read_targets(rest, programs)
    alone = found_targets is not None and _NOTHING_ELSE.fullmatch(found_targets[1]) is not None
    return alone or is_command(rest, capabilities, programs)


async def rehearse(
    asker: Asker, decide: Callable[[], Awaitable[Answer]], uow: UnitOfWork, code: bool = False
) -> Answer:
    """Decide in earnest, then undo everything but the answer. The files stay kept, like every message."""
    async with uow.undone():
        answer = await decide()
        await uow.session.flush()
    files = tuple(FileVerdict(file, "not_evidence", reason=REASON) for file in asker.message.files)
    if answer.reply is None:
        return Answer(None, answer.state, answer.reason, files)
    template, fields = named(answer.reply)
    tell = [{"to": one.to, "template": named(one.reply)[0]} for one in answer.tell]
    return Answer(
        Rehearsed(asker.person.name, template, fields, tell, code and answer.state != "refused"),
        "done",
        REASON,
        files,
    )
