"""How single values are shown: dates, times, sizes, lines. Pure; every time names its zone."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from textwrap import fill
from typing import Any
from zoneinfo import ZoneInfo

SACRAMENTO = ZoneInfo("America/Los_Angeles")
WIDTH = 72
_CODE = re.compile(r"(?:[IVX]+-)?[A-Z][A-Za-z&-]*[A-Z] \d\d(?:\.\d+)?")
_KEPT_TOGETHER = re.compile(r"\b\w{3} \d{1,2} \w{3} \d{4}\b|\b(?:status )?(?:[IVX]+-)?[A-Z&]{2,} \d\d\b")
_GLUE = "\N{NO-BREAK SPACE}"
_JOINERS = "\u200c\u200d"


def clean(value: Any) -> Any:
    """Whatever somebody else wrote, safe to print: one line, nothing invisible, no lone surrogates."""
    if isinstance(value, str):
        return " ".join("".join(map(_shown, value)).split())
    if isinstance(value, Mapping):
        return {key: clean(one) for key, one in value.items()}
    return [clean(one) for one in value] if isinstance(value, list | tuple) else value


def long_date(value: str | date) -> str:
    """`Mon 6 Jan 2014`; of a moment, its day in Sacramento."""
    day = _day(value)
    return f"{day:%a} {day.day} {day:%b %Y}"


def pacific(moment: str) -> str:
    """`Mon 23 Nov 2026, 11:02:31 AM PST`."""
    there = datetime.fromisoformat(moment).astimezone(SACRAMENTO)
    return f"{long_date(there)}, {int(f'{there:%I}')}:{there:%M:%S %p %Z}"


def utc(moment: str) -> str:
    """`2026-11-23 19:02:31 UTC`."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def days_left(value: str | date, today: str | date) -> str:
    """How far a day is from today, in words that accuse nobody: `41 days`, `today`, `3 days ago`."""
    days = (_day(value) - _day(today)).days
    if days == 0:
        return "today"
    count = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days):,} days"
    return count if days > 0 else f"{count} ago"


def size(count: int) -> str:
    """`48.2 KB`, counted as file managers do (1 KB is 1,024 bytes)."""
    if count < 1024:
        return "1 byte" if count == 1 else f"{count} bytes"
    power = 1 if count < 1024**2 else 2 if count < 1024**3 else 3
    return f"{count / 1024**power:.1f} {('KB', 'MB', 'GB')[power - 1]}"


def short_digest(sha256: str) -> str:
    """Both ends of a digest: enough to compare by eye."""
    return f"{sha256[:8]}…{sha256[-8:]}"


def wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """Lines of at most 72 columns; words, file names, digests, dates and codes are never broken."""
    glued = _KEPT_TOGETHER.sub(lambda found: found[0].replace(" ", _GLUE), text)
    filled = fill(
        glued,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace(_GLUE, " ")


def is_code(text: str) -> bool:
    """Whether this is an item's code (`I-EL 02`, `EL 02`); the names of forms are for machines only."""
    return _CODE.fullmatch(text) is not None


def by_due(some: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The soonest first; what has no date comes last."""
    return sorted(some, key=lambda one: one["due"] or "9999")


FILTERS: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (long_date, pacific, utc, days_left, size, short_digest, wrap, by_due)
}


def _day(value: str | date) -> date:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(when, datetime):
        return when
    return when.astimezone(SACRAMENTO).date() if when.tzinfo else when.date()


def _shown(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return f"[U+{ord(letter):04X}]" if kind == "Cf" and letter not in _JOINERS else letter
