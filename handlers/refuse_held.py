"""Refuse held messages, always with a reason. For program contacts."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from handlers.access import CONTACTS
from handlers.asking import Asker, Capability
from handlers.grammar import paragraphs_of
from handlers.messages import Answer, Notice, Reply
from handlers.pen import Keeper, keeper_of, refuse, taken_if_held
from handlers.refusals import NotSaidRight
from handlers.release_held import WHICH, Which, numbers_of, which_of
from handlers.sealing import sealed, words_sealed
from store.unit_of_work import UnitOfWork

USAGE = "refuse 41: it is for another office"


@dataclass(frozen=True)
class RefuseHeld:
    which: Which
    reason: str


@dataclass(frozen=True)
class HeldRefused(Reply):
    """These messages are refused; so many of their senders were told why."""

    numbers: list[int]
    reason: str
    told: int
    signed: list[str] = field(default_factory=list)


_SAID = re.compile(rf"{WHICH}\s*(?::\s*(?P<reason>.*)|because\s+(?P<because>.*))?", re.I | re.S)


def read_line(words: str, _programs: Collection[str]) -> RefuseHeld | None:
    """`41, 42: reason`, or `all from ADDRESS: reason`."""
    said = _SAID.fullmatch(words)
    if said is None:
        return None
    return RefuseHeld(which_of(said), " ".join(paragraphs_of(said["reason"] or said["because"] or "")))


async def refuse_held(command: RefuseHeld, asker: Asker, uow: UnitOfWork) -> Answer:
    """End them, and tell their senders where they are known. Raises NotForYourRole, NotSaidRight,
    NotOneOfYours, NotFromPen."""
    reply, notices = await refused_by(keeper_of(asker), command, uow)
    facts = [("Refused", f"R-{number}") for number in reply.numbers]
    signed = await sealed([*facts, *words_sealed("Reason", reply.reason)], asker, uow)
    told = HeldRefused(reply.numbers, reply.reason, reply.told, signed)
    return Answer(told, tell=tuple(notices))


async def refused_by(
    keeper: Keeper, command: RefuseHeld, uow: UnitOfWork
) -> tuple[HeldRefused, list[Notice]]:
    """The same for whoever may; the notices are still to be sent."""
    if not command.reason:
        raise NotSaidRight("refuse", USAGE, "the reason, after a colon")
    numbers, notices = await numbers_of(command.which, keeper, uow), []
    for number in numbers:
        entry = await taken_if_held(number, keeper, uow)
        notices += await refuse(entry, command.reason, keeper, uow)
    return HeldRefused(numbers, command.reason, len(notices)), notices


CAPABILITY = Capability(
    verb="refuse",
    usage=USAGE,
    does="ends a held message; who sent it is told the reason, if we know them",
    handle=refuse_held,
    opens=r"refuse(?= (?:(?:R-?)?\d|all\b))",
    line=read_line,
    takes_text=True,
    roles=CONTACTS,
    weighty=True,
)
