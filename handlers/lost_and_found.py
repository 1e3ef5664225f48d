"""Where something may be that somebody says they sent: handed in, a draft, a question, held, filed elsewhere.

Only what the asker may know: what their LEA has on file, their own messages, and for who manages the LEA's
users that a message from its domain is held. Source: feature N11 (what it found instead).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.access import LEA_ADMINS, SUBMITTERS, has_role, roles_in, told_status
from handlers.addresses import domain_of
from handlers.asking import Asker
from handlers.lifecycle import label
from handlers.receipt_text import words_of
from handlers.targets import Target
from store.due_questions import NOT_IN
from store.inbox import UNIDENTIFIED, InboxEntry
from store.models import LIVE, TO_DO, FileVerdictRow, Filing, Statement
from store.unit_of_work import UnitOfWork

LATELY = timedelta(days=60)
MOST = 3
_GOT_LOST = ("held", "refused", "asked")


@dataclass(frozen=True)
class OnFile:
    """What one target has on file of the LEA that counts."""

    filings: Sequence[Filing]
    names: dict[int, str]
    words: Sequence[Statement]

    @property
    def rows(self) -> list[Filing | Statement]:
        return [*self.words, *self.filings]

    @property
    def drafts(self) -> list[Filing | Statement]:
        return [one for one in self.rows if one.submitted_at is None]

    def names_of(self, rows: Sequence[Filing | Statement]) -> list[str]:
        named = [self.names[one.document_id] for one in rows if isinstance(one, Filing)]
        return list(dict.fromkeys([*named, *("a text" for one in rows if isinstance(one, Statement))]))


async def on_file(target: Target, uow: UnitOfWork) -> OnFile:
    filed = [pair for pair in await uow.documents_on(*target.at) if pair[0].status in LIVE]
    words = [one for one in await uow.statements_on(*target.at) if one.status in LIVE]
    return OnFile([filing for filing, _ in filed], {doc.id: doc.name for _, doc in filed}, words)


async def handed_in(target: Target, filed: OnFile, asker: Asker, uow: UnitOfWork) -> dict[str, Any] | None:
    """When the state got it (UTC), from whom, the number of the receipt, and how it stands; None: it has
    not."""
    at, by, status = _stands(target, filed, asker)
    if at is None:
        return None
    if target.finding is not None:  # who left it on file as a draft may not be who submitted it
        by = await uow.handed_in_by(target.name) or by
    named = [one.inbox_id for one in await uow.receipts_made(at, by) if target.name in words_of(one.text)]
    return {
        "at": at.isoformat(),
        "by": await uow.name_of(by),
        "own": by == asker.person.id,
        "receipt": next(iter(named), None),
        "status": label(status),
        "over": status in ("resolved", "accepted", "meets", "not_reviewed"),
        "files": filed.names_of([one for one in filed.rows if one.submitted_at]),
    }


def _stands(target: Target, filed: OnFile, asker: Asker) -> tuple[datetime | None, int | None, str]:
    handed = [one for one in filed.rows if one.submitted_at is not None]
    last = max(handed, key=lambda one: str(one.submitted_at)) if handed else None
    if (duty := target.obligation) is not None:
        back = duty.status in TO_DO
        return (None if back else duty.submitted_at), duty.submitted_by, duty.status
    assert target.item is not None
    if (finding := target.finding) is not None:
        at = None if finding.status in TO_DO else finding.responded_at
        return at, last.by_id if last else None, finding.status
    item = target.item
    return (
        (None if item.status in NOT_IN else item.submitted_at),
        item.submitted_by,
        told_status(asker.person, item),
    )


def came_back(target: Target) -> bool:
    """Whether the state had it and wants more."""
    held = target.obligation or target.finding or target.item
    return held is not None and held.status in ("returned", "more_evidence")


async def draft_of(target: Target, filed: OnFile, asker: Asker, uow: UnitOfWork) -> dict[str, Any] | None:
    """What is on file there that the state does not have, and who can submit it."""
    drafts = filed.drafts
    if not drafts:
        return None
    last = max(drafts, key=lambda one: one.filed_at if isinstance(one, Filing) else one.made_at)
    may = has_role(asker.person, target.lea, SUBMITTERS)
    others = [] if may else await uow.people_of_lea(target.lea, SUBMITTERS)
    at = last.filed_at if isinstance(last, Filing) else last.made_at
    return _found(
        "draft",
        names=filed.names_of(drafts),
        at=at,
        number=last.inbox_id,
        say=f"submit {target.name}" if may else None,
        people=[one.name for one in others],
    )


async def lost_messages(targets: Sequence[Target], asker: Asker, uow: UnitOfWork) -> list[dict[str, Any]]:
    """The asker's own messages that did not get there: a question that is open, held, refused, without a
    file."""
    since = asker.message.received_at - LATELY
    entries = await uow.entries_from([one.address for one in asker.person.addresses])
    lately = [one for one in entries if one.received_at >= since and one.id != asker.message.id]
    asked = {one.inbox_id for one in await uow.open_questions(asker.person.id)}
    found = []
    for entry in lately:
        rows = await uow.verdicts_of(entry.id) if entry.files else []
        if (one := _lost(entry, rows, entry.id in asked, targets)) is not None:
            found.append(one)
    return found[:MOST]


def _lost(
    entry: InboxEntry, rows: Sequence[FileVerdictRow], asked: bool, targets: Sequence[Target]
) -> dict[str, Any] | None:
    """What became of one message, if it lost something that may be meant."""
    names = {one.name for one in targets}
    about = {name for row in rows for name in row.targets}
    if about and not about & names:
        return None
    facts: dict[str, Any] = {"at": entry.received_at, "number": entry.id}
    if asked:
        return _found("question", names=[row.file for row in rows if row.verdict == "asked"], **facts)
    if entry.state == "held":
        unsure = entry.reason.startswith(UNIDENTIFIED)
        return _found(
            "unproven" if unsure else "held", names=[] if unsure else [row.file for row in rows], **facts
        )
    gone = [row for row in rows if row.verdict in _GOT_LOST or not row.sha256]
    if gone:
        return _found("not taken", names=[row.file for row in gone], why=gone[0].reason, **facts)
    return _found("no file", **facts) if entry.reason == "no_file_came" else None


async def filed_elsewhere(target: Target, asker: Asker, uow: UnitOfWork) -> list[dict[str, Any]]:
    """What the asker filed lately to another target of the same review, or of the LEA's forms."""
    since = asker.message.received_at - LATELY
    entries = await uow.entries_from([one.address for one in asker.person.addresses])
    own = [one.id for one in entries if one.received_at >= since]
    touched = await uow.filings_touched_in(own)
    others = [(filing, doc) for filing, doc in touched if filing.status in LIVE and _beside(filing, target)]
    mine = [(filing, doc) for filing, doc in others if doc.lea_id == target.lea and filing.inbox_id in own]
    by_message = {(filing.inbox_id, filing.target): doc.name for filing, doc in mine}
    return [
        _found(
            "elsewhere",
            names=[name],
            at=_came(number, entries),
            number=number,
            where=where,
            say=f"move R-{number} to {target.name}",
        )
        for (number, where), name in [*by_message.items()][-MOST:]
    ]


