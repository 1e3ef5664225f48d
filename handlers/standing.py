"""Where a target stands: what is on file, what is missing, when it is due, and the one next step.

Every answer about a target ends with it. Derived from the record each time, never stored.
"""

from collections.abc import Sequence
from typing import Any

from handlers.access import SENDERS, SUBMITTERS, has_role
from handlers.form_rules import is_one_document, remarks
from handlers.lifecycle import label
from handlers.messages import Asker
from handlers.ranking import missing_evidence
from handlers.targets import Target
from store.models import EvidenceDocument, Filing
from store.unit_of_work import UnitOfWork

Row = dict[str, Any]
LIVE = ("draft", "attached")
WITH_STATE = ("submitted", "resubmitted", "in_progress", "responded", "received", "under_review")


async def standing(targets: Sequence[Target], asker: Asker, uow: UnitOfWork) -> list[Row]:
    """One row per target, in their order: name, code, title, on_file, missing, due, finding, status, next,
    remarks (what a form's rules say of the files)."""
    items = [target.item.id for target in targets if target.item]
    forms = [target.obligation.id for target in targets if target.obligation]
    await uow.session.flush()
    on_file = await uow.documents_on(items, forms)
    return [_row(target, on_file, asker) for target in {target.name: target for target in targets}.values()]


def _row(target: Target, on_file: Sequence[tuple[Filing, EvidenceDocument]], asker: Asker) -> Row:
    mine = [
        (filing, doc)
        for filing, doc in on_file
        if (filing.review_item_id, filing.obligation_id) == target.key
        and filing.status in LIVE
        and sees(asker, target.lea, filing)
    ]
    asked = target.item.item.evidence if target.item else []
    parts = [{"name": part} for part in target.obligation.form.parts] if target.obligation else []
    documents = [doc for _, doc in mine]
    missing = missing_evidence(asked or parts, [doc.name for doc in documents])
    if target.obligation and documents and is_one_document(target.obligation.form):
        missing = []
    unsubmitted = sum(filing.submitted_at is None for filing, _ in mine)
    return {
        "name": target.name,
        "code": target.code,
        "title": target.label,
        "on_file": len(mine),
        "missing": missing,
        "due": target.due.isoformat() if target.due else None,
        "finding": target.finding.text if target.finding else None,
        "status": label(status_of(target)),
        "next": next_step(target, len(mine), unsubmitted, missing, asker),
        "remarks": remarks(target.obligation, documents) if target.obligation else [],
    }


def sees(asker: Asker, lea_id: str, filing: Filing) -> bool:
    """An LEA's own people see all of its evidence; the state sees what was submitted."""
    return filing.submitted_at is not None or has_role(asker.person, lea_id, SENDERS)


def status_of(target: Target) -> str:
    """What people call its status: a finding's own comes before that of its item."""
    if target.finding is not None:
        return target.finding.status
    if target.item is not None:
        return target.item.status
    assert target.obligation is not None
    return target.obligation.status


def next_step(target: Target, on_file: int, unsubmitted: int, missing: Sequence[str], asker: Asker) -> str:
    """A machine's word for the one thing to do next; the words for people are `[next]` in `words.toml`."""
    status = status_of(target)
    if status in ("meets", "not_reviewed", "resolved", "accepted"):
        return "nothing"
    if status == "does_not_meet":
        return "await_nof"
    if not has_role(asker.person, target.lea, ("lea_user", "school_user", *SUBMITTERS)):
        return "decide" if status in WITH_STATE else "wait_for_lea"
    if unsubmitted:
        if missing:
            return "send_missing"
        return "submit" if has_role(asker.person, target.lea, SUBMITTERS) else "ask_submitter"
    if status in ("open", "not_started", "returned", "more_evidence") or not on_file:
        return "send"
    return "wait"
