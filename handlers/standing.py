"""Where a target stands: what is on file, what is missing, when it is due, and the one next step.

Every answer about a target ends with it. Derived from the record each time, never stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import SENDERS, SUBMITTERS, has_role, told_status
from handlers.agreements import shown
from handlers.asking import Asker
from handlers.decided import possible_at
from handlers.evidence_rules import on_site_evidence
from handlers.form_rules import is_one_document, remarks
from handlers.lifecycle import label
from handlers.ranking import missing_evidence
from handlers.refusals import NotNow
from handlers.targets import Target
from store.models import LIVE, OPEN_REVIEWS, EvidenceDocument, Filing, Statement
from store.unit_of_work import UnitOfWork

Row = dict[str, Any]
_KEPT = {
    "meets": "kept_concluded",
    "not_reviewed": "kept_concluded",
    "does_not_meet": "kept_for_nof",
    "resolved": "kept_resolved",
    "accepted": "kept_accepted",
}  # what waits there, unsubmitted
WITH_STATE = ("submitted", "resubmitted", "in_progress", "responded", "received", "under_review")


async def standing(targets: Sequence[Target], asker: Asker, uow: UnitOfWork) -> list[Row]:
    """One row per target, in their order: name, code, title, on_file, missing, due, finding, status, next,
    remarks (what a form's rules say of the files)."""
    items = [target.item.id for target in targets if target.item]
    forms = [target.obligation.id for target in targets if target.obligation]
    await uow.session.flush()
    on_file = await uow.documents_on(items, forms)
    words = await uow.statements_on(items, forms)
    once = {target.name: target for target in targets}.values()
    return [_row(target, _at(target, on_file, words, asker), asker) for target in once]


@dataclass(frozen=True)
class OnFile:
    """What counts at one target, as far as the asker may see it."""

    documents: Sequence[tuple[Filing, EvidenceDocument]]
    statements: Sequence[Statement]

    @property
    def everything(self) -> list[Filing | Statement]:
        return [*(filing for filing, _ in self.documents), *self.statements]


def _at(
    target: Target,
    on_file: Sequence[tuple[Filing, EvidenceDocument]],
    words: Sequence[Statement],
    asker: Asker,
) -> OnFile:
    def mine(one: Filing | Statement) -> bool:
        return one.key == target.key and one.status in LIVE and sees(asker, target.lea, one)

    documents = [(filing, doc) for filing, doc in on_file if mine(filing)]
    return OnFile(documents, [one for one in words if mine(one)])


def missing_at(target: Target, on_file: OnFile) -> list[str]:
    """Evidence or parts that no file's name, and no part speaks of. What must be shown on site
    counts as there once it is said where."""
    asked = [*(target.item.item.evidence if target.item else []), *_shown_on_site(target)]
    if target.obligation and on_file.documents and is_one_document(target.obligation.form):
        return []
    done = {filing.part for filing, _ in on_file.documents}
    parts = target.obligation.form.parts if target.obligation else []
    on_site = [one.text for one in on_file.statements if one.kind == "on_site"]
    said = [doc.name for _, doc in on_file.documents] + on_site
    missing = missing_evidence(asked or [{"name": part} for part in parts if part not in done], said)
    return [name for name in missing if not (on_site and name in on_site_evidence(target))]


def _remarks(target: Target, on_file: OnFile) -> list[dict[str, Any]]:
    documents = [document for _, document in on_file.documents]
    return remarks(target.obligation, documents) if target.obligation else []


def _shown_on_site(target: Target) -> list[dict[str, str]]:
    return [{"name": name} for name in on_site_evidence(target)]


def _row(target: Target, on_file: OnFile, asker: Asker) -> Row:
    missing, everything = missing_at(target, on_file), on_file.everything
    unsubmitted = sum(one.submitted_at is None for one in everything)
    return {
        "name": target.name,
        "code": target.code,
        "title": target.label,
        "on_file": len(on_file.documents),
        "drafts": sum(one.status == "draft" for one in everything),
        "statements": len(on_file.statements),
        "unsubmitted": unsubmitted,
        "missing": missing,
        "due": target.due.isoformat() if target.due else None,
        "finding": target.finding.text if target.finding else None,
        "status": label(status_of(target, asker)),
        "agreement": shown(target.agreements),
        "next": next_step(target, len(everything), unsubmitted, missing, asker),
        "remarks": _remarks(target, on_file),
    }


async def waiting_at(target: Target, uow: UnitOfWork) -> list[Row]:
    """What is on file at a target and not with the state, and whose it is: documents, and words (without a
    number)."""
    found: list[tuple[Filing | Statement, int | None, str]] = [
        (filing, document.id, document.name) for filing, document in await uow.documents_on(*target.at)
    ]
    found += [(words, None, words.kind) for words in await uow.statements_on(*target.at)]
    return [
        {"document": number, "name": name, "by": await uow.name_of(one.by_id) or ""}
        for one, number, name in found
        if one.status in LIVE and one.submitted_at is None
    ]


def sees(asker: Asker, lea_id: str, one: Filing | Statement) -> bool:
    """An LEA's own people see all of its evidence; the state sees what was submitted."""
    return one.submitted_at is not None or has_role(asker.person, lea_id, SENDERS)


def status_of(target: Target, asker: Asker) -> str:
    """What people call its status: a finding's own comes before that of its item."""
    if target.finding is not None:
        return target.finding.status
    if target.item is not None:
        return told_status(asker.person, target.item)
    assert target.obligation is not None
    return target.obligation.status


def judged(what: str, target: Target, wanted: str, asker: Asker) -> NotNow:
    """The refusal for a target that was judged already: what it is now, and what may happen to it."""
    return NotNow(what, label(status_of(target, asker)), wanted, possible_at(target))


def next_step(target: Target, on_file: int, unsubmitted: int, missing: Sequence[str], asker: Asker) -> str:
    """A machine's word for the one thing to do next; the words for people are `[next]` in `words.toml`."""
    status = status_of(target, asker)
    if target.item is not None and target.item.review.status not in OPEN_REVIEWS:
        return "over"
    if target.item is not None and not target.finding and status != target.item.status:
        return "kept_concluded" if unsubmitted else "wait"  # without a word on how
    if status in _KEPT:
        return _KEPT[status] if unsubmitted else "await_nof" if status == "does_not_meet" else "nothing"
    if not has_role(asker.person, target.lea, SENDERS):
        return "decide" if status in WITH_STATE else "wait_for_lea"
    if unsubmitted:
        if not has_role(asker.person, target.lea, SUBMITTERS):
            return "ask_submitter"
        return "send_missing" if missing else "submit"
    if status in ("open", "not_started", "returned", "more_evidence") or not on_file:
        return "send"
    return "wait"
