"""Put records into the store: agencies, people, reviews and duties from a TOML file in the sample's form."""

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from store.directory import NotLoaded as NotLoaded
from store.directory import load_directory
from store.inbox import InboxEntry
from store.models import (
    OPEN_REVIEWS,
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
from store.offsets import day, days, is_yearly, next_due
from store.programs import known_roles, rule
from store.unit_of_work import UnitOfWork

SAMPLE = Path(__file__).parent / "sample.toml"
DATES = ("first_day", "last_day", "nof_date", "upload_due")
STATUSES = (*OPEN_REVIEWS, "completed", "cancelled")
REAL: tuple[type[Any], ...] = (Lea, Person, Review, InboxEntry)
Facts = dict[str, Any]


async def load_file(uow: UnitOfWork, path: Path, anchor: date) -> str:
    """Records from TOML, or LEAs and schools from the state's directory; what was loaded, in words.

    Raises NotLoaded, and changes nothing then.
    """
    if path.suffix == ".toml":
        records = _parsed(path)
        await load_records(uow, records, anchor)
        tables = [f"{len(rows)} {kind}" for kind, rows in records.items() if isinstance(rows, list)]
        return f"Loaded {', '.join(tables)}"
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
    for kind in REAL:
        if await uow.session.scalar(select(func.count()).select_from(kind)):
            raise NotLoaded("this store holds real records, so it cannot become a sample store")
    uow.add(StoreFact(name="sample", value=anchor.isoformat()))
    await load_records(uow, tomllib.loads(SAMPLE.read_text()), anchor)
    return True


async def load_records(uow: UnitOfWork, records: Facts, anchor: date) -> None:
    """Agencies, reviews, duties and people, in the order they lean on each other. Raises NotLoaded."""
    for lea in _tables(records, "lea"):
        with _telling("lea", lea, "id"):
            await _lea(uow, lea)
    for review in _tables(records, "review"):
        with _telling("review", review, "id"):
            await _review(uow, review, anchor)
    for duty in _tables(records, "obligation"):
        with _telling("obligation", duty, "id"):
            await _obligation(uow, duty, anchor)
    for person in _tables(records, "person"):
        with _telling("person", person, "email"):
            await _person(uow, person)


def _tables(records: Facts, name: str) -> list[Facts]:
    found = records.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise NotLoaded(f"{name} is no list of tables: write [[{name}]]")
    return found


@contextmanager
def _telling(table: str, facts: Facts, key: str) -> Iterator[None]:
    """Whatever is wrong with a record is told with the record's name."""
    try:
        yield
    except KeyError as missing:
        raise NotLoaded(f"{table} {facts.get(key, '?')} lacks {missing}") from missing
    except (NotLoaded, ValueError, TypeError, AttributeError) as wrong:
        raise NotLoaded(f"{table} {facts.get(key, '?')}: {wrong}") from wrong


async def _lea(uow: UnitOfWork, facts: Facts) -> None:
    await _must_be_new(uow, Lea, facts["id"])
    if (await uow.session.scalars(select(Lea).filter_by(cds=facts["cds"]))).first():
        raise NotLoaded(f"there is an LEA {facts['cds']} already")
    plain = {name: facts[name] for name in ("id", "cds", "name", "county", "type")}
    uow.add(Lea(**plain, domains=facts.get("domains", [])))
    await uow.session.flush()
    for school in facts["schools"]:
        await _must_be_new(uow, School, school["cds"])
        uow.add(School(cds=school["cds"], lea_id=facts["id"], name=school["name"]))
        await uow.session.flush()


async def _review(uow: UnitOfWork, facts: Facts, anchor: date) -> None:
    when = days({name: str(facts[name]) for name in DATES if name in facts}, anchor)
    await _must_be_new(uow, Review, facts["id"])
    await _must_exist(uow, (Lea, facts["lea"]), (Program, facts["program"]))
    await _must_exist(uow, *((School, site) for site in facts.get("sites", [])))
    _must_be_one_of(STATUSES, facts["status"], "status of a review")
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
    await _review_items(uow, review, facts["instruments"], facts.get("conclusions"))
    for finding in facts.get("finding", []):
        await _finding(uow, review, finding)


async def _review_items(
    uow: UnitOfWork, review: Review, chosen: Sequence[Facts], conclusions: Facts | None
) -> None:
    items = [item for instrument in chosen for item in await _instrument_items(uow, instrument)]
    concluded = {code: status for status, codes in (conclusions or {}).items() for code in codes}
    if unknown := concluded.keys() - {item.code for item in items}:
        raise NotLoaded(f"a conclusion on {min(unknown)}, which the review does not ask")
    # Before the end of a review nothing is concluded; after it, what is not listed meets requirements.
    otherwise = "not_started" if conclusions is None else "meets"
    for item in items:
        row = ReviewItem(
            review_id=review.id,
            item_id=item.id,
            lea_id=review.lea_id,
            key=item.key,
            code=item.code,
            title=item.title,
            status=concluded.get(item.code, otherwise),
        )
        uow.add(row)
    await uow.session.flush()


async def _instrument_items(uow: UnitOfWork, chosen: Facts) -> Sequence[InstrumentItem]:
    found = select(Instrument).filter_by(code=chosen["code"], numbering_year=chosen["numbering_year"])
    instrument = (await uow.session.scalars(found)).one_or_none()
    if instrument is None:
        raise NotLoaded(f"there is no instrument {chosen['code']} of {chosen['numbering_year']}")
    items = select(InstrumentItem).filter_by(instrument_id=instrument.id).order_by(InstrumentItem.id)
    return (await uow.session.scalars(items)).all()


async def _finding(uow: UnitOfWork, review: Review, facts: Facts) -> None:
    found = select(ReviewItem).filter_by(review_id=review.id, code=facts["item"])
    item = (await uow.session.scalars(found)).one_or_none()
    if item is None or review.nof_date is None:
        raise NotLoaded(f"a finding on {facts['item']} needs that item and a Notification of Findings")
    if (await uow.session.scalars(select(Finding).filter_by(review_item_id=item.id))).first():
        raise NotLoaded(f"there are two findings on {facts['item']}")
    if "site" in facts:
        await _must_exist(uow, (School, facts["site"]))
    due = review.nof_date + timedelta(days=rule("finding_resolution_days"))
    uow.add(Finding(review_item_id=item.id, text=facts["text"], site=facts.get("site"), due=due))
    await uow.session.flush()


async def _obligation(uow: UnitOfWork, facts: Facts, anchor: date) -> None:
    await _must_be_new(uow, Obligation, facts["id"])
    await _must_exist(uow, (Lea, facts["lea"]), (Form, facts["form"]))
    if "school" in facts:
        await _must_exist(uow, (School, facts["school"]))
    due = await _due(uow, facts, anchor)
    own = {"id": facts["id"], "lea_id": facts["lea"], "form_id": facts["form"]}
    uow.add(Obligation(**own, due=due, school_cds=facts.get("school")))
    await uow.session.flush()


async def _due(uow: UnitOfWork, facts: Facts, anchor: date) -> date:
    """The day that is written, or the next one of the form's yearly rule."""
    form = await uow.session.get_one(Form, facts["form"])
    if "due" in facts:
        return day(str(facts["due"]), {"anchor": anchor})
    if form.due is None or not is_yearly(form.due):
        raise NotLoaded(f"lacks 'due', and its form {form.id} has no yearly day")
    return next_due(form.due, anchor)


async def _person(uow: UnitOfWork, facts: Facts) -> None:
    address = PersonAddress(address=facts["email"].lower())
    await _must_be_new(uow, PersonAddress, address.address)
    roles = [await _role(uow, role) for role in facts["roles"]]
    uow.add(Person(name=facts["name"], addresses=[address], roles=roles), address, *roles)
    await uow.session.flush()


async def _role(uow: UnitOfWork, facts: Facts) -> PersonRole:
    kinds = {"lea": Lea, "school": School, "program": Program, "review": Review}
    _must_be_one_of(known_roles(), facts["role"], "role")
    await _must_exist(uow, *((kind, facts[name]) for name, kind in kinds.items() if name in facts))
    return PersonRole(
        role=facts["role"],
        lea_id=facts.get("lea"),
        school_cds=facts.get("school"),
        program_id=facts.get("program"),
        review_id=facts.get("review"),
        instrument=facts.get("instrument"),
    )


async def _must_be_new(uow: UnitOfWork, kind: type[Any], key: str) -> None:
    if await uow.session.get(kind, key) is not None:
        raise NotLoaded(f"there is a {kind.__tablename__} {key} already")


async def _must_exist(uow: UnitOfWork, *wanted: tuple[type[Any], str]) -> None:
    for kind, key in wanted:
        if await uow.session.get(kind, key) is None:
            raise NotLoaded(f"there is no {kind.__tablename__} {key}")


def _must_be_one_of(known: Sequence[str], name: str, what: str) -> None:
    if name not in known:
        raise NotLoaded(f"there is no {what} {name!r}; there are {', '.join(known)}")
