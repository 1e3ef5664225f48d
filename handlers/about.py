"""What a message of ours speaks of, as canonical names: so that an answer to it need not say it again.

What its own fields name counts; where they name nothing, what was changed for it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from store.base import Base
from store.models import Comment, Filing, Obligation, ReviewItem, Statement

MOST = 20
BESIDE = ("timeline", "week")  # what a digest shows beside its rows: nobody answers that
NAMES_TARGET = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+(?:/[^/\s][^/\n]{0,30})?")


def about(fields: Mapping[str, Any], verdicts: Iterable[str], touched: Iterable[Base]) -> list[str]:
    """At most 20 names, in the order they are spoken of; of one instrument or a whole review none."""
    own = {name: value for name, value in fields.items() if "rows" not in fields or name not in BESIDE}
    said = list(_named(own)) or [*verdicts, *filter(None, map(_target, touched))]
    return list(dict.fromkeys(said))[:MOST]


def _named(value: Any) -> Iterator[str]:
    """Every `name` or `target` beside a `code`, however deep: so replies write a target."""
    if isinstance(value, list):
        for one in value:
            yield from _named(one)
    if isinstance(value, dict):
        said = value.get("target", value.get("name")) if "code" in value else None
        if isinstance(said, str) and NAMES_TARGET.fullmatch(said):
            yield said
        for one in value.values():
            yield from _named(one)


def _target(row: Base) -> str | None:
    if isinstance(row, Comment):
        return row.target if row.review_item_id is not None or row.obligation_id is not None else None
    if isinstance(row, Filing | Statement | ReviewItem):
        return row.target
    return row.id if isinstance(row, Obligation) else None
