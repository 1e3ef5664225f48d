"""The queues as an operator sees them in a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Row = dict[str, Any]
STYLES = {
    "done": "green",
    "sent": "green",
    "asked": "yellow",
    "held": "yellow",
    "failed": "red",
    "dead": "red",
}


def show(rows: Sequence[Row], columns: Sequence[str], nothing: str) -> None:
    """A table with one line a row, or one sentence when there are none."""
    console = Console()
    if not rows:
        console.print(nothing)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        style = STYLES.get(str(row.get("state")), "")
        table.add_row(*(_cell(row[column]) for column in columns), style=style)
    console.print(table)


def detail(row: Row) -> None:
    """One record, a fact a line."""
    console = Console()
    for name, value in row.items():
        for number, line in enumerate(_lines(value)):
            console.print(f"[bold]{name.replace('_', ' ') if not number else '':>12}[/]  ", end="")
            console.print(line, markup=False, highlight=False)


def _lines(value: Any) -> list[str]:
    if isinstance(value, list):
        return [" · ".join(str(part) for part in one.values()) for one in value] or ["–"]
    return [str(value) if value not in (None, "") else "–"]


def _cell(value: Any) -> str:
    text = str(value) if value is not None else ""
    return text.replace("[", "\\[")
