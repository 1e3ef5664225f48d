"""What happens because a day has passed: approved agreements run out. A day ends at midnight in Sacramento.

Nothing else of the record changes by itself: whether something is overdue is computed when it is asked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.agreements import has_run_out
from handlers.audience import lea_people, state_people, tell
from handlers.findings import finding_facts
from handlers.lifecycle import advance, label
from handlers.messages import Notice, Reply
from handlers.outcome import owe_unasked
from handlers.targets import Target, item_target
from store.clock import pacific
from store.models import ResolutionAgreement
from store.unit_of_work import Actor, UnitOfWork


@dataclass(frozen=True)
class AgreementExpired(Reply):
    """To the LEA and the reviewers (`decides`): until when there was time, and how the finding stands."""

    lea: str
    finding: dict[str, Any]
    until: str
    status: str
    responded: bool
    decides: bool


async def keep_time(uow: UnitOfWork, now: datetime) -> list[ResolutionAgreement]:
    """Let every agreement run out whose day has passed while its finding is not resolved, and tell both
    sides once. Doing it again changes nothing."""
    uow.act_as(Actor(at=now))
    today = pacific(now).date()
    over = [one for one in await uow.run_out(today) if has_run_out(one, today)]
    for agreement in over:
        item, finding = await uow.item_of(agreement.finding_id)
        target = item_target(item, finding, [agreement])
        what = f"The agreement for {target.code}"
        agreement.status = advance("agreement", what, agreement.status, "expired")
        uow.changed(agreement)
        await owe_unasked(await _notices(target, agreement, uow), now, uow)
    return over


async def _notices(target: Target, agreement: ResolutionAgreement, uow: UnitOfWork) -> tuple[Notice, ...]:
    assert target.finding is not None
    assert agreement.decided_until is not None
    lea = await uow.lea(target.lea)
    status = target.finding.status
    told = (lea.name, finding_facts(target), agreement.decided_until.isoformat(), label(status))
    responded = status in ("responded", "under_review")
    state = tell(await state_people(target, None, uow), AgreementExpired(*told, responded, True))
    return state + tell(await lea_people(target.lea, None, uow), AgreementExpired(*told, responded, False))
