"""Answer an item in words: `statement EL 02: text` instead of a file, `on site EES 01: where` for what is
shown at the visit and must not be uploaded. Source: domain facts 3 ("hard copy only", S43).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial

from handlers.access import SENDERS, has_role, not_for
from handlers.asking import Asker, Capability
from handlers.attach_evidence import sending_of
from handlers.decided import is_decided
from handlers.grammar import paragraphs_of
from handlers.messages import Answer, Reply
from handlers.own_words import take_place
from handlers.placing import Sending
from handlers.references import TargetSaid, find_target, read_target
from handlers.refusals import NotSaidRight
from handlers.refusals_submitting import NoVisit
from handlers.sealing import sealed, words_sealed
from handlers.standing import judged, standing
from handlers.summing_up import evidence_came
from handlers.targets import Target
from store.models import Statement
from store.unit_of_work import UnitOfWork

USAGE = "statement EL 02: why there is no document"
ON_SITE_USAGE = "on site EL 02: in the binder at the district office"
NOTHING_MORE = "It will be shown at the visit."


@dataclass(frozen=True)
class MakeStatement:
    """What it is on, its kind (`statement`, `on_site`), and the words."""

    target: TargetSaid
    kind: str
    text: str


@dataclass(frozen=True)
class StatementMade(Reply):
    """The words as kept, whether they are a draft and take an earlier one's place (`instead_of`: whose, but
    for one's own), and what comes next."""

    name: str
    code: str
    title: str
    kind: str
    text: list[str]
    status: str
    replaced: bool
    missing: list[str]
    next: str
    signed: list[str] = field(default_factory=list)
    instead_of: list[str] = field(default_factory=list)


def read_line(words: str, programs: Collection[str], kind: str) -> MakeStatement | None:
    """`TARGET: text`; the text may go on below. Without the colon it may be prose about a file."""
    found = read_target(words, programs)
    if found is None or (found[1] and not found[1].startswith(":")):
        return None
    text = found[1].removeprefix(":").strip()
    return MakeStatement(found[0], kind, text or (NOTHING_MORE if kind == "on_site" else ""))


async def make_statement(command: MakeStatement, asker: Asker, uow: UnitOfWork) -> Answer:
    """Keep the words as evidence. Raises NotSaidRight, NotOneOfYours, WhichOne, NotForYourRole, NoVisit,
    NotNow."""
    if not command.text:
        raise NotSaidRight("statement", USAGE, "what you want to say")
    target = await find_target(command.target, asker, uow, lock=True)
    _check(command, target, asker)
    sending = sending_of(asker)
    made = _statement(command, target, sending)
    replaced, whose = await take_place(made, target, made.status == "attached", uow)
    uow.add(made)
    await evidence_came(target, uow)
    (row,) = await standing([target], asker, uow)
    facts = [("Statement", target.name), ("Kind", command.kind), *words_sealed("Text", command.text)]
    reply = StatementMade(
        name=target.name,
        code=target.code,
        title=target.label,
        kind=command.kind,
        text=paragraphs_of(command.text),
        status=made.status,
        replaced=replaced,
        missing=row["missing"],
        next=row["next"],
        signed=await sealed([*facts, ("As", made.status)], asker, uow),
        instead_of=whose,
    )
    return Answer(reply)


def _check(command: MakeStatement, target: Target, asker: Asker) -> None:
    if not has_role(asker.person, target.lea, SENDERS):
        raise not_for(asker.person, "answer for an LEA")
    if is_decided(target):
        raise judged(f"{target.code} {target.label}", target, "evidence_filed", asker)
    if command.kind == "on_site" and (target.item is None or target.item.review.kind == "online"):
        raise NoVisit(target.code, target.label)


def _statement(command: MakeStatement, target: Target, sending: Sending) -> Statement:
    return Statement(
        lea_id=target.lea,
        target=target.name,
        kind=command.kind,
        text=command.text,
        made_at=sending.received_at,
        by_id=sending.person.id,
        inbox_id=sending.inbox_id,
        **target.rows,
        status=sending.status_in(target.lea),
    )


CAPABILITY = Capability(
    verb="statement",
    usage=USAGE,
    does="answers an item in words instead of a file",
    handle=make_statement,
    opens="statement(?: on| for)?",
    line=partial(read_line, kind="statement"),
    takes_text=True,
    roles=SENDERS,
)
ON_SITE = Capability(
    verb="on site",
    usage=ON_SITE_USAGE,
    does="says where evidence is shown at the visit that must not be uploaded",
    handle=make_statement,
    opens="on[ -]site(?: for)?",
    line=partial(read_line, kind="on_site"),
    takes_text=True,
    roles=SENDERS,
)
