"""Withdraw a request for a resolution agreement, as long as nobody has decided on it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.access import SUBMITTERS
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, state_people, tell
from handlers.findings import finding_facts
from handlers.messages import Answer, Reply
from handlers.references import TargetSaid, read_target
from handlers.requested_agreement import decide, find_requested
from handlers.sealing import sealed
from store.unit_of_work import UnitOfWork

USAGE = "withdraw agreement EL 02"


@dataclass(frozen=True)
class WithdrawAgreement:
    finding: TargetSaid


@dataclass(frozen=True)
class AgreementWithdrawn(Reply):
    """To everybody concerned; `by` is empty for who did it."""

    by: str
    finding: dict[str, Any]
    requested: str
    signed: list[str] = field(default_factory=list)


def read_line(words: str, programs: Collection[str]) -> WithdrawAgreement | None:
    """`withdraw agreement TARGET`, and nothing behind it."""
    found = read_target(words, programs)
    return WithdrawAgreement(found[0]) if found and found[0].code and not found[1] else None


async def withdraw_agreement(command: WithdrawAgreement, asker: Asker, uow: UnitOfWork) -> Answer:
    """Take the request back. Raises NotForYourRole, NotOneOfYours, WhichOne, NotNow."""
    target, agreement = await find_requested(command.finding, "withdrawn", asker, uow)
    decide(target, agreement, "withdrawn", "", asker, uow)
    facts, requested = finding_facts(target), agreement.requested_until.isoformat()
    others = [*await lea_people(target.lea, asker, uow), *await state_people(target, asker, uow)]
    notices = tell(others, AgreementWithdrawn(asker.person.name, facts, requested))
    sealing = [("Agreement-withdrawn", target.name), ("Until", requested)]
    return Answer(AgreementWithdrawn("", facts, requested, await sealed(sealing, asker, uow)), tell=notices)


CAPABILITY = Capability(
    verb="withdraw agreement",
    usage=USAGE,
    does="takes a request for more time back before it is decided",
    handle=withdraw_agreement,
    opens="withdraw (?:the )?(?:request for (?:an? )?)?(?:resolution )?agreement(?: (?:for|on))?",
    line=read_line,
    roles=SUBMITTERS,
    weighty=True,
)
