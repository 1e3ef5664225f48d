"""The state's public list of LEAs and schools (CDE directory files, CSV or tab-separated) into the store.

CDS codes are text: spreadsheets strip the zero of counties 01 to 09, and such a file is refused.
Columns: CDE "Public Schools and Districts Data Files".
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from store.models import Lea, School
from store.unit_of_work import UnitOfWork

Row = Mapping[str, str]
NAMES = {"code": ("CDSCode", "CD Code", "CDS Code"), "status": ("StatusType",), "type": ("DOCType",)}


class NotLoaded(Exception):
    """The file cannot be loaded; the message says what is wrong with it in one sentence."""


@dataclass(frozen=True)
class Loaded:
    """How many rows became what; `closed` ones are left out."""

    leas: int
    schools: int
    closed: int


async def load_directory(uow: UnitOfWork, text: str) -> Loaded:
    """Add the LEAs and schools that the store does not have yet. Raises NotLoaded, naming the first bad row."""
    rows = _rows(text)
    known = set((await uow.session.scalars(select(Lea.cds))).all())
    known_schools = set((await uow.session.scalars(select(School.cds))).all())
    active = [row for row in rows if _field(row, "status") != "Closed"]
    leas = [lea for row in active if (lea := _lea(row)) is not None and lea.cds not in known]
    uow.add(*leas)
    await uow.session.flush()
    ids = {lea.cds: lea.id for lea in (await uow.session.scalars(select(Lea))).all()}
    schools = [
        one for row in active if (one := _school(row, ids)) is not None and one.cds not in known_schools
    ]
    uow.add(*schools)
    return Loaded(len(leas), len(schools), len(rows) - len(active))


def _rows(text: str) -> list[Row]:
    first = text.partition("\n")[0]
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter="\t" if "\t" in first else ","))
    if not rows or not any(name in rows[0] for name in NAMES["code"]):
        raise NotLoaded("the file has no column CDSCode or CD Code, so it is no CDE directory file")
    for number, row in enumerate(rows, 2):
        _check(_field(row, "code"), number)
    return rows


def _check(code: str, number: int) -> None:
    if not code.isdigit() or len(code) not in (7, 14):
        lost = len(code) in (6, 13) and code.isdigit()
        why = (
            "it seems to have lost its first zero; export the column as text"
            if lost
            else "7 or 14 digits are needed"
        )
        raise NotLoaded(f"line {number}: {code!r} is no CDS code: {why}")


def _lea(row: Row) -> Lea | None:
    """A district or county office record, or a direct-funded charter: its own LEA."""
    code, name = _field(row, "code").ljust(14, "0"), row.get("District", "").strip()
    charter = (
        row.get("Charter", "").strip() == "Y" and row.get("FundingType", "").strip() == "Directly funded"
    )
    if not code.endswith("0" * 7) and not charter:
        return None
    kind = "direct-funded charter" if charter else _field(row, "type").lower()
    title = row["School"].strip() if charter else name
    return Lea(id=code, cds=code, name=title, county=row.get("County", "").strip(), type=kind)


def _school(row: Row, leas: Mapping[str, str]) -> School | None:
    code = _field(row, "code")
    if len(code) != 14 or code.endswith("0" * 7):
        return None
    lea = leas.get(code) or leas.get(code[:7].ljust(14, "0"))
    return School(cds=code, lea_id=lea, name=row["School"].strip()) if lea else None


def _field(row: Row, name: str) -> str:
    """A field under any of the names that the two kinds of files give it."""
    columns: Iterable[str] = NAMES[name]
    return next((row[column].strip() for column in columns if row.get(column)), "")
