"""The queues as an operator sees them in a terminal: when in Sacramento, what, and how it ended."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from store.clock import pacific
from templates.words import why

Row = dict[str, Any]
GOOD, OPEN, BAD = "green", "yellow", "red"
STYLES = {
    "done": GOOD,
    "sent": GOOD,
    "filed": GOOD,
    "duplicate": GOOD,
    "received": OPEN,
    "asked": OPEN,
    "held": OPEN,
    "waiting": OPEN,
    "refused": BAD,
    "failed": BAD,
    "dead": BAD,
    "bounced": BAD,
    "suppressed": BAD,
}


GUESSED = {"person": "from?", "target": "files for?", "lea": "works for?", "none": "none of it"}


def show(rows: Sequence[Row], columns: Sequence[str], nothing: str) -> None:
    """A table with one line a row, or one sentence when there are none."""
    console = Console()
    if not rows:
        console.print(nothing)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        whole = column == "try"  # a command is to be copied in one piece
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*(_cell(column, row[column]) for column in columns))
    console.print(table)


def detail(message: Row) -> None:
    """One message: its facts a line each, then its files with their verdicts, then what was answered, then
    what a held one may be."""
    console = Console()
    facts = ("id", "channel", "received_at", "sender", "message_id", "sha256", "size", "state", "why")
    for name in facts:
        said = _cell(name, message[name]) or "–"
        console.print(f"[bold]{name.replace('_', ' '):>12}[/]  {said}", soft_wrap=True, highlight=False)
    for line in (*_files(message["verdicts"]), *_answers(message["answers"]), *_guesses(message)):
        console.print(line, soft_wrap=True, highlight=False)


def facts(row: Row) -> None:
    """The facts of one row that are known, a line each."""
    console = Console()
    for name, value in row.items():
        if said := _cell(name, value):
            console.print(f"[bold]{name.replace('_', ' '):>12}[/]  {said}", soft_wrap=True, highlight=False)


def _files(verdicts: Sequence[Row]) -> Iterator[str]:
    for one in verdicts:
        target = ", ".join(one["targets"]) or why(one["reason"])
        yield f"{'':>12}  {_cell('state', one['verdict'])}: {escape(one['file'])} → {escape(target)}"


def _answers(answers: Sequence[Row]) -> Iterator[str]:
    for one in answers:
        what = f"{one['template'].replace('_', ' ')} to {one['to']} by {one['channel']}"
        yield f"[bold]{'answer':>12}[/]  {_cell('state', one['state'])}: {escape(what)} (out {one['id']})"


def _guesses(message: Row) -> Iterator[str]:
    if message["near"]:
        said = f"the sender's address is almost that of {message['near']}, but another one"
        yield f"[bold]{'look twice':>12}[/]  {escape(said)}"
    for one in message["guesses"]:
        yield f"[bold]{GUESSED.get(one['what'], ''):>12}[/]  {escape(one['words'])}"
        yield f"{'':>12}  {escape(one['say'])}"


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column.endswith("_at"):
        return f"{pacific(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S %Z}"
    text = escape(str(value))
    style = STYLES.get(text) if column == "state" else None
    return f"[{style}]{text}[/]" if style else text
