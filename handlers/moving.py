"""Move a row along its arrows. Who comes second is told who was first, and when."""

import json
from dataclasses import replace
from typing import TypeAlias

from handlers.access import may_decide
from handlers.asking import Asker
from handlers.audience import matter_of
from handlers.lifecycle import Machine, advance
from handlers.references import TargetSaid, find_target, finding_now
from handlers.refusals import NotNow
from handlers.targets import Target
from store.history import record_of
from store.models import Finding, Obligation, ResolutionAgreement, Review, ReviewItem
from store.unit_of_work import UnitOfWork

Moved: TypeAlias = ReviewItem | Finding | Obligation | Review | ResolutionAgreement


async def find_to_decide(said: TargetSaid, asker: Asker, uow: UnitOfWork, action: str) -> Target:
    """The target that somebody of the state decides on; its row, and its finding's, held until the end.

    Raises NotOneOfYours, WhichOne, NotForYourRole.
    """
    target = await find_target(said, asker, uow, lock=True)
    may_decide(asker.person, matter_of(target), action)
    if target.item is not None:
        target = replace(target, finding=await finding_now(target.item, said, uow))
    return target


def subject_of(target: Target) -> tuple[Machine, Moved]:
    """What of a target is decided on: the finding where there is one, else the item or the form."""
    if target.finding is not None:
        return "finding", target.finding
    if target.item is not None:
        return "item", target.item
    assert target.obligation is not None
    return "form", target.obligation


async def move(machine: Machine, what: str, row: Moved, happened: str, uow: UnitOfWork) -> None:
    """The row's next status. Raises NotNow with who brought it to where it is, and since when."""
    try:
        row.status = advance(machine, what, row.status, happened)
    except NotNow as no:
        who, since = await brought_there(row, uow)
        raise NotNow(no.what, no.status, no.wanted, no.possible, who, since) from None
    uow.changed(row)


async def brought_there(row: Moved, uow: UnitOfWork) -> tuple[str | None, str | None]:
    """Who gave a row the status it has, and when (ISO); None where the record does not tell."""
    who, since = None, None
    for entry in await uow.last_entries(record_of(row)):
        if json.loads(entry.facts)["status"] != row.status:
            break
        who, since = entry.who, entry.at.isoformat()
    person = await uow.person_at(who) if who else None
    if person is not None:
        return person.name, since
    decided = _decided_by(row)
    return (await uow.name_of(decided) if decided else None), since


def _decided_by(row: Moved) -> int | None:
    if isinstance(row, ReviewItem):
        return row.concluded_by
    if isinstance(row, ResolutionAgreement):
        return row.decided_by if row.status != "expired" else None
    return row.decided_by if isinstance(row, Finding | Obligation) else None
