"""What waits for the state's people, and how a program stands: counts, and the oldest lines of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.access import REVIEWERS, is_contact, leas_served, reach_of
from handlers.asking import Asker
from handlers.lifecycle import label
from handlers.messages import Reply
from handlers.status_of_lea import StatusShown, lea_status
from store.instruments import Program
from store.models import Person
from store.unit_of_work import UnitOfWork
from store.work_questions import Deciding, Waiting

MOST = 10


@dataclass(frozen=True)
class WorkShown(Reply):
    """`of` names what it is about. `counts` by kind (items, findings, agreements, forms); `oldest` are at
    most ten lines over all kinds, `more` the others. `totals` say how a program stands on the whole."""

    name: str
    of: list[str]
    counts: dict[str, int]
    oldest: list[dict[str, Any]]
    more: int
    totals: list[dict[str, Any]] = field(default_factory=list)


async def work_status(asker: Asker, uow: UnitOfWork) -> WorkShown:
    """Everything that waits for one of the state's people."""
    reach = reach_of(asker.person)
    programs = [program.name for one in reach.programs if (program := await uow.program_called(one))]
    return await _work([*programs, *reach.reviews], deciding_of(asker.person), asker, uow)


async def program_status(said: str, asker: Asker, uow: UnitOfWork) -> WorkShown | StatusShown | None:
    """Of the program of this id or name: on the whole for its contacts, for an LEA's people and reviewers
    what is theirs of it; None for whoever has nothing to do with it."""
    named = await uow.programs_said(said)
    if not named:
        return None
    if is_contact(asker.person, named[0].id):
        return await _whole_program(named[0], asker, uow)
    return await _own_part(named[0], asker, uow)


async def _own_part(program: Program, asker: Asker, uow: UnitOfWork) -> WorkShown | StatusShown | None:
    reach, leas = reach_of(asker.person), leas_served(asker.person)
    reviews = [one.id for one in await uow.reviews_within(reach) if one.program_id == program.id]
    if program.id in reach.programs or any(one in reach.reviews for one in reviews):
        by = deciding_of(asker.person).within(program.id, reviews)
        return await _work([program.name, *(one for one in reach.reviews if one in reviews)], by, asker, uow)
    duties = [duty for lea in leas for duty in await uow.duties_within(reach, lea=lea)]
    if not reviews and not any(duty.form.program_id == program.id for duty in duties):
        return None
    return await lea_status(leas, asker, uow, program.id)


async def _whole_program(program: Program, asker: Asker, uow: UnitOfWork) -> WorkShown:
    work = await _work([program.name], Deciding(programs=(program.id,)), asker, uow)
    totals = [*_rows("reviews", [(*one, 0) for one in await uow.reviews_by_status(program.id)])]
    totals += _rows("findings", await uow.findings_by_status(program.id, asker.today))
    totals += _rows("forms", await uow.forms_by_status(program.id, asker.today))
    return WorkShown(work.name, work.of, work.counts, work.oldest, work.more, totals)


def deciding_of(person: Person) -> Deciding:
    """What somebody decides on: a monitor with an instrument, only on that."""
    mine = [role for role in person.roles if role.role in REVIEWERS and role.review_id]
    whole = [role.review_id for role in mine if role.role == "rtl" or role.instrument is None]
    parts = [(role.review_id, role.instrument) for role in mine if role.review_id not in whole]
    programs = reach_of(person).programs
    return Deciding(
        tuple(dict.fromkeys(one for one in whole if one)),
        tuple(dict.fromkeys((review, part) for review, part in parts if review and part)),
        programs,
    )


async def _work(of: list[str], by: Deciding, asker: Asker, uow: UnitOfWork) -> WorkShown:
    await uow.session.flush()
    kinds = {
        "items": await uow.waiting_items(by, MOST),
        "findings": await uow.waiting_findings(by, MOST),
        "agreements": await uow.waiting_agreements(by, MOST),
        "forms": await uow.waiting_forms(by.programs, MOST) if by.programs else (0, []),
    }
    lines = sorted((one for _, some in kinds.values() for one in some), key=_age)[:MOST]
    counts = {kind: count for kind, (count, _) in kinds.items()}
    more = sum(counts.values()) - len(lines)
    return WorkShown(asker.person.name, of, counts, [_line(one) for one in lines], more)


def _age(one: Waiting) -> tuple[bool, datetime]:
    return one.since is None, one.since or datetime.min


def _line(one: Waiting) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "title": one.title,
        "lea": one.lea,
        "since": one.since.isoformat() if one.since else None,
    }


def _rows(what: str, counts: Sequence[tuple[str, int, int]]) -> list[dict[str, Any]]:
    return [
        {"what": what, "status": label(status), "count": count, "overdue": late}
        for status, count, late in counts
    ]
