"""The facts of the field become rows: once, however often they are loaded."""

from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.grammar import find_codes
from store import Store
from store.models import Form, Instrument, InstrumentItem, Program
from store.programs import item_key, known_roles, load_programs, program_codes, program_files, rule
from store.verify import verify
from tests.store.rows import all_of, count

SEVEN = {"charter", "fpm", "corrective_action", "lea_planning", "sig", "ia_npsa", "title_iii"}
TABLES = ("program", "form", "instrument", "instrument_item")
CODES = [
    item["code"]
    for file in program_files()
    for instrument in file.get("instrument", [])
    for item in instrument["item"]
]


async def everything(store: Store) -> list[object]:
    return [await all_of(store, f"SELECT * FROM {table} ORDER BY id") for table in TABLES]


@pytest.mark.parametrize("code", sorted(set(CODES)))
def test_the_store_and_the_grammar_compare_codes_in_the_same_spelling(code: str) -> None:
    (mention,) = find_codes(f"about {code}, please", program_codes())
    assert mention.code.key == item_key(code)


@pytest.mark.parametrize(
    ("code", "key"), [("I-EL 02", "EL2"), ("EL 02", "EL2"), ("II-CE 08", "CE8"), ("VII-NorD 10", "NORD10")]
)
def test_a_key_is_the_code_without_dimension_spaces_and_zeros(code: str, key: str) -> None:
    assert item_key(code) == key


@pytest.mark.parametrize("code", ["", "EL", "I-EL", "EL02", "02", "I-EL 2a"])
def test_what_is_no_code_has_no_key(code: str) -> None:
    with pytest.raises(ValueError, match="is no item code"):
        item_key(code)


async def test_every_program_of_the_seven_is_there_with_its_phone(store: Store) -> None:
    async with store.look() as uow:
        programs = (await uow.session.scalars(select(Program))).all()
    assert {program.id for program in programs} == SEVEN
    assert len({program.phone for program in programs}) == 7
    assert all(program.name and program.office and program.use for program in programs)


async def test_every_form_instrument_and_item_of_the_files_is_a_row(store: Store) -> None:
    files = program_files()
    assert await count(store, "instrument_item") == len(CODES)
    assert await count(store, "form") == sum(len(file.get("form", [])) for file in files)
    assert await count(store, "instrument") == sum(len(file.get("instrument", [])) for file in files)
    async with store.look() as uow:
        for kind in (Form, Instrument):
            rows = (await uow.session.scalars(select(kind))).all()
            assert {row.program_id for row in rows} <= SEVEN  # type: ignore[attr-defined]
        items = (await uow.session.scalars(select(InstrumentItem))).all()
    assert all(item.key == item_key(item.code) for item in items)


async def test_loading_twice_gives_the_same_rows(store: Store) -> None:
    before, history = await everything(store), await count(store, "history")
    async with store.begin() as uow:
        await load_programs(uow.session)
    assert await everything(store) == before
    assert await count(store, "history") == history


async def test_a_fact_that_changed_in_the_file_is_brought_up_to_date(store: Store, tmp_path: Path) -> None:
    before = await everything(store)
    (tmp_path / "charter.toml").write_text(
        '[program]\nid = "charter"\nname = "Charter Schools"\noffice = "CSD"\nphone = "916-000-0000"\nuse = "new"\n'
        '[[form]]\nid = "charter_new"\nprogram = "charter"\ntitle = "New"\nsince = 2014-01-01\n'
    )
    async with store.begin() as uow:
        await load_programs(uow.session, tmp_path)
    async with store.look() as uow:
        charter = await uow.session.get_one(Program, "charter")
        assert (charter.phone, charter.use) == ("916-000-0000", "new")
        assert (await uow.session.get_one(Form, "charter_new")).facts["since"] == "2014-01-01"
    assert await count(store, "form") == len(before[1]) + 1  # type: ignore[arg-type]
    assert (await verify(store.database, store.files)).wrong == []


def test_the_rules_of_the_field_are_numbers_from_its_file() -> None:
    assert rule("finding_resolution_days") == 45
    assert rule("resolution_agreement_cap_days") == 225
    assert {"lea_coordinator", "program_contact", "rtl"} <= set(known_roles())
    with pytest.raises(KeyError):
        rule("no_such_rule")
