"""What a report tells, read from the record in one look."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from store.exports.filed import filed_rows
from store.exports.part import Part
from store.exports.record import LISTS
from store.programs import rule

MOST = 1000
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """`cut` says of each list how many rows were too many for a report."""

    review: Row
    at: datetime
    position: int
    digest: str
    cap: date | None
    filed: Sequence[Row]
    lists: Mapping[str, Sequence[Row]]
    cut: Mapping[str, int] = field(default_factory=dict)


async def gather(part: Part, at: datetime, most: int = MOST) -> Facts:
    """Everything a report tells of the review that `part` is of."""
    review = await anext(LISTS["reviews"](part))
    position, digest = await part.head()
    cut: dict[str, int] = {}
    filed, cut["filed"] = await _first(filed_rows(part), most)
    lists: dict[str, Sequence[Row]] = {}
    for name in ("items", "findings", "agreements", "comments", "statements", "receipts"):
        lists[name], cut[name] = await _first(LISTS[name](part), most)
    return Facts(review, at, position, digest, _cap(review), filed, lists, cut)


async def _first(rows: AsyncIterator[Any], most: int) -> tuple[list[Row], int]:
    """The first rows, and how many there are besides."""
    found: list[Row] = []
    left = 0
    async for row in rows:
        if len(found) < most:
            found.append(row)
        else:
            left += 1
    return found, left


def _cap(review: Row) -> date | None:
    """The last day that an agreement can reach, once there is a Notification of Findings."""
    if review["nof_date"] is None:
        return None
    days = rule("resolution_agreement_cap_days")
    return date.fromisoformat(review["last_day"]) + timedelta(days=days)
