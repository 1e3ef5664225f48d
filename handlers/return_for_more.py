"""Return what an LEA submitted, with what else is needed: items, findings and forms alike.

Before the Notification of Findings an item goes back from a conclusion, too; from somebody else's only by who
says so ("instead").
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.access import STATE
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, tell
from handlers.conclusions import check_not_final, who_concluded_before
from handlers.decision_words import read_why
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on
from handlers.lifecycle import CONCLUSIONS, label
from handlers.messages import Answer, Notice, Reply
from handlers.moving import find_to_decide, move, subject_of
from handlers.references import TargetSaid, read_target
from handlers.refusals import NotSaidRight
from handlers.sealing import sealed, words_sealed
from handlers.standing import standing
from handlers.targets import Target
from store.unit_of_work import UnitOfWork

USAGE = "return EL 02: what else is needed"
_INSTEAD = re.compile(r"\s*instead\b", re.I)


@dataclass(frozen=True)
class ReturnForMore:
    """What is returned, and what else is needed, in words for the LEA. `instead`: also where somebody else
    concluded on it."""

    target: TargetSaid
    text: str
    instead: bool = False


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
    """To the LEA: who needs what, until when. `kind` is item, finding or form; `name` says which beyond
    doubt."""

    by: str
    kind: str
    code: str
    title: str
    text: list[str]
    due: str | None
    name: str = ""


def read_line(words: str, programs: Collection[str]) -> ReturnForMore | None:
    """`return TARGET [instead]: what else is needed`, or `because …`; the text may go on below."""
    found = read_target(words, programs)
    if found is None:
        return None
    instead = _INSTEAD.match(found[1])
    text = read_why(found[1][instead.end() :] if instead else found[1])
    return None if text is None else ReturnForMore(found[0], text, instead is not None)


async def return_for_more(command: ReturnForMore, asker: Asker, uow: UnitOfWork) -> Answer:
    """Hand it back with the reason. In the resolution of a review an item with a finding is the finding.

    Raises NotSaidRight, NotOneOfYours, WhichOne, NotForYourRole, NotNow.
    """
    if not command.text:
        raise NotSaidRight("return", USAGE, "what else is needed, so that the LEA knows what to send")
    target = await find_to_decide(command.target, asker, uow, "return evidence")
    machine, row = subject_of(target)
    before = await _take_back(target, command, asker, uow) if machine == "item" else ()
    await move(machine, target.code, row, "returned", uow)
    uow.add(comment_on(target, command.text, asker, "returned"))
    text = paragraphs_of(command.text)
    due = target.due.isoformat() if target.due else None
    code = target.obligation.id if target.obligation else target.code
    heard = MoreNeeded(asker.person.name, machine, code, target.label, text, due, target.name)
    notices = tell(await lea_people(target.lea, asker, uow), heard)
    progress = await standing([target], asker, uow)
    returned = [("Returned", target.name), ("Status", label(row.status)), *words_sealed("Text", command.text)]
    signed = await sealed(returned, asker, uow)
    reply = EvidenceReturned(target.code, target.label, text, len(notices), progress, signed)
    return Answer(reply, tell=notices + before)


async def _take_back(
    target: Target, command: ReturnForMore, asker: Asker, uow: UnitOfWork
) -> tuple[Notice, ...]:
    """An item without its conclusion, and what to tell who had concluded on it."""
    item = target.item
    assert item is not None
    if item.status not in CONCLUSIONS:
        return ()
    await check_not_final(target, "returned", command.instead, asker, uow)
    notices = await who_concluded_before(target, "more_evidence", command.text, asker, uow)
    item.concluded_by = item.finding_text = item.finding_site = None
    return notices


CAPABILITY = Capability(
    verb="return",
    usage=USAGE,
    does="hands evidence, a response or a form back to the LEA, with what else is needed",
    handle=return_for_more,
    opens="return",
    line=read_line,
    takes_text=True,
    roles=STATE,
    weighty=True,
)
