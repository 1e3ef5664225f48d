"""receive → identify → read → handle → owe: what becomes of one message, in one transaction.

The one place where a refusal turns into an answer. Nothing here touches a network.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any

from handlers.attach_evidence import end_of, no_file
from handlers.capabilities import CAPABILITIES
from handlers.filing import not_filed
from handlers.grammar import find_codes
from handlers.messages import (
    Answer,
    Asker,
    Attachment,
    Capability,
    FileVerdict,
    Message,
    Notice,
    Reply,
    ReturnAddress,
    Unreadable,
    Verdict,
)
from handlers.refusals import NotUnderstood, Refusal
from store.clock import PACIFIC, pacific, wall
from store.inbox import InboxEntry
from store.models import FileVerdictRow, Person
from store.outbox import OutboxEntry
from store.unit_of_work import Actor, UnitOfWork


@dataclass(frozen=True)
class RequestRefused(Reply):
    """No, and why, and what works instead: `refusal` names the sentences, `facts` fill them."""

    receipt: int
    received_at: str
    name: str
    refusal: str
    facts: dict[str, Any]
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class MessageHeld(Reply):
    """A known person's message that we cannot read: kept, and a person will look at it."""

    receipt: int
    received_at: str
    reason: str


@dataclass(frozen=True)
class StrangerHeld(Reply):
    """To an address nobody has on record: kept, not read, and how to be added. Says nothing else."""

    receipt: int


async def receive(
    read: Message | Unreadable, entry: InboxEntry, programs: Collection[str], uow: UnitOfWork
) -> None:
    """Decide what becomes of a message and put it all into the transaction."""
    uow.act_as(Actor(read.sender.address or "unknown", read.channel, read.received_at))
    if isinstance(read, Unreadable):
        answer = await _unreadable(read, uow)
    else:
        answer = await _answer(read, programs, uow)
    await _remember(read, entry, answer, uow)
    _owe(read, entry, answer, uow)


async def _answer(message: Message, programs: Collection[str], uow: UnitOfWork) -> Answer:
    if message.automatic:
        return _silent("ignored", f"automatic: {message.automatic}", message, "not_evidence")
    if (earlier := await _delivered_before(message, uow)) is not None:
        return _silent("ignored", f"delivered before as {earlier.id}", message, "duplicate")
    person = await _identify(message, uow)
    if person is None:
        return await _stranger(message, uow)
    asker = Asker(person, message, pacific(message.received_at).date())
    try:
        async with uow.undone_by(Refusal):
            return await _handle(asker, programs, uow)
    except Refusal as no:
        return _refused(no, asker)


async def _identify(message: Message, uow: UnitOfWork) -> Person | None:
    """The known, active person whose proven address an authenticated sender used."""
    if message.sender.trust == "unauthenticated" or message.sender.address is None:
        return None
    person = await uow.person_at(message.sender.address)
    return person if person is not None and person.retired_at is None else None


async def _handle(asker: Asker, programs: Collection[str], uow: UnitOfWork) -> Answer:
    capability, command = read_command(asker.message, programs)
    answer = await capability.handle(command, asker, uow)
    told = {verdict.file.number for verdict in answer.verdicts}
    untold = [file for file in asker.message.files if file.number not in told]
    return replace(answer, verdicts=answer.verdicts + tuple(_beside(file) for file in untold))


def _beside(file: Attachment) -> FileVerdict:
    """A file that the command had no use for, such as the logo under a "status"."""
    verdict, reason = end_of(file)
    return FileVerdict(file, verdict, reason=reason)


def read_command(message: Message, programs: Collection[str]) -> tuple[Capability, Any]:
    """The first capability that recognises the message, and its command. Raises NoFileCame, NotUnderstood."""
    for capability in CAPABILITIES:
        if (command := capability.read(message, programs)) is not None:
            return capability, command
    said = f"{message.subject}\n{message.text}"
    codes = [str(mention.code) for mention in find_codes(said, programs)]
    if codes or message.links or message.files:
        raise no_file(message, codes)
    raise NotUnderstood(said.strip().partition("\n")[0][:80])


def _refused(no: Refusal, asker: Asker) -> Answer:
    """The answer to a refusal: its words, and a verdict for every file that came along."""
    message, name = asker.message, snake(type(no).__name__)
    outcomes = [not_filed(file, *_refused_file(file, name)) for file in message.files]
    lines = [asdict(line) for _, line in outcomes]
    told = (message.id, message.received_at.isoformat(), asker.person.name)
    reply = RequestRefused(*told, refusal=name, facts=no.facts, files=lines)
    return Answer(reply, "refused", name, tuple(verdict for verdict, _ in outcomes))


