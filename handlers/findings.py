"""What the commands about findings and agreements share: facts for mails, and who decided before."""

from datetime import date, datetime
from typing import Any

from handlers.access import may_decide
from handlers.agreements import current
from handlers.asking import Asker
from handlers.audience import matter_of
from handlers.deadlines import business_day_on_or_before, why_not_business
from handlers.lifecycle import label
from handlers.moving import brought_there
from handlers.refusals import NotNow
from handlers.refusals_dates import AgreementThere, AlreadyResolved
from handlers.targets import Target
from store.models import Finding, ResolutionAgreement
from store.unit_of_work import UnitOfWork


def finding_of(target: Target) -> Finding:
    """The finding of a target that `find_finding` found."""
    assert target.finding is not None
    return target.finding


def finding_facts(target: Target) -> dict[str, Any]:
    """A finding as mails about it show it."""
    return {
        "name": target.name,
        "code": target.code,
        "title": target.title,
        "text": finding_of(target).text,
        "due": target.due.isoformat() if target.due else None,
    }


def day_facts(day: date) -> dict[str, Any]:
    """A day on which something ends: where it is no working day, why (`off`) and the last one before it."""
    return {
        "until": day.isoformat(),
        "off": why_not_business(day),
        "business": business_day_on_or_before(day).isoformat(),
    }


def check_decides(target: Target, asker: Asker, action: str) -> None:
    """Reviewers of the item and contacts of the program decide. Raises NotForYourRole."""
    may_decide(asker.person, matter_of(target), action)


async def check_unresolved(target: Target, uow: UnitOfWork) -> None:
    """Raises AlreadyResolved with who resolved it and when."""
    finding = finding_of(target)
    if finding.status == "resolved":
        who = await uow.name_of(finding.decided_by)
        raise AlreadyResolved(target.code, target.title, who, moment(finding.decided_at))


async def check_no_agreement(target: Target, uow: UnitOfWork) -> None:
    """Only a finding that is not resolved, and that has no agreement yet, can be given one. Raises
    AlreadyResolved, AgreementThere."""
    await check_unresolved(target, uow)
    there = current(target.agreements)
    if there is not None:
        approved = there.status == "approved"
        until = there.decided_until if approved else there.requested_until
        by = await uow.name_of(there.decided_by if approved else there.requested_by)
        since = there.decided_at if approved else there.requested_at
        raise AgreementThere(
            target.code,
            there.status,
            (until or there.requested_until).isoformat(),
            by,
            moment(since),
        )


async def decided_before(
    what: str, row: Finding | ResolutionAgreement, wanted: str, uow: UnitOfWork
) -> NotNow:
    """The refusal for the second of two deciders: who was first, and when."""
    return NotNow(what, label(row.status), wanted, [], *await brought_there(row, uow))


def moment(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
