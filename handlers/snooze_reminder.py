"""Be reminded later: of one thing (`snooze EL 02 until Friday`), or of all that a reminder was about
(`snooze 3 days` as an answer to it). Never beyond the last working day before it is due.

Source: features F4 and N11, complaint 24.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.asking import Asker, Capability
from handlers.dates import read_date
from handlers.days_said import must_be_sure
from handlers.deadlines import business_days_from, is_business_day
from handlers.messages import Answer, Reply
from handlers.references import TargetSaid, read_targets
from handlers.refusals import NotSaidRight
from handlers.refusals_reminders import SnoozeTooLong, UntilWhen
from handlers.reminded_of import Due, due_of, end_wishes, means_all, read_due, wish
from handlers.reminder_days import latest_wait_of
from store.unit_of_work import UnitOfWork

VERB = "snooze"
USAGE = "snooze EL 02 until Friday (or EL 02 and CE 08), or as a reply to a reminder: snooze 3 days"


@dataclass(frozen=True)
class SnoozeReminder:
    """What it is about (None: what the reminder answered was about) and `more` of it, and the day as it was
    written."""

    target: TargetSaid | None
    when: str
    more: tuple[TargetSaid, ...] = ()


@dataclass(frozen=True)
class RemindersSnoozed(Reply):
    """Each of `rows` is silent until the day `until`; of `left` no day so late is possible, but `latest`.
    `day`: the one that was said, where it is no working day."""

    rows: list[dict[str, Any]]
    left: list[dict[str, Any]] = field(default_factory=list)
    day: str | None = None


_COUNT = r"\d{1,3}|an?|one|two|three|four|five|six|seven|ten|una?|dos|tres|cuatro|cinco"
_UNIT = r"(?:(?:working|business|calendar) )?(?P<unit>days?|weeks?|d[ií]as?|semanas?)"
_NEXT = (
    r"tomorrow|(?:early )?next week|(?:on |next |this )*(?:mon|tues|wednes|thurs|fri)day(?: next week)?"
    r"|ma[nñ]ana|la pr[oó]xima semana|la semana que viene"
    r"|(?:el )?(?:pr[oó]ximo )?(?:lunes|martes|mi[eé]rcoles|jueves|viernes)"
)
_ABOUT = re.compile(r"^(?:(?:again|about|of|de|del|sobre|otra vez)\b[ ,:]*)+", re.I)
_WHEN = re.compile(
    r"(?P<what>.*?)[ ,:]*(?<![^ ,:])(?:(?:until|till?|to|hasta) (?P<day>.+)"
    rf"|(?:(?:for|in|by|por|durante|dentro de) )?(?P<length>(?:{_COUNT}) {_UNIT})"
    rf"|(?P<next>{_NEXT}))",
    re.I,
)


def read_line(words: str, programs: Collection[str]) -> SnoozeReminder | None:
    """`TARGET until DATE`, `TARGET 3 days`, `of TARGET on Monday`; several targets; `everything until DATE`,
    which needs a reminder that it answers."""
    said = _WHEN.fullmatch(_ABOUT.sub("", words))
    if said is None:
        return None
    if said["what"] and means_all(said["what"]):
        return SnoozeReminder(None, _when(said))
    targets = _targets(said["what"], programs)
    return SnoozeReminder(targets[0], _when(said), targets[1:]) if targets else None


def _targets(what: str, programs: Collection[str]) -> tuple[TargetSaid, ...]:
    if (one := read_due(what, programs)) is not None:
        return (one,)
    several = read_targets(what, programs)
    return several[0] if several is not None and not several[1] else ()


def read_answer(words: str, _programs: Collection[str]) -> SnoozeReminder | None:
    """`3 days`, `it until Friday`; without a day, until when is asked."""
    words = _ABOUT.sub("", words)
    said = _WHEN.fullmatch(words)
    if said is None and means_all(words):
        return SnoozeReminder(None, "")
    return SnoozeReminder(None, _when(said)) if said and means_all(said["what"]) else None


def _when(said: re.Match[str]) -> str:
    if said["length"]:
        spanish = said["unit"][0].lower() == "s" or said["unit"][:2].lower() in ("dí", "di")
        return f"{'dentro de' if spanish else 'in'} {said['length']}"
    return said["day"] or said["next"]


async def snooze_reminder(command: SnoozeReminder, asker: Asker, uow: UnitOfWork) -> Answer:
    """Note the day for each. Raises NotSaidRight, DayNotSure, DayPassed, NotOneOfYours, WhichOne,
    NothingReminded, UntilWhen, SnoozeTooLong if it is possible for none."""
    meant = await due_of(command.target, asker, uow, (VERB, USAGE))
    for target in command.more:
        meant += [one for one in await due_of(target, asker, uow, (VERB, USAGE)) if one not in meant]
    until = _until(command, meant, asker.today)
    if until <= asker.today:
        raise NotSaidRight(VERB, USAGE, "a day after today")
    possible = [one for one in meant if until <= (latest_snooze(one, asker.today) or date.min)]
    left = [_left(one, asker.today) for one in meant if one not in possible]
    if not possible:
        raise SnoozeTooLong(until.isoformat(), left)
    await end_wishes({one.name for one in possible}, asker, uow)
    days = [_heard_on(one, until, asker.today) for one in possible]
    uow.add(*(wish(one, "snooze", asker, day) for one, day in zip(possible, days, strict=True)))
    rows = [one.facts | {"until": day.isoformat()} for one, day in zip(possible, days, strict=True)]
    return Answer(RemindersSnoozed(rows, left, None if is_business_day(until) else until.isoformat()))


def _until(command: SnoozeReminder, meant: list[Due], today: date) -> date:
    """The day that was said. Raises UntilWhen with days to choose from, where none was or only a week."""
    days = [business_days_from(today, count) for count in (1, 3, 5)]
    latest = max((latest_snooze(one, today) or date.min for one in meant), default=date.min)
    name = f" {meant[0].name}" if len(meant) == 1 else ""
    if command.when:
        read = read_date(command.when, today)
        asked = read.doubt in ("which-day", "which-week") and read.choices
        if not asked and (read.doubt != "past" or latest > today):
            return must_be_sure(read, days[0], latest, [f"snooze{name} until {latest.isoformat()}"])
        days = [day for day in read.choices if is_business_day(day)][:3] if asked else days
    possible = [day for day in days if day <= latest]
    if not possible:
        raise SnoozeTooLong(days[0].isoformat(), [_left(one, today) for one in meant])
    choices = [{"day": day.isoformat(), "say": f"snooze{name} until {day.isoformat()}"} for day in possible]
    raise UntilWhen(command.when, choices, [one.facts for one in meant] if command.target is None else [])


def latest_snooze(due: Due, today: date) -> date | None:
    """The last day that reminders of it may wait for; None: there is none any more."""
    return latest_wait_of(due.deadlines, today)


def _heard_on(due: Due, until: date, today: date) -> date:
    """Reminders go out on working days: on the first from that day on, unless that is too late."""
    next_one = until if is_business_day(until) else business_days_from(until, 1)
    latest = latest_snooze(due, today)
    return next_one if latest is None or next_one <= latest else latest


def may_wait(due: Due, today: date) -> str | None:
    """The words that let it wait as long as it may; None: it may not wait any more."""
    latest = latest_snooze(due, today)
    return f"snooze {due.name} until {latest.isoformat()}" if latest else None


def _left(due: Due, today: date) -> dict[str, Any]:
    latest = latest_snooze(due, today)
    wait = {"overdue": due.first.due < today and not due.first.is_decision}
    return due.facts | wait | {"latest": latest.isoformat() if latest else None, "say": may_wait(due, today)}


CAPABILITY = Capability(
    verb=VERB,
    usage=USAGE,
    does="reminds you of it again on a later day, until it is due",
    handle=snooze_reminder,
    opens="remind me|recu[eé]rda(?:me|dme)|rec[uú]erdenme|snooze|posponer|posp[oó]n|aplazar|aplaza",
    line=read_line,
    in_answer=read_answer,
)
