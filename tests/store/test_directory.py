"""The state's list of LEAs and schools, as CDE publishes it."""

import time
from pathlib import Path

import pytest

from store import Store
from store.directory import Loaded, NotLoaded, load_directory
from store.verify import verify
from tests.store.rows import all_of, count

DATA = Path(__file__).parents[1] / "data"
SCHOOLS, DISTRICTS = ((DATA / f"cde_{name}.txt").read_text() for name in ("schools", "districts"))
HEAD = "CDSCode\tStatusType\tCounty\tDistrict\tSchool\tCharter\tFundingType\tDOCType\n"
DISTRICT = "01611190000000\tActive\tAlameda\tAlameda City Unified\tNo Data\tNo Data\tNo Data\tUnified School District\n"
SCHOOL = "01611190130229\tActive\tAlameda\tAlameda City Unified\tAlameda High\tN\tNo Data\tUnified School District\n"
CHARTER = "01611190119222\t{}\tAlameda\tAlameda City Unified\tBay Charter\tY\t{}\tUnified School District\n"


async def load(store: Store, text: str) -> Loaded:
    async with store.begin() as uow:
        return await load_directory(uow, text)


async def kinds(store: Store) -> dict[str, str]:
    """The LEAs that are not of the sample, by code."""
    found = await all_of(store, "SELECT cds, type FROM lea WHERE cds NOT LIKE '99%'")
    return {row.cds: row.type for row in found}


async def test_the_states_schools_are_loaded_with_their_zeros(store: Store) -> None:
    rows = [line.split("\t") for line in SCHOOLS.splitlines()[1:]]
    loaded = await load(store, SCHOOLS)
    closed = [row for row in rows if row[3] in ("Closed", "Merged")]
    districts = [row[0] for row in rows if row[0].endswith("0000000") and row not in closed]
    charters = [row[0] for row in rows if row[12:15:2] == ["Y", "Directly funded"] and row not in closed]
    assert charters
    assert closed
    assert loaded.closed == len(closed)
    assert (await kinds(store)).keys() == {*districts, *charters}
    assert loaded.leas == len(districts) + len(charters)
    codes = [code for (code,) in await all_of(store, "SELECT cds FROM school WHERE cds NOT LIKE '99%'")]
    assert len(codes) == loaded.schools
    assert all(len(code) == 14 for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert not {row[0] for row in closed} & {*codes}
    assert (await verify(store.database, store.files)).wrong == []


async def test_the_states_districts_are_loaded_with_their_zeros(store: Store) -> None:
    loaded = await load(store, DISTRICTS)
    rows = [line.split("\t") for line in DISTRICTS.splitlines()[1:]]
    active = [row[0] + "0000000" for row in rows if row[-1] != "Closed"]
    assert (await kinds(store)).keys() == {*active}
    assert loaded == Loaded(len(active), 0, len(rows) - len(active))
    assert (await kinds(store))["01100170000000"] == "county office of education (coe)"


async def test_both_files_name_the_same_leas_once(store: Store) -> None:
    await load(store, DISTRICTS)
    before = await count(store, "lea")
    await load(store, SCHOOLS)
    districts = [line for line in SCHOOLS.splitlines() if line[7:14] == "0000000"]
    assert len(await kinds(store)) == await count(store, "lea") - 5
    assert await count(store, "lea") - before < len(districts) + 100
    assert len(await all_of(store, "SELECT DISTINCT cds FROM lea")) == await count(store, "lea")


async def test_loading_the_same_file_again_adds_nothing(store: Store) -> None:
    first = await load(store, SCHOOLS)
    before = await count(store, "history")
    assert await load(store, SCHOOLS) == Loaded(0, 0, first.closed)
    assert await count(store, "history") == before


async def test_commas_a_byte_order_mark_and_windows_line_ends_are_read_too(store: Store) -> None:
    text = "\ufeff" + (HEAD + DISTRICT + SCHOOL).replace("\t", ",").replace("\n", "\r\n")
    assert await load(store, text) == Loaded(1, 1, 0)
    async with store.look() as uow:
        assert [lea.name for lea in await uow.leas(["01611190000000"])] == ["Alameda City Unified"]


@pytest.mark.parametrize("status", ["Closed", "Merged"])
async def test_schools_that_are_gone_are_left_out(store: Store, status: str) -> None:
    gone = SCHOOL.replace("Active", status)
    assert await load(store, HEAD + DISTRICT + gone) == Loaded(1, 0, 1)


async def test_a_directly_funded_charter_is_an_lea_and_its_own_school(store: Store) -> None:
    text = HEAD + DISTRICT + CHARTER.format("Active", "Directly funded")
    assert await load(store, text) == Loaded(2, 1, 0)
    assert (await kinds(store))["01611190119222"] == "direct-funded charter"
    async with store.look() as uow:
        (charter,) = await uow.leas(["01611190119222"])
        assert charter.name == "Bay Charter"
        assert [school.name for school in await uow.schools(["01611190119222"])] == ["Bay Charter"]


async def test_a_locally_funded_charter_is_a_school_of_its_district(store: Store) -> None:
    text = HEAD + DISTRICT + CHARTER.format("Active", "Locally funded")
    assert await load(store, text) == Loaded(1, 1, 0)
    async with store.look() as uow:
        assert [school.name for school in await uow.schools(["01611190000000"])] == ["Bay Charter"]


async def test_a_school_without_its_district_is_not_given_to_anybody(store: Store) -> None:
    assert await load(store, HEAD + SCHOOL) == Loaded(0, 0, 0)


async def test_a_line_that_comes_twice_is_one_record(store: Store) -> None:
    assert await load(store, HEAD + DISTRICT * 2 + SCHOOL * 2) == Loaded(1, 1, 0)


REFUSED = [
    (HEAD + DISTRICT + SCHOOL.replace("01611190130229", "1611190130229"), r"line 3: '1611190130229' .* lost its first zero"),
    ("CD Code\tDistrict\n0110017\tOne\n110017\tTwo\n", r"line 3: '110017' .* lost its first zero"),
    (HEAD + SCHOOL.replace("01611190130229", "1.61119E+12"), r"line 2: '1.61119E\+12' is no CDS code"),
    (HEAD + SCHOOL.replace("01611190130229", "016111901302"), r"line 2: '016111901302' .* 7 or 14 digits"),
    (HEAD + SCHOOL.replace("01611190130229", "٠1611190130229"), "line 2: .* is no CDS code"),
    (HEAD + SCHOOL.replace("01611190130229", ""), "line 2: '' is no CDS code"),
    (HEAD + DISTRICT + "01611190130229\tActive\n", "line 3: 01611190130229 has no name"),
    (HEAD + DISTRICT.replace("Alameda City Unified", ""), "line 2: 01611190000000 has no name"),
    ("Name,Code\nA,1\n", "no column CDSCode or CD Code"),
    ("", "no column CDSCode or CD Code"),
    (HEAD + DISTRICT + 'x' * 200_000 + "\n", "line 3: field larger than"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bad_line_is_named_and_nothing_is_loaded(store: Store, text: str, why: str) -> None:
    with pytest.raises(NotLoaded, match=why):
        await load(store, text)
    assert await kinds(store) == {}


async def test_two_thousand_leas_load_in_seconds(store: Store) -> None:
    text = HEAD
    for number in range(2000):
        code = f"{number % 58 + 1:02}{number:05}"
        text += DISTRICT.replace("0161119", code) + SCHOOL.replace("0161119", code)
    begun = time.perf_counter()
    assert await load(store, text) == Loaded(2000, 2000, 0)
    assert time.perf_counter() - begun < 20
