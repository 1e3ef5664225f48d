"""Filing the files of a message: what becomes of each, and what the receipt says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.messages import Attachment, FileVerdict, Verdict
from handlers.pages import extent_words, pages_fit
from handlers.placing import Details, Placed, Sending, document_of, place
from handlers.ranking import missing_evidence
from handlers.targets import Aim, Target
from store.models import EvidenceDocument, Filing, School
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class TargetLine:
    """One target of one file, as the receipt shows it. `status`: draft, attached, submitted. `fit`: whether
    the file has the pages. `how`, `replaced`, `waiting` and `before` as in `Placed`."""

    name: str
    code: str
    title: str
    pages: str | None = None
    schools: list[str] = field(default_factory=list)
    already: bool = False
    status: str = ""
    how: str = "new"
    fit: str = "fits"
    part: str | None = None
    replaced: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    before: str | None = None


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
    document: int | None = None
    extent: str = ""
    covers: str | None = None
    scan: str | None = None
    inside: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: for the record, for the receipt, and where it was placed."""

    verdict: FileVerdict
    line: FileLine
    placed: tuple[Placed, ...] = ()

    @property
    def shown(self) -> FileLine:
        """The line as things stand now: a response may have submitted the file since it was placed."""
        status = {one.target.name: status_of(one.filing) for one in self.placed}
        lines = [replace(line, status=status.get(line.name, "")) for line in self.line.targets]
        document = self.verdict.document.id if self.verdict.document else self.line.document
        return replace(self.line, targets=lines, document=document)


@dataclass(frozen=True)
class Told:
    """What a message says of its file: the pages that count at a target (by name), the period and the schools
    that it is about; and since when the same bytes are on file."""

    pages: Mapping[str, str]
    covers: str | None = None
    since: datetime | None = None
    schools: Sequence[School] = ()


def status_of(filing: Filing) -> str:
    """What people call a filing's status: `submitted` once the state has it."""
    return "submitted" if filing.status == "attached" and filing.submitted_at else filing.status


def placed_in(outcomes: Sequence[Outcome]) -> list[Placed]:
    return [placed for outcome in outcomes for placed in outcome.placed]


async def file_document(aim: Aim, sending: Sending, uow: UnitOfWork) -> Outcome:
    """File one document to the targets of a sure aim; bytes that are there already are not filed twice."""
    file = aim.wish.file
    known = await uow.filings_of([file.sha256], {target.lea for target in aim.targets})
    since = _since(aim, known)
    placed: list[Placed] = []
    documents: list[EvidenceDocument] = []
    for lea in dict.fromkeys(target.lea for target in aim.targets):
        mine = [target for target in aim.targets if target.lea == lea]
        document = await document_of(lea, file, [target.key for target in mine], sending, uow)
        documents.append(document)
        for target in mine:
            placed.append(await place(document, target, sending, uow, _details(target, aim, sending)))
    return outcome_of(file, placed, documents, Told(aim.pages, sending.covers, since, aim.schools))


def not_filed(file: Attachment, verdict: Verdict, reason: str, targets: Sequence[Target] = ()) -> Outcome:
    """A file that is not filed now: asked about, held, refused, or no evidence. `targets`: meant for them."""
    lines = [TargetLine(target.name, target.code, target.label) for target in targets]
    line = FileLine(**_facts(file), verdict=verdict, reason=reason, targets=lines)
    return Outcome(FileVerdict(file, verdict, reason=reason), line)


def part_named(words: str, parts: Sequence[str]) -> str | None:
    """The one part of a form that words speak of by a word that no other part has."""
    unsaid = missing_evidence([{"name": part} for part in parts], [words])
    said = [part for part in parts if part not in unsaid]
    return said[0] if len(said) == 1 else None


def _details(target: Target, aim: Aim, sending: Sending) -> Details:
    named = [school.cds for school in _schools_at(target, aim.schools)]
    parts = target.obligation.form.parts if target.obligation else []
    part = part_named(f"{aim.wish.words} {aim.wish.file.name}", parts) if parts else None
    return Details(aim.pages.get(target.name), list(sending.schools_in(target.lea)) or named, part)


def _since(aim: Aim, known: Sequence[Filing]) -> datetime | None:
    """The first time that these bytes were filed to one of the targets."""
    keys = {target.key for target in aim.targets}
    there = [filing for filing in known if filing.key in keys]
    return min((filing.filed_at for filing in there), default=None)


def outcome_of(
    file: Attachment, placed: Sequence[Placed], documents: Sequence[EvidenceDocument], told: Told
) -> Outcome:
    """What became of a file that was placed; the first document is that of the receipt's line."""
    names = tuple(one.target.name for one in placed)
    line = FileLine(
        **_facts(file),
        verdict="filed",
        targets=[_target_line(one, file, told) for one in placed],
        document=documents[0].id,
        extent=extent_words(file.extent),
    )
    if any(not one.is_there for one in placed):
        line = replace(line, version=documents[0].version, covers=told.covers)
        return Outcome(FileVerdict(file, "filed", names, "", documents[0]), line, tuple(placed))
    when = told.since.isoformat() if told.since else None
    line = replace(line, verdict="duplicate", since=when, reason="same-bytes-on-file")
    return Outcome(FileVerdict(file, "duplicate", names, line.reason), line, tuple(placed))


def _facts(file: Attachment) -> dict[str, Any]:
    return {
        "number": file.number,
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "remark": file.remark,
        "scan": file.scan,
        "inside": file.inside,
    }


def _target_line(one: Placed, file: Attachment, told: Told) -> TargetLine:
    """What this message added; of a filing that was there, its pages and schools stay as they were."""
    target = one.target
    line = TargetLine(target.name, target.code, target.label, already=one.is_there, how=one.how)
    if line.already:
        return line
    said = told.pages.get(target.name)
    return replace(
        line,
        pages=said,
        schools=[school.name for school in _schools_at(target, told.schools)],
        fit=pages_fit(said, file.extent),
        part=one.filing.part,
        replaced=list(one.replaced),
        waiting=list(one.waiting),
        before=one.before,
    )


def _schools_at(target: Target, schools: Sequence[School]) -> list[School]:
    """The schools that were named, as far as they are of the target's own LEA."""
    return [school for school in schools if school.lea_id == target.lea]
