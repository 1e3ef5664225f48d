"""Put records into the store: agencies, people, reviews and duties from a TOML file in the sample's form."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from store.directory import NotLoaded, load_directory
from store.models import (
    Finding,
    Form,
    Instrument,
    InstrumentItem,
    Lea,
    Obligation,
    Person,
    PersonAddress,
    PersonRole,
    Program,
    Review,
    ReviewItem,
    School,
    StoreFact,
)
from store.offsets import day, days
from store.programs import rule
from store.unit_of_work import UnitOfWork

SAMPLE = Path(__file__).parent / "sample.toml"
DATES = ("first_day", "last_day", "nof_date", "upload_due")
Facts = dict[str, Any]


async def load_file(uow: UnitOfWork, path: Path, anchor: date) -> str:
    """Records from TOML, or LEAs and schools from the state's directory; what was loaded, in words.

    Raises NotLoaded, and changes nothing then.
    """
    if path.suffix == ".toml":
        records = _parsed(path)
        await load_records(uow, records, anchor)
        return "Loaded " + ", ".join(f"{len(rows)} {kind}" for kind, rows in records.items() if isinstance(rows, list))
    found = await load_directory(uow, _text(path))
    return f"Loaded {found.leas} LEAs and {found.schools} schools; left out {found.closed} closed ones."


def _parsed(path: Path) -> Facts:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as wrong:
        raise NotLoaded(f"{path.name} is no TOML: {wrong}") from wrong


def _text(path: Path) -> str:
    """CDE's files come in UTF-8, older ones in the code page of Windows."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


async def load_sample(uow: UnitOfWork, anchor: date) -> bool:
    """Fill an empty store with the fictional sample and mark it for ever; False if it is the sample already.

    Raises NotLoaded on a store that holds other records: the mark would make it trust loopback mail.
    """
    if await uow.is_sample():
        return False
    if await uow.session.scalar(select(func.count()).select_from(Lea)):
        raise NotLoaded("this store holds real records, so it cannot become a sample store")
    uow.add(StoreFact(name="sample", value=anchor.isoformat()))
    await load_records(uow, tomllib.loads(SAMPLE.read_text()), anchor)
    return True


async def load_records(uow: UnitOfWork, records: Facts, anchor: date) -> None:
    """Agencies, reviews, duties and people, in the order they lean on each other. Raises NotLoaded."""
    try:
        for lea in records.get("lea", []):
            _lea(uow, lea)
        await uow.session.flush()
        for review in records.get("review", []):
            await _review(uow, review, anchor)
        for duty in records.get("obligation", []):
            await _obligation(uow, duty, anchor)
        for person in records.get("person", []):
            await _person(uow, person)
    except KeyError as missing:
        raise NotLoaded(f"a record lacks {missing}") from missing
    except ValueError as wrong:
        raise NotLoaded(str(wrong)) from wrong


def _lea(uow: UnitOfWork, facts: Facts) -> None:
    plain = {name: facts[name] for name in ("id", "cds", "name", "county", "type")}
    uow.add(Lea(**plain, domains=facts.get("domains", [])))
    uow.add(
        *(School(cds=school["cds"], lea_id=facts["id"], name=school["name"]) for school in facts["schools"])
    )


async def _review(uow: UnitOfWork, facts: Facts, anchor: date) -> None:
    when = days({name: facts[name] for name in DATES if name in facts}, anchor)
    await _must_exist(uow, (Lea, facts["lea"]), (Program, facts["program"]))
    review = Review(
        id=facts["id"],
        lea_id=facts["lea"],
        program_id=facts["program"],
        kind=facts["kind"],
        status=facts["status"],
        first_day=when["first_day"],
        last_day=when["last_day"],
        nof_date=when.get("nof_date"),
        upload_due=when.get("upload_due"),
        sites=facts.get("sites", []),
    )
    uow.add(review)
    await uow.session.flush()
    for instrument in facts["instruments"]:
        await _review_items(uow, review, instrument, facts.get("conclusions"))
    await uow.session.flush()
    for finding in facts.get("finding", []):
        await _finding(uow, review, finding)


async def _review_items(uow: UnitOfWork, review: Review, chosen: Facts, conclusions: Facts | None) -> None:
    found = select(Instrument).filter_by(code=chosen["code"], numbering_year=chosen["numbering_year"])
    instrument = (await uow.session.scalars(found)).one_or_none()
    if instrument is None:
        raise NotLoaded(f"there is no instrument {chosen['code']} of {chosen['numbering_year']}")
    items = select(InstrumentItem).filter_by(instrument_id=instrument.id).order_by(InstrumentItem.id)
    for item in await uow.session.scalars(items):
        status = _status(item.code, conclusions)
        facts = {"key": item.key, "code": item.code, "title": item.title, "status": status}
        uow.add(ReviewItem(review_id=review.id, item_id=item.id, lea_id=review.lea_id, **facts))


def _status(code: str, conclusions: Facts | None) -> str:
    """Before the end of a review nothing is concluded; after it, what is not listed meets requirements."""
    if conclusions is None:
        return "not_started"
    listed = [status for status, codes in conclusions.items() if code in codes]
    return listed[0] if listed else "meets"


async def _finding(uow: UnitOfWork, review: Review, facts: Facts) -> None:
    found = select(ReviewItem).filter_by(review_id=review.id, code=facts["item"])
    item = (await uow.session.scalars(found)).one_or_none()
    if item is None or review.nof_date is None:
        raise NotLoaded(f"a finding on {facts['item']} needs that item and a Notification of Findings")
    due = review.nof_date + timedelta(days=rule("finding_resolution_days"))
    uow.add(Finding(review_item_id=item.id, text=facts["text"], site=facts.get("site"), due=due))


async def _obligation(uow: UnitOfWork, facts: Facts, anchor: date) -> None:
    await _must_exist(uow, (Lea, facts["lea"]), (Form, facts["form"]))
    due = day(facts["due"], {"anchor": anchor})
    uow.add(
        Obligation(
            id=facts["id"],
            lea_id=facts["lea"],
            form_id=facts["form"],
            due=due,
            school_cds=facts.get("school"),
        )
    )


async def _person(uow: UnitOfWork, facts: Facts) -> None:
    roles = [_role(role) for role in facts["roles"]]
    address = PersonAddress(address=facts["email"].lower())
    uow.add(Person(name=facts["name"], addresses=[address], roles=roles), address, *roles)


def _role(facts: Facts) -> PersonRole:
    return PersonRole(
        role=facts["role"],
        lea_id=facts.get("lea"),
        school_cds=facts.get("school"),
        program_id=facts.get("program"),
        review_id=facts.get("review"),
        instrument=facts.get("instrument"),
    )


async def _must_exist(uow: UnitOfWork, *wanted: tuple[type[Any], str]) -> None:
    for kind, key in wanted:
        if await uow.session.get(kind, key) is None:
            raise NotLoaded(f"there is no {kind.__tablename__} {key}")
