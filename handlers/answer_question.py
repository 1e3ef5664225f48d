"""Answer a question of ours about kept files: `2`, or `1: EL 02, 2: CE 08`, as a reply."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from handlers.access import leas_served
from handlers.aiming import aim
from handlers.asking import Asker, Capability
from handlers.attach_evidence import no_file, one_file, receipt, sending_of, signed
from handlers.evidence_rules import ruled
from handlers.file_map import file_map
from handlers.filing import placed_in
from handlers.grammar import choices as numbered
from handlers.grammar import find_codes
from handlers.messages import Answer, Message
from handlers.questions import (
    Choice,
    as_said,
    attachments_of,
    closed_as,
    offer,
    remember_said,
    settle,
    since_it_came,
)
from handlers.refusals import NothingAsked
from handlers.responding import respond_with
from handlers.show_status import first_words, wants_status
from handlers.standing import standing
from handlers.targets import Aim, Desk, Target, desk_for
from handlers.threads import is_answer, question_in, thread_of
from handlers.wishes import Wish, answered_wishes
from store.inbox import InboxEntry
from store.models import Question
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AnswerQuestion:
    """The numbers that were chosen, or else the words that say which file goes where. `threaded`: it answers
    some message, ours or not."""

    numbers: tuple[int, ...]
    text: str
    threaded: bool
    programs: frozenset[str]


def read(message: Message, programs: Collection[str]) -> AnswerQuestion | None:
    """A reply without files of its own that starts with numbers or names codes, and asks for nothing."""
    if message.has_documents:
        return None
    numbers = numbered(message.text) or ()
    mapped = file_map(message.text, (), programs)
    threaded = is_answer(message)
    named = threaded and find_codes(message.text, programs)
    if not (numbers or mapped or named) or wants_status(first_words(message), programs):
        return None
    return AnswerQuestion(numbers, message.text, threaded, frozenset(programs))


async def answer_question(command: AnswerQuestion, asker: Asker, uow: UnitOfWork) -> Answer:
    """File the files that were asked about. Raises NothingAsked, NoFileCame."""
    question = await _question(command, asker, uow)
    entry = await uow.entry(question.inbox_id)
    assert entry is not None  # a question's key is its message
    desk = await desk_for(uow, leas_served(asker.person), command.text)
    aims = [ruled(one, command.text) for one in _aims(command, question, desk)]
    then = as_said(question, sending_of(asker), entry)
    outcomes = [
        await one_file(one, await since_it_came(one.wish.file.number, question, then, uow), uow)
        for one in aims
    ]
    tell = await respond_with(placed_in(outcomes), asker, uow)
    question.choices = choices = offer([one for one in aims if one.doubt], desk.leas, question.choices)
    await settle(question, [one.verdict for one in outcomes], asker, uow)
    remember_said(question, aims)
    sure = [target for one in aims if not one.doubt for target in one.targets]
    shown = choices if any(one.doubt for one in aims) else []
    answered = receipt(_as_asked(asker, entry), outcomes, await standing(sure, asker, uow), shown, desk.leas)
    answered = await signed(answered, asker, uow, entry)
    return replace(answered, state="done", verdicts=(), tell=tell)


async def waits(asker: Asker, uow: UnitOfWork) -> bool:
    """Whether the message answers a question that its sender still owes an answer to."""
    question = await question_in(await thread_of(asker.message, uow), uow)
    return question is not None and question.person_id == asker.person.id and question.answered_at is None


async def _question(command: AnswerQuestion, asker: Asker, uow: UnitOfWork) -> Question:
    """The question replied to; outside any thread, for numbers and maps, this person's only open one.

    Codes outside a thread are no answer: "EL 02 is attached" in a new mail may have lost its file.
    Numbers in another thread answer something else. Raises NoFileCame, and NothingAsked for everybody
    but the person who was asked.
    """
    question = await question_in(await thread_of(asker.message, uow), uow) if command.threaded else None
    told = command.numbers or file_map(command.text, (), command.programs)
    if not command.threaded and told:
        waiting = await uow.open_questions(asker.person.id)
        question = waiting[0] if len(waiting) == 1 else None
    said = command.text.strip().partition("\n")[0][:80]
    if question is None and not command.numbers:
        raise no_file(asker.message, [str(one.code) for one in find_codes(command.text, command.programs)])
    if question is None or question.person_id != asker.person.id:
        raise NothingAsked(said)
    if question.answered_at is not None:
        raise NothingAsked(said, question.answered_at.isoformat(), closed_as(question))
    return question


def _aims(command: AnswerQuestion, question: Question, desk: Desk) -> list[Aim]:
    files = attachments_of(question)
    if not command.numbers:
        wishes = answered_wishes(files, command.text, command.programs)
        return [aim(wish, desk, command.text) for wish in wishes]
    chosen = _chosen(command.numbers, question.choices, desk)
    offered = tuple(_by_name(desk, [choice["target"] for choice in question.choices]))
    doubt = _doubt(command, chosen, len(files))
    return [Aim(Wish(file, ()), tuple(chosen), offered, doubt) for file in files]


def _doubt(command: AnswerQuestion, chosen: Sequence[Target], files: int) -> str | None:
    """Why numbers are not sure: one was not offered, codes say something else, or who goes where is open."""
    if len(chosen) < len(command.numbers):
        return "no-such-choice"
    meant = {target.item.key for target in chosen if target.item}
    if {one.code.key for one in find_codes(command.text, command.programs)} - meant:
        return "sources-differ"
    return "several-files-several-items" if files > 1 and len(chosen) > 1 else None


def _chosen(numbers: Sequence[int], choices: Sequence[Choice], desk: Desk) -> list[Target]:
    return _by_name(desk, [choice["target"] for choice in choices if choice["number"] in numbers])


def _by_name(desk: Desk, names: Sequence[str]) -> list[Target]:
    known = {target.name: target for target in desk.targets}
    return [known[name] for name in names if name in known]


def _as_asked(asker: Asker, entry: InboxEntry) -> Asker:
    """The receipt speaks of the message that brought the files: its number and its time."""
    return replace(asker, message=replace(asker.message, id=entry.id, received_at=entry.received_at))


CAPABILITY = Capability(
    verb="answer",
    usage="Reply to a question with a number (2), or with a file map (1: EL 02, 2: CE 08)",
    does="files the documents that we asked you about",
    read=read,
    handle=answer_question,
)
