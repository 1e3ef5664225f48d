"""The binder of a review: its documents, what the record says of them, and how to check both, in one zip."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, TextIO

from bot.report import write_report
from handlers.lifecycle import label
from store.exports.archive import Archive
from store.exports.comma import write_csv
from store.exports.filed import filed_rows
from store.exports.names import document_path
from store.exports.part import Part
from store.exports.record import LISTS, write_json
from store.files import FileStore
from templates.render import piece_of_page

Row = Mapping[str, Any]
KINDS = {"narrative": "Response", "statement": "Statement", "on_site": "Shown on site"}
QUARANTINED = "it is in quarantine: malware was found in it"
piece = partial(piece_of_page, "_binder/index.html")


async def write_binder(part: Part, files: FileStore, out: BinaryIO, at: datetime) -> list[str]:
    """Write it; a sentence for each document that could not be put in."""
    position, digest = await part.head()
    about = {
        "review": part.review,
        "made_at": at.isoformat(),
        "history_position": position,
        "history_digest": digest,
    }
    with Archive(out, at, about) as archive:
        missing = await _put_documents(part, files, archive)
        receipts = await _put_receipts(part, archive)
        with archive.text("record.json") as text:
            await write_json(part, text)
        with archive.text("items.csv") as text:
            await write_csv(part, text)
        archive.add_bytes("report.pdf", await write_report(part, at))
        with archive.text("index.html") as text:
            await _write_index(part, archive, text, missing, receipts)
        return [f"{one['path']} is not in the binder: {one['why']}" for one in archive.missing]


async def _put_documents(part: Part, files: FileStore, archive: Archive) -> dict[str, str]:
    """Every document's bytes; what is wrong with those that are missing, by document."""
    missing = {}
    async for row in LISTS["documents"](part):
        path, at = document_path(row["id"], row["name"]), datetime.fromisoformat(row["received_at"])
        if row["scan"] == "infected":
            missing[f"D-{row['id']}"] = archive.withhold(path, row["sha256"], QUARANTINED)
            continue
        source = files.path(row["sha256"])
        why = await asyncio.to_thread(archive.add_document, path, source, row["sha256"], at)
        if why is not None:
            missing[f"D-{row['id']}"] = why
    return missing


async def _put_receipts(part: Part, archive: Archive) -> bool:
    """Every receipt word for word, and its signature beside it; whether there is any."""
    found = False
    async for row in LISTS["receipts"](part):
        found = True
        if row["text"] is not None:
            archive.add_bytes(receipt_path(row), row["text"].encode())
            signed = f"{row['key']} {row['signature']}\n"
            archive.add_bytes(receipt_path(row).replace(".txt", ".sig"), signed.encode())
    return found


def receipt_path(row: Row) -> str:
    return f"receipts/R-{row['message']}.txt"


async def _write_index(
    part: Part, archive: Archive, out: TextIO, missing: Mapping[str, str], any_receipt: bool
) -> None:
    """The page that one opens first: items with documents and statements, receipts."""
    review = await anext(LISTS["reviews"](part))
    made, (position, digest) = archive.at.isoformat(), await part.head()
    out.write(piece("top", review, made, position, digest, len(missing)))
    async for text in _items(part, missing):
        out.write(text)
    if any_receipt:
        out.write(piece("receipts"))
        async for row in LISTS["receipts"](part):
            path = receipt_path(row) if row["text"] is not None else None
            out.write(piece("receipt", row["message"], row["made_at"], path))
    out.write(piece("bottom", any_receipt))


async def _items(part: Part, missing: Mapping[str, str]) -> AsyncIterator[str]:
    """A section an item, with a line for each document, and what was said instead of documents."""
    before: Row | None = None
    spoken = await _statements(part)
    async for row in filed_rows(part):
        if before is None or row["code"] != before["code"]:
            if before is not None:
                yield piece("item_end", before, spoken.get(str(before["code"]), []))
            yield piece("item", row, label(str(row["item_status"])), label(str(row["finding_status"])))
        if row["document"] is not None:
            yield _document(row, missing.get(str(row["document"])))
        before = row
    if before is not None:
        yield piece("item_end", before, spoken.get(str(before["code"]), []))


async def _statements(part: Part) -> dict[str, list[Row]]:
    """By the code of the item they are on, responses to its finding too."""
    found: dict[str, list[Row]] = {}
    async for row in LISTS["statements"](part):
        shown = {**row, "what": KINDS[row["kind"]], "text": row["text"].splitlines()}
        found.setdefault(row["target"].partition("/")[2], []).append(shown)
    return found


def _document(row: Row, why: str | None) -> str:
    path = document_path(int(row["document"].removeprefix("D-")), row["file"])
    shown = {**row, "received": row["received"].isoformat()}
    return piece("document", shown, path, label(row["document_status"]), why)
