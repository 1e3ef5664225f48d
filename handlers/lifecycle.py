"""Every status and arrow, in one table: from → what happened → to. Source: domain facts 5."""

ITEM = {
    ("not_started", "evidence_filed"): "evidence_attached",
    ("evidence_attached", "evidence_filed"): "evidence_attached",
}

LABELS = {
    "not_started": "Not started",
    "evidence_attached": "Evidence attached",
    "submitted": "Submitted",
    "in_progress": "In progress",
    "more_evidence": "More evidence requested",
    "resubmitted": "Resubmitted",
    "meets": "Meets requirements",
    "does_not_meet": "Does not meet requirements",
    "not_reviewed": "Not reviewed",
    "open": "Open",
    "scheduled": "Scheduled",
    "upload_open": "Upload open",
    "in_review": "In review",
    "nof_issued": "Notification of Findings issued",
    "resolution": "Resolution",
}


def advance(status: str, happened: str) -> str:
    """The status after something happened; the same status where the table has no arrow."""
    return ITEM.get((status, happened), status)


def label(status: str) -> str:
    """The field's own words for a status."""
    return LABELS.get(status, status.replace("_", " ").capitalize())
