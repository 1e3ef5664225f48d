"""Reminders in a terminal: a heading for each day, a line for each message, and who is left out."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from bot.listing import BAD, GOOD, OPEN, STYLES
from store.clock import pacific
from templates.values import long_date
from templates.words import by, left_out, rung

Row = dict[str, Any]
STOPS = {"submit": "submitting it", "respond": "answering it", "decide": "deciding it"}
KINDS = {
    "upload": "evidence",
    "form": "form",
    "finding": "finding",
    "agreement": "agreement",
    "step": "step of an agreement",
    "decide_item": "to decide",
    "decide_finding": "response to decide",
    "decide_agreement": "request to decide",
    "decide_form": "form to decide",
}


def show_preview(preview: Row) -> None:
    """What `cais reminders preview --json` says, for people."""
    console = Console()
    today = pacific(datetime.fromisoformat(preview["at"])).date()
    if not preview["planned"]:
        console.print(f"Nobody would be reminded in the {preview['days']} days from {long_date(today)} on.")
    for day, messages in groupby(preview["planned"], key=lambda row: row["day"]):
        console.print(f"\n[bold]{long_date(day)}[/]", highlight=False)
        for row in messages:
            _print(console, 1, _to_whom(row))
            for line in row["lines"]:
                _print(console, 3, f"{_what(line)}, {_due(line, row['day'])}")
                _print(console, 5, f"[dim]{_why(line)}; {_end(line)}[/]")
    if preview["left_out"]:
        console.print("\n[bold]Left out[/]")
    for row in preview["left_out"]:
        who = f"{long_date(row['day'])}  {escape(_name(row))}"
        _print(console, 1, f"{who}, [{OPEN}]{left_out(row['why_not'])}[/]: {_what(row)}")


def _print(console: Console, depth: int, words: str) -> None:
    console.print(Padding(words, (0, 0, 0, depth * 2), expand=False), highlight=False)


def _to_whom(row: Row) -> str:
    at = f"{datetime.fromisoformat(row['at']):%H:%M} {by(row['channel'])}"
    address = (row["person"] or {}).get("address")
    who = f"{escape(_name(row))}" + (f" <{escape(address)}>" if address else "")
    return f"[{GOOD}]{at}[/] to [bold]{who}[/]" + (f" [{OPEN}]late[/]" if row["late"] else "")


def _name(row: Row) -> str:
    return str(row["person"]["name"]) if row["person"] else rung(row["role"])


def show_day(found: Row) -> None:
    """What `cais reminders list --json` says, for people."""
    console = Console()
    if found["day"] is None or not (found["reminders"] or found["planned_at"]):
        day = f" for {long_date(found['day'])}" if found["day"] else ""
        console.print(f"No reminders were planned{day}.")
        return
    counts = found["counts"]
    skipped = "".join(f", {count} {why}" for why, count in sorted(counts["skipped"].items()))
    late = f", {counts['late']} of them late" if counts["late"] else ""
    console.print(
        f"[bold]{long_date(found['day'])}[/]: {counts['planned']} reminders{late}{skipped}", highlight=False
    )
    table = _table("to", "of", "due", "why they", "by", "state")
    for row in found["reminders"]:
        table.add_row(
            escape(row["person"]["name"] if row["person"] else "?"),
            escape(f"{row['target']} ({KINDS.get(row['kind'], row['kind'])})"),
            f"{row['due']} ({row['offset']:+d})",
            rung(row["role"]),
            row["channel"] or "",
            _state(row),
        )
    console.print(table)


def _state(row: Row) -> str:
    if row["why_not"]:
        return f"[{OPEN}]left out: {row['why_not']}[/]"
    state = row["state"] or "no message"
    said = f" {escape(row['said'])}" if row["state"] in ("bounced", "dead", "suppressed") else ""
    return f"[{STYLES.get(state, BAD if state == 'no message' else GOOD)}]{state}[/]{said}" + (
        " late" if row["late"] else ""
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in ("at", "day", "due"))
    return table


def _what(line: Row) -> str:
    said = line["said"] or line["title"]
    count = f", {line['count']} items" if line["count"] > 1 else ""
    name = f"{line['name']} {said}" if said else line["name"]
    return escape(f"{name} ({KINDS.get(line['kind'], line['kind'])}{count}), {line['lea']}")


def _due(line: Row, day: str) -> str:
    since = "waits since" if line["stops"] == "decide" else "due"
    days = (date.fromisoformat(day) - date.fromisoformat(line["due"])).days
    return f"{since} {long_date(line['due'])} ({_distance(days)})"


def _distance(days: int) -> str:
    """From the day that it is due to that of the message, which no weekend moves."""
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    if days in (0, -1):
        return "the day itself" if days == 0 else "the day before: due tomorrow"
    return f"{count} {'before' if days < 0 else 'after'}"


def _why(line: Row) -> str:
    why = rung(line["why"])
    return escape(f"{why}, in place of {line['covers']}" if line["covers"] else why)


def _end(line: Row) -> str:
    after = line["next"]
    told = f"{rung(after['who'])} on {long_date(after['day'])}" if after else "nobody else"
    return f"stops by {STOPS[line['stops']]}; next: {told}"
