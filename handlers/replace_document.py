"""Put a newer file in a document's place wherever it serves: `replace D-17`, with exactly one file.

Everybody whose items it serves is told. Source: complaint 25 of the field (shared files that change).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.access import SENDERS
from handlers.asking import Asker, Capability
from handlers.attach_evidence import receipt, sending_of, signed
from handlers.audience import concerned, tell
from handlers.cabinet import FiledAt, documents_of, filed_at, live, read_numbers
from handlers.decided import is_decided
from handlers.evidence_rules import ruled
from handlers.filing import Outcome, Told, outcome_of
from handlers.messages import Answer, Attachment, Reply
from handlers.placing import Details, Placed, Sending, document_of, is_free_to, place
from handlers.refusals import NotNow, NotOneOfYours, NotSaidRight
from handlers.responding import respond_with
from handlers.reuse_document import INITIALS_NEEDED
from handlers.sealing import sealed
from handlers.standing import judged, standing
from handlers.submit_target import check_may_submit
from handlers.targets import Aim
from handlers.wishes import Wish
from store.models import EvidenceDocument
from store.unit_of_work import UnitOfWork

USAGE = "replace D-17 (with the new file attached)"


@dataclass(frozen=True)
class ReplaceDocument:
    """Which document the file that came along takes the place of."""

    number: int


@dataclass(frozen=True)
class ReplacementHeard(Reply):
    """To the colleagues, and to the state's people where the new file is submitted."""

    by: str
    document: int
    name: str
    new: int
    new_name: str
    targets: list[dict[str, Any]]


def read_line(words: str, _programs: Collection[str]) -> ReplaceDocument | None:
    found = read_numbers(words)
    if found is None or len(found[0]) != 1:
        return None
    return ReplaceDocument(found[0][0]) if found[1].lower() in ("", "with the new file attached") else None


async def replace_document(command: ReplaceDocument, asker: Asker, uow: UnitOfWork) -> Answer:
    """File the new version to every target of the old one. Raises NotSaidRight, NotForYourRole,
    NotOneOfYours, NotNow, AskASubmitter."""
    (old,) = await documents_of([command.number], asker, uow)
    file = _one_file(old, asker)
    places = await filed_at(live(old.filings), uow, lock=True)
    serving = [one for one in places if not is_decided(one.target)]
    if not serving:
        raise _nowhere(old, places, asker)
    if any(not is_free_to(one.filing, asker.person, one.target.lea) for one in serving):
        await check_may_submit(old.lea_id, f"replace D-{old.id}", asker, uow)
    _check_rules(file, serving, asker)
    sending = sending_of(asker)
    new, placed = await _placed(file, old, serving, sending, uow)
    responses = await respond_with(placed, asker, uow)
    heard = await _heard(old, new, placed, asker, uow)
    pages = {one.target.name: one.filing.pages for one in serving if one.filing.pages}
    outcome = outcome_of(file, placed, [new], Told(pages, sending.covers))
    await sealed([("Replaced", f"D-{old.id}"), ("Replaced-SHA-256", old.sha256)], asker, uow)
    told = await _receipt(outcome, placed, old.lea_id, asker, uow)
    return replace(told, tell=(*heard, *responses))


def _one_file(old: EvidenceDocument, asker: Asker) -> Attachment:
    files = [file for file in asker.message.files if file.role == "document"]
    if len(files) != 1:
        raise NotSaidRight("replace", USAGE, "the new file: attach exactly one document to the mail")
    if files[0].sha256 == old.sha256:
        raise NotSaidRight("replace", USAGE, "a changed file: the one you sent is the same, byte for byte")
    return files[0]


def _nowhere(old: EvidenceDocument, places: Sequence[FiledAt], asker: Asker) -> NotNow | NotOneOfYours:
    if not places:
        return NotOneOfYours("document on file", f"D-{old.id}")
    target = places[0].target
    return judged(f"D-{old.id} at {target.code}", target, "replaced", asker)


def _check_rules(file: Attachment, serving: Sequence[FiledAt], asker: Asker) -> None:
    aim = ruled(Aim(Wish(file, ()), tuple(one.target for one in serving)), asker.message.text)
    if aim.doubt:
        raise NotSaidRight("replace", f"{USAGE}\ninitials only", INITIALS_NEEDED)
    if aim.held:
        raise NotSaidRight("replace", "on site EES 01: where", "that this is shown on site and not uploaded")


async def _placed(
    file: Attachment, old: EvidenceDocument, serving: Sequence[FiledAt], sending: Sending, uow: UnitOfWork
) -> tuple[EvidenceDocument, list[Placed]]:
    new = await document_of(old.lea_id, file, [], sending, uow)
    new.version = max(new.version, old.version + 1)
    placed = []
    for one in serving:
        details = Details(one.filing.pages, one.filing.schools, one.filing.part)
        placed.append(await place(new, one.target, sending, uow, details, instead_of=[one.filing.id]))
    return new, placed


async def _heard(
    old: EvidenceDocument, new: EvidenceDocument, placed: Sequence[Placed], asker: Asker, uow: UnitOfWork
) -> tuple[Any, ...]:
    """The LEA's people are told of every item; the state's where the new file is submitted, not before."""
    lines = [{"code": one.target.code, "title": one.target.label} for one in placed]
    reply = ReplacementHeard(asker.person.name, old.id, old.name, new.id, new.name, lines)
    seen = [one.target for one in placed if one.filing.submitted_at is not None]
    return tell(await concerned(old.lea_id, seen, asker, uow), reply)


async def _receipt(
    outcome: Outcome, placed: Sequence[Placed], lea: str, asker: Asker, uow: UnitOfWork
) -> Answer:
    rows = await standing([one.target for one in placed], asker, uow)
    return await signed(receipt(asker, [outcome], rows, [], await uow.leas([lea])), asker, uow)


CAPABILITY = Capability(
    verb="replace",
    usage=USAGE,
    does="puts the file you attach in a document's place, wherever it is filed",
    handle=replace_document,
    opens=r"replace(?= D-?\d)",
    line=read_line,
    uses_files=True,
    roles=SENDERS,
)
