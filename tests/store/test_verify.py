"""Whatever anybody changes behind our back, `verify` names it."""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Date, DateTime, Integer, Table, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import Store
from store.base import Base
from store.history import QUEUE_ONLY, HistoryEntry, HistoryHead
from store.models import Question, ResolutionAgreement
from store.verify import Report, check_record, verify, vouched
from tests.builders import NOW
from tests.store.rows import a_person, all_of, arrival, file_a_document

Edit = Any
HISTORY, HEAD = HistoryEntry.__table__, HistoryHead.__table__
TABLES = {str(kind.__tablename__): kind.__table__ for kind in vouched()}


@pytest.fixture
async def full(store: Store) -> Store:
    """The sample with a message of every kind: every vouched table has rows."""
    await file_a_document(store, b"roster", "I-EL 02", "II-CE 08")
    second = await file_a_document(store, b"minutes", "II-CE 08")
    async with store.begin() as uow:
        ana = await a_person(uow)
        (finding, *_) = (await uow.findings([i.id for i in await uow.all_items(["sierra-vista"])])).values()
        uow.add(
            ResolutionAgreement(
                finding_id=finding.id, requested_until=date(2014, 3, 1), cap=date(2014, 7, 1), reason="time"
            ),
            Question(
                inbox_id=second, person_id=ana.id, asked_at=NOW, files=[{"number": 1}], choices=["a", "b"]
            ),
        )
    return store


@pytest.fixture
async def session(full: Store) -> AsyncIterator[AsyncSession]:
    """A transaction that is never committed, in which references need not hold."""
    sqlite = full.database.is_sqlite
    unchecked = "PRAGMA defer_foreign_keys=ON" if sqlite else "SET LOCAL session_replication_role = replica"
    async with AsyncSession(full.database.writer) as session:
        await session.execute(text(unchecked))
        yield session


async def wrong_after(session: AsyncSession, *edits: Edit) -> list[str]:
    """What verify says after these edits, which are undone again."""
    report = Report()
    async with session.begin_nested() as edited:
        for edit in edits:
            await session.execute(edit if not isinstance(edit, str) else text(edit))
        await check_record(session, report)
        session.expunge_all()
        await edited.rollback()
    return report.wrong


async def keys(session: AsyncSession, table: Table) -> list[Any]:
    (key,) = table.primary_key.columns
    return list((await session.scalars(select(key).order_by(key))).all())


def another(column: Column[Any], value: Any) -> Any:
    """A different value that the column takes."""
    kinds: list[tuple[type[Any], Any]] = [
        (Date, lambda: (value or date(2014, 1, 1)) + timedelta(days=1)),
        (DateTime, lambda: (value or NOW) + timedelta(microseconds=1)),
        (Integer, lambda: (value or 0) + 1_000_000),
    ]
    for kind, change in kinds:
        if isinstance(getattr(column.type, "impl", column.type), kind):
            return change()
    if isinstance(value, list):
        return [*value, "one more"]
    if isinstance(value, dict):
        return value | {"one": "more"}
    return f"{value or ''}x"


def sample(some: list[Any]) -> list[Any]:
    """The first and the last."""
    return some[:1] + some[1:][-1:]


async def test_the_loaded_sample_and_handled_messages_verify(full: Store) -> None:
    report = await verify(full.database, full.files)
    assert report.wrong == []
    history = (await all_of(full, "SELECT count(*) FROM history"))[0][0]
    assert (report.entries, report.objects, report.messages, report.files) == (history, 2, 2, 2)
    assert report.rows > 100


async def test_the_history_vouches_for_every_table_of_the_record(full: Store) -> None:
    unvouched = {"program", "form", "instrument", "instrument_item", "history", "history_head"}
    assert TABLES.keys() == Base.metadata.tables.keys() - unvouched
    for table in TABLES:
        assert (await all_of(full, f"SELECT count(*) FROM {table}"))[0][0] > 0, table


