"""Move a form's due day, for one LEA or for every LEA that has the form to hand in.

Source: S47 (the end-of-year evidence due on 30 Sep 2012 was moved to 15 Oct 2012, because of late data).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.access import CONTACTS, may_assign
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, tell
from handlers.dates import find_date
from handlers.days_said import must_be_sure
from handlers.decision_words import worded
from handlers.form_decisions import form_to_decide
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on
from handlers.lifecycle import label, possible
from handlers.messages import Answer, Notice, Reply
from handlers.references import TargetSaid, read_target
from handlers.refusals import NotNow, NotOneOfYours, NotSaidRight
from handlers.refusals_reminders import DayOfFinding
from handlers.sealing import sealed, words_sealed
from handlers.targets import Target, form_target
from store.unit_of_work import UnitOfWork

VERB = "move due"
USAGE = "move due sv-plan to Jan 15 because of late data"
MOVES = "move due days"
MOST_SHOWN = 20


@dataclass(frozen=True)
class MoveDue:
    """The form, or `every` duty to hand it in; the day and the reason as they were written."""

    target: TargetSaid
    every: bool
    when: str


@dataclass(frozen=True)
class DueMoved(Reply):
    """To who moved it: the day, why, how many people were told, and the forms with the day they had (the
    first of them; `more` counts the others)."""

    due: str
    text: list[str]
    told: int
    forms: list[dict[str, Any]]
    more: int
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class MoveHeard(Reply):
    """To the LEA: which form has which day now, which one it had, and why."""

    by: str
    name: str
    title: str
    was: str
    due: str
    text: list[str]


def read_line(words: str, programs: Collection[str]) -> MoveDue | None:
    """`sv-plan to DATE because …`, or `every lea_plan to DATE because …`."""
    every = re.match(r"(?:every|all)\s+", words, re.I)
    found = read_target(words[every.end() :] if every else words, programs)
    if found is not None and found[0].code is not None:
        return MoveDue(found[0], False, "")
    if found is None or found[0].name is None or not re.match(r"to\s", found[1], re.I):
        return None
    return MoveDue(found[0], every is not None, found[1][2:].strip())


async def move_due(command: MoveDue, asker: Asker, uow: UnitOfWork) -> Answer:
    """Set the day and tell the LEAs; the old day stays in a comment. Raises NotForYourRole, NotOneOfYours,
    DayOfFinding, WhichOne, DayNotSure, DayPassed, NotSaidRight, NotNow."""
    if command.target.code is not None:
        raise DayOfFinding(str(command.target.code))
    targets = await _targets(command, asker, uow)
    anchors = {"due date": targets[0].due} if len(targets) == 1 and targets[0].due else {}
    read, why = find_date(command.when, asker.today, anchors)
    due = must_be_sure(read, asker.today)
    if not (why := worded(re.sub(r"^of\s+", "", why))):
        raise NotSaidRight(VERB, USAGE, "the reason, so that the LEA can be told")
    notices: list[Notice] = []
    moved = [target for target in targets if target.due != due]
    if not moved:
        raise NotSaidRight(VERB, USAGE, "a day other than the one it has")
    for target in moved:
        notices += await _move(target, due, why, asker, uow)
    names = {lea.id: lea.name for lea in await uow.leas({target.lea for target in moved})}
    forms = [_shown(target, names[target.lea]) for target in moved[:MOST_SHOWN]]
    more = len(moved) - len(forms)
    signed = await sealed(_facts(forms, more, due, why), asker, uow)
    reply = DueMoved(due.isoformat(), paragraphs_of(why), len(notices), forms, more, signed)
    return Answer(reply, tell=tuple(notices))


def _facts(forms: Sequence[dict[str, Any]], more: int, due: date, why: str) -> list[tuple[str, str]]:
    moved = [fact for one in forms for fact in (("Due-moved", one["name"]), ("From", one["was"] or ""))]
    others = [("And-more", str(more))] if more else []
    return [*moved, *others, ("To", due.isoformat()), *words_sealed("Reason", why)]


async def _targets(command: MoveDue, asker: Asker, uow: UnitOfWork) -> Sequence[Target]:
    """What is to be moved, its rows held; targets keep the day that they had."""
    if not command.every:
        target, duty = await form_to_decide(command.target, asker, uow)
        may_assign(asker.person, duty.form.program_id, MOVES)
        if duty.status == "accepted":
            what = f"{target.title} ({target.name})"
            raise NotNow(what, label(duty.status), "due_moved", possible("form", duty.status))
        return [target]
    form = await uow.form(command.target.name or "")
    if form is None:
        raise NotOneOfYours("form", command.target.said)
    may_assign(asker.person, form.program_id, MOVES)
    found = [form_target(duty) for duty in await uow.duties_not_accepted(form.id)]
    if not found:
        raise NotOneOfYours("open form", command.target.said)
    return found


async def _move(target: Target, due: date, why: str, asker: Asker, uow: UnitOfWork) -> tuple[Notice, ...]:
    duty, was = target.obligation, target.due
    assert duty is not None
    assert was is not None
    duty.due = due
    uow.changed(duty)
    uow.add(comment_on(target, f"Moved from {_said(was)} to {_said(due)}: {why}", asker, "due_moved"))
    heard = MoveHeard(
        by=asker.person.name,
        name=target.name,
        title=target.title,
        was=was.isoformat(),
        due=due.isoformat(),
        text=paragraphs_of(why),
    )
    return tell(await lea_people(target.lea, asker, uow), heard)


def _shown(target: Target, lea: str) -> dict[str, Any]:
    was = target.due.isoformat() if target.due else None
    return {"name": target.name, "title": target.title, "lea": lea, "was": was}


def _said(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


CAPABILITY = Capability(
    verb=VERB,
    usage=USAGE,
    does="sets another due day for a form, for one LEA or (every lea_plan) for all",
    handle=move_due,
    opens=r"move (?:the )?due(?: da(?:te|y))?(?: of| for)?",
    line=read_line,
    takes_text=True,
    roles=CONTACTS,
    weighty=True,
)
