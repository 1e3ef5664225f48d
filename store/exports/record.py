"""The record as the machine sees it: one JSON document, its form fixed by the contract (docs/export.md).

Times are ISO 8601 with offset, days ISO, codes canonical; every list in the order of numbers.
"""

import json
from collections.abc import AsyncIterator, Callable
from typing import TextIO

from sqlalchemy.orm import selectinload

from store.exports.asked import agreements, comments, findings, items, obligations, reviews
from store.exports.part import Part, Row
from store.exports.rows import pick, plain
from store.exports.scope import chosen
from store.exports.sent import documents, messages, outgoing, receipts, statements
from store.history import HistoryEntry
from store.models import Person


async def people(part: Part) -> AsyncIterator[Row]:
    found = chosen(Person, part.review).options(selectinload(Person.roles), selectinload(Person.addresses))
    async for block in part.blocks(found):
        for (person,) in block:
            roles = [
                {"role": role.role, "lea": role.lea_id, "school": role.school_cds}
                | {"program": role.program_id, "review": role.review_id, "instrument": role.instrument}
                for role in person.roles
                if part.review in (None, role.review_id)
            ]
            yield {
                "name": person.name,
                "addresses": sorted(one.address for one in person.addresses),
                "roles": roles,
                "retired_at": plain(person.retired_at),
            }


async def history(part: Part) -> AsyncIterator[Row]:
    async for block in part.all(HistoryEntry):
        for row in block:
            yield pick(row, "seq", "at", "kind", "who", "channel", "record", "facts", "digest")


LISTS: dict[str, Callable[[Part], AsyncIterator[Row]]] = {
    "messages": messages,
    "documents": documents,
    "items": items,
    "findings": findings,
    "agreements": agreements,
    "obligations": obligations,
    "people": people,
    "outgoing": outgoing,
    "history": history,
    "reviews": reviews,
    "comments": comments,
    "statements": statements,
    "receipts": receipts,
}


async def write_json(part: Part, out: TextIO) -> None:
    """The whole document, a row on a line. `out` must write what UTF-8 cannot spell as a backslash escape."""
    for number, (name, rows) in enumerate(LISTS.items()):
        out.write(f"{',' if number else '{'}\n  {json.dumps(name)}: [")
        before = "\n"
        async for row in rows(part):
            out.write(f"{before}    {json.dumps(row, ensure_ascii=False)}")
            before = ",\n"
        out.write("]" if before == "\n" else "\n  ]")
    out.write("\n}\n")
