"""Placing documents: one filing for each target, and what it takes the place of.

Nothing is deleted: a filing that ends keeps its row, with when it ended and in which message.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.access import SUBMITTERS, has_role, schools_bound
from handlers.decided import is_decided
from handlers.lifecycle import advance
from handlers.messages import Attachment
from handlers.summing_up import evidence_came, sum_up
from handlers.targets import Target
from store.models import LIVE, EvidenceDocument, Filing, Person
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Sending:
    """Whose files these are and how they came: the facts that every document of a message shares.

    `draft`: the message calls itself a draft. `covers`: the period that it says the evidence is about.
    """

    inbox_id: int
    person: Person
    channel: str
    received_at: datetime
    draft: bool = False
    covers: str | None = None

    def status_in(self, lea_id: str) -> str:
        """What files of this sending are there: drafts, from who may not submit, or who says so."""
        return "attached" if not self.draft and has_role(self.person, lea_id, SUBMITTERS) else "draft"

    def schools_in(self, lea_id: str) -> tuple[str, ...]:
        """The schools of this LEA that whose files these are is bound to."""
        return schools_bound(self.person.roles, lea_id)


@dataclass(frozen=True)
class Details:
    """What is said of a document at one target: pages, schools (CDS codes), the part of a form."""

    pages: str | None = None
    schools: Sequence[str] = ()
    part: str | None = None


@dataclass(frozen=True)
class Placed:
    """A document at a target. `how`: new, confirmed (a draft before), restored, there already, corrected
    (other pages than `before`), or pages_stay (these pages were not this sender's to change).
    `replaced` are the versions whose place it took, `waiting` those it will take when it is submitted."""

    target: Target
    filing: Filing
    how: str = "new"
    replaced: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    before: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether nothing was changed."""
        return self.how in ("there", "pages_stay")


async def document_of(
    lea: str,
    file: Attachment,
    keys: Sequence[tuple[int | None, str | None]],
    sending: Sending,
    uow: UnitOfWork,
) -> EvidenceDocument:
    """The row for these bytes: the one this LEA has already, or a new one with its version at the targets."""
    known = await uow.document_with(lea, file.sha256)
    if known is not None:
        return known
    earlier = await uow.versions_of(lea, file.name, keys)
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
        status=sending.status_in(lea),
        extent=file.extent,
        scan=file.scan,
    )
    uow.add(document)
    return document


async def place(
    document: EvidenceDocument,
    target: Target,
    sending: Sending,
    uow: UnitOfWork,
    details: Details,
    instead_of: Collection[int] = (),
) -> Placed:
    """File a document to one target. It takes the place of earlier files of its name there (of other
    messages), and of the filings `instead_of`; what the state has stays until the new one is submitted."""
    await uow.session.flush()
    there = await uow.documents_on(*target.at)
    own = next((filing for filing, _ in there if filing.sha256 == document.sha256), None)
    status = sending.status_in(target.lea)
    is_there = own is not None and own.status in LIVE and (own.status, status) != ("draft", "attached")
    if own is not None and is_there and not instead_of:
        return _corrected(own, target, sending, details, uow)
    filing, how = own, "new"
    if filing is None:
        filing = _new(document, target, sending, details)
        uow.add(filing)
    else:
        how = _filed_again(filing, target, sending, details, uow)
    older = [one for one in there if _makes_way(one, document, filing, sending, instead_of)]
    filing.replaces = max((one.id for one, _ in older), default=filing.replaces)
    gone = [one for one in older if yields(one[0], filing)]
    for one, _ in gone:
        end(one, target, "replaced", sending.received_at, sending.inbox_id, uow)
    await evidence_came(target, uow)
    await sum_up({document.id, *(one.document_id for one, _ in gone)} - {None}, uow)
    waiting = tuple(doc.version for one, doc in older if one.status in LIVE)
    return Placed(target, filing, how, tuple(doc.version for _, doc in gone), waiting)


def yields(old: Filing, new: Filing) -> bool:
    """Whether the new filing takes the old one's place at once: never from what the state has already,
    nor a draft from what is none."""
    if new.submitted_at is not None or old.status == "draft":
        return True
    return new.status == "attached" and old.submitted_at is None


def end(
    filing: Filing, target: Target, happened: str, when: datetime, inbox_id: int, uow: UnitOfWork
) -> None:
    """A filing is replaced or withdrawn; its row stays. Raises NotNow where it was before."""
    filing.status = advance("document", target.label, filing.status, happened)
    filing.ended_at, filing.ended_in = when, inbox_id
    uow.changed(filing)


def may_change(filing: Filing, person: Person, lea_id: str) -> bool:
    """Who submits may change all that the LEA filed; its other people a draft, and who is bound to a school
    only their own."""
    if has_role(person, lea_id, SUBMITTERS):
        return True
    return filing.status == "draft" and is_free_to(filing, person, lea_id)


def is_free_to(filing: Filing, person: Person, lea_id: str) -> bool:
    """Who is bound to a school leaves alone what others filed."""
    return filing.by_id == person.id or not schools_bound(person.roles, lea_id)


def _makes_way(
    one: tuple[Filing, EvidenceDocument],
    document: EvidenceDocument,
    new: Filing,
    sending: Sending,
    instead_of: Collection[int],
) -> bool:
    """Two files of one name in one mail are two files, and so are those of two schools; of a later mail, the
    later one is the newer."""
    filing, older = one
    if filing.status not in LIVE or filing.sha256 == document.sha256:
        return False
    same = older.name.casefold() == document.name.casefold() and set(filing.schools) == set(new.schools)
    return filing.id in instead_of or (same and filing.inbox_id != sending.inbox_id)


def _filed_again(own: Filing, target: Target, sending: Sending, details: Details, uow: UnitOfWork) -> str:
    """These bytes come once more where they were a draft or had ended; how, in a machine's word."""
    status = sending.status_in(target.lea)
    if own.status in ("attached", status):
        return "there"
    how = "confirmed" if own.status == "draft" else "restored"
    back = "restored_as_draft" if how == "restored" and status == "draft" else how
    own.status = advance("document", target.label, own.status, back)
    own.by_id, own.inbox_id = sending.person.id, sending.inbox_id
    if how == "restored":
        own.filed_at, own.submitted_at, own.ended_at, own.ended_in = sending.received_at, None, None, None
    own.pages, own.covers = details.pages or own.pages, sending.covers or own.covers
    uow.changed(own)
    return how


def _corrected(own: Filing, target: Target, sending: Sending, details: Details, uow: UnitOfWork) -> Placed:
    """It is there already; other pages take the place of those that were said before."""
    if details.pages is None or details.pages == own.pages:
        return Placed(target, own, "there")
    if is_decided(target) or not may_change(own, sending.person, target.lea):
        return Placed(target, own, "pages_stay")
    before, own.pages = own.pages, details.pages
    uow.changed(own)
    return Placed(target, own, "corrected", before=before)


def _new(document: EvidenceDocument, target: Target, sending: Sending, details: Details) -> Filing:
    made = Filing(
        target=target.name,
        sha256=document.sha256,
        filed_at=sending.received_at,
        **target.rows,
        schools=list(details.schools),
        pages=details.pages,
        status=sending.status_in(target.lea),
        by_id=sending.person.id,
        inbox_id=sending.inbox_id,
        covers=sending.covers,
        part=details.part,
    )
    made.document_id = document.id
    return made
