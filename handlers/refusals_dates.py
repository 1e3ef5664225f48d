"""Why we say no to a day, a step or an agreement."""

from dataclasses import dataclass
from typing import Any

from handlers.refusals import Refusal


@dataclass(eq=False)
class DateOutside(Refusal):
    """`day` does not lie from `first` to `last`, all ISO; `…_is` tells why those two are the limits."""

    what: str
    day: str
    first: str
    first_is: str
    last: str
    last_is: str


@dataclass(eq=False)
class DayNotSure(Refusal):
    """`doubt` is a machine word (`[date_doubts]` in `words.toml`); `days` are those it may be, ISO."""

    said: str
    doubt: str
    days: list[str]


@dataclass(eq=False)
class DayPassed(Refusal):
    """The words `said` name a `day` that is over (None: which one is not known). From `first` to `last` work,
    all ISO; `say` are the lines that ask for the last one."""

    said: str
    day: str | None
    first: str
    last: str
    say: list[str]


@dataclass(eq=False)
class AlreadyResolved(Refusal):
    """The LEA has nothing more to do for this finding; a reviewer (`who`, `since`) said so."""

    code: str
    title: str
    who: str | None
    since: str | None


@dataclass(eq=False)
class DateUnclear(Refusal):
    """`said` leaves a `doubt` (a machine's word). Each of `choices` is a `day` with the lines to `say`; they
    are what the words may mean, or, if not `meant`, only an example. `step` is the step it stands in."""

    said: str
    doubt: str
    choices: list[dict[str, Any]]
    meant: bool
    step: str | None = None
    latest: str | None = None


@dataclass(eq=False)
class DayIsOver(Refusal):
    """`latest` is the last day possible; `say` are the lines that ask for the last working day before it."""

    due_on: str
    latest: str
    say: list[str]


@dataclass(eq=False)
class AgreementTooLong(Refusal):
    """`due_on` is after `latest`, so many `days` after the review. `better` is what we offer, and `say` its
    lines; `why` tells why the latest day is no working day. Without `better` no day is left."""

    due_on: str
    latest: str
    better: str | None
    why: str | None
    days: int
    say: list[str]


@dataclass(eq=False)
class PauseTooLong(Refusal):
    """Reminders pause at most so many `days`: `until` is after `latest`. `say` are the lines that ask for
    that day."""

    until: str
    latest: str
    days: int
    say: list[str]


@dataclass(eq=False)
class AgreementThere(Refusal):
    """One agreement at a time: this one is `status` (requested or approved) until then."""

    code: str
    status: str
    until: str
    by: str | None
    since: str | None


@dataclass(eq=False)
class NoAgreementNeeded(Refusal):
    """`due_on` is not after `due`, the day until which there is time anyway."""

    code: str
    due_on: str
    due: str


@dataclass(eq=False)
class NoSteps(Refusal):
    """`example` is a whole step; `say` the request with a step to fill in."""

    until: str
    example: str
    say: list[str]


@dataclass(eq=False)
class StepUnclear(Refusal):
    """`lacks` finishes "We miss …"; `say` is the request with a better form of the step."""

    step: str
    lacks: str
    say: list[str]


@dataclass(eq=False)
class StepTooLate(Refusal):
    """A step for a `day` after the end that is asked for."""

    step: str
    day: str
    until: str


@dataclass(eq=False)
class LaterThanRequested(Refusal):
    """`say` approves what was requested."""

    code: str
    due_on: str
    requested: str
    say: list[str]
