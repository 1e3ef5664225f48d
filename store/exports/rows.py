"""From a row of a table to a row of the export: the chosen columns, in plain JSON values."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from store.base import Base

Key = TypeVar("Key")
Value = TypeVar("Value")


def pick(row: Base, *columns: str) -> dict[str, Any]:
    """These columns of a row."""
    return {column: plain(getattr(row, column)) for column in columns}


def plain(value: Any) -> Any:
    """Moments and days in ISO, everything else as it is."""
    return value.isoformat() if isinstance(value, datetime) or hasattr(value, "isoformat") else value


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """The second of each pair, by the first."""
    found: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
