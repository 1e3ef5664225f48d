"""Sign what a message did: one receipt a message, kept in the same transaction and shown in its answer.

To seal what a handler did: put `signed=await sealed([("Submitted", "sv-fpm/I-EL 02")], asker, uow)` into a
reply with the field `signed: list[str]`, and print it with `signed.txt` and `signed.html` of `_layout`.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from handlers.access import leas_served
from handlers.asking import Asker
from handlers.receipt_text import Field, armored, fields_of, lines_of, said, words_of
from store.clock import pacific
from store.inbox import DIRECTED, RELEASED, InboxEntry
from store.models import Receipt
from store.unit_of_work import UnitOfWork

_HEAD = frozenset(
    {"Service", "Receipt", "Sender", "Address", "LEA", "Channel", "Received", "UTC"}
    | {"Released-by", "Directed-to"}
)
_FOOT = frozenset({"History", "Digest", "Key"})


async def sealed(facts: Sequence[Field], asker: Asker, uow: UnitOfWork) -> list[str]:
    """The lines of the signed receipt of these facts, in their order; none in a rehearsal.

    A fact is a label (letters, digits and hyphens, a capital first, as in `Decided-until`) and its value in
    anybody's words. Call it after the change, once or several times: a later receipt of the same message
    says what the earlier ones say, too, and is the one that is kept.
    """
    if uow.signer is None or asker.message.rehearsal:
        return []
    row = await uow.receipt_of(asker.message.id)
    earlier = _facts_of(row) if row is not None and uow.touches(row) else []
    position, digest = await uow.stood_last()
    told = [*earlier, *((label, said(value)) for label, value in facts)]
    foot = [("History", str(position)), ("Digest", digest), ("Key", uow.signer.key)]
    lines = lines_of([*await _head(asker, uow), *told, *foot])
    signature = uow.signer.sign(words_of("\n".join(lines)).encode())
    made = Receipt(
        inbox_id=asker.message.id,
        made_at=asker.message.received_at,
        position=position,
        text="\n".join(lines),
        key=uow.signer.key,
        signature=b64encode(signature).decode(),
    )
    _keep(row, made, uow)
    return armored(lines, signature)


async def sealed_files(
    files: Sequence[Mapping[str, Any]], asker: Asker, uow: UnitOfWork, brought: InboxEntry | None = None
) -> list[str]:
    """The same of the files of a receipt (`FileLine` as dicts), which came with another message if we asked
    about them or had them on record: `brought`. Of a file that never came nothing is vouched for."""
    facts = [] if brought is None else came_with(brought)
    came = [file for file in files if file["sha256"]]
    return await sealed([*facts, *(fact for file in came for fact in _file(file))], asker, uow)


def came_with(brought: InboxEntry) -> list[Field]:
    """Where the files that are named next came from, if not with this message: so that it can be checked."""
    return [("Files-of", f"R-{brought.id}"), ("Files-received", _utc(brought.received_at))]


def words_sealed(label: str, text: str) -> list[Field]:
    """Words that people wrote stand in no receipt, only their digest: `Narrative-SHA-256`."""
    return [(f"{label}-SHA-256", sha256(text.encode("utf-8", "surrogatepass")).hexdigest())] if text else []


def _file(file: Mapping[str, Any]) -> list[Field]:
    facts = [
        ("File", str(file["number"])),
        ("Name", file["name"]),
        ("Size", f"{file['size']} bytes"),
        ("SHA-256", file["sha256"]),
        ("Verdict", file["verdict"]),
    ]
    for target in file["targets"]:
        facts.append(("Target", target["name"]))
        if target["pages"]:
            facts.append(("Pages", target["pages"]))
    if file["since"]:
        facts.append(("On-file-since", _utc(datetime.fromisoformat(file["since"]))))
    if file["reason"]:
        facts.append(("Reason", file["reason"]))
    return facts


async def _head(asker: Asker, uow: UnitOfWork) -> list[Field]:
    message, there = asker.message, pacific(asker.message.received_at)
    leas = await uow.leas(leas_served(asker.person))
    return [
        ("Service", said(uow.domain)),
        ("Receipt", f"R-{message.id}"),
        ("Sender", said(asker.person.name)),
        ("Address", said(message.sender.address or "")),
        ("LEA", said(" and ".join(lea.name for lea in leas))),
        ("Channel", said(message.channel)),
        ("Received", f"{there:%a} {there.day} {there:%b %Y, %I:%M:%S %p %Z}"),
        ("UTC", _utc(message.received_at)),
        *_let_go(message.sender.basis),
    ]


def _let_go(basis: str) -> list[Field]:
    """Of a message that was held: on whose word it is this person's, and for what."""
    if not basis.startswith(RELEASED):
        return []
    by, _, to = basis.removeprefix(RELEASED).partition(DIRECTED)
    return [("Released-by", said(by)), *([("Directed-to", said(to))] if to else [])]


def _facts_of(row: Receipt) -> list[Field]:
    return [one for one in fields_of(words_of(row.text)) if one[0] not in _HEAD | _FOOT]


def _keep(row: Receipt | None, made: Receipt, uow: UnitOfWork) -> None:
    """A message that is handled again gets a new receipt in the same row; the history has the old one."""
    if row is None:
        uow.add(made)
        return
    row.made_at, row.position, row.text = made.made_at, made.position, made.text
    row.key, row.signature = made.key, made.signature
    uow.changed(row)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
