"""How a message ends: its state, one verdict for every file, and what we owe – rows of the same commit."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.about import about
from handlers.messages import (
    Answer,
    Attachment,
    FileVerdict,
    Message,
    Notice,
    Reply,
    ReturnAddress,
    Unreadable,
    Verdict,
)
from handlers.surfaces import offers_in
from handlers.ways import ways_to
from store.clock import midnight, wall
from store.inbox import UNIDENTIFIED, InboxEntry
from store.models import FileVerdictRow
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.unit_of_work import UnitOfWork


def complete(answer: Answer, message: Message) -> Answer:
    """A verdict for every file that came along: a handler may have had no eyes for a logo."""
    judged = {said.file.number for said in answer.verdicts}
    others = [file for file in message.files if file.number not in judged]
    return replace(
        answer,
        verdicts=answer.verdicts + tuple(map(_not_looked_at, others)),
    )


def _not_looked_at(file: Attachment) -> FileVerdict:
    verdict: Verdict = "held" if file.role == "infected" else "not_evidence"
    return FileVerdict(file, verdict, reason=file.remark or "decoration")


async def remember(read: Message | Unreadable, entry: InboxEntry, answer: Answer, uow: UnitOfWork) -> None:
    """The end state and the verdicts; a message that is handled again gets new ones in the same rows.

    The content of a mail from nobody we could identify, or that SPF alone vouches for, is not noted, so
    that a forged copy cannot silence the real mail.
    """
    rows = {row.number: row for row in await uow.verdicts_of(entry.id)} if entry.files else {}
    entry.state, entry.reason, entry.sender = answer.state, answer.reason, read.sender.address
    entry.lease = None
    if isinstance(read, Message):
        vouched = read.sender.trust != "accepted"
        known = vouched and (answer.state != "held" or not answer.reason.startswith(UNIDENTIFIED))
        entry.message_id, entry.content = read.message_id, (read.content or None) if known else None
        entry.files = max(
            len(read.files), len(rows)
        )  # a better reader may count otherwise; no verdict is lost
    uow.changed(entry)
    for said in answer.verdicts:
        _note(rows.get(said.file.number), entry, said, uow)


def _note(row: FileVerdictRow | None, entry: InboxEntry, said: FileVerdict, uow: UnitOfWork) -> None:
    facts = _facts(said)
    if row is None:
        uow.add(FileVerdictRow(inbox_id=entry.id, number=said.file.number, document=said.document, **facts))
        return
    for name, value in facts.items():
        setattr(row, name, value)
    row.document = said.document
    uow.changed(row)


def _facts(said: FileVerdict) -> dict[str, Any]:
    file: Attachment = said.file
    return {
        "file": file.name,
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
        "verdict": said.verdict,
        "reason": said.reason,
        "targets": list(said.targets),
    }


async def owe(read: Message | Unreadable, entry: InboxEntry, answer: Answer, uow: UnitOfWork) -> None:
    """Put the reply and the notices into the outbox, in the same commit as what changed."""
    owed = []
    if answer.reply is not None and read.reply_to is not None:
        reference = {"receipt": entry.id, "received_at": entry.received_at.isoformat()}
        to = replace(read.reply_to, account=read.sender.account or None)
        row = _outgoing(answer.reply, entry.received_at, to, answer.needs)
        row.fields = (reference if answer.reply.referenced else {}) | row.fields
        owed = [row]
    owed += await _notices(answer.tell, entry.received_at, uow)
    filed = [target for said in answer.verdicts for target in said.targets]
    touched = uow.touched_by_actor()
    for one in owed:
        one.in_answer_to = entry.id
        one.about = about(one.fields, filed, touched) or None
        uow.add(one, *offers_in(one))


async def owe_unasked(
    notices: Iterable[Notice], at: datetime, uow: UnitOfWork, not_before: datetime | None = None
) -> None:
    """Put notices into the outbox that answer no message: something happened by itself, at that time. They
    are sent at once, or `not_before` a moment of the same clock."""
    wait = max(not_before - at, timedelta()) if not_before is not None else timedelta()
    for one in await _notices(notices, at, uow):
        one.about = about(one.fields, (), ()) or None
        one.run_at += wait
        uow.add(one, *offers_in(one))


async def _notices(notices: Iterable[Notice], at: datetime, uow: UnitOfWork) -> list[OutboxEntry]:
    told = await ways_to(notices, uow)
    return [_outgoing(notice.reply, at, way, notice.needs) for notice, way in told]


def _outgoing(reply: Reply, at: datetime, to: ReturnAddress, needs: Reach) -> OutboxEntry:
    template, fields = named(reply)
    return OutboxEntry(
        created_at=at,
        channel=to.channel,
        to=to.to,
        template=template,
        fields=fields,
        run_at=wall() + timedelta(seconds=to.patience),
        thread=_thread(to),
        needs=needs.facts or None,
    )


def _thread(to: ReturnAddress) -> dict[str, Any]:
    mail = {"subject": to.subject, "message_id": to.message_id, "references": list(to.references)}
    chat = {"thread": to.thread, "only_for": to.only_for, "account": to.account}
    return mail | {name: value for name, value in chat.items() if value}


def named(reply: Reply) -> tuple[str, dict[str, Any]]:
    """A reply as the queue keeps it: its template's name and its fields."""
    return snake(type(reply).__name__), asdict(reply)


def snake(name: str) -> str:
    """`EvidenceReceived` is the folder `evidence_received`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


async def told_today(read: Message | Unreadable, template: str, uow: UnitOfWork) -> bool:
    """Whether this address got this reply since midnight in Sacramento, by the time the message came."""
    since = midnight(read.received_at)
    return read.reply_to is not None and await uow.times_told(read.reply_to.to, template, since) > 0


def silent(state: Any, reason: str, message: Message, verdict: Verdict) -> Answer:
    """An end without a reply, whose reason is recorded."""
    verdicts = tuple(FileVerdict(file, verdict, reason=reason) for file in message.files)
    return Answer(None, state, reason, verdicts)
