"""Deadlines on a line of days, in words: what a picture of them writes, and the text that says the same to
whom no picture is shown. Pure.

The facts are a reply's `timeline`: `{"of", "rows", "more", "rest"}`, each row `{"kind", "name", "code",
"title", "lea", "day", "count", "step", "state"}`; `state` is due, sent (the state has it), decide (the
reader does), or done, and `day` the ISO day that it is due, or since when. `rest`: `{"state", "day",
"count"}` of those that are in no row.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from templates.alt import Alt
from templates.values import clean, long_date

SOON = 7  # days, as many as a digest calls a week
MOST_TITLE, MOST_LEA = 60, 36
Say = Callable[..., str]  # one sentence of phrases.txt, by its name
STATES = ("overdue", "soon", "later", "sent", "decide", "done")


@dataclass(frozen=True)
class Line:
    """One deadline: what (and of whom, where that does not go without saying), its day, how it stands, how
    far that is from today, in short words; and all of it in `words`, a sentence without its full stop."""

    what: str
    day: date
    state: str
    when: str

    words: str


@dataclass(frozen=True)
class Timeline:
    """Deadlines in the order they are shown; `more` are left out. `title` is of whom; today is Pacific;
    `standing` counts all of them by how they stand, also those left out."""

    title: str
    today: date
    lines: Sequence[Line]
    more: int
    say: Say
    standing: Mapping[str, int]

    @property
    def counts(self) -> str:
        """How many there are of each, shown or not: `2 overdue, 1 due later`."""
        return self.say(
            "timeline_counts", [(one, self.standing[one]) for one in STATES if self.standing[one]]
        )

    @property
    def summary(self) -> str:
        """The same, and of what: a reminder beside it counts only what it reminds of."""
        return self.say(
            "timeline_summary", self.counts, bool(self.standing["done"]), any(self.standing.values())
        )

    @property
    def left_out(self) -> str:
        """How many are not shown; empty: all are."""
        return self.say("timeline_more", self.more)

    @property
    def alt(self) -> Alt:
        """What the picture shows, in words."""
        head = f"{self.title} as of {long_date(self.today)}. {self.summary}"
        left_out, rest = partial(self.say, "timeline_more"), partial(self.say, "timeline_rest")
        return Alt(head, [line.words for line in self.lines], self.more, left_out, rest)

    def first(self, count: int) -> "Timeline":
        """The same with the first rows only."""
        kept = self.lines[:count]
        return replace(self, lines=kept, more=self.more + len(self.lines) - len(kept))


def timeline_of(facts: Mapping[str, Any], today: date, say: Say) -> Timeline:
    """The facts as they stand on a day, in the sentences of `say`."""
    known = clean(facts)
    lines = [_line(one, today, say) for one in known["rows"]]
    standing = Counter(line.state for line in lines)
    for one in known.get("rest", ()):
        standing[_state(one["state"], (date.fromisoformat(one["day"]) - today).days)] += one["count"]
    title = say("timeline_title", shortened(known["of"], MOST_TITLE))
    return Timeline(title, today, lines, known["more"], say, standing)


def shortened(words: str, most: int) -> str:
    """The words, or their beginning."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _line(row: Mapping[str, Any], today: date, say: Say) -> Line:
    day = date.fromisoformat(row["day"])
    state = _state(row["state"], (day - today).days)
    lea, what = shortened(row["lea"], MOST_LEA), shortened(say("timeline_what", row), MOST_TITLE)
    told, when = ", ".join(filter(None, (lea, what))), say("timeline_when", state, (day - today).days)
    return Line(told, day, state, when, say("timeline_line", told, state, when, long_date(day)))


def _state(known: str, days: int) -> str:
    if known != "due":
        return known
    return "overdue" if days < 0 else "soon" if days <= SOON else "later"
