"""The period that evidence is about, as a mail's own line says it: `covers: 2012-13`. Pure.

Source: feature E11; it is kept in the sender's words, next to the time that the file came.
"""

import re
from dataclasses import dataclass
from datetime import date

from handlers.grammar import plain

_LINE = re.compile(
    r"^[ \t]{0,8}(?:covers|period(?: covered)?)[ \t]{0,3}:[ \t]{0,3}(\S[^\n]{0,119})$", re.I | re.M
)
_SCHOOL_YEAR = re.compile(r"(?:school year )?(20\d\d)-(?:20)?(\d\d)", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DATES = (
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>(?:20)?\d\d)"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(rf"{_MONTH}(?: (?P<day>\d{{1,2}}),?)? (?P<year>\d{{4}})", re.I),
    re.compile(rf"(?P<day>\d{{1,2}}) {_MONTH} (?P<year>\d{{4}})", re.I),
)


@dataclass(frozen=True)
class Period:
    """The words of the line, and whether they name a period."""

    said: str
    sure: bool


def period_of(text: str) -> Period | None:
    """What the first such line says; None where there is none."""
    found = _LINE.search(plain(text))
    if found is None:
        return None
    said = " ".join(found[1].split()).rstrip(".")
    return Period(said, _is_period(said))


def _is_period(said: str) -> bool:
    year = _SCHOOL_YEAR.fullmatch(said)
    if year is not None:
        return (int(year[1]) + 1) % 100 == int(year[2])
    if _YEAR.fullmatch(said):
        return True
    days = [_day(part.strip()) for part in re.split(r"\s+(?:-|to|through|until)\s+", said, flags=re.I)]
    known = [day for day in days if day is not None]
    return len(known) == len(days) <= 2 and known == sorted(known)


def _day(said: str) -> date | None:
    found = next((match for one in _DATES if (match := one.fullmatch(said))), None)
    if found is None:
        return None
    parts = found.groupdict()
    year, name = int(parts["year"]), parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"])
    try:
        return date(year + 2000 if year < 100 else year, month, int(parts["day"] or 1))
    except ValueError:
        return None
