"""Attach documents to instrument items. Source: fact sheet 2.

A file is filed only where its target is sure; otherwise it is kept and the sender is asked.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from handlers.access import leas_served, may_attach
from handlers.aiming import aim
from handlers.asking import Asker, Capability
from handlers.attached_mails import with_their_contents
from handlers.evidence_rules import INITIALS, ruled
from handlers.filing import Outcome, file_document, not_filed, placed_in
from handlers.grammar import first_line, plain
from handlers.messages import Answer, Attachment, FileVerdict, Message, MessageState, Reply, Verdict
from handlers.period import period_of
from handlers.placing import Sending
from handlers.questions import ask, came_with, offer, settle_sent_again, take_over
from handlers.refusals import NoFileCame
from handlers.responding import respond_with
from handlers.sealing import sealed_files
from handlers.standing import standing
from handlers.targets import Aim, Desk, desk_for
from handlers.thread_filing import followed, guessed
from handlers.wishes import Wish, wishes_of
from store.inbox import InboxEntry
from store.models import Lea, Question
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AttachEvidence:
    """What each document is for, as far as the message says, and the other files that came along."""

    wishes: tuple[Wish, ...]
    others: tuple[Attachment, ...]
    words: str
    programs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EvidenceReceived(Reply):
    """The receipt: one line per file, what is still missing, what we must ask; `signed` is to be kept.
    `thread`: what the message of ours that was answered said of the files (`handlers/thread_filing.py`)."""

    receipt: int
    received_at: str
    name: str
    lea: str
    files: list[dict[str, Any]]
    progress: list[dict[str, Any]] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    period: dict[str, Any] | None = None
    thread: dict[str, Any] | None = None


_ROLES: dict[str, tuple[Verdict, str]] = {
    "decoration": ("not_evidence", "decoration"),
    "empty": ("refused", "empty"),
    "damaged": ("held", "damaged"),
    "unreadable": ("held", "unreadable"),
    "infected": ("held", "infected"),
    "missing": ("refused", "missing"),
    "withheld": ("held", "withheld"),
}


def read(message: Message, programs: Collection[str]) -> AttachEvidence | None:
    """Any message with a file that could be evidence is about evidence."""
    others = tuple(file for file in message.files if file.role != "document")
    if not message.has_files:
        return None
    return AttachEvidence(wishes_of(message, programs), others, _words(message), frozenset(programs))


async def attach_evidence(command: AttachEvidence, asker: Asker, uow: UnitOfWork) -> Answer:
    """File what is sure, ask about the rest. Raises NotForYourRole."""
    may_attach(asker.person)
    aims, desk = await _aims(command, asker, uow)
    aims = guessed(aims, desk, command.programs, asker.message)
    aims, thread = await followed(aims, desk, command.programs, asker, uow)
    aims = with_their_contents([ruled(one, asker.message.text) for one in aims])
    waiting, sending = await uow.open_questions(asker.person.id), sending_of(asker)
    outcomes = [await one_file(one, await _sent_before(one, waiting, sending, uow), uow) for one in aims]
    await settle_sent_again(waiting, [one.verdict for one in outcomes], asker, uow)
    tell = await respond_with(placed_in(outcomes), asker, uow)
    outcomes += [not_filed(file, *end_of(file)) for file in command.others]
    unsure = [one for one in aims if one.doubt]
    choices = offer(unsure, desk.leas)
    if unsure:
        await ask(asker, unsure, choices, uow, sending)
        await take_over(waiting, unsure, asker, uow)
    sure = [target for one in aims for target in one.targets]
    told = receipt(asker, outcomes, await standing(sure, asker, uow), choices, desk.leas)
    if thread is not None and isinstance(told.reply, EvidenceReceived):
        told = replace(told, reply=replace(told.reply, thread=thread.shown(asker)))
    return replace(await signed(told, asker, uow), tell=tell)


def receipt(
    asker: Asker,
    outcomes: Sequence[Outcome],
    done: list[dict[str, Any]],
    choices: list[dict[str, Any]],
    leas: Sequence[Lea],
) -> Answer:
    """The answer to a message about files: its state is the most open of its verdicts."""
    verdicts = tuple(one.verdict for one in outcomes)
    lines = sorted((one.shown for one in outcomes), key=lambda line: line.number)
    reply = EvidenceReceived(
        receipt=asker.message.id,
        received_at=asker.message.received_at.isoformat(),
        name=asker.person.name,
        lea=" and ".join(lea.name for lea in leas),
        files=[asdict(line) for line in lines],
        progress=done,
        choices=choices,
        period=asdict(period) if (period := period_of(asker.message.text)) else None,
    )
    state = state_of(verdicts)
    return Answer(reply, state, _reason(state, verdicts), verdicts)


async def signed(answer: Answer, asker: Asker, uow: UnitOfWork, brought: InboxEntry | None = None) -> Answer:
    """The answer with the signed receipt of its files; they came with `brought` if we asked about them."""
    assert isinstance(answer.reply, EvidenceReceived)
    lines = await sealed_files(answer.reply.files, asker, uow, brought)
    return replace(answer, reply=replace(answer.reply, signed=lines))


async def signed_as_brought(
    answer: Answer, came: Iterable[tuple[InboxEntry, Sequence[Outcome]]], asker: Asker, uow: UnitOfWork
) -> Answer:
    """The same where the files came with several earlier messages."""
    assert isinstance(answer.reply, EvidenceReceived)
    lines: list[str] = []
    for entry, outcomes in came:
        lines = await sealed_files([asdict(one.shown) for one in outcomes], asker, uow, entry)
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
    """Why a message is not simply done: the reason of the first file that is not, or that an operator must
    mend."""
    open_ones = (one for one in verdicts if one.verdict == state or one.file.role == "withheld")
    return next((one.reason for one in open_ones), "")


def sending_of(asker: Asker) -> Sending:
    message, period = asker.message, period_of(asker.message.text)
    return Sending(
        message.id,
        asker.person,
        message.channel,
        message.received_at,
        draft=is_draft(message),
        covers=period.said if period and period.sure else None,
    )


def is_draft(message: Message) -> bool:
    """Its subject, or its first line, calls it one: `draft`, `draft: …`, `draft of …`, `draft EL 02`. In
    `draft minutes were approved` the word is about something else."""
    return any(_DRAFT.match(plain(said)) for said in (message.subject, first_line(message.text)))


_DRAFT = re.compile(
    r"\s{0,9}(?:(?:a|this is a|only a) )?draft(?: (?:only|version))?\b"
    r"(?:\s{0,3}(?:$|[:,;.!(\u2013-])|\s+(?:(?:evidence|response) )?(?:for|of|on)\b"
    r"|\s+[a-z&-]{2,12}[ -]?\d{1,2}\b)",
    re.I,
)


async def _sent_before(one: Aim, waiting: Sequence[Question], sending: Sending, uow: UnitOfWork) -> Sending:
    """How the file came. One that we asked about before came then: the earliest time is kept."""
    digest = one.wish.file.sha256
    asked = [(file, one) for one in waiting for file in one.files if file["sha256"] == digest]
    entry = await uow.entry(came_with(*asked[0])) if asked else None
    return replace(sending, inbox_id=entry.id, received_at=entry.received_at) if entry else sending


async def _aims(command: AttachEvidence, asker: Asker, uow: UnitOfWork) -> tuple[list[Aim], Desk]:
    """Aim with the few items that were named; only a doubt is worth fetching everything."""
    leas = leas_served(asker.person)
    keys = {mention.code.key for wish in command.wishes for mention in wish.mentions}
    desk = await desk_for(uow, leas, command.words, keys)
    aims = [aim(wish, desk, command.words) for wish in command.wishes]
    if any(one.doubt for one in aims):
        desk = await desk_for(uow, leas, command.words)
        aims = [aim(wish, desk, command.words) for wish in command.wishes]
    return aims, desk


def end_of(file: Attachment) -> tuple[Verdict, str]:
    """Verdict and reason of a file that cannot be filed: the remark says it more exactly than the role."""
    verdict, reason = _ROLES[file.role]
    return verdict, file.remark or reason


async def one_file(one: Aim, sending: Sending, uow: UnitOfWork) -> Outcome:
    """File it if that is sure; else say why it is asked about, or kept aside."""
    if one.wish.file.scan == "infected":
        return not_filed(one.wish.file, "held", "infected", one.targets)
    if one.held:
        return not_filed(one.wish.file, "held", one.held, one.choices)
    if one.doubt:
        return not_filed(one.wish.file, "asked", one.doubt, one.choices if one.doubt == INITIALS else ())
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
    usage="Attach files and name the item, for example: EL 02",
    does="files your documents to instrument items and sends a receipt",
    read=read,
    handle=attach_evidence,
)
