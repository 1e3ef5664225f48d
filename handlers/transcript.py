"""Several commands in one message: each done or refused by itself, and one answer that tells of each."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any

from handlers import attach_evidence
from handlers.asking import Asker
from handlers.messages import Answer, MessageState, Reply
from handlers.outcome import named
from handlers.refusals import NotSaidRight, NotSure, Refusal
from handlers.saying_no import refused
from handlers.script import Script, Step
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class TranscriptGiven(Reply):
    """What became of each command, in their order. A step is the words as written (empty: the files that
    came along), whether it was done, and its own answer. `left` counts lines that were no commands. The one
    receipt, `signed`, says what all of them did; the steps have none of their own."""

    receipt: int
    received_at: str
    name: str
    steps: list[dict[str, Any]]
    left: int = 0
    signed: list[str] = field(default_factory=list)


async def run_script(script: Script, asker: Asker, programs: Collection[str], uow: UnitOfWork) -> Answer:
    """Do every command. One alone answers as itself, and its refusal is raised; several never stop each
    other: what was refused is undone alone."""
    filing = None if script.uses_files else attach_evidence.read(asker.message, programs)
    alone = filing is None and len(script.steps) == 1
    if alone and (not script.left or script.steps[0].doubt):
        return await _do(script.steps[0], asker, uow)
    without = replace(asker, message=replace(asker.message, files=()))
    done: list[tuple[str, Answer]] = []
    if filing is not None:
        filed = partial(attach_evidence.attach_evidence, filing, asker, uow)
        done.append(("", await _one_of_many(filed, asker, uow)))
    for step in script.steps:
        uses = script.uses_files and step.capability.uses_files
        who = asker if uses else without  # each file has one verdict
        done.append((step.said, await _one_of_many(partial(_do, step, who, uow), who, uow)))
    return _transcript(done, script.left, asker)


async def _one_of_many(act: Callable[[], Awaitable[Answer]], asker: Asker, uow: UnitOfWork) -> Answer:
    try:
        async with uow.undone_by(Refusal):
            answer = await act()
            await uow.session.flush()
            return answer
    except Refusal as no:
        return refused(no, asker)


async def _do(step: Step, asker: Asker, uow: UnitOfWork) -> Answer:
    if step.doubt is not None:
        whole = step.command is not None and not step.capability.takes_text
        raise NotSure(step.said, step.doubt, step.words, whole)
    if step.command is None:
        raise NotSaidRight(step.capability.verb, step.capability.usage)
    return await step.capability.handle(step.command, asker, uow)


def _transcript(done: Sequence[tuple[str, Answer]], left: int, asker: Asker) -> Answer:
    message = asker.message
    reply = TranscriptGiven(
        receipt=message.id,
        received_at=message.received_at.isoformat(),
        name=asker.person.name,
        steps=[_step(said, answer) for said, answer in done],
        left=left,
        signed=_last_signed(answer for _, answer in done),
    )
    answers = [answer for _, answer in done]
    state, reason = _state(answers)
    verdicts = tuple(chain.from_iterable(answer.verdicts for answer in answers))
    tell = tuple(chain.from_iterable(answer.tell for answer in answers))
    return Answer(reply, state, reason, verdicts, tell)


def _step(said: str, answer: Answer) -> dict[str, Any]:
    template, fields = named(answer.reply) if answer.reply else ("", {})
    if "signed" in fields:
        fields["signed"] = []
    return {"said": said, "done": answer.state != "refused", "template": template, "fields": fields}


def _last_signed(answers: Iterable[Answer]) -> list[str]:
    """The receipt of a message says what its earlier ones say, so the last one says everything."""
    signed: list[list[str]] = [getattr(answer.reply, "signed", []) for answer in answers]
    return next(filter(None, reversed(signed)), [])


def _state(answers: Sequence[Answer]) -> tuple[MessageState, str]:
    """A question first; then done, as soon as anything was."""
    states = [answer.state for answer in answers]
    no = states.count("refused")
    if "asked" in states:
        return "asked", next(answer.reason for answer in answers if answer.state == "asked")
    if no == len(states):
        return "refused", answers[0].reason
    return "done", f"{no} of {len(states)} refused" if no else ""
