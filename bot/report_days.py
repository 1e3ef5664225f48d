"""Which days of a review its report draws, and what they are called."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.lettering import printable
from bot.report_facts import Facts
from bot.timeline import Mark, Timeline
from store.clock import pacific as in_sacramento

Row = Mapping[str, Any]
MOST_WORDS = 10


def timeline(facts: Facts) -> Timeline:
    """What the record tells of days."""
    review, on_file = facts.review, {row["document"]: row for row in facts.filed if row["document"]}
    marks = [
        *_marks([("evidence due", review["upload_due"])], "due"),
        *_marks([("Notification of Findings", review["nof_date"])], "plain"),
        *_marks(_grouped((row["due"], row["item"]) for row in facts.lists["findings"]), "due"),
        *_marks(_grouped_agreements(facts.lists["agreements"]), "agreed"),
        *_marks([("agreements end by", facts.cap)], "cap"),
        *_marks([("exported", in_sacramento(facts.at).date())], "now"),
    ]
    received = [in_sacramento(row["received"]).date() for row in on_file.values()]
    return Timeline(_date(review["first_day"]), _date(review["last_day"]), marks, received)


def _marks(named: Iterable[tuple[str, Any]], kind: str) -> list[Mark]:
    """Where there are many, only the first have words: the picture must fit on its page."""
    days = sorted((_date(day), name) for name, day in named if day is not None)
    return [Mark(day, name if number < MOST_WORDS else "", kind) for number, (day, name) in enumerate(days)]


def _grouped(due: Iterable[tuple[str | None, str]]) -> list[tuple[str, str | None]]:
    """One mark a day, however many findings are due then."""
    found: dict[str | None, list[str]] = {}
    for day, item in due:
        found.setdefault(day, []).append(item)
    return [(f"{_some(items, 'findings')} due", day) for day, items in found.items()]


def _grouped_agreements(agreements: Sequence[Row]) -> list[tuple[str, str | None]]:
    """Where time was given or asked for, one mark a day."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in agreements:
        if row["status"] in ("requested", "approved", "met", "expired"):
            day = row["decided_until"] or row["requested_until"]
            found.setdefault((day, row["status"]), []).append(row["finding"].partition("/")[2])
    return [
        (f"agreement {status}, {_some(items, 'findings')}", day) for (day, status), items in found.items()
    ]


def _some(items: Sequence[str], name: str) -> str:
    return printable(", ".join(items)) if len(items) < 3 else f"{len(items)} {name}"


def _date(day: Any) -> date:
    return day if isinstance(day, date) and not isinstance(day, datetime) else date.fromisoformat(day)
