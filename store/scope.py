"""One review's part of an exported record: what it says of any other review is left out."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

LEANS = {"review_id": "review", "review_item_id": "review_item", "finding_id": "finding"}
Row = dict[str, Any]
Record = dict[str, list[Row]]


def known_reviews(record: Mapping[str, Iterable[Row]]) -> set[str]:
    """The reviews that an export speaks of."""
    return {row["review"] for row in record["items"]}


def of_review(record: Record, review: str) -> Record:
    """The review's items, findings, agreements and documents; the messages that brought them and what we
    answered; the people with a role in it; and the history of these (but the words of no answer)."""
    documents = _with_targets(record["documents"], review)
    messages = [
        row | {"verdicts": verdicts}
        for row in record["messages"]
        if (verdicts := _with_targets(row["verdicts"], review))
    ]
    numbers = {row["id"] for row in messages}
    outgoing = [row for row in record["outgoing"] if row["in_answer_to"] in numbers]
    names = {f"evidence_document:{row['id']}" for row in documents}
    names |= {f"inbox:{number}" for number in numbers}
    return {
        "messages": messages,
        "documents": documents,
        **{name: _of(record[name], review) for name in ("items", "findings", "agreements")},
        "obligations": [],
        "people": [
            row | {"roles": roles} for row in record["people"] if (roles := _of(row["roles"], review))
        ],
        "outgoing": outgoing,
        "history": _history(record["history"], review, names),
    }


def _of(rows: Iterable[Row], review: str) -> list[Row]:
    return [row for row in rows if row["review"] == review]


def _with_targets(rows: Iterable[Row], review: str) -> list[Row]:
    """Rows that have a target in this review, with only those targets."""
    found = []
    for row in rows:
        targets = [name for name in row["targets"] if name.startswith(f"{review}/")]
        if targets:
            found.append(row | {"targets": targets})
    return found


def _history(entries: Iterable[Row], review: str, names: set[str]) -> list[Row]:
    """Entries on the review itself, on what leans on it (items, findings, agreements, filings), and on
    these names. A row leans only on rows that were recorded before it."""
    found, known = [], names | {f"review:{review}"}
    for entry in entries:
        if entry["record"] in known or _leans_on(json.loads(entry["facts"]), known):
            known.add(entry["record"])
            found.append(entry)
    return found


def _leans_on(facts: Row, known: set[str]) -> bool:
    return any(f"{kind}:{facts.get(column)}" in known for column, kind in LEANS.items())
