"""Every status and arrow, in one table: what → (from, what happened) → to. Source: domain facts 5.

ITEM        not started → evidence attached → submitted → in progress → a conclusion
                                                  ↑            ↓
                                             resubmitted ← more evidence requested  (← a conclusion too)
FINDING     open → response submitted → under review → resolved (→ reopened: open)
                          ↑                  ↓
                          └──────────── returned
AGREEMENT   requested → approved → met | expired;  requested → denied | withdrawn
FORM        open → submitted → received → under review → accepted;  back by returned
REVIEW      scheduled → upload open → in review → NOF issued → resolution → completed;  cancelled
DOCUMENT    draft → attached → superseded | withdrawn (→ restored);  back to draft by undo;  all → quarantined
"""

from collections.abc import Iterator
from typing import Literal

from handlers.refusals import NotNow

Machine = Literal["item", "finding", "agreement", "form", "review", "document"]
Arrows = dict[tuple[str, str], str]


def _from(states: str, happened: str, to: str | None = None) -> Iterator[tuple[tuple[str, str], str]]:
    """One arrow from each of some states; without `to`, it leads back to where it began."""
    for state in states.split():
        yield (state, happened), to or state


_WITH_STATE = "submitted in_progress resubmitted"
_CONCLUDABLE = "not_started evidence_attached more_evidence meets does_not_meet not_reviewed " + _WITH_STATE

TRANSITIONS: dict[Machine, Arrows] = {
    "item": dict(
        [
            *_from("not_started", "evidence_filed", "evidence_attached"),
            *_from("evidence_attached more_evidence " + _WITH_STATE, "evidence_filed"),
            *_from("evidence_attached", "evidence_gone", "not_started"),
            *_from("evidence_attached", "submitted", "submitted"),
            *_from("more_evidence " + _WITH_STATE, "submitted", "resubmitted"),
            *_from("submitted resubmitted", "review_begun", "in_progress"),
            *_from(_WITH_STATE, "returned", "more_evidence"),
            *_from("meets does_not_meet not_reviewed", "returned", "more_evidence"),  # before the NOF
            *_from(_CONCLUDABLE, "meets", "meets"),
            *_from(_CONCLUDABLE, "does_not_meet", "does_not_meet"),
            *_from(_CONCLUDABLE, "not_reviewed", "not_reviewed"),
        ]
    ),
    "finding": dict(
        [
            *_from("open returned responded under_review", "responded", "responded"),
            *_from("responded", "review_begun", "under_review"),
            *_from("responded under_review", "returned", "returned"),
            *_from("responded under_review", "resolved", "resolved"),
            *_from("resolved", "reopened", "open"),
        ]
    ),
    "agreement": dict(
        [
            *_from("requested", "approved", "approved"),
            *_from("requested", "denied", "denied"),
            *_from("requested", "withdrawn", "withdrawn"),
            *_from("approved expired", "met", "met"),
            *_from("approved", "expired", "expired"),
        ]
    ),
    "form": dict(
        [
            *_from("open returned", "submitted", "submitted"),
            *_from("submitted", "receipt_confirmed", "received"),
            *_from("submitted received", "review_begun", "under_review"),
            *_from("submitted received under_review", "returned", "returned"),
            *_from("submitted received under_review", "accepted", "accepted"),
            *_from("accepted", "reopened", "returned"),
        ]
    ),
    "review": dict(
        [
            *_from("scheduled", "upload_opened", "upload_open"),
            *_from("scheduled upload_open", "begun", "in_review"),
            *_from("in_review", "nof_issued", "nof_issued"),
            *_from("nof_issued", "responded", "resolution"),
            *_from("resolution", "responded"),
            *_from("nof_issued resolution", "completed", "completed"),
            *_from("scheduled upload_open in_review nof_issued resolution", "cancelled", "cancelled"),
        ]
    ),
    "document": dict(
        [
            *_from("draft attached", "submitted", "attached"),
            *_from("draft attached", "replaced", "superseded"),
            *_from("draft attached", "withdrawn", "withdrawn"),
            *_from("draft attached superseded withdrawn", "quarantined", "quarantined"),
            *_from("draft", "confirmed", "attached"),
            *_from("attached", "unconfirmed", "draft"),
            *_from("superseded withdrawn", "restored", "attached"),
            *_from("superseded withdrawn", "restored_as_draft", "draft"),
        ]
    ),
}

CONCLUSIONS = ("meets", "does_not_meet", "not_reviewed")
AGREED = ("requested", "approved")

LABELS = {
    "not_started": "Not started",
    "evidence_attached": "Evidence attached",
    "more_evidence": "More evidence requested",
    "meets": "Meets requirements",
    "does_not_meet": "Does not meet requirements",
    "responded": "Response submitted",
    "returned": "Returned for more",
    "nof_issued": "Notification of Findings issued",
    "received": "Receipt confirmed",
    "denied": "Declined",
}


def advance(machine: Machine, what: str, status: str, happened: str) -> str:
    """The status after something happened to `what` (its name, for the refusal). Raises NotNow where the
    table has no arrow."""
    to = TRANSITIONS[machine].get((status, happened))
    if to is None:
        raise NotNow(what, label(status), happened, possible(machine, status))
    return to


def after(machine: Machine, status: str, happened: str) -> str:
    """The status after something that never is forbidden: the same one where the table has no arrow."""
    return TRANSITIONS[machine].get((status, happened), status)


def possible(machine: Machine, status: str) -> list[str]:
    """What may happen in a status, in the order of the table."""
    return [happened for state, happened in TRANSITIONS[machine] if state == status]


def label(status: str) -> str:
    """The field's own words for a status."""
    return LABELS.get(status, status.replace("_", " ").capitalize())