async def test_a_change_of_any_column_of_any_row_is_found_and_named(session: AsyncSession) -> None:
    for table, rows in TABLES.items():
        (key,) = rows.primary_key.columns
        for number in sample(await keys(session, rows))[-1:]:
            values = (await session.execute(select(rows).where(key == number))).mappings().one()
            for column in rows.columns:
                if column.name not in QUEUE_ONLY:
                    changed = {column: another(column, values[column.name])}
                    wrong = await wrong_after(session, update(rows).where(key == number).values(changed))
                    assert any(one.startswith(f"{table}:{number} ") for one in wrong), (table, column.name)
    assert await wrong_after(session) == []


async def test_a_row_that_is_deleted_is_missed_by_name(session: AsyncSession) -> None:
    for table, rows in TABLES.items():
        (key,) = rows.primary_key.columns
        for number in sample(await keys(session, rows)):
            wrong = await wrong_after(session, delete(rows).where(key == number))
            assert f"{table}:{number} is in the history but not in the store" in wrong


async def test_a_row_that_was_slipped_in_is_found(session: AsyncSession) -> None:
    slipped = "INSERT INTO person (id, name) VALUES (999, 'Eve')"
    assert await wrong_after(session, slipped) == ["person:999 is not as the history says"]


async def test_what_only_runs_the_queues_may_change(session: AsyncSession) -> None:
    edit = "UPDATE inbox SET lease = 'x', attempts = 9, trouble = 'x'"
    assert await wrong_after(session, edit) == []


