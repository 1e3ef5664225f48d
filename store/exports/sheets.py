"""The sheets of a workbook: their names, their columns with what is in them, and where the rows come from."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from store.exports.asked import agreements, comments, findings, items
from store.exports.filed import FILED_COLUMNS, filed_rows
from store.exports.part import Part
from store.exports.record import history
from store.exports.sent import statements

Kind = Literal["code", "text", "number", "day", "moment"]
Rows = AsyncIterator[Mapping[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """One sheet; what is not said to be something else is text that somebody wrote."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Part], Rows]

    def kind(self, column: str) -> Kind:
        return KINDS.get(column, "text")


KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("review", "lea", "code", "cds", "document", "status", "item_status", "agreement", "finding_site"),
        "code",
    ),
    **dict.fromkeys(("document_status", "finding_status", "kind", "channel", "instrument", "item"), "code"),
    **dict.fromkeys(("size", "version", "documents", "seq", "message", "id"), "number"),
    **dict.fromkeys(("due", "agreement_until", "requested_until", "decided_until", "cap"), "day"),
    **dict.fromkeys(("received", "submitted", "submitted_at", "responded_at", "decided_at"), "moment"),
    **dict.fromkeys(("requested_at", "made_at", "at", "ended_at"), "moment"),
}


async def _items(part: Part) -> Rows:
    async for row in items(part):
        yield row | {"documents": len(row["documents"])}


async def _documents(part: Part) -> Rows:
    async for row in filed_rows(part):
        if row["document"] is not None:
            yield row


async def _agreements(part: Part) -> Rows:
    async for row in agreements(part):
        said = [f"{step.get('what')} ({step.get('who')}, by {step.get('by')})" for step in row["steps"]]
        yield row | {"steps": "\n".join(said), "late": "yes" if row["late"] else "no"}


def value(cell: Any, kind: Kind) -> Any:
    """Days and moments as such, whether the rows have them in ISO or not."""
    if isinstance(cell, str) and kind in ("day", "moment"):
        return datetime.fromisoformat(cell) if kind == "moment" else date.fromisoformat(cell)
    return cell


SHEETS = (
    Sheet(
        "Items",
        (
            *("review", "code", "title", "status", "documents", "submitted_at", "submitted_by"),
            *("concluded_by", "finding_text", "finding_site"),
        ),
        _items,
    ),
    Sheet("Documents", FILED_COLUMNS, _documents),
    Sheet(
        "Findings",
        ("review", "item", "text", "site", "status", "due", "responded_at", "decided_at", "decided_by"),
        findings,
    ),
    Sheet(
        "Agreements",
        (
            *(
                "id",
                "finding",
                "status",
                "requested_until",
                "requested_by",
                "requested_at",
                "reason",
                "steps",
            ),
            *("late", "cap", "decided_until", "decided_by", "decided_at", "decided_why"),
        ),
        _agreements,
    ),
    Sheet("Comments", ("made_at", "by", "target", "instrument", "kind", "text", "message"), comments),
    Sheet(
        "Statements",
        ("made_at", "by", "target", "kind", "text", "status", "submitted_at", "ended_at", "message"),
        statements,
    ),
    Sheet("History", ("seq", "at", "kind", "who", "channel", "record", "facts", "digest"), history),
)
