"""Answer a question of ours about kept files: `2`, or `1: EL 02, 2: CE 08`, as a reply."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.access import leas_served
from handlers.attach_evidence import no_file, offer, receipt, sending_of
from handlers.file_map import file_map
from handlers.filing import FileLine, file_document, not_filed, progress
from handlers.grammar import choices as numbered
from handlers.grammar import find_codes
from handlers.messages import Answer, Asker, Attachment, Capability, FileVerdict, Message
from handlers.refusals import NothingAsked
from handlers.show_status import first_words
from handlers.targets import Aim, Desk, Target, aim, desk_for
from handlers.wishes import Wish, mapped_wishes, wishes_of
from store.inbox import InboxEntry
from store.models import Question
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AnswerQuestion:
    """The numbers that were chosen, or else the words that say which file goes where."""

    numbers: tuple[int, ...]
    text: str
    answers: tuple[str, ...]
    programs: frozenset[str]


def read(message: Message, programs: Collection[str]) -> AnswerQuestion | None:
    """A reply without files of its own that starts with numbers or names codes."""
    if any(file.role == "document" for file in message.files):
        return None
    if re.match(r"(?:status|help)\b", first_words(message), re.I):
        return None
    numbers = numbered(message.text) or ()
    mapped = file_map(message.text, (), programs)
    named = message.answers and find_codes(message.text, programs)
    if not numbers and not mapped and not named:
        return None
    return AnswerQuestion(numbers, message.text, message.answers, frozenset(programs))


async def answer_question(command: AnswerQuestion, asker: Asker, uow: UnitOfWork) -> Answer:
    """File the files that were asked about. Raises NothingAsked, for the person who was asked only."""
    question = await _question(command, asker, uow)
    entry = await uow.entry(question.inbox_id)
    assert entry is not None
    desk = await desk_for(uow, leas_served(asker.person), command.text)
    aims = _aims(command, question, desk, asker.message)
    then = replace(sending_of(asker), inbox_id=entry.id, received_at=entry.received_at)
    outcomes = [await file_document(one, then, uow) for one in aims if not one.doubt]
    outcomes += [not_filed(one.wish.file, "asked", one.doubt) for one in aims if one.doubt]
    unsure = [one for one in aims if one.doubt]
    choices = (question.choices or offer(unsure, desk)) if unsure else []
    await _close(question, entry, outcomes, choices, asker, uow)
    sure = [target for one in aims if not one.doubt for target in one.targets]
    answered = receipt(_as_asked(asker, entry), outcomes, await progress(sure, uow), choices, desk)
    return replace(answered, state="done", verdicts=())


async def _question(command: AnswerQuestion, asker: Asker, uow: UnitOfWork) -> Question:
    """The question replied to; bare numbers outside any thread mean this person's only open one.

    Codes outside a thread are no answer: "EL 02 is attached" in a new mail may have lost its file.
    Numbers in another thread answer something else. Raises NothingAsked, NoFileCame.
    """
    question = await uow.question_answered_by(command.answers) if command.answers else None
    if not command.answers and (command.numbers or file_map(command.text, (), command.programs)):
        waiting = await uow.open_questions(asker.person.id)
        question = waiting[0] if len(waiting) == 1 else None
    said = command.text.strip().partition("\n")[0][:80]
    if question is None and not command.numbers:
        raise no_file(asker.message, [said])
    if question is None or question.person_id != asker.person.id:
        raise NothingAsked(said)
    if question.answered_at is not None:
        raise NothingAsked(said, question.answered_at.isoformat())
    return question


def _aims(command: AnswerQuestion, question: Question, desk: Desk, message: Message) -> list[Aim]:
    files = [Attachment(**file) for file in question.files]
    if command.numbers:
        chosen = _chosen(command.numbers, question.choices, desk)
        doubt = _doubt(command.numbers, chosen, files)
        offered = tuple(_by_name(desk, [choice["target"] for choice in question.choices]))
        return [Aim(Wish(file, ()), tuple(chosen), offered, doubt) for file in files]
    wishes = mapped_wishes(files, command.text, command.programs)
    return [aim(_plainly(wish, files, command, message), desk, command.text) for wish in wishes]


def _plainly(wish: Wish, files: Sequence[Attachment], command: AnswerQuestion, message: Message) -> Wish:
    """Outside a map, the words of an answer are read as warily as those of any mail ("not EL 02")."""
    if wish.words or wish.doubt:
        return wish
    nameless = tuple(replace(file, name="") for file in files)
    wary = wishes_of(replace(message, subject="", hints=(), files=nameless), command.programs)
    doubt = next(one.doubt for one in wary if one.file.number == wish.file.number)
    return replace(wish, doubt="prose" if "?" in command.text else doubt)


def _doubt(numbers: Sequence[int], chosen: Sequence[Target], files: Sequence[Attachment]) -> str | None:
    """Several numbers for several files may mean each to each, or one to one: we ask again."""
    if len(chosen) < len(numbers):
        return "no-such-choice"
    return "several-files-several-items" if len(files) > 1 and len(numbers) > 1 else None


def _chosen(numbers: Sequence[int], choices: Sequence[dict[str, Any]], desk: Desk) -> list[Target]:
    return _by_name(desk, [choice["target"] for choice in choices if choice["number"] in numbers])


def _by_name(desk: Desk, names: Sequence[str]) -> list[Target]:
    known = {target.name: target for target in desk.targets}
    return [known[name] for name in names if name in known]


async def _close(
    question: Question,
    entry: InboxEntry,
    outcomes: Sequence[tuple[FileVerdict, FileLine]],
    choices: list[dict[str, Any]],
    asker: Asker,
    uow: UnitOfWork,
) -> None:
    """Give the asked files of the first message their final verdicts; what is still open stays asked.

    The choices keep their numbers: an answer to our first mail must not mean something else by now.
    """
    rows = {row.number: row for row in await uow.verdicts_of(entry.id)}
    for verdict, _ in outcomes:
        row = rows[verdict.file.number]
        row.verdict, row.reason, row.targets = verdict.verdict, verdict.reason, list(verdict.targets)
        row.document = verdict.document
        uow.changed(row)
    still = {verdict.file.number for verdict, _ in outcomes if verdict.verdict == "asked"}
    question.files = [file for file in question.files if file["number"] in still]
    question.choices = choices
    if not still:
        question.answered_at = asker.message.received_at
        entry.state, entry.reason = "done", ""
        uow.changed(entry)
    uow.changed(question)


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
