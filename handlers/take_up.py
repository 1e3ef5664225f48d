"""Take up what an LEA submitted: the item is in progress, the response or the form under review."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.access import STATE
from handlers.asking import Asker, Capability
from handlers.lifecycle import label
from handlers.messages import Answer, Reply
from handlers.moving import find_to_decide, move, subject_of
from handlers.references import TargetSaid, read_targets
from handlers.sealing import sealed
from handlers.standing import standing
from store.unit_of_work import UnitOfWork

USAGE = "begin EL 02"


@dataclass(frozen=True)
class TakeUp:
    targets: tuple[TargetSaid, ...]


@dataclass(frozen=True)
class TakenUp(Reply):
    """Where each target stands now that somebody reviews it."""

    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)


def read_line(words: str, programs: Collection[str]) -> TakeUp | None:
    """`begin EL 02, EL 14`, and nothing behind the last one."""
    found = read_targets(words, programs)
    return TakeUp(found[0]) if found is not None and not found[1] else None


async def take_up(command: TakeUp, asker: Asker, uow: UnitOfWork) -> Answer:
    """Note that the review of these has begun. Raises NotOneOfYours, WhichOne, NotForYourRole, NotNow."""
    targets = [
        await find_to_decide(said, asker, uow, "take evidence up for review") for said in command.targets
    ]
    facts: list[tuple[str, str]] = []
    for target in targets:
        machine, row = subject_of(target)
        await move(machine, target.code, row, "review_begun", uow)
        facts += [("Begun", target.name), ("Status", label(row.status))]
    return Answer(TakenUp(await standing(targets, asker, uow), await sealed(facts, asker, uow)))


CAPABILITY = Capability(
    verb="begin",
    usage=USAGE,
    does="notes that you review what was submitted",
    handle=take_up,
    opens=r"(?:begin|review)(?! (?:of|review)\b)",
    line=read_line,
    roles=STATE,
)
