"""The table for spreadsheets: a line for each target and document, and nothing in it that runs."""

import csv
import io
import json
from typing import Any

import pytest

from store import Store
from store.exports.cells import CUT, LONGEST, is_formula, writable
from store.exports.comma import write_csv
from store.exports.filed import FILED_COLUMNS
from store.exports.part import reading
from tests.store.rich import PLAIN, rich
from tests.store.rows import file_a_document
from tests.templates.pages import NAUGHTY

RUNS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\tplain",
    "\rx",
    "\nx",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "﹦1",
    "  =1",
    "\u00a0=1",
    "\u3000＝1",
    "\ufeff=1",
    "'=1",
    '"=1',
    ' " = 1',
    "“=1",
    "\u202e=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example")',
]
REST = ["", "roster.pdf", "a=1", "1-2", "x@y.example", "(=1)", "'quoted'", "é=1", "1"]


async def table(store: Store, review: str | None = None) -> list[dict[str, str]]:
    text = io.StringIO(newline="")
    async with reading(store.database, review) as part:
        await write_csv(part, text)
    said = text.getvalue()
    assert said.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(said.removeprefix("\ufeff"), newline="")))


def raw(row: dict[str, str]) -> dict[str, Any]:
    """A row as it was written by people: what was changed for the spreadsheet is undone."""
    return row | (json.loads(row["raw"]) if row["raw"] else {})


@pytest.mark.parametrize("text", RUNS)
def test_what_a_spreadsheet_might_run_is_told(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", REST)
def test_what_it_never_runs_is_left_alone(text: str) -> None:
    assert not is_formula(text)


async def test_no_cell_runs_and_every_name_comes_back(store: Store) -> None:
    names = [*RUNS, *REST, *(name for name in NAUGHTY.values() if "\ud83d" not in name and "\0" not in name)]
    await rich(store, names)
    rows = [row for row in await table(store, "sv-fpm") if row["document"]]
    assert sorted(raw(row)["file"] for row in rows) == sorted(names)
    for row in rows:
        assert not any(is_formula(cell.removeprefix("'")) and cell[:1] != "'" for cell in row.values())
        assert (row["file"] != raw(row)["file"]) == bool(row["raw"])
    assert {row["file"] for row in rows} >= {"'=1+1", "roster.pdf", "'  =1"}


async def test_a_line_says_what_who_when_and_how_it_stands(store: Store) -> None:
    await rich(store)
    rows = await table(store, "sv-fpm")
    (row,) = (row for row in rows if row["file"] == PLAIN[0])
    assert tuple(row) == (*FILED_COLUMNS, "raw")
    said = {
        "review": "sv-fpm",
        "lea_name": "Sierra Vista Unified",
        "cds": "99100010000000",
        "code": "I-EL 02",
        "item_status": "does_not_meet",
        "document": "D-1",
        "size": "9",
        "received": "2013-12-02T12:00:00-08:00",
        "by": "aruiz@sierravista.example",
        "version": "1",
        "document_status": "attached",
        "pages": "3-5",
        "finding_status": "open",
        "due": "2013-12-30",
        "agreement": "approved",
        "agreement_until": "2014-02-28",
        "raw": "",
    }
    assert {name: row[name] for name in said} == said
    assert len(rows) == len({row["code"] for row in rows}) + 1  # two documents are on the first finding


async def test_lines_end_as_excel_wants_them(store: Store) -> None:
    text = io.StringIO(newline="")
    async with reading(store.database, "sv-fpm") as part:
        await write_csv(part, text)
    assert text.getvalue().count("\r\n") == text.getvalue().count("\n") == 33


async def test_the_whole_record_has_every_review_and_the_forms(store: Store) -> None:
    await file_a_document(store, b"coast", "I-EL 02", lea="coast-range")
    rows = await table(store)
    assert {row["review"] for row in rows} == {"sv-fpm", "cr-fpm", ""}
    assert {row["code"] for row in rows if not row["review"]} >= {"hl-audit", "sv-plan"}
    (coast,) = (row for row in rows if row["document"])
    assert (coast["lea"], coast["due"]) == ("coast-range", "2013-12-07")


async def test_one_review_says_nothing_of_another(store: Store) -> None:
    await rich(store)
    await file_a_document(store, b"coast", "I-EL 02", lea="coast-range")
    said = json.dumps(await table(store, "sv-fpm"))
    assert not [word for word in ("cr-fpm", "coast", "Coast", "99100020000000", "hl-audit") if word in said]


def test_what_no_file_can_hold_is_replaced_and_what_is_cut_says_so() -> None:
    assert writable("half \ud83d nul \0 tab \t end") == "half � nul � tab \t end"
    assert writable("x" * LONGEST) == "x" * LONGEST
    cut = writable("x" * (LONGEST + 1))
    assert len(cut) == LONGEST
    assert cut.endswith(CUT)
