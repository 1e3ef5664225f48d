"""What filings were before one message touched them, by the history, and how they become so again."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.cabinet import FiledAt
from handlers.lifecycle import advance
from store.history import record_of
from store.models import Filing
from store.unit_of_work import UnitOfWork

Facts = Mapping[str, Any]
_MOMENTS = ("filed_at", "submitted_at", "ended_at")
_KEPT = ("status", "by_id", "inbox_id", "ended_in", "replaces", "pages", "schools", "covers", "part")


async def former_facts(filings: Sequence[Filing], inbox_id: int, uow: UnitOfWork) -> dict[int, Facts]:
    """The last facts that are not that message's doing, by the filing's number; none of a filing that began
    with it."""
    found: dict[int, Facts] = {}
    for filing in filings:
        for entry in await uow.last_entries(record_of(filing)):
            facts = json.loads(entry.facts)
            if inbox_id not in (facts.get("inbox_id"), facts.get("ended_in")):
                found[filing.id] = facts
                break
        else:
            if (told := await _told(filing, inbox_id, uow)) is not None:
                found[filing.id] = told
    return found


async def _told(filing: Filing, inbox_id: int, uow: UnitOfWork) -> Facts | None:
    """What the rows tell where the history knows no earlier state, because one transaction did both: what had
    been filed before was a draft if the state never had it."""
    entry = await uow.entry(inbox_id)
    if entry is None or (filing.inbox_id == inbox_id and filing.filed_at == entry.received_at):
        return None
    if filing.inbox_id != inbox_id:
        status = "attached" if filing.submitted_at else "draft"
        return {"status": status, "ended_at": None, "ended_in": None}
    documents = await uow.documents_with_statuses([filing.document_id])
    author = {"by_id": documents[0][0].by_id, "inbox_id": documents[0][0].inbox_id}
    return {"status": "draft", "submitted_at": None} | author


def restore(one: FiledAt, facts: Facts, uow: UnitOfWork) -> None:
    """As it was. Raises NotNow where no arrow leads back."""
    filing = one.filing
    if filing.status != facts["status"]:
        advance("document", one.target.label, filing.status, _arrow(filing.status, facts["status"]))
    for name in _KEPT:
        setattr(filing, name, facts.get(name, getattr(filing, name)))
    for name in _MOMENTS:
        if name in facts:
            setattr(filing, name, datetime.fromisoformat(facts[name]) if facts[name] else None)
    uow.changed(filing)


def _arrow(now: str, former: str) -> str:
    """What happens to a filing so that it is again what it was."""
    if former == "draft":
        return "unconfirmed" if now == "attached" else "restored_as_draft"
    return {"attached": "restored", "superseded": "replaced", "withdrawn": "withdrawn"}[former]