async def held_of_lea(target: Target, asker: Asker, uow: UnitOfWork) -> list[dict[str, Any]]:
    """For who manages the LEA's users: what is held from its own domain, and somebody else sent. Not of a
    domain that several LEAs have, nor of who is known elsewhere."""
    if not has_role(asker.person, target.lea, LEA_ADMINS):
        return []
    own, domains = {one.address for one in asker.person.addresses}, await _own_domains(target.lea, uow)
    since = asker.message.received_at - LATELY
    lately = [one for one in await uow.held_entries() if one.sender and one.received_at >= since]
    of_lea = [one for one in lately if one.sender not in own and domain_of(one.sender or "") in domains]
    return [
        _found("held of yours", at=one.received_at, number=one.id, who=one.sender)
        for one in of_lea
        if not await _is_of_others(one.sender or "", target.lea, uow)
    ][:MOST]


async def _own_domains(lea: str, uow: UnitOfWork) -> set[str]:
    """The mail domains that no other LEA has."""
    domains = (await uow.lea(lea)).domains
    return {one for one in domains if [held.id for held in await uow.leas_with_domain(one)] == [lea]}


async def _is_of_others(address: str, lea: str, uow: UnitOfWork) -> bool:
    person = await uow.person_at(address)
    return person is not None and not roles_in(person, lea)


def _beside(filing: Filing, target: Target) -> bool:
    """Another item of the same review; another form."""
    if filing.target == target.name:
        return False
    review = target.item.review_id if target.item else None
    return filing.target.partition("/")[0] == review if review else filing.obligation_id is not None


def _came(number: int | None, entries: Sequence[InboxEntry]) -> datetime | None:
    return next((one.received_at for one in entries if one.id == number), None)


def _found(what: str, **more: Any) -> dict[str, Any]:
    """One thing that was found; every kind has the same fields, so that stored ones can be read for ever."""
    facts: dict[str, Any] = {
        "what": what,
        "names": [],
        "at": None,
        "number": None,
        "say": None,
        "people": [],
        "why": "",
        "where": None,
        "who": None,
    }
    facts |= more
    return facts | {"at": facts["at"].isoformat() if facts["at"] else None}
