"""The week of a program in words: what a picture of it writes, and the text that says the same. Pure.

The facts are a reply's `week`: one `{"program", "first", "last", "counts", "ending", "waiting"}` for each
program, as `handlers/week.py` makes them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from templates.alt import Alt
from templates.values import clean, long_date

MOST = 3  # programs in one picture
COUNTED = (
    "opened",
    "assigned",
    "resolved",
    "accepted",
    "returned",
    "reopened",
    "overdue",
    "evidence_overdue",
    "forms_overdue",
    "ending",
    "waiting",
    "sent",
    "skipped",
    "bounced",
)
Say = Callable[..., str]


@dataclass(frozen=True)
class Bar:
    """One thing that was counted: its machine word, how many, and what they are."""

    word: str
    count: int
    name: str


@dataclass(frozen=True)
class ProgramWeek:
    """A program's name, and what of it is more than nothing, in a fixed order."""

    program: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Week:
    """`days` says which days; `more` programs are not shown."""

    days: str
    programs: Sequence[ProgramWeek]
    more: int
    say: Say

    def first(self, count: int) -> "Week":
        """The same with the first programs only."""
        kept = self.programs[:count]
        return replace(self, programs=kept, more=self.more + len(self.programs) - len(kept))

    @property
    def left_out(self) -> str:
        return self.say("week_more", self.more)

    @property
    def alt(self) -> Alt:
        """What the picture shows, in words."""
        quiet = self.say("week_quiet")
        told = [
            f"{one.program}: {', '.join(f'{bar.count:,} {bar.name}' for bar in one.bars) or quiet}"
            for one in self.programs
        ]
        return Alt(self.days, told, self.more, partial(self.say, "week_more"), partial(self.say, "week_rest"))


def week_of(facts: Sequence[Mapping[str, Any]], say: Say) -> Week:
    """The week of these programs, which is the same for all, in the sentences of `say`."""
    known = clean(list(facts))
    first, last = (date.fromisoformat(known[0][name]) for name in ("first", "last"))
    days = say("week_days", long_date(first), long_date(last))
    programs = [ProgramWeek(one["program"], _bars(one["counts"], say)) for one in known[:MOST]]
    return Week(days, programs, max(0, len(known) - MOST), say)


def _bars(counts: Mapping[str, int], say: Say) -> list[Bar]:
    some = [(word, counts[word]) for word in COUNTED if counts.get(word)]
    return [Bar(word, count, say("week_count", word, count)) for word, count in some]
