"""Entries of the history → turns of a conversation: who did and said what, when. Pure.

Each entry tells a row's content afterwards; what happened is the difference to the entry before.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.grammar import paragraphs_of
from handlers.lifecycle import CONCLUSIONS, label
from store.history import HistoryEntry, record_of
from store.history_questions import Story

Facts = Mapping[str, Any]
MOST_TURNS = 40
PLAIN_STEPS = ("not_started", "evidence_attached")
ENDINGS = {"superseded": "replaced", "withdrawn": "withdrew"}


@dataclass(frozen=True)
class Said:
    """One thing that happened. `what` is a machine word, with its sentence in `templates/history_shown`;
    `name` is what it happened to or the status it has now, `on` the item in the story of a whole review."""

    what: str
    name: str = ""
    text: list[str] = field(default_factory=list)
    on: str = ""
    day: str | None = None


@dataclass(frozen=True)
class Turn:
    """What one person did at one moment, through one channel."""

    at: str
    who: str
    channel: str
    said: list[Said]


@dataclass(frozen=True)
class _Teller:
    """What the entries lean on: names of documents and codes of items by row; whether drafts are hidden,
    and whether conclusions still are (`private`)."""

    documents: Mapping[int, str]
    codes: Mapping[int, str]
    of_state: bool
    private: bool


def turns_of(
    entries: Sequence[HistoryEntry], story: Story, *, of_state: bool, before_nof: bool
) -> list[Turn]:
    """The conversation in order of time. The state sees only what was submitted to it, the LEA no
    conclusion before the Notification of Findings."""
    teller = _teller(story, of_state, before_nof and not of_state)
    before: dict[str, Facts] = {}
    turns: list[Turn] = []
    for entry in entries:
        facts = json.loads(entry.facts)
        kind = entry.record.partition(":")[0]
        said = list(_TELL[kind](before.get(entry.record), facts, teller)) if kind in _TELL else []
        before[entry.record] = facts
        _put(turns, entry, said)
    return turns


def records_of(story: Story, *, of_state: bool) -> list[str]:
    """The names of the rows that may be told of."""
    filings = [filing for filing, _ in story.filings if filing.submitted_at or not of_state]
    statements = [one for one in story.statements if one.submitted_at or not of_state]
    rows = [*filings, *statements, *story.comments, *story.findings, *story.agreements, *story.items]
    return [record_of(row) for row in rows]


def _teller(story: Story, of_state: bool, private: bool) -> _Teller:
    documents = {}
    for filing, document in story.filings:
        version = f", version {document.version}" if document.version > 1 else ""
        documents[filing.id] = f"{document.name}{version}"
    return _Teller(documents, {item.id: item.code for item in story.items}, of_state, private)


def _put(turns: list[Turn], entry: HistoryEntry, said: list[Said]) -> None:
    """One message's doings are one turn: they share the moment, the person and the channel."""
    if not said:
        return
    at = entry.at.isoformat()
    last = turns[-1] if turns else None
    if last is not None and (last.at, last.who, last.channel) == (at, entry.who, entry.channel):
        last.said.extend(one for one in said if one not in last.said)
    else:
        turns.append(Turn(at, entry.who, entry.channel, said))


def _item(before: Facts | None, now: Facts, teller: _Teller) -> Iterator[Said]:
    """A conclusion with what was found; a new status else. That a draft came is not the state's to know."""
    on = teller.codes.get(now["id"], "")
    same = before is not None and before["status"] == now["status"]
    if same and before is not None and before["finding_text"] == now["finding_text"]:
        return
    if now["status"] in PLAIN_STEPS and (before is None or teller.of_state):
        return
    if teller.private and now["status"] in CONCLUSIONS:
        return
    yield Said("status", label(now["status"]), paragraphs_of(now["finding_text"] or ""), on)


def _filing(before: Facts | None, now: Facts, teller: _Teller) -> Iterator[Said]:
    name = teller.documents[now["id"]]
    if before is None:
        draft = now["status"] == "draft" and not teller.of_state
        pages = [f"pages {now['pages']}"] if now["pages"] else []
        yield Said("filed_draft" if draft else "filed", name, pages)
    elif before["status"] != now["status"]:
        if now["status"] in ENDINGS:
            yield Said(ENDINGS[now["status"]], name)
        elif before["status"] in ENDINGS:
            yield Said("restored", name)


def _statement(before: Facts | None, now: Facts, _teller: _Teller) -> Iterator[Said]:
    if before is None:
        yield Said(now["kind"], "", paragraphs_of(now["text"]))
    elif before["status"] != now["status"] and now["status"] in ENDINGS:
        yield Said(f"{ENDINGS[now['status']]}_words")


def _comment(before: Facts | None, now: Facts, teller: _Teller) -> Iterator[Said]:
    if before is None and not (teller.private and now["kind"] == "concluded"):
        on = teller.codes.get(now["review_item_id"], "") or now["instrument"] or ""
        yield Said(f"comment_{now['kind']}", "", paragraphs_of(now["text"]), on)


def _finding(before: Facts | None, now: Facts, teller: _Teller) -> Iterator[Said]:
    on = teller.codes.get(now["review_item_id"], "")
    if before is None:
        yield Said("finding", "", paragraphs_of(now["text"]), on, now["due"])
    elif before["status"] != now["status"]:
        yield Said("finding_status", label(now["status"]), on=on)


def _agreement(before: Facts | None, now: Facts, _teller: _Teller) -> Iterator[Said]:
    if before is None:
        yield Said("agreement_requested", "", paragraphs_of(now["reason"]), day=now["requested_until"])
    elif before["status"] != now["status"]:
        why = paragraphs_of(now["decided_why"] or "")
        yield Said("agreement_status", label(now["status"]), why, day=now["decided_until"])


def _whole(before: Facts | None, now: Facts, _teller: _Teller) -> Iterator[Said]:
    """A form or a review: its status."""
    known = before is not None and before["status"] == now["status"]
    if not known and now["status"] not in ("open", "scheduled"):
        yield Said("status", label(now["status"]), day=now.get("nof_date") if before else None)


_TELL: dict[str, Callable[[Facts | None, Facts, _Teller], Iterator[Said]]] = {
    "review_item": _item,
    "filing": _filing,
    "statement": _statement,
    "comment": _comment,
    "finding": _finding,
    "resolution_agreement": _agreement,
    "obligation": _whole,
    "review": _whole,
}
