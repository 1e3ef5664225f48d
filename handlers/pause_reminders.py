"""Pause the reminders of a review for a while, and resume them. No due day moves: what is due stays due.

Silence is safe only for a while, so a pause ends by itself on a day that is said, `reminder_pause_days` ahead
at most. Source: feature F9.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from handlers.access import LEA_ADMINS, LEADERS, may_lead
from handlers.asking import Asker, Capability
from handlers.audience import Hearer, lea_people, team_of, tell
from handlers.dates import find_date
from handlers.days_said import must_be_sure
from handlers.decision_words import REASON, worded
from handlers.grammar import paragraphs_of
from handlers.lifecycle import label
from handlers.messages import Answer, Reply
from handlers.refusals import NotNow, NotSaidRight
from handlers.refusals_dates import PauseTooLong
from handlers.refusals_reminders import NotPaused
from handlers.reviews import find_review, read_review
from handlers.sealing import sealed, words_sealed
from store.models import OPEN_REVIEWS, Review
from store.programs import rule
from store.reminders import ReviewPause
from store.unit_of_work import UnitOfWork

PAUSE, RESUME = "pause reminders", "resume reminders"
USAGE = "pause reminders of sv-fpm until Jan 15 because the office is closed"
MOST_SHOWN = 10


@dataclass(frozen=True)
class PauseReminders:
    """The review; the day and the reason as they were written."""

    review: str
    when: str


@dataclass(frozen=True)
class ResumeReminders:
    review: str


@dataclass(frozen=True)
class RemindersPaused(Reply):
    """Reminders of a review go out again from the day `until` on. `due`: what is due before that day and
    stays due (`code`, `title`, `due`), `more` of it not shown. `told`: to who did it alone."""

    by: str
    review: str
    lea: str
    until: str
    why: list[str]
    due: list[dict[str, Any]]
    more: int = 0
    told: int | None = None
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RemindersResumed(Reply):
    """Reminders of a review go out again; they would have from the day `was` on. `told` as above."""

    by: str
    review: str
    lea: str
    was: str
    told: int | None = None
    signed: list[str] = field(default_factory=list)


def read_pause(words: str, _programs: Collection[str]) -> PauseReminders | None:
    """`of sv-fpm until DATE because …`."""
    found = read_review(words)
    if found is None:
        return None
    review, rest = found
    until = re.match(r"(?:until|till|to)\b", rest, re.I)
    if until is None and rest and not re.match(REASON, rest, re.I):
        return None
    return PauseReminders(review, rest[until.end() :].strip() if until else "")


def read_resume(words: str, _programs: Collection[str]) -> ResumeReminders | None:
    """`of sv-fpm`, and nothing behind it."""
    found = read_review(words)
    return ResumeReminders(found[0]) if found is not None and not found[1] else None


async def pause_reminders(command: PauseReminders, asker: Asker, uow: UnitOfWork) -> Answer:
    """Stop them, and tell who coordinates for the LEA, and the team. A pause that there is ends with it.

    Raises NotOneOfYours, NotForYourRole, NotNow, NotSaidRight, DayNotSure, DayPassed, PauseTooLong.
    """
    review = await find_review(command.review, asker, uow)
    may_lead(asker.person, review, "pause reminders")
    review = await find_review(command.review, asker, uow, lock=True)
    if review.status not in OPEN_REVIEWS:
        raise NotNow(f"Review {review.id}", label(review.status), "paused", [])
    until, why = _said(command, review, asker.today)
    await _end_pauses(review, asker, uow)
    made = asker.message.received_at
    uow.add(ReviewPause(review_id=review.id, by_id=asker.person.id, made_at=made, why=why, until=until))
    lea = await uow.lea(review.lea_id)
    due = await _due_before(until, review, uow)
    told_of = RemindersPaused(
        by=asker.person.name,
        review=review.id,
        lea=lea.name,
        until=until.isoformat(),
        why=paragraphs_of(why),
        due=due[:MOST_SHOWN],
        more=max(len(due) - MOST_SHOWN, 0),
    )
    notices = tell(await _concerned(review, asker, uow), told_of)
    facts = [("Reminders-paused", review.id), ("Until", until.isoformat()), *words_sealed("Reason", why)]
    return Answer(replace(told_of, told=len(notices), signed=await sealed(facts, asker, uow)), tell=notices)


async def resume_reminders(command: ResumeReminders, asker: Asker, uow: UnitOfWork) -> Answer:
    """End the pause, and tell the same people. Raises NotOneOfYours, NotForYourRole, NotPaused."""
    review = await find_review(command.review, asker, uow)
    may_lead(asker.person, review, "resume reminders")
    await find_review(command.review, asker, uow, lock=True)
    ended = await _end_pauses(review, asker, uow)
    if ended is None:
        raise NotPaused(review.id)
    lea = await uow.lea(review.lea_id)
    told_of = RemindersResumed(asker.person.name, review.id, lea.name, ended.isoformat())
    notices = tell(await _concerned(review, asker, uow), told_of)
    signed = await sealed([("Reminders-resumed", review.id)], asker, uow)
    return Answer(replace(told_of, told=len(notices), signed=signed), tell=notices)


def _said(command: PauseReminders, review: Review, today: date) -> tuple[date, str]:
    if not command.when:
        raise NotSaidRight(PAUSE, USAGE, "the day on which they go out again, such as until Jan 15")
    read, why = find_date(command.when, today)
    why = worded(why)
    longest = rule("reminder_pause_days")
    latest = today + timedelta(days=longest)
    say = f"pause reminders of {review.id} until {latest.isoformat()} because {why[:200] or '…'}"
    until = must_be_sure(read, today + timedelta(days=1), latest, [say])
    if until > latest:
        raise PauseTooLong(until.isoformat(), latest.isoformat(), longest, [say])
    if until <= today:
        raise NotSaidRight(PAUSE, USAGE, "a day after today")
    if not why:
        raise NotSaidRight(PAUSE, USAGE, "the reason, so that the LEA can be told")
    return until, why


async def _end_pauses(review: Review, asker: Asker, uow: UnitOfWork) -> date | None:
    """The day until which there was a pause; None: there was none."""
    ended = None
    for pause in await uow.pauses_of(review.id, asker.today):
        pause.ended_at = asker.message.received_at
        uow.changed(pause)
        ended = pause.until or asker.today
    return ended


async def _due_before(until: date, review: Review, uow: UnitOfWork) -> list[dict[str, Any]]:
    """What the LEA owes there before reminders go out again, the soonest first."""
    found = [
        one
        for one in await uow.deadlines([review.lea_id])
        if one.review == review.id and not one.is_decision and one.due < until
    ]
    rows = sorted(found, key=lambda one: (one.due, one.code))
    return [
        {"name": one.name, "code": one.code, "title": one.said or one.title, "due": one.due.isoformat()}
        for one in rows
    ]


async def _concerned(review: Review, asker: Asker, uow: UnitOfWork) -> Sequence[Hearer]:
    """Who coordinates for the LEA, and the review's team."""
    return [*await lea_people(review.lea_id, asker, uow, LEA_ADMINS), *await team_of(review, asker, uow)]


PAUSING = Capability(
    verb=PAUSE,
    usage=USAGE,
    does="stops the reminders of a review until a day, at most 60 days ahead; no due day moves",
    handle=pause_reminders,
    opens=r"pause (?:the |all )?reminders?(?: (?:of|for|on))?",
    line=read_pause,
    takes_text=True,
    roles=LEADERS,
    weighty=True,
)
RESUMING = Capability(
    verb=RESUME,
    usage="resume reminders of sv-fpm",
    does="ends a pause: reminders of the review go out again",
    handle=resume_reminders,
    opens=r"resume (?:the |all )?reminders?(?: (?:of|for|on))?",
    line=read_resume,
    roles=LEADERS,
)
