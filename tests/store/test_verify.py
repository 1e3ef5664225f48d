"""Whatever anybody changes in a row or an object behind our back, `verify` names it."""

import json

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import Store
from store.base import Base
from store.history import QUEUE_ONLY
from store.verify import Report, check_record, verify
from tests.store.rows import all_of, arrival, file_a_document
from tests.store.tampering import HEAD, TABLES, another, keys, sample, wrong_after


async def test_the_loaded_sample_and_handled_messages_verify(full: Store) -> None:
    report = await verify(full.database, full.files)
    assert report.wrong == []
    history = (await all_of(full, "SELECT count(*) FROM history"))[0][0]
    assert (report.entries, report.objects, report.messages, report.files) == (history, 2, 2, 2)
    assert report.rows > 100


async def test_the_history_vouches_for_every_table_of_the_record(full: Store) -> None:
    unvouched = {"program", "form", "instrument", "instrument_item", "history", "history_head"}
    unvouched |= {"mailbox_folder", "unfetchable", "self_test", "alarm", "chat_watch", "chat_reference"}
    unvouched |= {"calendar_entry"}
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
