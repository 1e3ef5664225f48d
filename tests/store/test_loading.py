"""Records from files: the sample as it ships, and broken files told in one clear sentence."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from store import Store, open_store, schema
from store.database import sqlite_url
from store.export import export
from store.files import FileStore
from store.loading import SAMPLE, NotLoaded, load_file, load_records, load_sample
from store.models import Lea, Person, StoreFact
from store.programs import load_programs
from store.verify import verify
from tests.builders import ANCHOR
from tests.store.rows import arrivals, count

LEA = """
[[lea]]
id = "new"
cds = "99100990000001"
name = "New Unified"
county = "Sample"
type = "unified district"
schools = [{ cds = "99100996000001", name = "New Elementary" }]
"""
REVIEW = """
[[review]]
id = "new-fpm"
lea = "sierra-vista"
program = "fpm"
kind = "online"
instruments = [{ code = "UCP", numbering_year = "2013-14" }]
first_day = "last_day - 4"
last_day = 2013-11-22
nof_date = "last_day"
status = "resolution"
"""
FINDING = """
[[review.finding]]
item = "{}"
text = "Something is missing."
"""
DUTY = """
[[obligation]]
id = "new-duty"
lea = "sierra-vista"
form = "charter_audit"
due = "next(12-15)"
"""
PERSON = """
[[person]]
name = "New Person"
email = "New@sierravista.example"
roles = [{ role = "lea_user", lea = "sierra-vista" }]
"""


@pytest.fixture
async def empty(tmp_path: Path) -> Any:
    """A store with the programs and nothing else."""
    url = sqlite_url(tmp_path / "empty.db")
    await schema.migrate(url)
    files = FileStore(tmp_path / "files")
    files.prepare()
    store = open_store(url, files, "cais.example")
    async with store.begin() as uow:
        await load_programs(uow.session)
    yield store
    await store.aclose()


async def load(store: Store, text: str) -> None:
    async with store.begin() as uow:
        await load_records(uow, tomllib.loads(text), ANCHOR)


async def test_the_sample_is_loaded_as_it_is_written(store: Store) -> None:
    written = tomllib.loads(SAMPLE.read_text())
    assert await count(store, "lea") == len(written["lea"]) == 5
    assert await count(store, "school") == sum(len(lea["schools"]) for lea in written["lea"])
    assert await count(store, "person") == len(written["person"])
    assert await count(store, "person_role") == sum(len(one["roles"]) for one in written["person"])
    assert await count(store, "review") == len(written["review"]) == 2
    assert await count(store, "obligation") == len(written["obligation"])
    record = await export(store.database)
    states = Counter((item["review"], item["status"]) for item in record["items"])
    assert states["sv-fpm", "does_not_meet"] == 3
    assert states["sv-fpm", "not_reviewed"] == 1
    assert states["sv-fpm", "meets"] == len([i for i in record["items"] if i["review"] == "sv-fpm"]) - 4
    assert {status for review, status in states if review == "cr-fpm"} == {"not_started"}


async def test_findings_are_due_forty_five_days_after_the_notification(store: Store) -> None:
    record = await export(store.database)
    last_day = date(2013, 11, 15)
    assert {finding["due"] for finding in record["findings"]} == {(last_day + timedelta(45)).isoformat()}
    assert last_day + timedelta(45) == date(2013, 12, 30)


async def test_the_days_of_the_sample_are_alive_on_whatever_day_it_is_loaded(empty: Store) -> None:
    async with empty.begin() as uow:
        assert await load_sample(uow, date(2024, 2, 29)) is True
    async with empty.look() as uow:
        (ahead,) = await uow.reviews(["coast-range"])
        assert ahead.first_day == date(2024, 4, 8)
        assert ahead.upload_due == date(2024, 3, 9)
        assert min(duty.due for duty in await uow.obligations(["sierra-vista"])) >= date(2024, 2, 29)


async def test_loading_the_sample_twice_is_harmless(store: Store) -> None:
    before = await count(store, "history")
    async with store.begin() as uow:
        assert await load_sample(uow, ANCHOR + timedelta(days=100)) is False
    assert await count(store, "history") == before


async def test_the_sample_is_marked_and_verifies(empty: Store) -> None:
    async with empty.look() as uow:
        assert await uow.is_sample() is False
    async with empty.begin() as uow:
        await load_sample(uow, ANCHOR)
    async with empty.look() as uow:
        assert await uow.is_sample() is True
    assert (await verify(empty.database, empty.files)).wrong == []


@pytest.mark.parametrize("what", ["an LEA", "a person", "a message"])
async def test_a_store_with_anything_real_never_becomes_a_sample(empty: Store, what: str) -> None:
    async with empty.begin() as uow:
        if what == "an LEA":
            uow.add(Lea(id="real", cds="19647330000000", name="Real", county="", type=""))
        if what == "a person":
            uow.add(Person(name="Real"))
    if what == "a message":
        await empty.inbox.insert(arrivals(1))
    with pytest.raises(NotLoaded, match="real records"):
        async with empty.begin() as uow:
            await load_sample(uow, ANCHOR)
    assert await count(empty, "store_fact") == 0
    assert await count(empty, "review") == 0


async def test_new_records_join_what_is_there(store: Store) -> None:
    await load(store, LEA + REVIEW + FINDING.format("UCP 01") + DUTY + PERSON)
    async with store.look() as uow:
        person = await uow.person_at("new@sierravista.example")
        assert person is not None
        assert person.roles[0].lea_id == "sierra-vista"
        assert len(await uow.schools(["new"])) == 1
        review = next(one for one in await uow.reviews(["sierra-vista"]) if one.id == "new-fpm")
        assert (review.first_day, review.last_day) == (date(2013, 11, 18), date(2013, 11, 22))
        items = await uow.all_items(["sierra-vista"])
        (finding,) = (await uow.findings([i.id for i in items if i.review_id == "new-fpm"])).values()
        assert finding.due == date(2014, 1, 6)
    assert (await verify(store.database, store.files)).wrong == []


async def test_a_review_may_have_its_own_days_of_reminders(empty: Store) -> None:
    async with empty.begin() as uow:
        await load_sample(uow, ANCHOR)
        await load_records(uow, tomllib.loads(REVIEW + "reminders = { finding = [-7, -30] }"), ANCHOR)
    async with empty.look() as uow:
        own = [(one.review_id, one.kind, one.days) for one in await uow.review_schedules()]
    assert own == [("new-fpm", "finding", [-30, -7, 0])]


BROKEN = [
    (LEA.replace("cds =", "cdds ="), "lea new lacks 'cds'"),
    (LEA.replace('id = "new"', ""), r"lea \? lacks 'id'"),
    (LEA.replace('"new"', '"sierra-vista"'), "there is a lea sierra-vista already"),
    (LEA.replace("99100990000001", "99100010000000"), "there is an LEA 99100010000000 already"),
    (LEA.replace("99100996000001", "99100016000011"), "there is a school 99100016000011 already"),
    (LEA + LEA, "there is a lea new already"),
    ("[lea]\nid = 'new'", r"lea is no list of tables: write \[\[lea\]\]"),
    ("lea = ['new']", "lea is no list of tables"),
    (REVIEW.replace('"new-fpm"', '"sv-fpm"'), "there is a review sv-fpm already"),
    (REVIEW.replace("sierra-vista", "nowhere"), "review new-fpm: there is no lea nowhere"),
    (REVIEW.replace('"fpm"', '"fpn"'), "there is no program fpn"),
    (REVIEW.replace('"UCP"', '"UCQ"'), "there is no instrument UCQ of 2013-14"),
    (REVIEW.replace('"resolution"', '"resolvd"'), "there is no status of a review 'resolvd'; there are"),
    (REVIEW.replace("2013-11-22", '"someday"'), "leans on a day that is not given"),
    (REVIEW.replace("2013-11-22", '"first_day"'), "days that lean on each other: first_day, last_day"),
    (REVIEW.replace("2013-11-22", '"2013-02-30"'), "day is out of range"),
    (REVIEW + "sites = ['99']", "there is no school 99"),
    (
        REVIEW + '[review.conclusions]\nmeets = ["I-EL 02"]',
        "a conclusion on I-EL 02, which the review does not ask",
    ),
    (REVIEW + "reminders = { finding = [-400] }", "reminders of finding need days that are at most 120 days"),
    (REVIEW + "reminders = { finding = 7 }", "reminders of finding need whole numbers of days"),
    (REVIEW + "reminders = { lunch = [7] }", "reminders of lunch need a kind of deadline that there is"),
    (REVIEW + FINDING.format("I-EL 02"), "a finding on I-EL 02 needs that item"),
    (REVIEW + FINDING.format("UCP 01") * 2, "there are two findings on UCP 01"),
    (REVIEW.replace("nof_date", "noff_date") + FINDING.format("UCP 01"), "and a Notification of Findings"),
    (REVIEW + FINDING.format("UCP 01") + 'site = "99"', "there is no school 99"),
    (DUTY.replace("charter_audit", "charter_odit"), "obligation new-duty: there is no form charter_odit"),
    (DUTY.replace("next(12-15)", "next(02-30)"), "obligation new-duty: day is out of range for month"),
    (DUTY.replace('"next(12-15)"', "7"), "obligation new-duty: "),
    (DUTY + DUTY, "there is a obligation new-duty already"),
    (DUTY + 'school = "99"', "there is no school 99"),
    (PERSON.replace("lea_user", "boss"), "there is no role 'boss'; there are program_contact, rtl"),
    (
        PERSON.replace('"sierra-vista"', '"nowhere"'),
        "person New@sierravista.example: there is no lea nowhere",
    ),
    (
        PERSON.replace("New@sierra", "aruiz@sierra"),
        "there is a person_address aruiz@sierravista.example already",
    ),
    (PERSON.replace('"New@sierravista.example"', "7"), "person 7: "),
    (PERSON.replace("roles =", "rolls ="), "person New@sierravista.example lacks 'roles'"),
    (PERSON + PERSON.replace("New@", "NEW@"), "there is a person_address new@sierravista.example already"),
]


@pytest.mark.parametrize(("text", "why"), BROKEN, ids=[why for _, why in BROKEN])
async def test_a_broken_record_is_told_by_name_and_nothing_is_loaded(
    empty: Store, text: str, why: str
) -> None:
    async with empty.begin() as uow:
        await load_sample(uow, ANCHOR)
    before = await count(empty, "history")
    with pytest.raises(NotLoaded, match=why) as told:
        await load(empty, text)
    assert "\n" not in str(told.value)
    assert await count(empty, "history") == before


async def test_a_file_is_loaded_by_its_kind_and_says_what_it_brought(store: Store, tmp_path: Path) -> None:
    records, directory, broken = (tmp_path / name for name in ("new.toml", "dir.csv", "broken.toml"))
    records.write_text(LEA + DUTY)
    directory.write_bytes("CD Code,County,District\n0110017,Alameda,Cañada Unified\n".encode("cp1252"))
    broken.write_text("[[lea")
    async with store.begin() as uow:
        assert await load_file(uow, records, ANCHOR) == "Loaded 1 LEA, 1 form to hand in."
        told = await load_file(uow, directory, ANCHOR)
    assert told == "Loaded 1 LEA and 0 schools; left out 0 that are closed."
    async with store.look() as uow:
        assert [lea.name for lea in await uow.leas(["01100170000000"])] == ["Cañada Unified"]
    with pytest.raises(NotLoaded, match=r"broken\.toml is no TOML"):
        async with store.begin() as uow:
            await load_file(uow, broken, ANCHOR)


async def test_the_mark_of_a_sample_is_in_the_history(store: Store) -> None:
    async with store.look() as uow:
        mark = (await uow.session.scalars(select(StoreFact))).one()
    assert (mark.name, mark.value) == ("sample", ANCHOR.isoformat())
