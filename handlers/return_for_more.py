"""Return what an LEA submitted, with what else is needed: items, findings and forms alike."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.audience import lea_people, tell
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on
from handlers.lifecycle import label
from handlers.messages import Answer, Asker, Capability, Reply
from handlers.moving import find_to_decide, move, subject_of
from handlers.references import TargetSaid, read_target
from handlers.refusals import NotSaidRight
from handlers.reviews import read_why
from handlers.sealing import sealed, words_sealed
from handlers.standing import standing
from store.unit_of_work import UnitOfWork

USAGE = "return EL 02: what else is needed"


@dataclass(frozen=True)
class ReturnForMore:
    """What is returned, and what else is needed, in words for the LEA."""

    target: TargetSaid
    text: str


@dataclass(frozen=True)
class EvidenceReturned(Reply):
    """To who returned it: what the LEA was told, and how many people."""

    code: str
    title: str
    text: list[str]
    told: int
    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class MoreNeeded(Reply):
    """To the LEA: who needs what, until when. `kind` is item, finding or form."""

    by: str
    kind: str
    code: str
    title: str
    text: list[str]
    due: str | None


def read_line(words: str, programs: Collection[str]) -> ReturnForMore | None:
    """`return TARGET: what else is needed`, or `because …`; the text may go on below."""
    found = read_target(words, programs)
    text = read_why(found[1]) if found else None
    return ReturnForMore(found[0], text) if found and text is not None else None


async def return_for_more(command: ReturnForMore, asker: Asker, uow: UnitOfWork) -> Answer:
    """Hand it back with the reason. In the resolution of a review an item with a finding is the finding.

    Raises NotSaidRight, NotOneOfYours, WhichOne, NotForYourRole, NotNow.
    """
    if not command.text:
        raise NotSaidRight("return", USAGE, "what else is needed, so that the LEA knows what to send")
    target = await find_to_decide(command.target, asker, uow, "return evidence")
    machine, row = subject_of(target)
    await move(machine, target.code, row, "returned", uow)
    uow.add(comment_on(target, command.text, asker, "returned"))
    text = paragraphs_of(command.text)
    due = target.due.isoformat() if target.due else None
    code = target.obligation.id if target.obligation else target.code
    heard = MoreNeeded(asker.person.name, machine, code, target.label, text, due)
    notices = tell(await lea_people(target.lea, asker, uow), heard)
    progress = await standing([target], asker, uow)
    returned = [("Returned", target.name), ("Status", label(row.status)), *words_sealed("Text", command.text)]
    signed = await sealed(returned, asker, uow)
    reply = EvidenceReturned(target.code, target.label, text, len(notices), progress, signed)
    return Answer(reply, tell=notices)


CAPABILITY = Capability(
    verb="return",
    usage=USAGE,
    does="hands evidence, a response or a form back to the LEA, with what else is needed",
    handle=return_for_more,
    opens="return",
    line=read_line,
    takes_text=True,
    roles=frozenset({"program_monitor", "rtl", "program_contact"}),
)
