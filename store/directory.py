"""The state's public list of LEAs and schools (CDE directory files, CSV or tab-separated) into the store.

CDS codes are text: spreadsheets strip the zero of counties 01 to 09, and such a file is refused.
Columns: CDE "Public Schools and Districts Data Files".
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from store.models import Lea, School
from store.unit_of_work import UnitOfWork

Row = Mapping[str, str | None]
NAMES = {
    "code": ("CDSCode", "CD Code", "CDS Code"),
    "status": ("StatusType",),
    "type": ("DOCType",),
    "county": ("County",),
    "name": ("District",),
    "school": ("School",),
    "charter": ("Charter",),
    "funding": ("FundingType",),
}
GONE = ("Closed", "Merged")
DISTRICT = "0000000"


class NotLoaded(Exception):
    """The file cannot be loaded; the message says what is wrong with it in one sentence."""


@dataclass(frozen=True)
class Loaded:
    """How many rows became what; `closed` ones (or merged into others) are left out."""

    leas: int
    schools: int
    closed: int


async def load_directory(uow: UnitOfWork, text: str) -> Loaded:
    """Add the LEAs and schools that the store does not have yet. Raises NotLoaded, naming the bad line."""
    rows = _rows(text)
    active = [row for row in rows if _field(row, "status") not in GONE]
    known = {lea.cds: lea.id for lea in await uow.session.scalars(select(Lea))}
    leas = {lea.cds: lea for row in active if (lea := _lea(row)) is not None and lea.cds not in known}
    uow.add(*leas.values())
    await uow.session.flush()
    known |= {lea.cds: lea.id for lea in leas.values()}
    known_schools = set((await uow.session.scalars(select(School.cds))).all())
    schools = {
        school.cds: school
        for row in active
        if (school := _school(row, known)) is not None and school.cds not in known_schools
    }
    uow.add(*schools.values())
    return Loaded(len(leas), len(schools), len(rows) - len(active))


def _rows(text: str) -> list[Row]:
    first = text.lstrip("\ufeff").partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter="\t" if "\t" in first else ",")
    if not any(name in (reader.fieldnames or ()) for name in NAMES["code"]):
        raise NotLoaded("the file has no column CDSCode or CD Code, so it is no CDE directory file")
    rows: list[Row] = []
    try:
        for row in reader:
            _check(row, reader.line_num)
            rows.append(row)
    except csv.Error as error:
        raise NotLoaded(f"line {reader.reader.line_num}: {error}") from error
    return rows


def _check(row: Row, number: int) -> None:
    code = _field(row, "code")
    if not (code.isascii() and code.isdigit()):
        raise NotLoaded(f"line {number}: {code!r} is no CDS code: 7 or 14 digits are needed")
    if len(code) in (6, 13):
        why = "it seems to have lost its first zero; export the column as text"
        raise NotLoaded(f"line {number}: {code!r} is no CDS code: {why}")
    if len(code) not in (7, 14):
        raise NotLoaded(f"line {number}: {code!r} is no CDS code: 7 or 14 digits are needed")
    if not _field(row, "name" if len(code) == 7 or code.endswith(DISTRICT) else "school"):
        raise NotLoaded(f"line {number}: {code} has no name")


def _lea(row: Row) -> Lea | None:
    """A district or county office record, or a direct-funded charter: its own LEA."""
    code = _field(row, "code").ljust(14, "0")
    charter = _field(row, "charter") == "Y" and _field(row, "funding") == "Directly funded"
    if not code.endswith(DISTRICT) and not charter:
        return None
    kind = "direct-funded charter" if charter else _field(row, "type").lower()
    name = _field(row, "school" if charter else "name")
    return Lea(id=code, cds=code, name=name, county=_field(row, "county"), type=kind)


def _school(row: Row, leas: Mapping[str, str]) -> School | None:
    code = _field(row, "code")
    if len(code) != 14 or code.endswith(DISTRICT):
        return None
    lea = leas.get(code) or leas.get(code[:7] + DISTRICT)
    return School(cds=code, lea_id=lea, name=_field(row, "school")) if lea else None


def _field(row: Row, name: str) -> str:
    """A field under any of the names that the two kinds of files give it; empty where a row is cut short."""
    return next((found.strip() for column in NAMES[name] if (found := row.get(column))), "")
