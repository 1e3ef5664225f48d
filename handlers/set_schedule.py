"""Set the days on which one review reminds of its findings, evidence, agreements or steps, instead of the
usual ones. Source: the days as data, overridable per review (feature F1).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from handlers.access import LEA_ADMINS, LEADERS, may_lead
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, team_of, tell
from handlers.lifecycle import label
from handlers.messages import Answer, Reply
from handlers.references import NAME
from handlers.refusals import NotNow, NotSaidRight
from handlers.reviews import find_review, read_review
from handlers.sealing import sealed
from store.models import OPEN_REVIEWS, Review
from store.programs import schedules
from store.reminders import ReviewSchedule
from store.review_days import ON_THE_DAY, WrongDays, checked_days
from store.unit_of_work import UnitOfWork

VERB = "remind"
USAGE = "remind sv-fpm of findings 30, 7 and 1 days before, and 1 and 7 days after"
KINDS = {"evidence": "upload", "findings": "finding", "agreements": "agreement", "steps": "step"}
_KIND = re.compile(
    r"(?:of|about) (?:the |its )?(?:(?P<upload>evidence|uploads?)|(?P<finding>findings?)"
    r"|(?P<agreement>(?:resolution )?agreements?)|(?P<step>(?:agreement )?steps?))\b[\s:,]*",
    re.I,
)
_USUAL = re.compile(r"(?:as )?usual(?:ly)?|as before|by default", re.I)
_NUMBERS = r"\d{1,4}(?:\s*(?:,\s*and|,|and|&|\+)\s*\d{1,4})*"
_PIECE = re.compile(
    rf"(?P<days>{_NUMBERS})\s*(?P<unit>days?|weeks?)?\s*(?P<side>before|after)"
    r"(?: (?:it|them|that|the due day))?"
    r"|(?P<on>on (?:the|that|its) (?:due )?(?:day|date)(?: itself)?|the (?:due )?day itself)",
    re.I,
)
_BETWEEN = re.compile(r"[\s,;&+]*(?:and\b[\s,]*)?")


@dataclass(frozen=True)
class SetSchedule:
    """The review, the kind of deadline, and the days from the due day (below zero before it); None: the usual
    ones."""

    review: str
    kind: str
    days: tuple[int, ...] | None


@dataclass(frozen=True)
class ScheduleSet(Reply):
    """On which `days` a review reminds of a `kind` now; `usual`: as its program does. `unheard`: who would
    have heard of it on a later day, and does not now. To who did it, with `told`; to those without it."""

    by: str
    review: str
    lea: str
    kind: str
    days: list[int]
    usual: bool
    on_the_day: bool
    unheard: list[str]
    told: int | None = None
    signed: list[str] = field(default_factory=list)


def read_line(words: str, _programs: Collection[str]) -> SetSchedule | None:
    """`sv-fpm of findings 30 and 7 days before, 1 day after`, or `sv-fpm of findings as usual`."""
    found = read_review(words)
    kind = _KIND.match(found[1]) if found is not None else None
    if found is None or kind is None or kind.lastgroup is None:
        return None
    rest = found[1][kind.end() :].strip(" .")
    if _USUAL.fullmatch(rest):
        return SetSchedule(found[0], kind.lastgroup, None)
    days = read_days(rest)
    return SetSchedule(found[0], kind.lastgroup, days) if days is not None else None


def read_days(words: str) -> tuple[int, ...] | None:
    """`30, 7 and 1 days before, on the day, 1 week after` → (-30, -7, -1, 0, 7); None: it is no such list."""
    days: list[int] = []
    at = 0
    while at < len(words):
        piece = _PIECE.match(words, at)
        if piece is None:
            return None
        days += [0] if piece["on"] else _distances(piece)
        between = _BETWEEN.match(words, piece.end())
        at = between.end() if between else piece.end()
    return tuple(days) or None


def _distances(piece: re.Match[str]) -> list[int]:
    each = 7 if (piece["unit"] or "").lower().startswith("week") else 1
    side = -1 if piece["side"].lower() == "before" else 1
    return [int(number) * each * side for number in re.findall(r"\d+", piece["days"])]


async def set_schedule(command: SetSchedule, asker: Asker, uow: UnitOfWork) -> Answer:
    """Keep the days, and tell who coordinates for the LEA, and the team. Raises NotOneOfYours,
    NotForYourRole, NotNow, NotSaidRight."""
    review = await find_review(command.review, asker, uow)
    may_lead(asker.person, review, "set the days of reminders")
    review = await find_review(command.review, asker, uow, lock=True)
    if review.status not in OPEN_REVIEWS:
        raise NotNow(f"Review {review.id}", label(review.status), "given other days", [])
    days = _checked(command, review)
    await _keep(command.kind, days, review, asker, uow)
    told_of = await _reply(command, days, review, asker, uow)
    people = await lea_people(review.lea_id, asker, uow, LEA_ADMINS)
    notices = tell([*people, *await team_of(review, asker, uow)], told_of)
    said = ", ".join(map(str, days)) or "as usual"
    signed = await sealed([("Reminders-of", review.id), ("Kind", command.kind), ("Days", said)], asker, uow)
    return Answer(replace(told_of, told=len(notices), signed=signed), tell=notices)


def _checked(command: SetSchedule, review: Review) -> tuple[int, ...]:
    if command.days is None:
        return ()
    try:
        return checked_days(review.program_id, command.kind, command.days)
    except WrongDays as wrong:
        raise NotSaidRight(VERB, USAGE, str(wrong)) from wrong


async def _keep(kind: str, days: tuple[int, ...], review: Review, asker: Asker, uow: UnitOfWork) -> None:
    """One row for each kind, without days where it is as usual again: the history has what was before."""
    rows = await uow.schedules_of_review(review.id)
    row = next((one for one in rows if one.kind == kind), None)
    if row is None:
        row = ReviewSchedule(review_id=review.id, kind=kind, days=[])
        uow.add(row)
    row.days, row.by_id, row.made_at = [*days], asker.person.id, asker.message.received_at
    uow.changed(row)


async def _reply(
    command: SetSchedule, days: tuple[int, ...], review: Review, asker: Asker, uow: UnitOfWork
) -> ScheduleSet:
    usual = schedules(review.program_id)[command.kind]
    added = 0 in days and command.days is not None and 0 not in command.days
    return ScheduleSet(
        by=asker.person.name,
        review=review.id,
        lea=(await uow.lea(review.lea_id)).name,
        kind=command.kind,
        days=[*(days or usual.days)],
        usual=not days,
        on_the_day=added and command.kind in ON_THE_DAY,
        unheard=[rung for rung, start in usual.ladder if days and start > days[-1]],
    )


CAPABILITY = Capability(
    verb=VERB,
    usage=USAGE,
    does="sets the days on which a review reminds of findings, evidence, agreements or steps; or “as usual”",
    handle=set_schedule,
    opens=rf"remind(?= (?:the )?(?:review )?{NAME} (?:of|about) )",
    line=read_line,
    roles=LEADERS,
    weighty=True,
)
