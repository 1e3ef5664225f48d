"""Whether a receipt is ours, and whether the record still says what it says.

The record is asked only about receipts whose signature is good: nobody learns of it by forging one.
"""

from base64 import b64decode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.receipt_text import Found, fields_of, words_of
from store.models import Receipt
from store.signing import Signer
from store.unit_of_work import UnitOfWork

BLOCK = 200
FAULTS = {
    "cut": "its end is missing",
    "form": "it does not have the form of a receipt",
    "key": "it names a key that is none of ours",
    "signature": "its signature does not fit its words",
    "position": "the history does not have that digest at that position",
    "received": "the message did not come at that time",
    "files": "a file of it is not on record with that digest",
    "row": "its row says something else than its text",
}


@dataclass(frozen=True)
class Claims:
    """What a receipt says that the record can be asked about. `brought` are the messages of its files."""

    receipt: int
    received: datetime
    brought: tuple[int, ...]
    position: int
    digest: str
    key: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Recorded:
    """What the record says of some receipts: digests by position, times and files by message."""

    digests: Mapping[int, str]
    received: Mapping[int, datetime]
    files: Mapping[int, Collection[str]]


def claims_of(words: str) -> Claims | None:
    """None where the words have not the form of a receipt."""
    fields = fields_of(words)
    first = dict(reversed(fields))
    try:
        return Claims(
            receipt=_number(first["Receipt"]),
            received=datetime.fromisoformat(first["UTC"]).astimezone(UTC),
            brought=tuple(_number(value) for label, value in fields if label in ("Receipt", "Files-of")),
            position=int(first["History"]),
            digest=first["Digest"],
            key=first["Key"],
            files=tuple(value for label, value in fields if label == "SHA-256"),
        )
    except (KeyError, ValueError):
        return None


def unlike(claims: Claims, recorded: Recorded) -> list[str]:
    """What of a receipt the record does not say."""
    kept = {sha256 for one in claims.brought for sha256 in recorded.files.get(one, ())}
    said = {
        "position": recorded.digests.get(claims.position) == claims.digest,
        "received": recorded.received.get(claims.receipt) == claims.received,
        "files": all(sha256 in kept for sha256 in claims.files),
    }
    return [what for what, same in said.items() if not same]


async def check(found: Found, uow: UnitOfWork) -> list[str]:
    """What is wrong with a receipt that somebody holds, as keys of FAULTS."""
    claims = claims_of(found.words)
    wrong = _unsigned(found, claims, uow.signer)
    if wrong or claims is None:
        return [wrong]
    return unlike(claims, await _recorded([claims], uow))


async def check_stored(uow: UnitOfWork) -> tuple[int, list[str]]:
    """How many receipts we have, and a sentence for each that is wrong, the first one first."""
    count, last, wrong = 0, 0, list[str]()
    while rows := await uow.receipts_after(last, BLOCK):
        count, last = count + len(rows), rows[-1].inbox_id
        wrong += await _check_rows(rows, uow)
    return count, wrong


async def _check_rows(rows: Sequence[Receipt], uow: UnitOfWork) -> list[str]:
    claimed = {row.inbox_id: claims_of(words_of(row.text)) for row in rows}
    recorded = await _recorded([one for one in claimed.values() if one], uow)
    found = [(row.inbox_id, _wrong_row(row, claimed[row.inbox_id], recorded, uow.signer)) for row in rows]
    return [f"receipt R-{number}: {FAULTS[word]}" for number, words in found for word in words]


def _wrong_row(row: Receipt, claims: Claims | None, recorded: Recorded, signer: Signer | None) -> list[str]:
    wrong = _unsigned(found_in(row), claims, signer)
    if wrong or claims is None:
        return [wrong]
    same = (claims.receipt, claims.position, claims.key) == (row.inbox_id, row.position, row.key)
    return [*([] if same else ["row"]), *unlike(claims, recorded)]


def found_in(row: Receipt) -> Found:
    """A receipt as we keep it."""
    try:
        return Found(words_of(row.text), b64decode(row.signature, validate=True))
    except ValueError:
        return Found(words_of(row.text), b"")


def _unsigned(found: Found, claims: Claims | None, signer: Signer | None) -> str:
    """Why it is not of ours; empty if it is."""
    if found.signature is None:
        return "cut"
    if claims is None:
        return "form"
    if signer is None or claims.key not in signer.public:
        return "key"
    return "" if signer.verifies(claims.key, found.words.encode(), found.signature) else "signature"


async def _recorded(claims: Sequence[Claims], uow: UnitOfWork) -> Recorded:
    messages = {one.receipt for one in claims}
    return Recorded(
        await uow.digests_at({one.position for one in claims}),
        await uow.received_at(messages),
        await uow.digests_of_files({brought for one in claims for brought in one.brought}),
    )


def _number(said: str) -> int:
    return int(said.removeprefix("R-"))
