"""Put records into the store: agencies, people, reviews and duties from a TOML file in the sample's form."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from store.directory import NotLoaded as NotLoaded
from store.directory import load_directory
from store.inbox import InboxEntry
from store.loading_checks import must_be_new, must_be_one_of, must_exist
from store.loading_review import load_review
from store.models import (
    Form,
    Lea,
    Obligation,
    Person,
    PersonAddress,
    PersonRole,
    Program,
    Review,
    School,
    StoreFact,
)
from store.offsets import day, is_yearly, next_due
from store.programs import known_roles
from store.unit_of_work import UnitOfWork

SAMPLE = Path(__file__).parent / "sample.toml"
REAL: tuple[type[Any], ...] = (Lea, Person, Review, InboxEntry)
Facts = dict[str, Any]


async def load_file(uow: UnitOfWork, path: Path, anchor: date) -> str:
    """Records from TOML, or LEAs and schools from the state's directory; what was loaded, in words.

    Raises NotLoaded, and changes nothing then.
    """
    if path.suffix == ".toml":
        records = _parsed(path)
        await load_records(uow, records, anchor)
        tables = [_counted(len(rows), kind) for kind, rows in records.items() if isinstance(rows, list)]
        return f"Loaded {', '.join(tables) or 'nothing: the file has no records'}."
    found = await load_directory(uow, _text(path))
    leas, schools = _counted(found.leas, "lea"), _counted(found.schools, "school")
    return f"Loaded {leas} and {schools}; left out {found.closed} that are closed."


_CALLED = {
    "lea": ("LEA", "LEAs"),
    "review": ("review", "reviews"),
    "obligation": ("form to hand in", "forms to hand in"),
    "person": ("person", "people"),
    "school": ("school", "schools"),
}


def _counted(count: int, kind: str) -> str:
    one, many = _CALLED.get(kind, (kind, kind))
    return f"{count} {one if count == 1 else many}"


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
            await load_review(uow, review, anchor)
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
    await must_be_new(uow, Lea, facts["id"])
    if (await uow.session.scalars(select(Lea).filter_by(cds=facts["cds"]))).first():
        raise NotLoaded(f"there is an LEA {facts['cds']} already")
    plain = {name: facts[name] for name in ("id", "cds", "name", "county", "type")}
    uow.add(Lea(**plain, domains=facts.get("domains", [])))
    await uow.session.flush()
    for school in facts["schools"]:
        await must_be_new(uow, School, school["cds"])
        uow.add(School(cds=school["cds"], lea_id=facts["id"], name=school["name"]))
        await uow.session.flush()


async def _obligation(uow: UnitOfWork, facts: Facts, anchor: date) -> None:
    await must_be_new(uow, Obligation, facts["id"])
    await must_exist(uow, (Lea, facts["lea"]), (Form, facts["form"]))
    if "school" in facts:
        await must_exist(uow, (School, facts["school"]))
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
    await must_be_new(uow, PersonAddress, address.address)
    roles = [await _role(uow, role) for role in facts["roles"]]
    uow.add(Person(name=facts["name"], addresses=[address], roles=roles), address, *roles)
    await uow.session.flush()


async def _role(uow: UnitOfWork, facts: Facts) -> PersonRole:
    kinds = {"lea": Lea, "school": School, "program": Program, "review": Review}
    must_be_one_of(known_roles(), facts["role"], "role")
    await must_exist(uow, *((kind, facts[name]) for name, kind in kinds.items() if name in facts))
    return PersonRole(
        role=facts["role"],
        lea_id=facts.get("lea"),
        school_cds=facts.get("school"),
        program_id=facts.get("program"),
        review_id=facts.get("review"),
        instrument=facts.get("instrument"),
    )
