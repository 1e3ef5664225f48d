"""Attach documents to instrument items. Source: fact sheet 2.

A file is filed only where its target is sure; otherwise it is kept and the sender is asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from handlers.access import leas_served, may_attach, schools_bound
from handlers.filing import FileLine, Sending, file_document, not_filed, progress
from handlers.messages import (
    Answer,
    Asker,
    Attachment,
    Capability,
    FileVerdict,
    Message,
    MessageState,
    Reply,
    Role,
    Verdict,
)
from handlers.refusals import NoFileCame
from handlers.targets import Aim, Desk, Target, aim, desk_for
from handlers.wishes import Wish, wishes_of
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
    """The receipt: one line per file, what is still missing, and what we must ask."""

    receipt: int
    received_at: str
    name: str
    lea: str
    files: list[dict[str, Any]]
    progress: list[dict[str, Any]] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)


_ROLES: dict[Role, tuple[Verdict, str]] = {
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
    sending = sending_of(asker)
    outcomes = [await _one(one, sending, uow) for one in aims]
    outcomes += [not_filed(file, *end_of(file)) for file in command.others]
    unsure = [one for one in aims if one.doubt]
    choices = offer(unsure, desk)
    if unsure:
        uow.add(_question(asker, unsure, choices))
    sure = [target for one in aims if not one.doubt for target in one.targets]
    return receipt(asker, outcomes, await progress(sure, uow), choices, desk)


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


def offer(unsure: Sequence[Aim], desk: Desk) -> list[dict[str, Any]]:
    """The numbered choices of a question: the best of every unsure file, in turn, without repeats."""
    columns = [one.choices for one in unsure]
    depth = max(map(len, columns), default=0)
    best = [column[row] for row in range(depth) for column in columns if row < len(column)]
    distinct = list({target.name: target for target in best}.values())[:9]
    return [_choice(number, target, desk) for number, target in enumerate(distinct, 1)]


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


def end_of(file: Attachment) -> tuple[Verdict, str]:
    """Verdict and reason of a file that cannot be filed: the remark says it more exactly than the role."""
    verdict, reason = _ROLES[file.role]
    return verdict, file.remark or reason


async def _one(one: Aim, sending: Sending, uow: UnitOfWork) -> tuple[FileVerdict, FileLine]:
    if one.doubt:
        return not_filed(one.wish.file, "asked", one.doubt)
    return await file_document(one, sending, uow)


def _question(asker: Asker, unsure: Sequence[Aim], choices: list[dict[str, Any]]) -> Question:
    return Question(
        inbox_id=asker.message.id,
        person_id=asker.person.id,
        asked_at=asker.message.received_at,
        files=[asdict(one.wish.file) for one in unsure],
        choices=choices,
    )


def _choice(number: int, target: Target, desk: Desk) -> dict[str, Any]:
    """A choice as the question keeps and shows it; the LEA's name only for people who serve several."""
    names = {lea.id: lea.name for lea in desk.leas}
    lea = names[target.lea] if len(desk.leas) > 1 else None
    return {"number": number, "target": target.name, "code": target.code, "title": target.title, "lea": lea}


def _words(message: Message) -> str:
    """What may name a school or an LEA: the subject first, then the text."""
    return "\n".join([message.subject, *message.text.splitlines()[:12]])


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
