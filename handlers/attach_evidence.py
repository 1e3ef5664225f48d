"""Attach documents to instrument items. Source: fact sheet 2.

A file is filed only where its target is sure; otherwise it is kept and the sender is asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from handlers.access import leas_served, may_attach, schools_bound
from handlers.filing import FileLine, Sending, file_document, not_filed
from handlers.messages import Answer, Asker, Attachment, Capability, FileVerdict, Message, MessageState, Reply
from handlers.questions import ask, offer, settle_sent_again
from handlers.refusals import NoFileCame
from handlers.sealing import sealed_files
from handlers.standing import standing
from handlers.targets import Aim, Desk, aim, desk_for
from handlers.wishes import Wish, wishes_of
from store.inbox import InboxEntry
from store.models import Question
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AttachEvidence:
    """What each document is for, as far as the message says, and the other files that came along."""

    wishes: tuple[Wish, ...]
    others: tuple[Attachment, ...]
    words: str


@dataclass(frozen=True)
class EvidenceReceived(Reply):
    """The receipt: one line per file, what is still missing, what we must ask; `signed` is to be kept."""

    receipt: int
    received_at: str
    name: str
    lea: str
    files: list[dict[str, Any]]
    progress: list[dict[str, Any]] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)


_ROLES = {
    "decoration": ("not_evidence", "decoration"),
    "empty": ("refused", "empty"),
    "damaged": ("held", "damaged"),
    "unreadable": ("held", "unreadable"),
}


def read(message: Message, programs: Collection[str]) -> AttachEvidence | None:
    """Any message with a file that could be evidence is about evidence."""
    others = tuple(file for file in message.files if file.role != "document")
    if all(file.role == "decoration" for file in message.files):
        return None
    return AttachEvidence(wishes_of(message, programs), others, _words(message))


async def attach_evidence(command: AttachEvidence, asker: Asker, uow: UnitOfWork) -> Answer:
    """File what is sure, ask about the rest. Raises NotForYourRole."""
    may_attach(asker.person)
    aims, desk = await _aims(command, asker, uow)
    waiting = await uow.open_questions(asker.person.id)
    outcomes = [await _one(one, await _sending(one, waiting, asker, uow), uow) for one in aims]
    await settle_sent_again(waiting, [verdict for verdict, _ in outcomes], asker, uow)
    outcomes += [not_filed(file, *_end_of(file)) for file in command.others]
    unsure = [one for one in aims if one.doubt]
    choices = offer(unsure, desk)
    if unsure:
        await ask(asker, unsure, choices, uow)
    sure = [target for one in aims if not one.doubt for target in one.targets]
    answer = receipt(asker, outcomes, await standing(sure, asker, uow), choices, desk)
    return await signed(answer, asker, uow)


def receipt(
    asker: Asker,
    outcomes: Sequence[tuple[FileVerdict, FileLine]],
    done: list[dict[str, Any]],
    choices: list[dict[str, Any]],
    desk: Desk,
) -> Answer:
    """The answer to a message about files: its state is the most open of its verdicts."""
    verdicts = tuple(verdict for verdict, _ in outcomes)
    lines = sorted((line for _, line in outcomes), key=lambda line: line.number)
    reply = EvidenceReceived(
        receipt=asker.message.id,
        received_at=asker.message.received_at.isoformat(),
        name=asker.person.name,
        lea=" and ".join(lea.name for lea in desk.leas),
        files=[asdict(line) for line in lines],
        progress=done,
        choices=choices,
    )
    state = state_of(verdicts)
    return Answer(reply, state, _reason(state, verdicts), verdicts)


async def signed(answer: Answer, asker: Asker, uow: UnitOfWork, brought: InboxEntry | None = None) -> Answer:
    """The answer with the signed receipt of its files; they came with `brought` if we asked about them."""
    assert isinstance(answer.reply, EvidenceReceived)
    lines = await sealed_files(answer.reply.files, asker, uow, brought)
    return replace(answer, reply=replace(answer.reply, signed=lines))


def state_of(verdicts: Sequence[FileVerdict]) -> MessageState:
    """One end state for a message: a question first, then what was done, what is held, what was refused."""
    said = {verdict.verdict for verdict in verdicts}
    if "asked" in said:
        return "asked"
    if said & {"filed", "duplicate"}:
        return "done"
    return "held" if "held" in said else "refused"


def _reason(state: MessageState, verdicts: Sequence[FileVerdict]) -> str:
    """Why a message is not simply done: the reason of the first file that is not."""
    return next((one.reason for one in verdicts if one.verdict == state), "")


def sending_of(asker: Asker) -> Sending:
    message = asker.message
    schools = schools_bound(asker.person.roles)
    return Sending(message.id, asker.person, message.channel, message.received_at, schools)


async def _sending(one: Aim, waiting: Sequence[Question], asker: Asker, uow: UnitOfWork) -> Sending:
    """How the file came. One that we asked about before came then: the earliest time is kept."""
    sending = sending_of(asker)
    digest = one.wish.file.sha256
    asked = [question for question in waiting if any(file["sha256"] == digest for file in question.files)]
    entry = await uow.entry(asked[0].inbox_id) if asked else None
    return replace(sending, inbox_id=entry.id, received_at=entry.received_at) if entry else sending


async def _aims(command: AttachEvidence, asker: Asker, uow: UnitOfWork) -> tuple[list[Aim], Desk]:
    """Aim with the few items that were named; only a doubt is worth fetching everything."""
    leas = leas_served(asker.person)
    keys = {mention.code.key for wish in command.wishes for mention in wish.mentions}
    desk = await desk_for(uow, leas, command.words, keys)
    aims = [aim(wish, desk, command.words) for wish in command.wishes]
    if not any(one.doubt for one in aims):
        return aims, desk
    desk = await desk_for(uow, leas, command.words)
    return [aim(wish, desk, command.words) for wish in command.wishes], desk


def _end_of(file: Attachment) -> tuple[str, str]:
    """Verdict and reason of a file that cannot be filed: the remark says it more exactly than the role."""
    verdict, reason = _ROLES[file.role]
    return verdict, file.remark or reason


async def _one(one: Aim, sending: Sending, uow: UnitOfWork) -> tuple[FileVerdict, FileLine]:
    if one.doubt:
        return not_filed(one.wish.file, "asked", one.doubt)
    return await file_document(one, sending, uow)


def _words(message: Message) -> str:
    """What may name a school, an LEA or a form: the subject first, then the text, then the address."""
    return "\n".join([message.subject, *message.text.splitlines()[:12], *message.hints])


def no_file(message: Message, said: Sequence[str]) -> NoFileCame:
    """Evidence was meant (a code, a link, a picture), but nothing came that can be evidence."""
    only = [file.name for file in message.files if file.role == "decoration"]
    return NoFileCame(links=list(message.links), only=only, said=list(said))


CAPABILITY = Capability(
    verb="attach",
    usage="Attach files and name the item, for example in the subject: EL 02",
    does="files your documents to instrument items and sends a receipt",
    read=read,
    handle=attach_evidence,
)
