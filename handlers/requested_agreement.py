"""A resolution agreement that waits for its end: found for who may end it, and noted how it ended."""

from handlers.agreements import current
from handlers.asking import Asker
from handlers.findings import check_decides, decided_before
from handlers.lifecycle import advance
from handlers.references import TargetSaid, find_finding
from handlers.refusals import NotOneOfYours
from handlers.submit_target import check_may_submit
from handlers.targets import Target
from store.models import ResolutionAgreement
from store.unit_of_work import UnitOfWork


async def find_requested(
    said: TargetSaid, wanted: str, asker: Asker, uow: UnitOfWork
) -> tuple[Target, ResolutionAgreement]:
    """The finding and the agreement that waits for a decision, both rows held. Of two deciders the second
    is told who was first."""
    target = await find_finding(said, asker, uow)
    if wanted == "withdrawn":
        await check_may_submit(target.lea, "withdraw a request for more time", asker, uow)
    else:
        check_decides(target, asker, "decide on a resolution agreement")
    if not target.agreements:
        raise NotOneOfYours("resolution agreement for", said.said)
    newest = current(target.agreements) or target.agreements[-1]
    if newest.status != "requested":
        raise await decided_before(f"The agreement for {target.code}", newest, wanted, uow)
    return target, newest


def decide(
    target: Target, agreement: ResolutionAgreement, happened: str, why: str, asker: Asker, uow: UnitOfWork
) -> None:
    """Note what became of a request, on whose word, when and why."""
    agreement.status = advance("agreement", f"The agreement for {target.code}", agreement.status, happened)
    agreement.decided_by, agreement.decided_at = asker.person.id, asker.message.received_at
    agreement.decided_why = why or None
    uow.changed(agreement)
