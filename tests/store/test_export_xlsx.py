"""The workbook: it opens again with the same values, days are days, and nothing that people wrote runs."""

import io
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from store import Store
from store.exports.part import reading
from store.exports.workbook import MOST_ROWS, write_workbook
from tests.builders import NOW
from tests.store.rich import PLAIN, rich
from tests.store.rows import file_a_document
from tests.store.test_export_csv import RUNS

SHEETS = ["Items", "Documents", "Findings", "Agreements", "Comments", "Statements", "History", "About"]


async def book_of(store: Store, review: str | None = "sv-fpm", most_rows: int = MOST_ROWS) -> Workbook:
    out = io.BytesIO()
    async with reading(store.database, review) as part:
        await write_workbook(part, out, NOW, most_rows)
    return load_workbook(out)


def rows_of(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


async def test_it_has_the_sheets_with_a_head_that_stays_and_a_filter(store: Store) -> None:
    await rich(store)
    book = await book_of(store)
    assert book.sheetnames == SHEETS
    for name in SHEETS:
        assert book[name].freeze_panes == "A2"
        assert book[name]["A1"].font.bold
        assert book[name].column_dimensions["A"].width > 10
    assert book["Documents"].auto_filter.ref == f"A1:W{len(PLAIN) + 1}"


async def test_what_it_says_is_what_the_record_says(store: Store) -> None:
    await rich(store)
    book = await book_of(store)
    documents = rows_of(book, "Documents")
    assert sorted(row["file"] for row in documents) == sorted(PLAIN)
    (first,) = (row for row in documents if row["document"] == "D-1")
    assert first["received"] == datetime(2013, 12, 2, 12)
    assert first["due"].date() == date(2013, 12, 30)
    assert (first["size"], first["cds"]) == (9, "99100010000000")
    items = rows_of(book, "Items")
    assert (len(items), sum(row["documents"] for row in items)) == (32, len(PLAIN))
    denied, approved = rows_of(book, "Agreements")
    assert (denied["status"], approved["status"], approved["late"]) == ("denied", "approved", "yes")
    assert approved["decided until"].date() == date(2014, 2, 28)
    assert "Ana Ruiz" in approved["steps"]
    assert [row["text"] for row in rows_of(book, "Comments")][1] == "Lincoln Elementary.\nThe minutes follow."
    about = {row["what"]: row["is"] for row in rows_of(book, "About")}
    history = rows_of(book, "History")
    assert about["Review"] == "sv-fpm"
    assert int(about["Head of the history"]) >= history[-1]["seq"]


async def test_nothing_that_people_wrote_is_a_formula(store: Store) -> None:
    texts = [text for text in RUNS if "\r" not in text]
    await rich(store, texts, texts)
    book = await book_of(store)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}
    assert sorted(row["file"] for row in rows_of(book, "Documents")) == sorted(texts)
    assert {cell.number_format for cell in book["Documents"]["I"]} == {"@"}


async def test_what_does_not_fit_on_a_sheet_is_counted(store: Store) -> None:
    await rich(store)
    about = {row["what"]: row["is"] for row in rows_of(await book_of(store, most_rows=10), "About")}
    assert about["Items"] == "9 rows; 23 more do not fit, they are in the JSON export"
    assert about["Documents"] == "4 rows"


async def test_one_review_says_nothing_of_another(store: Store) -> None:
    await rich(store)
    await file_a_document(store, b"coast", "I-EL 02", lea="coast-range")
    book = await book_of(store)
    said = repr([list(sheet.iter_rows(values_only=True)) for sheet in book])
    assert not [word for word in ("cr-fpm", "coast", "Coast", "99100020000000", "hl-audit") if word in said]
    assert "cr-fpm" in repr(rows_of(await book_of(store, None), "Items"))


async def test_libreoffice_reads_it(store: Store, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    await rich(store)
    with (tmp_path / "record.xlsx").open("wb") as out:
        async with reading(store.database, "sv-fpm") as part:
            await write_workbook(part, out, NOW)
    argv: list[str | Path] = [
        office,
        "--headless",
        "--convert-to",
        "csv",
        "--outdir",
        tmp_path,
        tmp_path / "record.xlsx",
    ]
    subprocess.run(argv, check=True, capture_output=True, env={"HOME": str(tmp_path)})
    assert "English Learner Advisory Committee" in (tmp_path / "record.csv").read_text()
