"""Give an LEA a form to hand in: due on the next day of the form's yearly rule, or on the day that is said.

Which kinds of LEA a form is for, and whether it is for each school, are facts of the form.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from handlers.access import CONTACTS, may_assign
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, tell
from handlers.conclude_item import school_said
from handlers.days_said import sure_day
from handlers.form_rules import asked_of, due_by_rule, is_asked_of, is_per_school
from handlers.lifecycle import label, possible
from handlers.messages import Answer, Reply
from handlers.references import NAME
from handlers.refusals import NotNow, NotOneOfYours, NotSaidRight, WhichOne
from handlers.refusals_submitting import NotAskedOf
from handlers.sealing import sealed
from handlers.standing import standing
from handlers.targets import Target
from store.models import Form, Lea, Obligation, School
from store.unit_of_work import UnitOfWork

VERB = "assign"
USAGE = "assign sig_q1 to Sierra Vista Unified at Sierra High due Jan 31"
_SAID = re.compile(
    rf"(?P<form>{NAME})\s+to\s+(?P<lea>[^\n]{{1,120}}?)(?:\s+at\s+(?P<school>[^\n]{{1,120}}?))?"
    r"(?:,?\s+due(?:\s+(?:on|by))?\s+(?P<due>[^\n]{1,120}))?"
)


@dataclass(frozen=True)
class AssignForm:
    """The form's id, and the LEA, the school and the day as they were written."""

    form: str
    lea: str
    school: str | None = None
    due: str | None = None


@dataclass(frozen=True)
class FormAssigned(Reply):
    """To who assigned it: whose it is, whether the day is that of the form's rule, and where it stands."""

    lea: str
    school: str | None
    by_rule: bool
    told: int
    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AssignmentHeard(Reply):
    """To the LEA: what is to be handed in by when, its parts, and what its files must be."""

    by: str
    name: str
    title: str
    school: str | None
    due: str
    parts: list[str]
    file_rule: str | None


def read_line(words: str, _programs: Collection[str]) -> AssignForm | None:
    """`FORM to LEA`, perhaps with `at SCHOOL` and `due DATE`."""
    found = _SAID.fullmatch(words)
    return AssignForm(**found.groupdict()) if found else None


async def assign_form(command: AssignForm, asker: Asker, uow: UnitOfWork) -> Answer:
    """A new duty, and the LEA is told. Raises NotForYourRole, NotOneOfYours, WhichOne, NotAskedOf,
    NotSaidRight, DayNotSure, DayPassed, NotNow."""
    form = await _form(command, asker, uow)
    lea = await _lea(command, form, uow)
    school = await _school(command, form, lea, uow)
    due = sure_day(command.due, asker.today) if command.due else due_by_rule(form, asker.today)
    if due is None:
        raise NotSaidRight(VERB, f"{_again(command)} due {USAGE.rpartition(' due ')[2]}", "the due day")
    duty = await _duty(form, lea, school, due, uow)
    told = tell(await lea_people(lea.id, asker, uow), _heard(duty, form, school, asker))
    target = Target(duty.id, form.id, form.title, lea.id, due, obligation=duty)
    rows = await standing([target], asker, uow)
    named, signed = school.name if school else None, await sealed(_facts(duty, lea), asker, uow)
    return Answer(FormAssigned(lea.name, named, command.due is None, len(told), rows, signed), tell=told)


def _facts(duty: Obligation, lea: Lea) -> list[tuple[str, str]]:
    school = [("School", duty.school_cds)] if duty.school_cds else []
    due = ("Due", duty.due.isoformat())
    return [("Assigned", duty.id), ("Form", duty.form_id), ("For", lea.name), *school, due]


async def _form(command: AssignForm, asker: Asker, uow: UnitOfWork) -> Form:
    """A form of a program that the asker is contact of; another one is like none."""
    may_assign(asker.person)
    form = await uow.form(command.form)
    programs = {role.program_id for role in asker.person.roles if role.role == "program_contact"}
    if form is None or form.program_id not in programs:
        raise NotOneOfYours("form", command.form)
    return form


async def _lea(command: AssignForm, form: Form, uow: UnitOfWork) -> Lea:
    found = await uow.agencies_called(command.lea)
    if not found:
        raise NotOneOfYours("LEA", command.lea)
    if len(found) > 1:
        choices = [
            {"say": _again(replace(command, lea=lea.id)), "title": f"{lea.name}, {lea.county}"}
            for lea in found
        ]
        raise WhichOne("LEA", command.lea, choices[:6])
    if not is_asked_of(form, found[0].type):
        raise NotAskedOf(form.title, found[0].name, found[0].type, asked_of(form))
    return found[0]


async def _school(command: AssignForm, form: Form, lea: Lea, uow: UnitOfWork) -> School | None:
    if command.school is None:
        if is_per_school(form):
            raise NotSaidRight(VERB, USAGE, "the school, since every school hands in its own")
        return None
    school = school_said(command.school, await uow.schools([lea.id]))
    if school is None:
        raise NotOneOfYours("school", command.school)
    return school


async def _duty(form: Form, lea: Lea, school: School | None, due: date, uow: UnitOfWork) -> Obligation:
    """The new duty. Raises NotNow if the LEA has this form in the same year already."""
    cds = school.cds if school else None
    same = [one for one in await uow.duties_of(form.id, lea.id, cds) if one.due.year == due.year]
    if same:
        what = f"{form.title} of {lea.name} ({same[0].id}, due {same[0].due.isoformat()})"
        raise NotNow(what, label(same[0].status), "assigned", possible("form", same[0].status))
    duty = Obligation(id="", lea_id=lea.id, form_id=form.id, due=due, school_cds=cds)
    duty.id, duty.form = await _new_name(name_of(form, lea, school, due), uow), form
    uow.add(duty)
    return duty


def name_of(form: Form, lea: Lea, school: School | None, due: date) -> str:
    """A name that people can read and type: `sierra-vista-sig-q1-sierra-high-2014`."""
    words = [lea.id, form.id, school.name if school else "", str(due.year)]
    return "-".join(filter(None, (re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words)))


async def _new_name(name: str, uow: UnitOfWork) -> str:
    number, free = 1, name
    while await uow.session.get(Obligation, free) is not None:
        number += 1
        free = f"{name}-{number}"
    return free


def _heard(duty: Obligation, form: Form, school: School | None, asker: Asker) -> AssignmentHeard:
    return AssignmentHeard(
        by=asker.person.name,
        name=duty.id,
        title=form.title,
        school=school.name if school else None,
        due=duty.due.isoformat(),
        parts=list(form.parts),
        file_rule=form.facts.get("file_rule"),
    )


def _again(command: AssignForm) -> str:
    """The command as it was written, but for the day."""
    return f"{VERB} {command.form} to {command.lea}{f' at {command.school}' if command.school else ''}"


CAPABILITY = Capability(
    verb=VERB,
    usage=USAGE,
    does="gives an LEA a form to hand in",
    handle=assign_form,
    opens=r"assign(?: the)?(?: form\b|(?=\s+(?-i:[a-z0-9]+(?:_[a-z0-9]+)+)\b))",
    line=read_line,
    roles=CONTACTS,
    weighty=True,
)