async def test_an_edit_of_any_column_of_the_history_is_named_first(session: AsyncSession) -> None:
    numbers = await keys(session, HISTORY)
    for position in range(0, len(numbers), max(1, len(numbers) // 6)):
        number = numbers[position]
        chosen = select(HISTORY).where(HISTORY.c.seq == number)
        values = (await session.execute(chosen)).mappings().one()
        for column in HISTORY.columns:
            if column.name == "seq":
                continue
            changed = another(column, values[column.name])
            edit = update(HISTORY).where(HISTORY.c.seq == number).values({column: changed})
            assert (await wrong_after(session, edit))[0].startswith(f"history:{number} "), column.name


async def test_a_link_that_is_taken_out_of_the_history_is_named(session: AsyncSession) -> None:
    numbers = await keys(session, HISTORY)
    for number in numbers[: -1 : max(1, len(numbers) // 8)]:
        wrong = await wrong_after(session, delete(HISTORY).where(HISTORY.c.seq == number))
        assert wrong[0] == f"history:{number + 1} does not follow from history:{number - 1}"


async def test_links_that_change_places_are_named(session: AsyncSession) -> None:
    for number in (1, 7, 50):
        swap = [
            f"UPDATE history SET seq = -1 WHERE seq = {number}",
            f"UPDATE history SET seq = {number} WHERE seq = {number + 1}",
            f"UPDATE history SET seq = {number + 1} WHERE seq = -1",
        ]
        assert (await wrong_after(session, *swap))[0].startswith(f"history:{number} ")


async def test_a_tail_that_is_cut_off_is_missed(session: AsyncSession) -> None:
    last = (await keys(session, HISTORY))[-1]
    for cut in (1, 2, 10):
        wrong = await wrong_after(session, delete(HISTORY).where(HISTORY.c.seq > last - cut))
        assert wrong[0] == f"the history ends at {last - cut}, but its head says {last}"


async def test_a_tail_that_is_cut_off_together_with_the_head_is_missed_by_the_rows(
    session: AsyncSession,
) -> None:
    last = (await keys(session, HISTORY))[-1]
    digest = await session.scalar(select(HISTORY.c.digest).where(HISTORY.c.seq == last - 1))
    gone = await session.scalar(select(HISTORY.c.record).where(HISTORY.c.seq == last))
    cut = [
        delete(HISTORY).where(HISTORY.c.seq == last),
        update(HEAD).values(seq=last - 1, digest=digest),
    ]
    assert await wrong_after(session, *cut) == [f"{gone} is not as the history says"]


async def test_an_edited_or_missing_head_is_found(session: AsyncSession) -> None:
    for edit in ("UPDATE history_head SET seq = seq + 1", "UPDATE history_head SET digest = 'x'"):
        assert len(await wrong_after(session, edit)) == 1
    assert (await wrong_after(session, "DELETE FROM history_head"))[0].endswith("but it has no head")


async def test_one_edit_is_one_complaint(session: AsyncSession) -> None:
    """The walk goes on after a wrong entry: what comes after it is not under suspicion."""
    edit = "UPDATE history SET who = 'eve' WHERE seq = 3"
    assert await wrong_after(session, edit) == ["history:3 does not follow from history:2"]


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE history SET facts = 'no JSON' WHERE seq = 5",
        "UPDATE history SET facts = '[]' WHERE seq = 5",
    ],
)
async def test_history_that_cannot_be_read_is_named_and_no_crash(session: AsyncSession, edit: str) -> None:
    assert (await wrong_after(session, edit))[0] == "history:5 does not follow from history:4"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("edit", "named"),
    [
        ("UPDATE history SET at = 'yesterday' WHERE seq = 5", "history:5 "),
        ("UPDATE history SET facts = x'00ff' WHERE seq = 5", "history:5 "),
        ("UPDATE inbox SET received_at = 'yesterday' WHERE id = 1", "inbox:1 "),
        ("UPDATE inbox SET envelope = '{' WHERE id = 1", "inbox:1 "),
        ("UPDATE inbox SET files = 'many' WHERE id = 1", "inbox:1 "),
        ("UPDATE review SET first_day = 20131202 WHERE id = 'sv-fpm'", "review:sv-fpm "),
        ("UPDATE lea SET domains = x'00ff' WHERE id = 'delta-coe'", "lea:delta-coe "),
        ("UPDATE person SET name = x'00ff' WHERE id = 1", "person:1 "),
        ("UPDATE school SET name = 7 WHERE cds = '99100016000011'", "school:99100016000011 "),
    ],
)
async def test_values_that_no_reader_understands_are_named_and_no_crash(
    session: AsyncSession, edit: str, named: str
) -> None:
    """SQLite takes anything into any column."""
    assert (await wrong_after(session, edit))[0].startswith(named)


async def test_json_that_only_looks_equal_is_found(session: AsyncSession) -> None:
    """1 and true and 1.0 are equal in Python."""
    for value in ("true", "1.0"):
        edit = f"UPDATE inbox SET envelope = '{json.dumps({'number': 1}).replace('1', value)}' WHERE id = 1"
        assert await wrong_after(session, edit) == ["inbox:1 is not as the history says"]


async def test_files_without_a_verdict_are_found(full: Store) -> None:
    number = await file_a_document(full, b"two files, one verdict", "I-EL 02", files=2)
    report = await verify(full.database, full.files)
    assert report.wrong == [f"inbox:{number} came with 2 files but has 1 verdicts"]


async def test_a_flipped_bit_of_an_object_is_named(full: Store) -> None:
    paths = list(full.files.objects())
    for path in paths:
        content = path.read_bytes()
        for bit in range(0, len(content) * 8, 5):
            flipped = bytearray(content)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            report = await verify(full.database, full.files) if bit % 25 == 0 else Report(wrong=[path.name])
            assert path.name in "".join(report.wrong)
        path.write_bytes(content)
    assert (await verify(full.database, full.files)).wrong == []


async def test_an_object_that_is_gone_is_missed_by_the_row_that_needs_it(full: Store) -> None:
    path = next(full.files.objects())
    path.unlink()
    (wrong,) = (await verify(full.database, full.files)).wrong
    assert f"needs object {path.name}, which is missing" in wrong


async def test_a_row_without_its_object_is_found(full: Store) -> None:
    (number,) = await full.inbox.insert([arrival(7)])
    (wrong,) = (await verify(full.database, full.files)).wrong
    assert wrong.startswith(f"inbox:{number} needs object")


async def test_verify_sees_one_state_while_others_write(full: Store) -> None:
    """Rows that arrive between its questions must not look like rows without history."""
    async with full.database.reading() as session:
        await session.execute(select(HEAD.c.seq))
        await file_a_document(full, b"meanwhile", "I-EL 02")
        report = Report()
        await check_record(session, report)
    assert report.wrong == []


def test_days_and_moments_are_what_they_were() -> None:
    """The builders' times have microseconds and zones, so that the tests above mean something."""
    assert isinstance(another(HISTORY.c.at, NOW), datetime)
    assert another(HISTORY.c.at, NOW) != NOW
