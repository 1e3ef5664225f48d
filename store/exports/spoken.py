"""Which reviews a signed receipt speaks of: what its own labels say, never what people wrote behind them.

A value never looks like a label (`handlers/receipt_text.py`), so a line that begins with one is ours.
"""

import re
from collections.abc import Iterator

from sqlalchemy import ColumnElement

from store.models import Receipt

NAMES = (
    *("Submitted", "Responded", "Statement", "Commented", "Begun", "Returned", "Concluded", "Resolved"),
    *("Reopened", "Review", "Loaded", "Notification", "Finding", "Target", "From", "Back", "Gone"),
    *("Agreement-requested", "Agreement-withdrawn", "Agreement-approved", "Agreement-declined"),
    *("Reminders-paused", "Reminders-resumed", "Reminders-of"),
)
# Labels that name no review. What is in neither list may be about anything: such a receipt stays out.
BESIDES = frozenset(
    (
        *("Service", "Receipt", "Sender", "Address", "LEA", "Channel", "Received", "UTC"),
        *("History", "Digest", "Key", "File", "Name", "Size", "SHA-256", "Verdict", "Pages"),
        *("On-file-since", "Reason", "Files-of", "Files-received", "Replaced", "Withdrawn", "Undone"),
        *("Status", "As", "Kind", "Text", "Until", "Latest", "Late", "Agreement", "Requested-until"),
        *("Conclusion", "School", "Documents", "Statements", "Dated", "Due", "Findings", "Rows", "Days"),
        *("Text-SHA-256", "Reason-SHA-256", "Narrative-SHA-256", "Replaced-SHA-256"),
    )
)
_DOCUMENT = r"(D-[0-9]+ )?"  # that was taken from the target or brought back to it


def speaks_of(review: str) -> ColumnElement[bool]:
    """Whether a receipt says that something of the review was done."""
    named = rf"(^|\n)({'|'.join(NAMES)}):(\n[+])? {_DOCUMENT}{re.escape(review)}(/|\n|$)"
    return Receipt.text.regexp_match(named)


def speaks_only_of(review: str, text: str) -> bool:
    """Whether a receipt names nothing outside of the review."""
    inside = re.compile(rf"{_DOCUMENT}{re.escape(review)}(/.*)?")
    return all(
        inside.fullmatch(value) if label in NAMES else label in BESIDES for label, value in _fields(text)
    )


def lea_in(text: str) -> str:
    """For whom its sender works; nothing where it does not say."""
    return next((value for label, value in _fields(text) if label == "LEA"), "-").removeprefix("-")


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.replace("\n+ ", " ").replace("\\ ", "").split("\n"):
        label, colon, value = line.partition(":")
        if colon:
            yield label, value.strip()
