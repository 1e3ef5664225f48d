"""Resolution agreements as rules: which one counts, when a finding is due, what may be requested. Pure.

Source: fact sheet 4 and domain facts 6: at most 225 calendar days from the last day of the review. No
rule moves a day: what cannot be is refused, and what can be is offered as words to copy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers.dates import DateRead
from handlers.deadlines import agreement_cap, business_day_on_or_before, why_not_business
from handlers.lifecycle import AGREED
from handlers.refusals_dates import (
    AgreementTooLong,
    DateUnclear,
    DayIsOver,
    NoAgreementNeeded,
    NoSteps,
    StepTooLate,
)
from store.models import GRANTED, Finding, ResolutionAgreement
from store.programs import rule

FILL_IN = "WHAT WILL BE DONE"
Say = Callable[[date], list[str]]


@dataclass(frozen=True)
class PlannedStep:
    """One step towards resolving a finding: what, who does it, and by which day."""

    what: str
    who: str
    by: date

    @property
    def line(self) -> str:
        """As it is written in a request."""
        return f"step: {self.what}, {self.who}, by {day_said(self.by)}"

    @property
    def row(self) -> dict[str, str]:
        """As it is kept."""
        return {"what": self.what, "who": self.who, "by": self.by.isoformat()}


@dataclass(frozen=True)
class Frame:
    """What a request is judged by: today, the day the finding is due as it is, the last day possible."""

    today: date
    due: date
    cap: date

    @property
    def late(self) -> bool:
        """Whether the days to respond have run out already: a warning, not a refusal."""
        return self.today > self.due

    @property
    def best(self) -> date | None:
        """The latest day to offer: the business day on or before the cap, or the cap; None: none is left."""
        return next(filter(self.allows, (business_day_on_or_before(self.cap), self.cap)), None)

    def allows(self, day: date) -> bool:
        return self.today <= day <= self.cap and day > self.due


@dataclass(frozen=True)
class Draft:
    """A request as it was written, to be offered again with another day or with a better step."""

    targets: str
    reason: str
    steps: tuple[str, ...]
    interim: str
    who: str
    today: date

    def until(self, day: date) -> list[str]:
        """The whole command, line by line; without steps, with one to fill in."""
        steps = self.steps or (self.example(day).line,)
        more = [f"interim: {self.interim}"] if self.interim else []
        reason = self.reason or "(why the time does not suffice)"
        return [f"request agreement {self.targets} until {day_said(day)} because {reason}", *steps, *more]

    def example(self, until: date) -> PlannedStep:
        """A step to fill in, a week before the end."""
        early = business_day_on_or_before(until - timedelta(days=7))
        return PlannedStep(FILL_IN, self.who, early if early >= self.today else until)

    def instead_of(self, step: str, better: str) -> "Draft":
        return replace(self, steps=tuple(better if one == step else one for one in self.steps))


def day_said(day: date) -> str:
    """A day with its weekday, as mails show it and as it is read back: `Fri 27 Jun 2014`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def steps_told(steps: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Kept steps as mails show them."""
    return [{"what": one["what"], "who": one["who"], "day": one["by"]} for one in steps]


def current(agreements: Sequence[ResolutionAgreement]) -> ResolutionAgreement | None:
    """The one that is requested or approved: at most one of a finding's agreements is."""
    return next((one for one in reversed(agreements) if one.status in AGREED), None)


def shown(agreements: Sequence[ResolutionAgreement]) -> dict[str, str] | None:
    """More time that is asked for or agreed, and until when, as replies tell it."""
    one = current(agreements)
    return (
        {"status": one.status, "until": (one.decided_until or one.requested_until).isoformat()}
        if one
        else None
    )


def granted(agreements: Sequence[ResolutionAgreement]) -> ResolutionAgreement | None:
    """The one that was approved last, whatever became of it since."""
    return next((one for one in reversed(agreements) if one.status in GRANTED), None)


def due_on(finding: Finding, agreement: ResolutionAgreement | None) -> date | None:
    """When a finding is due: the 45-day date, or the day of the agreement that was granted. One that has run
    out still tells until when there was time."""
    if agreement is not None and agreement.status in GRANTED and agreement.decided_until is not None:
        return agreement.decided_until
    return finding.due


def has_run_out(agreement: ResolutionAgreement, today: date) -> bool:
    """Whether its day has passed; the day itself still counts."""
    until = agreement.decided_until
    return agreement.status == "approved" and until is not None and until < today


def check_sure(read: DateRead, frame: Frame, say: Say) -> date:
    """The one day that was said. Raises DateUnclear with those that it may be, as commands to copy."""
    if read.day is not None:
        return read.day
    if read.doubt in ("past", "too-far") and len(read.choices) == 1:
        return read.choices[0]  # a sure day, only not a possible one, which has words of its own
    meant = filter(frame.allows, read.choices)
    raise _unclear(read, [*meant], frame.best, say, latest=frame.cap.isoformat())


def check_step_day(read: DateRead, frame: Frame, until: date, example: date, say: Say, step: str) -> date:
    """The one day of a step, not before today. Raises DateUnclear."""
    if read.day is not None:
        return read.day
    if read.doubt == "too-far" and len(read.choices) == 1:
        return read.choices[0]
    meant = [day for day in read.choices if frame.today <= day <= until]
    raise _unclear(read, meant, example, say, step=step)


def _unclear(read: DateRead, meant: Sequence[date], other: date | None, say: Say, **more: str) -> DateUnclear:
    """What the words may mean; where that is nothing possible, a day that is possible, as an example."""
    offered = meant[:4] or [day for day in (other,) if day is not None]
    choices = [{"day": day.isoformat(), "say": say(day)} for day in offered]
    return DateUnclear(read.said, read.doubt or "no-date", choices, bool(meant), **more)


def check_not_past(day: date, frame: Frame, say: Say) -> None:
    """Today still counts. Raises DayIsOver."""
    if day < frame.today:
        raise DayIsOver(day.isoformat(), frame.cap.isoformat(), say(frame.best) if frame.best else [])


def check_cap(day: date, frame: Frame, say: Say) -> None:
    """Never beyond the cap, which often is a Saturday: the day before it is offered, and why. Raises
    AgreementTooLong."""
    if day > frame.cap:
        best, why, days = frame.best, why_not_business(frame.cap), rule("resolution_agreement_cap_days")
        raise AgreementTooLong(
            due_on=day.isoformat(),
            latest=frame.cap.isoformat(),
            better=best.isoformat() if best else None,
            why=why,
            days=days,
            say=say(best) if best else [],
        )


def check_after_due(day: date, frame: Frame, code: str) -> None:
    """Until the day that it is due anyway, no agreement is needed. Raises NoAgreementNeeded."""
    if day <= frame.due:
        raise NoAgreementNeeded(code, day.isoformat(), frame.due.isoformat())


def check_steps(steps: Sequence[PlannedStep], until: date, draft: Draft) -> None:
    """At least one step, and none after the end. Raises NoSteps, StepTooLate."""
    if not steps:
        example = replace(draft.example(until), what="elect the ELAC and keep the minutes of it")
        raise NoSteps(until.isoformat(), example.line, draft.until(until))
    for step in steps:
        if step.by > until:
            raise StepTooLate(step.what, step.by.isoformat(), until.isoformat())


def frame_for(today: date, due: date, last_day: date) -> Frame:
    return Frame(today, due, agreement_cap(last_day))
