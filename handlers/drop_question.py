"""Drop a question that needs no answer any more: `never mind` as an answer to it, or `drop R-17`.

Its files stay kept and are no evidence; `undo`, as the next thing done, asks again.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from handlers.access import SENDERS, leas_served
from handlers.asking import Asker, Capability
from handlers.attach_evidence import receipt, signed
from handlers.filing import not_filed
from handlers.grammar import plain
from handlers.manners import without_signature
from handlers.messages import Answer, Message, Reply
from handlers.own_lines import own_lines, tidied
from handlers.questions import DROPPED, attachments_of, close, closed_as, reopen
from handlers.refusals import NothingAsked
from handlers.sealing import came_with, sealed
from handlers.threads import is_answer, question_in, thread_of
from store.inbox import InboxEntry
from store.models import Question
from store.programs import rule
from store.unit_of_work import UnitOfWork

_BY_NUMBER = re.compile(r"(?:drop|never ?mind)(?: question)? R-?(\d{1,15})", re.I)
_THIS_ONE = re.compile(
    r"never ?mind|(?:drop|forget|cancel|ignore)(?: (?:it|that|this)(?: question)?| the question)"
    r"|(?:(?:it|this|that)(?:'s| is) )?(?:not|no longer) needed(?: any ?more)?",
    re.I,
)


@dataclass(frozen=True)
class DropQuestion:
    """The question about this message, or the one that is answered."""

    number: int | None
    said: str


@dataclass(frozen=True)
class QuestionDropped(Reply):
    """Which message it was about, the files that stay kept, and how long undo asks again."""

    number: int
    names: list[str]
    minutes: int
    signed: list[str] = field(default_factory=list)


def read(message: Message, _programs: Collection[str]) -> DropQuestion | None:
    """Only as the whole message, without a file: `never mind` beside other words may be about those."""
    lines = [line for line in without_signature(own_lines(message)) if line.strip()]
    if message.files or message.links or len(lines) != 1:
        return None
    said = tidied(plain(lines[0]).strip(" !"))
    if (named := _BY_NUMBER.fullmatch(said)) is not None:
        return DropQuestion(int(named[1]), said)
    return DropQuestion(None, said) if is_answer(message) and _THIS_ONE.fullmatch(said) else None


async def drop_question(command: DropQuestion, asker: Asker, uow: UnitOfWork) -> Answer:
    """Close it for the person who was asked. Raises NothingAsked."""
    question = await _question(command, asker, uow)
    if question is None or question.person_id != asker.person.id:
        raise NothingAsked(command.said)
    if question.answered_at is not None:
        raise NothingAsked(command.said, question.answered_at.isoformat(), closed_as(question))
    files, entry = attachments_of(question), await uow.entry(question.inbox_id)
    assert entry is not None  # a question's key is its message
    await close(question, files, "not_evidence", DROPPED, asker, uow)
    facts = [("Dropped", f"R-{entry.id}"), *came_with(entry), *(("SHA-256", file.sha256) for file in files)]
    reply = QuestionDropped(
        question.inbox_id,
        [file.name for file in files],
        rule("undo_minutes"),
        await sealed(facts, asker, uow),
    )
    return Answer(reply, "done", f"{DROPPED} R-{question.inbox_id}")


async def _question(command: DropQuestion, asker: Asker, uow: UnitOfWork) -> Question | None:
    if command.number is not None:
        return await uow.session.get(Question, command.number)
    return await question_in(await thread_of(asker.message, uow), uow)


async def dropped_in(inbox_id: int | None, uow: UnitOfWork) -> tuple[InboxEntry, Question] | None:
    """What a message dropped and is closed by that still."""
    entry = await uow.entry(inbox_id) if inbox_id is not None else None
    said = re.fullmatch(rf"{DROPPED} R-(\d+)", entry.reason or "") if entry is not None else None
    question = await uow.session.get(Question, int(said[1])) if said else None
    if entry is None or question is None or closed_as(question) != DROPPED:
        return None
    return entry, question


async def ask_again(question: Question, asker: Asker, uow: UnitOfWork) -> Answer:
    """The question as it stood, with its choices."""
    entry = await uow.entry(question.inbox_id)
    assert entry is not None  # a question's key is its message
    doubts = await reopen(question, entry, asker, uow)
    outcomes = [not_filed(file, "asked", doubt) for file, doubt in doubts]
    leas = await uow.leas(leas_served(asker.person))
    then = replace(asker, message=replace(asker.message, id=entry.id, received_at=entry.received_at))
    told = receipt(then, outcomes, [], question.choices, leas)
    return replace(await signed(told, asker, uow, entry), state="done", verdicts=())


CAPABILITY = Capability(
    verb="drop",
    usage="never mind, as a reply to a question, or: drop R-17",
    does="drops a question about files that needs no answer any more; the files stay kept",
    handle=drop_question,
    read=read,
    roles=SENDERS,
)
