"""The rows of a person's digest: how urgent, what is missing, the one thing to do, and who hears of it next.

No row repeats what somebody wrote (a finding's text, an agreement's step): a digest may be read anywhere.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from handlers.access import SENDERS, SUBMITTERS, has_role
from handlers.lifecycle import label
from handlers.reminder_days import is_overdue, latest_wait_of
from handlers.reminder_facts import Facts
from handlers.reminder_plan import Standing, next_rung, others_who_hear
from store.deadline import Deadline
from store.models import TO_DO, Person
from store.reaching import Reach
from store.reminders import Reminder
from store.unit_of_work import UnitOfWork

When = Literal["overdue", "today", "week", "later", "decision"]
Do = Literal["respond", "submit", "ask_submitter", "send", "look"]
WHEN: tuple[When, ...] = ("overdue", "today", "week", "later", "decision")
WEEK_DAYS = 7
SNOOZE_DAYS = timedelta(days=3)
SNOOZE = f"{SNOOZE_DAYS.days} days"
MOST_MISSING = 8
MOST_SUBMITTED = 3  # in one command, which must stay one line of a mail
HANDED_IN = ("upload", "form", "finding", "agreement")  # what an LEA gives to the state
Row = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """Who reads the digest, and on which day (Pacific). `leas` are names to tell LEAs apart, where they must
    be; `facts` are those of what they hear of; `due` is what is due by one name."""

    person: Person
    reach: Reach
    today: date
    standing: Standing
    leas: Mapping[str, str]
    facts: Facts
    due: Mapping[str, Sequence[Deadline]]


def rows_of(heard: Sequence[tuple[Reminder, Deadline]], reader: Reader) -> list[Row]:
    """A row for each, the most urgent first, what waits for the state last; each group from the oldest on."""
    rows = [_row(one, deadline, reader) for one, deadline in heard]
    return sorted(rows, key=lambda one: (WHEN.index(one["when"]), one["due"], one["name"]))


async def done_rows(over: Sequence[Reminder], reader: Reader, uow: UnitOfWork) -> list[Row]:
    """What the LEA handed in since it was planned; what ended otherwise is no news of a reminder."""
    if not over:
        return []
    titles = {
        one.id: one.form.title for one in await uow.duties_at(reader.reach, [one.target for one in over])
    }
    rows = []
    for one in over:
        status, at = await uow.handed_in(one.target)
        if one.kind not in HANDED_IN or at is None or status in TO_DO:
            continue
        if one.kind == "upload" and await uow.missing_items([one.target]):
            continue
        rows.append(await _done(one, status, at, titles.get(one.target, ""), reader, uow))
    return rows


def when_due(deadline: Deadline, today: date) -> When:
    """How urgent a deadline is on a day."""
    if deadline.is_decision:
        return "decision"
    days = (deadline.due - today).days
    return "overdue" if days < 0 else "today" if days == 0 else "week" if days <= WEEK_DAYS else "later"


def _row(one: Reminder, deadline: Deadline, reader: Reader) -> Row:
    missing, attached = _missing(deadline, reader.facts)
    do, say = _to_do(deadline, missing, attached, reader.facts.unsubmitted, reader.person)
    is_given = reader.standing.circle.assigned.get(deadline.name) == reader.person.id
    ahead = next_rung(deadline, reader.standing, reader.today, reader.person.id)
    return {
        "name": deadline.name,
        "code": deadline.code,
        "title": deadline.title,
        "lea": reader.leas.get(deadline.lea, ""),
        "kind": deadline.kind,
        "step": int(deadline.target.partition("#")[2] or 0),
        "due": deadline.due.isoformat(),
        "when": when_due(deadline, reader.today),
        "status": label(deadline.status),
        "count": deadline.count,
        "missing": missing[:MOST_MISSING],
        "missing_more": max(0, len(missing) - MOST_MISSING),
        "attached": attached[:MOST_MISSING],
        "attached_more": max(0, len(attached) - MOST_MISSING),
        "do": do,
        "say": say,
        "why": "assigned" if one.rung == "owner" and is_given else one.rung,
        "covers": reader.facts.people.get(one.covers or 0),
        "next": {"who": ahead[0], "day": ahead[1].isoformat()} if ahead else None,
        "late": one.late,
        "snooze": snooze_words(reader.due.get(deadline.name, ()), reader.today),
        "mute": _may_mute(deadline, reader),
    }


def snooze_words(due: Iterable[Deadline], today: date) -> str:
    """How long one thing, with all its deadlines, may wait, as `snooze` takes it: the usual days, or until
    the last possible one; empty: it may not."""
    latest = latest_wait_of(due, today)
    if latest is None:
        return ""
    return SNOOZE if today + SNOOZE_DAYS <= latest else f"until {latest.isoformat()}"


def _may_mute(deadline: Deadline, reader: Reader) -> bool:
    """Whether `mute` would not be refused: somebody else hears of all of it, and nothing of it is overdue."""
    due, me = reader.due.get(deadline.name, ()), reader.person.id
    heard = bool(due) and all(others_who_hear(me, one, reader.standing) for one in due)
    return heard and not is_overdue(due, reader.today)


def _missing(deadline: Deadline, facts: Facts) -> tuple[list[str], list[str]]:
    """Items of which nothing is on file, or more is wanted; and those that only must be submitted."""
    if deadline.kind != "upload":
        return [], []
    found = facts.missing.get(deadline.target, ())
    attached = [code for code, status in found if status == "evidence_attached"]
    return [code for code, status in found if status != "evidence_attached"], attached


def _to_do(
    deadline: Deadline,
    missing: Sequence[str],
    attached: Sequence[str],
    waiting: Collection[str],
    person: Person,
) -> tuple[Do, str]:
    """The one thing to do, and the command for it, as far as it can be said without more words."""
    if deadline.is_decision or not has_role(person, deadline.lea, SENDERS):
        return "look", f"status {_shown(deadline)}"
    if deadline.name in waiting or (attached and not missing):
        if not has_role(person, deadline.lea, SUBMITTERS):
            return "ask_submitter", ""
        names = [f"{deadline.review}/{code}" for code in attached[:MOST_SUBMITTED]] or [deadline.name]
        return "submit", f"submit {', '.join(names)}"
    if deadline.kind in ("upload", "form"):
        return "send", ""
    return "respond", f"respond {deadline.name}"


def _shown(deadline: Deadline) -> str:
    """What can be looked at: an instrument of a review has no page of its own."""
    return deadline.review if deadline.kind == "decide_item" and deadline.review else deadline.name


async def _done(one: Reminder, status: str, at: datetime, title: str, reader: Reader, uow: UnitOfWork) -> Row:
    """`by` is a colleague's name, and empty where it was the reader; None: the record does not say."""
    who = await uow.handed_in_by(one.target)
    return {
        "name": one.target,
        "code": one.target.rpartition("/")[2],
        "title": title,
        "lea": reader.leas.get(one.lea_id, ""),
        "kind": one.kind,
        "status": label(status),
        "at": at.isoformat(),
        "by": "" if who == reader.person.id else await uow.name_of(who),
    }
