"""Who may hear of what in the simulated year, and who must: said once more, from the roles alone."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from store.models import Person, PersonAddress, PersonRole
from store.outbox import OutboxEntry
from store.programs import schedules
from store.reminders import Reminder
from store.unit_of_work import UnitOfWork

Role = tuple[str, str | None, str | None, str | None]  # role, LEA, review, program
LEA = re.compile(r"lea-\d\d")
DISTRICT = re.compile(r"District (\d+)\b")
STATE = ("program_contact", "rtl")


@dataclass(frozen=True)
class Served:
    """The active people by their first address, and the roles that each has now."""

    roles: Mapping[str, Sequence[Role]]
    address_of: Mapping[int, str]

    def on(self, rung: str, lea: str, review: str | None, program: str) -> set[str]:
        """The addresses on one rung of a deadline's ladder."""
        own = {"owner": ("lea_submitter", "lea_coordinator"), "coordinator": ("lea_coordinator",)}
        if rung in ("reviewer", "contact"):
            team = self._holding(("rtl",), review=review) if rung == "reviewer" and review else set()
            return team or self._holding(("program_contact",), program=program)
        admins = self._holding(("lea_admin",), lea=lea)
        return (
            admins
            if rung == "designee"
            else self._holding(own[rung], lea=lea) or (admins if rung == "owner" else set())
        )

    def _holding(self, names: Iterable[str], **at: str | None) -> set[str]:
        place = {"lea": 1, "review": 2, "program": 3}
        ((kind, name),) = at.items()
        held = ((address, one) for address, roles in self.roles.items() for one in roles)
        return {address for address, one in held if one[0] in names and one[place[kind]] == name}


async def served(uow: UnitOfWork) -> Served:
    of = PersonRole
    columns = (PersonAddress.address, of.person_id, of.role, of.lea_id, of.review_id, of.program_id)
    found = (
        select(*columns)
        .join(of, of.person_id == PersonAddress.person_id)
        .join(Person, Person.id == of.person_id)
        .where(of.ended_at.is_(None), Person.retired_at.is_(None))
    )
    roles: dict[str, list[Role]] = defaultdict(list)
    numbers: dict[int, str] = {}
    for address, person, role, *at in await uow.session.execute(found):
        roles[address].append((role, at[0], at[1], at[2]))
        numbers[person] = address
    return Served(roles, numbers)


def speaks_of_no_other(entry: OutboxEntry, roles: Sequence[Role], program_of: Mapping[str, str]) -> None:
    """In everything that a message holds, rows, timeline and week, no LEA is named that its reader does not
    serve; to the state's people only what belongs to their programs and reviews."""
    leas = {lea for _, lea, _, _ in roles if lea}
    said = json.dumps(entry.fields)
    named = {*LEA.findall(said)} | {f"lea-{int(number):02}" for number in DISTRICT.findall(said)}
    if not any(one[0] in STATE for one in roles):
        assert named <= leas, (entry.id, entry.to, named - leas)
        return
    programs, reviews = {one[3] for one in roles}, {one[2] for one in roles}
    for target in re.findall(r'"(lea-\d\d-[\w-]+)', said):
        own = program_of.get(target, "fpm") in programs or target in reviews
        assert own or target[:6] in leas, (entry.id, entry.to, target)


@dataclass(frozen=True)
class Planned:
    """One reminder of a day as plain values."""

    target: str
    kind: str
    due: date
    offset: int
    rung: str
    person: int
    covers: int | None
    why_not: str | None


def of_row(one: Reminder | Any) -> Planned:
    return Planned(
        one.target, one.kind, one.due, one.offset, one.rung, one.person_id, one.covers, one.why_not
    )


def everybody(one: Planned, who: Served, lea: str, program: str) -> set[str]:
    """The people on all rungs of a deadline's ladder."""
    review = one.target.partition("/")[0] if program == "fpm" else None
    ladder = schedules(program)[one.kind].ladder
    return {there for rung, _ in ladder for there in who.on(rung, lea, review, program)}


def goes_rung_by_rung(
    rows: Sequence[Planned], who: Served, lea: str, program: str, absent: Mapping[str, str]
) -> None:
    """Whoever is on a rung whose day has come is there, themself or by who stands in; a rung comes before its
    day only where nobody hears of it on those that are reached."""
    first = rows[0]
    review = first.target.partition("/")[0] if program == "fpm" else None
    ladder = schedules(program)[first.kind].ladder
    there = {who.address_of.get(one.person) for one in rows}
    there |= {who.address_of.get(one.covers) for one in rows if one.covers is not None}
    there |= {one for one, by in absent.items() if by in there}
    offset = rows[0].offset
    start = dict(ladder)
    for rung in [name for name, since in ladder if since <= offset]:
        missing = who.on(rung, lea, review, program) - there
        assert not missing, (first, rung, missing)
    here = [one for one in rows if one.why_not is None and who.address_of.get(one.person) not in absent]
    heard = {one.rung for one in here if start[one.rung] <= one.offset}
    early = [one for one in rows if start[one.rung] > one.offset and one.covers is None]
    assert not (early and heard), (early, heard)
