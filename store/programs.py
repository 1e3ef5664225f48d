"""The seven programs, their instruments, items and forms: facts from TOML files into rows."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import Base
from store.models import Form, Instrument, InstrumentItem, Program

FOLDER = Path(__file__).parent / "programs"
Facts = dict[str, Any]
Row = TypeVar("Row", bound=Base)


def program_files(folder: Path = FOLDER) -> list[Facts]:
    """Every file of the folder, parsed, in the order of their names."""
    return [tomllib.loads(path.read_text()) for path in sorted(folder.glob("*.toml"))]


def program_codes(folder: Path = FOLDER) -> frozenset[str]:
    """Every program code that people may write before an item number."""
    codes: set[str] = set()
    for file in program_files(folder):
        listed = [*file.get("program_code", []), *file.get("other_program_codes", [])]
        codes |= {entry["code"] for entry in listed} | {
            entry["later_code"] for entry in listed if "later_code" in entry
        }
        codes |= {instrument["code"] for instrument in file.get("instrument", [])}
    return frozenset(codes)


@cache
def program_names() -> frozenset[str]:
    """The id and the name of every program, in small letters."""
    known = [file["program"] for file in program_files() if "program" in file]
    return frozenset(str(one[name]).lower() for one in known for name in ("id", "name"))


def instrument_of(code: str) -> str:
    """`I-EL 02` belongs to the instrument `EL`."""
    return re.sub(r"^[IVX]+-", "", code).rpartition(" ")[0] or code


def item_key(code: str) -> str:
    """The spelling that item codes are compared in: `I-EL 02` is `EL2`."""
    match = re.fullmatch(r"(?:[IVX]+-)?(.+) (\d+)", code)
    if match is None:
        raise ValueError(f"{code!r} is no item code")
    return f"{match[1]}{int(match[2])}".upper()


async def load_programs(session: AsyncSession, folder: Path = FOLDER) -> None:
    """Put every program, form and instrument of the files into the store, or bring it up to date."""
    files = program_files(folder)
    for file in files:
        if "program" in file:
            await _put(session, Program, file["program"], "id")
    await session.flush()
    for file in files:
        for form in file.get("form", []):
            await _put(session, Form, form | {"program_id": form["program"]}, "id")
        for instrument in file.get("instrument", []):
            await _instrument(session, instrument)
    await session.flush()


async def _instrument(session: AsyncSession, facts: Facts) -> None:
    items = facts.get("item", [])
    own = {name: value for name, value in facts.items() if name != "item"} | {"program_id": facts["program"]}
    row = await _put(session, Instrument, own, "code", "numbering_year")
    await session.flush()
    for item in items:
        known = item | {"instrument_id": row.id, "key": item_key(item["code"])}
        await _put(session, InstrumentItem, known, "instrument_id", "code")


async def _put(session: AsyncSession, kind: type[Row], facts: Facts, *keys: str) -> Row:
    """The row with these keys, made or brought up to date; facts without a column go into `facts`."""
    columns = set(kind.__table__.columns.keys()) - {"facts"}
    plain = {name: _plain(value) for name, value in facts.items()}
    values = {name: value for name, value in plain.items() if name in columns}
    values["facts"] = {name: value for name, value in plain.items() if name not in columns}
    found = await session.scalars(select(kind).filter_by(**{key: values[key] for key in keys}))
    row = found.one_or_none()
    if row is None:
        row = kind(**values)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _plain(value: Any) -> Any:
    """TOML dates as ISO text, at any depth: facts are kept as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def rule(name: str) -> int:
    """A number that the field's rules set (`finding_resolution_days` of `cais.toml` is 45, in days)."""
    return int(_cais()["rules"][name]["value"])


@dataclass(frozen=True)
class Schedule:
    """When one kind of deadline is reminded of: `days` from its day (below zero: before it), the last of them
    the last at all; `ladder`: who hears of it from which day on, the first of them first."""

    days: tuple[int, ...]
    ladder: tuple[tuple[str, int], ...]


@cache
def schedules(program: str) -> dict[str, Schedule]:
    """The schedule of each kind of deadline (`[reminders.KIND]` of `cais.toml`) in one program, whose own
    file may set some of it otherwise."""
    own = next((file for file in program_files() if file.get("program", {}).get("id") == program), {})
    kinds, others = _cais()["reminders"], own.get("reminders", {})
    return {kind: _schedule(facts | others.get(kind, {})) for kind, facts in kinds.items()}


def _schedule(facts: Facts) -> Schedule:
    days = sorted(facts["days"])
    if every := facts.get("then_every"):
        days += range(days[-1] + every, facts["until"] + 1, every)
    return Schedule(tuple(days), tuple(sorted(facts["ladder"].items(), key=lambda rung: rung[1])))


def known_roles() -> list[str]:
    """What a person can be."""
    return [str(role["id"]) for role in _cais()["roles"]]


def lea_kind(kind: str) -> str | None:
    """Which of the kinds that forms tell apart an agency's type is: `unified district` is `district`."""
    kinds = (one for one in _cais()["lea_kinds"] if any(word in kind.lower() for word in one["words"]))
    return next((str(one["id"]) for one in kinds), None)


def kind_label(kind: str) -> str:
    """What agencies of a kind are called, several of them: `districts`."""
    return next(str(one["label"]) for one in _cais()["lea_kinds"] if one["id"] == kind)


@cache
def _cais() -> Facts:
    return tomllib.loads((FOLDER / "cais.toml").read_text())
