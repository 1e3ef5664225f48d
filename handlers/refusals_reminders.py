"""Why we say no to what people say to reminders."""

from dataclasses import dataclass, field
from typing import Any

from handlers.refusals import Refusal


@dataclass(eq=False)
class NothingReminded(Refusal):
    """Nothing of these `codes` is due, so nobody is reminded of them."""

    codes: list[str]


@dataclass(eq=False)
class SnoozeTooLong(Refusal):
    """Reminders can be silent only until their last working day, by `rows`: code, name, due, kind, `latest`
    (None: no day is left) and what to `say` instead; `until` is the day that was asked for."""

    until: str
    rows: list[dict[str, Any]]


@dataclass(eq=False)
class UntilWhen(Refusal):
    """A snooze without one day: none was `said`, or a whole week. Each of `choices` is a `day` (ISO) with
    what to `say`. `rows`: all that would wait, where the reminder answered says it."""

    said: str
    choices: list[dict[str, str]]
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(eq=False)
class DayOfFinding(Refusal):
    """Only a form's day is moved by a contact: that of a finding (`code`) moves by an agreement."""

    code: str


@dataclass(eq=False)
class NotMuted(Refusal):
    """`rows` (code, name, due, kind) must be heard of; `why`: last (nobody else would hear), overdue.
    `say` is what works instead. `manages`: the asker may give it to somebody themself."""

    rows: list[dict[str, Any]]
    manages: bool


@dataclass(eq=False)
class NoWish(Refusal):
    """The asker's reminders of these `codes` are as usual."""

    codes: list[str]


@dataclass(eq=False)
class HourOutside(Refusal):
    """Reminders come between the hours `first` and `last` of a working day (0-23, Pacific)."""

    hour: int
    first: int
    last: int


@dataclass(eq=False)
class CannotStandIn(Refusal):
    """`name` does not stand in for `away`. `why`: role (it does not do that work), same (it is the same
    person)."""

    name: str
    away: str
    why: str


@dataclass(eq=False)
class NotPaused(Refusal):
    """The reminders of this `review` go out as usual, so that there is no pause to end."""

    review: str


@dataclass(eq=False)
class NobodyAway(Refusal):
    """`name` is not away, as far as anybody said."""

    name: str
