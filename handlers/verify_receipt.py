"""Check a receipt that somebody holds, or whether a document is on file: by its bytes alone.

A receipt's own words are in its holder's hands; beyond them everybody learns only what is within their reach.
"""

import re
from base64 import b64decode
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from handlers.access import reach_of
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Attachment, FileVerdict, Reply
from handlers.receipt_check import check, claims_of, found_in
from handlers.receipt_text import Found, armored, receipts_in
from handlers.refusals import NotOneOfYours, NotSaidRight
from handlers.threads import thread_of
from store.models import Receipt
from store.unit_of_work import UnitOfWork

USAGE = "verify, and the receipt pasted below; or attach the documents"
MOST = 10
_WORDS = re.compile(
    r"(?:(?:(?:this|these|the|my) )?(?:receipts?|files?|documents?))?|R-(?P<number>\d{1,9})", re.I
)


@dataclass(frozen=True)
class VerifyReceipt:
    """The number of a receipt of theirs, if one was named; the rest is in the message itself."""

    number: int | None = None


@dataclass(frozen=True)
class OnFile:
    """One document as it is on file: its number, name, target, and since when."""

    document: int
    name: str
    target: str
    since: str
    status: str


@dataclass(frozen=True)
class ReceiptChecked(Reply):
    """Of each receipt: its number, what is wrong (`cut`, `form`, `key`, `signature`, `position`, `received`,
    `files`; nothing if it is good), whether it is our own copy (`ours`), how many files it names, and which
    of them are on file (`OnFile`). Of each document: its name, digest, and where it is on file. `own_copy` is
    the whole receipt, line by line, if it was asked for by its number."""

    receipts: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    own_copy: list[str] = field(default_factory=list)


def read_line(words: str, _programs: Collection[str]) -> VerifyReceipt | None:
    """`verify`, `verify receipt` or `verify R-17`, and nothing behind it on the line."""
    found = _WORDS.fullmatch(words.partition("\n")[0].strip(" :"))
    if found is None:
        return None
    return VerifyReceipt(int(found["number"]) if found["number"] else None)


async def verify_receipt(command: VerifyReceipt, asker: Asker, uow: UnitOfWork) -> Answer:
    """Check what was pasted, attached, named or replied to. Raises NotSaidRight, NotOneOfYours."""
    documents = [file for file in asker.message.files if file.came and file.role != "decoration"][:MOST]
    pasted = list(islice(receipts_in(asker.message.text), MOST))
    ours = [] if pasted or (documents and command.number is None) else [await _ours(command, asker, uow)]
    receipts = [await _checked(one, asker, uow) for one in pasted]
    receipts += [await _checked(found_in(one), asker, uow, ours=True) for one in ours]
    files = [await _compared(file, asker, uow) for file in documents]
    verdicts = tuple(FileVerdict(file, "not_evidence", reason="only-compared") for file in documents)
    copy = [line for one in ours if command.number is not None for line in _whole(one)]
    return Answer(ReceiptChecked(receipts, files, copy), verdicts=verdicts)


def _whole(receipt: Receipt) -> list[str]:
    return armored(receipt.text.split("\n"), b64decode(receipt.signature))


async def _ours(command: VerifyReceipt, asker: Asker, uow: UnitOfWork) -> Receipt:
    """The receipt that we sent to the asker: of this number, or in the mail that they reply to."""
    addresses = {one.address for one in asker.person.addresses}
    thread = await thread_of(asker.message, uow) if command.number is None else None
    replied = thread.trail if thread else []
    found = await uow.receipt_sent_to(addresses, number=command.number, replied=replied)
    if found is None and command.number is not None:
        raise NotOneOfYours("receipt", f"R-{command.number}")
    if found is None:
        raise NotSaidRight("verify", USAGE, "a receipt or a document to check")
    return found


async def _checked(found: Found, asker: Asker, uow: UnitOfWork, ours: bool = False) -> dict[str, Any]:
    wrong, claims = await check(found, uow), claims_of(found.words)
    named = claims.files if claims is not None and not wrong else ()
    return {
        "receipt": claims.receipt if claims and not wrong else None,
        "wrong": wrong,
        "ours": ours,
        "files": len(named),
        "on_file": await _on_file(named, asker, uow),
    }


async def _compared(file: Attachment, asker: Asker, uow: UnitOfWork) -> dict[str, Any]:
    places = await _on_file([file.sha256], asker, uow)
    return {"name": file.name, "sha256": file.sha256, "on_file": places}


async def _on_file(sha256s: Sequence[str], asker: Asker, uow: UnitOfWork) -> list[dict[str, Any]]:
    found = await uow.on_file(reach_of(asker.person), sha256s)
    return [
        asdict(OnFile(doc.id, doc.name, filing.target, filing.filed_at.isoformat(), filing.status))
        for doc, filing in found
    ]


CAPABILITY = Capability(
    verb="verify",
    usage=USAGE,
    does="checks a receipt, or tells whether a document is on file",
    handle=verify_receipt,
    opens="verify",
    line=read_line,
    takes_text=True,
    uses_files=True,
)
