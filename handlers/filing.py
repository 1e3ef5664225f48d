"""Filing: documents, their versions, what is there already, and what the receipt says of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.lifecycle import after
from handlers.messages import Attachment, FileVerdict
from handlers.targets import Aim, Target
from store.models import EvidenceDocument, Filing, Person, School
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Sending:
    """Whose files these are and how they came: the facts that every document of a message shares."""

    inbox_id: int
    person: Person
    channel: str
    received_at: datetime
    schools: tuple[str, ...] = ()


@dataclass(frozen=True)
class TargetLine:
    """One target of one file, as the receipt shows it."""

    name: str
    code: str
    title: str
    pages: str | None = None
    schools: list[str] = field(default_factory=list)
    already: bool = False


@dataclass(frozen=True)
class FileLine:
    """One file of a receipt. `verdict` and `reason` are machine words; templates have the sentences."""

    number: int
    name: str
    size: int
    sha256: str
    verdict: str
    reason: str = ""
    remark: str | None = None
    targets: list[TargetLine] = field(default_factory=list)
    version: int = 1
    since: str | None = None


async def file_document(aim: Aim, sending: Sending, uow: UnitOfWork) -> tuple[FileVerdict, FileLine]:
    """File one document to the targets of a sure aim; bytes that are there already are not filed twice."""
    file = aim.wish.file
    lea_ids = {target.lea for target in aim.targets}
    known = await uow.filings_of([file.sha256], lea_ids)
    there = {(filing.review_item_id, filing.obligation_id) for filing in known}
    new = [target for target in aim.targets if target.key not in there]
    document = None
    for lea in dict.fromkeys(target.lea for target in new):
        theirs = await _document(lea, aim, sending, uow)
        for target in (target for target in new if target.lea == lea):
            _file(theirs, target, aim, sending, uow)
        document = document or theirs
    return _outcome(aim, new, document, _since(aim, known))


def _since(aim: Aim, known: Sequence[Filing]) -> datetime | None:
    """The first time that these bytes were filed to one of the targets."""
    keys = {target.key for target in aim.targets}
    there = [filing for filing in known if (filing.review_item_id, filing.obligation_id) in keys]
    return min((filing.filed_at for filing in there), default=None)


def not_filed(file: Attachment, verdict: str, reason: str) -> tuple[FileVerdict, FileLine]:
    """A file that is not filed now: asked about, held, refused, or no evidence."""
    line = FileLine(file.number, file.name, file.size, file.sha256, verdict, reason, file.remark)
    return FileVerdict(file, verdict, reason=reason), line  # type: ignore[arg-type]


async def _document(lea: str, aim: Aim, sending: Sending, uow: UnitOfWork) -> EvidenceDocument:
    """The row for these bytes: the one this LEA has already, or a new one with its version."""
    file = aim.wish.file
    known = await uow.document_with(lea, file.sha256)
    if known is not None:
        return known
    earlier = await uow.versions_of(
        lea, file.name, [target.key for target in aim.targets if target.lea == lea]
    )
    document = EvidenceDocument(
        lea_id=lea,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        received_at=sending.received_at,
        channel=sending.channel,
        by_id=sending.person.id,
        inbox_id=sending.inbox_id,
        version=max(earlier, default=0) + 1,
    )
    uow.add(document)
    return document


def _file(document: EvidenceDocument, target: Target, aim: Aim, sending: Sending, uow: UnitOfWork) -> None:
    filing = Filing(
        target=target.name,
        sha256=document.sha256,
        filed_at=sending.received_at,
        review_item_id=target.item.id if target.item else None,
        finding_id=target.finding.id if target.finding else None,
        obligation_id=target.obligation.id if target.obligation else None,
        schools=list(sending.schools) or [school.cds for school in _schools_at(target, aim)],
        pages=aim.pages.get(target.name),
    )
    document.filings.append(filing)
    uow.add(filing)
    if target.item and (status := after("item", target.item.status, "evidence_filed")) != target.item.status:
        target.item.status = status
        uow.changed(target.item)


def _outcome(
    aim: Aim, new: list[Target], document: EvidenceDocument | None, since: datetime | None
) -> tuple[FileVerdict, FileLine]:
    file, names = aim.wish.file, tuple(target.name for target in aim.targets)
    verdict = "filed" if new else "duplicate"
    lines = [_target_line(target, aim, target not in new) for target in aim.targets]
    line = FileLine(
        file.number, file.name, file.size, file.sha256, verdict, remark=file.remark, targets=lines
    )
    if document is not None:
        line = replace(line, version=document.version)
    if not new and since is not None:
        line = replace(line, since=since.isoformat(), reason="same-bytes-on-file")
    return FileVerdict(file, verdict, names, line.reason, document), line  # type: ignore[arg-type]


def _target_line(target: Target, aim: Aim, already: bool) -> TargetLine:
    """What this message added; of a filing that was there, its pages and schools stay as they were."""
    line = TargetLine(target.name, target.code, target.label, already=already)
    schools = [school.name for school in _schools_at(target, aim)]
    return line if already else replace(line, pages=aim.pages.get(target.name), schools=schools)


def _schools_at(target: Target, aim: Aim) -> list[School]:
    """The schools that were named, as far as they are of the target's own LEA."""
    return [school for school in aim.schools if school.lea_id == target.lea]
