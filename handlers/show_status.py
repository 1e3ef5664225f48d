"""Say what is on file, what is missing and when it is due: `status`, `status EL 02`."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import leas_served
from handlers.grammar import Mention, find_codes, first_line
from handlers.lifecycle import label
from handlers.messages import Answer, Asker, Capability, Message, Reply
from handlers.refusals import NotForYourRole, NotOneOfYours
from handlers.standing import standing
from handlers.targets import Desk, Target, desk_for
from store.models import EvidenceDocument, Filing
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ShowStatus:
    """The items asked about; none means everything open of the asker's LEAs."""

    mentions: tuple[Mention, ...]
    said: str


@dataclass(frozen=True)
class StatusShown(Reply):
    """Everything open: reviews with counts, findings and forms with their dates, questions waiting."""

    name: str
    leas: list[str]
    reviews: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    forms: list[dict[str, Any]]
    waiting: list[dict[str, Any]]


@dataclass(frozen=True)
class ItemStatusShown(Reply):
    """Single items: documents on file, what is missing, the due date."""

    name: str
    items: list[dict[str, Any]]


def read(message: Message, programs: Collection[str]) -> ShowStatus | None:
    """`status` begins the first line, or the subject of a mail that is no reply; or somebody asks how an
    item stands. Nothing changes by it, so that it may be read generously."""
    if any(file.role == "document" for file in message.files):
        return None
    said = first_words(message)
    if not wants_status(said, programs):
        said = message.subject.strip()
        if not re.match(r"status\b", said, re.I):
            return None
    return ShowStatus(find_codes(said, programs), said[:80])


def wants_status(said: str, programs: Collection[str]) -> bool:
    """Whether a line asks how things stand: `status`, `what is missing for EL 02?`, `Is EL 02 complete?`"""
    line = said[:200]
    if re.match(r"status\b", line, re.I) or _OPENLY.search(line):
        return True
    return "?" in line and _ASKS.search(line) is not None and bool(find_codes(line, programs))


def first_words(message: Message) -> str:
    """The line that may hold a verb: the first of the text, or the subject when the text is empty."""
    subject = re.sub(r"^(?:(?:re|fwd?|aw|wg)\s*:\s*)+", "", message.subject.strip(), flags=re.I)
    return first_line(message.text) or subject


_OPENLY = re.compile(
    r"\b(?:what(?:'s| is|’s) (?:the |our )?(?:status|still missing|missing|open|due|outstanding)\b"
    r"|what (?:do (?:we|i|you)|are we) (?:still )?(?:need|owe|missing)\b"
    r"|(?:the|our|a) status of\b|where do we stand\b)",
    re.I,
)
_ASKS = re.compile(
    r"\b(?:status|complete|missing|received?|got|get|on file|arrived?|open|done|need|due|stand|falta"
    r"|recibi\w*)\b",
    re.I,
)


async def show_status(command: ShowStatus, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell; nothing changes. Raises NotForYourRole, NotOneOfYours."""
    leas = leas_served(asker.person)
    if not leas:
        raise NotForYourRole("see an LEA's status", sorted({role.role for role in asker.person.roles}))
    desk = await desk_for(uow, leas, command.said)
    if command.mentions:
        return Answer(await _items(command, asker, desk, uow))
    return Answer(await _everything(asker, desk, uow))


async def _items(command: ShowStatus, asker: Asker, desk: Desk, uow: UnitOfWork) -> ItemStatusShown:
    found = [(mention.code, desk.for_mention(mention)) for mention in command.mentions]
    if unknown := [str(code) for code, some in found if not some]:
        raise NotOneOfYours("item", ", ".join(unknown))
    targets = list({target.name: target for _, some in found for target in some}.values())
    lines = await standing(targets, asker, uow)
    on_file = await uow.documents_on([target.item.id for target in targets if target.item])
    shown = [line | _item(target, on_file) for line, target in zip(lines, targets, strict=True)]
    return ItemStatusShown(asker.person.name, shown)


def _item(target: Target, on_file: Sequence[tuple[Filing, EvidenceDocument]]) -> dict[str, Any]:
    assert target.item is not None
    documents = [_document(filing, doc) for filing, doc in on_file if filing.review_item_id == target.item.id]
    return {"review": target.item.review_id, "status": label(target.item.status), "documents": documents}


def _document(filing: Filing, document: EvidenceDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "version": document.version,
        "pages": filing.pages,
        "received_at": document.received_at.isoformat(),
    }


async def _everything(asker: Asker, desk: Desk, uow: UnitOfWork) -> StatusShown:
    leas = [lea.id for lea in desk.leas]
    items = [target for target in desk.targets if target.item]
    on_file = await uow.documents_on([target.item.id for target in items if target.item])
    filed = {filing.review_item_id for filing, _ in on_file}
    questions = await uow.open_questions(asker.person.id)
    return StatusShown(
        name=asker.person.name,
        leas=[lea.name for lea in desk.leas],
        reviews=[
            _review(review, items, filed) | _lea(review.lea_id, desk) for review in await uow.reviews(leas)
        ],
        findings=[_finding(target, filed) | _lea(target.lea, desk) for target in items if target.finding],
        forms=[_form(target) | _lea(target.lea, desk) for target in desk.targets if _to_hand_in(target)],
        waiting=[
            {"receipt": one.inbox_id, "files": [file["name"] for file in one.files]} for one in questions
        ],
    )


def _lea(lea_id: str, desk: Desk) -> dict[str, str | None]:
    """Whose it is, told only to people who serve several LEAs."""
    names = {lea.id: lea.name for lea in desk.leas}
    return {"lea": names[lea_id] if len(names) > 1 else None}


def _review(review: Any, items: Sequence[Target], filed: set[int | None]) -> dict[str, Any]:
    mine = [target.item for target in items if target.item and target.item.review_id == review.id]
    return {
        "id": review.id,
        "kind": review.kind,
        "status": label(review.status),
        "first_day": review.first_day.isoformat(),
        "last_day": review.last_day.isoformat(),
        "upload_due": review.upload_due.isoformat() if review.upload_due else None,
        "items": len(mine),
        "with_evidence": sum(item.id in filed for item in mine),
    }


def _finding(target: Target, filed: set[int | None]) -> dict[str, Any]:
    assert target.finding is not None
    assert target.item is not None
    return {
        "code": target.code,
        "title": target.title,
        "text": target.finding.text,
        "status": label(target.finding.status),
        "due": target.due.isoformat() if target.due else None,
        "with_evidence": target.item.id in filed,
    }


def _to_hand_in(target: Target) -> bool:
    """A form that the LEA has to do something for; `forms` lists those that the state has, too."""
    return target.obligation is not None and target.obligation.status in ("open", "returned")


def _form(target: Target) -> dict[str, Any]:
    assert target.obligation is not None
    return {
        "id": target.name,
        "title": target.title,
        "due": target.due.isoformat() if target.due else None,
        "status": label(target.obligation.status),
    }


CAPABILITY = Capability(
    verb="status",
    usage="status, or status EL 02",
    does="shows what is on file, what is missing and when it is due",
    read=read,
    handle=show_status,
)
