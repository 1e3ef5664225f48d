"""`my reminders`: what somebody will be reminded of and when, what they said to it, and how they want it.
Nothing changes by it. What others hear of is shown to contacts elsewhere. Source: features F9 and N11.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.access import leas_served, reach_of
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.reminder_message import within
from handlers.reminder_preview import Foreseen, ahead_of, first_of_each
from store.deadline import Deadline
from store.programs import rule
from store.reaching import Reach
from store.reminders import ReminderWish
from store.unit_of_work import UnitOfWork

USAGE = "my reminders"
DAYS_AHEAD = 31
MOST = 30


@dataclass(frozen=True)
class MyReminders:
    """Nothing is said beside it."""


@dataclass(frozen=True)
class MyRemindersShown(Reply):
    """Of each of `rows` (name, code, title, kind, due) the next reminder: on which `day`, `why` they, in
    whose place (`covers`). `wishes` is what counts of what they said; `hour` and `way_of` how
    they want it; `away`: until which day they are away (empty: nobody knows), and who stands in; None: they
    are not. `paused`: of each review whose reminders are stopped, `until` when, and what stays due (`rows`)
    that would have been reminded of."""

    name: str
    rows: list[dict[str, Any]]
    wishes: list[dict[str, Any]]
    hour: int
    way_of: str
    away: dict[str, str] | None
    more: int = 0
    paused: list[dict[str, Any]] = field(default_factory=list)


def read_line(words: str, _programs: Collection[str]) -> MyReminders | None:
    return None if words else MyReminders()


async def my_reminders(_command: MyReminders, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look ahead for a month and tell."""
    await uow.session.flush()
    leas, own = await _leas(asker, uow), asker.person.id
    known = {one.name: one for one in await uow.deadlines(leas) if within(one, reach_of(asker.person))}
    ahead = await ahead_of(asker.person, DAYS_AHEAD, asker.now, uow)
    comes = first_of_each(one for one in ahead if not one.owed.why_not)
    rows = [await _row(one, uow) for one in comes]
    wishes = [
        one for one in await uow.reminder_wishes(own) if one.target in known and _counts(one, asker.today)
    ]
    said = [known[one.target].facts | {"said": one.kind, "until": _iso(one.until)} for one in wishes]
    habit = (await uow.habits([own])).get(own)
    hour = habit.hour if habit and habit.hour is not None else rule("reminder_first_hour")
    told = (hour, (habit.way if habit else None) or "chat", await _away(asker, uow), max(0, len(rows) - MOST))
    paused = await _paused(ahead, asker.today, uow)
    return Answer(MyRemindersShown(asker.person.name, rows[:MOST], said, *told, paused))


def _counts(wish: ReminderWish, today: date) -> bool:
    """Whether it still keeps a reminder back: what was put off until a day is over on that day."""
    return wish.until is None or wish.until > today


async def _paused(ahead: Sequence[Foreseen], today: date, uow: UnitOfWork) -> list[dict[str, Any]]:
    """What a pause of its review keeps back, by review."""
    by_review: dict[str, list[Deadline]] = {}
    for one in first_of_each(one for one in ahead if one.owed.why_not == "paused"):
        by_review.setdefault(one.owed.deadline.review or "", []).append(one.owed.deadline)
    pauses = {one.review_id: one for one in await uow.review_pauses(today)}
    return [
        {"review": review, "until": _iso(pauses[review].until), "rows": [one.facts for one in some]}
        for review, some in by_review.items()
        if review in pauses
    ]


async def _leas(asker: Asker, uow: UnitOfWork) -> list[str]:
    """The LEAs that the asker works for or reviews: of what a contact put off only that is looked up."""
    reviews = await uow.reviews_within(Reach(reviews=reach_of(asker.person).reviews))
    return list(dict.fromkeys([*leas_served(asker.person), *(one.lea_id for one in reviews)]))


async def _row(one: Foreseen, uow: UnitOfWork) -> dict[str, Any]:
    covers = await uow.name_of(one.owed.covers)
    own = {"day": one.day.isoformat(), "why": one.owed.rung, "covers": covers}
    return one.owed.deadline.facts | own


async def _away(asker: Asker, uow: UnitOfWork) -> dict[str, str] | None:
    for one in await uow.absences_ahead(asker.person.id, asker.today):
        by = await uow.name_of(one.cover_id) or ""
        return {"first": one.first.isoformat(), "last": _iso(one.last) or "", "by": by}
    return None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


CAPABILITY = Capability(
    verb="my reminders",
    usage=USAGE,
    does="shows what you will be reminded of and when, what you put off or muted, and how reminders come",
    handle=my_reminders,
    opens="(?:my |mis )?(?:reminders|recordatorios)(?= ?$)",
    line=read_line,
    only_asks=True,
)
