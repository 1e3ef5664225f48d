"""What the commands about findings and agreements share: facts for mails, and who decided before."""

from datetime import date, datetime
from typing import Any

from handlers.access import may_decide
from handlers.audience import matter_of
from handlers.deadlines import business_day_on_or_before, why_not_business
from handlers.lifecycle import label
from handlers.messages import Asker
from handlers.refusals import AlreadyResolved, NotNow
from handlers.targets import Target
from store.models import Finding
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


async def decided_before(
    what: str, status: str, wanted: str, by: int | None, since: datetime | None, uow: UnitOfWork
) -> NotNow:
    """The refusal for the second of two deciders: who was first, and when."""
    return NotNow(what, label(status), wanted, [], await uow.name_of(by), moment(since))


def moment(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