def _refused_file(file: Attachment, name: str) -> tuple[Verdict, str]:
    decoration = file.role == "decoration"
    return ("not_evidence", file.remark or "decoration") if decoration else ("refused", name)


async def _delivered_before(message: Message, uow: UnitOfWork) -> InboxEntry | None:
    """The same mail, dealt with before. A forged copy that was held must not silence the real one, and
    two copies must not silence each other: one that failed or was itself ignored dealt with nothing."""
    if not message.content:
        return None
    earlier = await uow.delivered_before(message.content, message.id)
    if earlier is None or earlier.state in ("ignored", "failed"):
        return None
    return None if earlier.state == "held" and message.sender.trust != "unauthenticated" else earlier


async def _stranger(message: Message, uow: UnitOfWork) -> Answer:
    """Kept and held. One answer without content a day, and only where the address is not forged."""
    address, trust = message.sender.address, message.sender.trust
    if trust == "unauthenticated" or address is None:
        return _silent("held", f"not authenticated: {message.sender.basis}", message, "held")
    held = _silent("held", "unknown sender", message, "held")
    midnight = datetime.combine(pacific(message.received_at), time(), PACIFIC).astimezone(UTC)
    if await uow.times_told(address, "stranger_held", midnight):
        return replace(held, reason="unknown sender; answered once today")
    return replace(held, reply=StrangerHeld(message.id))


async def _unreadable(read: Unreadable, uow: UnitOfWork) -> Answer:
    """Held for a person; told to the envelope's sender only if that address is on record."""
    known = await uow.person_at(read.sender.address) if read.sender.address else None
    if known is None or known.retired_at is not None:
        return Answer(None, "held", read.reason)
    return Answer(MessageHeld(read.id, read.received_at.isoformat(), read.reason), "held", read.reason)


def _silent(state: Any, reason: str, message: Message, verdict: Verdict) -> Answer:
    """An end without a reply, whose reason is recorded."""
    verdicts = tuple(FileVerdict(file, verdict, reason=reason) for file in message.files)
    return Answer(None, state, reason, verdicts)


async def _remember(read: Message | Unreadable, entry: InboxEntry, answer: Answer, uow: UnitOfWork) -> None:
    """State, reason and verdicts; a message handled once more keeps one verdict a file, the newest."""
    earlier = {row.number: row for row in await uow.verdicts_of(entry.id)} if entry.files else {}
    entry.state, entry.reason, entry.sender = answer.state, answer.reason, read.sender.address
    entry.lease = None
    if isinstance(read, Message):
        entry.message_id, entry.content, entry.files = read.message_id, read.content or None, len(read.files)
    uow.changed(entry)
    for said in answer.verdicts:
        if (row := earlier.get(said.file.number)) is None:
            uow.add(_verdict_row(entry, said))
        else:
            row.verdict, row.reason, row.targets = said.verdict, said.reason, list(said.targets)
            row.document = said.document
            uow.changed(row)


def _verdict_row(entry: InboxEntry, said: FileVerdict) -> FileVerdictRow:
    file: Attachment = said.file
    return FileVerdictRow(
        inbox_id=entry.id,
        number=file.number,
        file=file.name,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        verdict=said.verdict,
        reason=said.reason,
        targets=list(said.targets),
        document=said.document,
    )


def _owe(read: Message | Unreadable, entry: InboxEntry, answer: Answer, uow: UnitOfWork) -> None:
    """Put the reply and the notices into the outbox, in the same commit as what changed."""
    if answer.reply is not None and read.reply_to is not None:
        uow.add(_outgoing(answer.reply, read.reply_to, entry))
    if answer.reply is not None and read.reply_to is None:
        entry.reason = "; ".join(filter(None, (entry.reason, "no address to answer to")))
    for notice in answer.tell:
        uow.add(_notice(notice, entry))


def _outgoing(reply: Reply, to: ReturnAddress, entry: InboxEntry) -> OutboxEntry:
    return OutboxEntry(
        created_at=entry.received_at,
        channel=to.channel,
        to=to.to,
        template=snake(type(reply).__name__),
        fields=asdict(reply),
        run_at=wall(),
        in_answer_to=entry.id,
        thread={"subject": to.subject, "message_id": to.message_id, "references": list(to.references)},
    )


def _notice(notice: Notice, entry: InboxEntry) -> OutboxEntry:
    to = ReturnAddress("mail", notice.to)
    return _outgoing(notice.reply, to, entry)


def snake(name: str) -> str:
    """`EvidenceReceived` is the folder `evidence_received`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
