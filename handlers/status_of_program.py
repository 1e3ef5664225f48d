"""What waits for the state's people, and how a program stands: counts, and the oldest lines of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.access import REVIEWERS, is_contact, reach_of
from handlers.lifecycle import label
from handlers.messages import Asker, Reply
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


async def program_status(said: str, asker: Asker, uow: UnitOfWork) -> WorkShown | None:
    """Of the program of this id or name, for its contacts; None for everybody else."""
    known = await uow.program_called(said.lower())
    named = [known] if known is not None else await uow.programs_named(said)
    if not named or not is_contact(asker.person, named[0].id):
        return None
    program: Program = named[0]
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
