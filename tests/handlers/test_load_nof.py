"""Conclusions from a spreadsheet: any order of columns, all rows or none, every fault with its place."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from handlers.load_nof import load_nof_file
from store.loading import NotLoaded
from tests.builders import ANA, Desk, a_file
from tests.handlers.record import HELEN, PRIYA, assert_whole
from tests.handlers.reviewing import LUIS, bring_review, item, keep

ROWS: list[list[Any]] = [
    ["School", "Finding", "ITEM", "Conclusion"],
    ["Dune Elementary", "No election is on record.", "EL 2", ""],
    ["", "", "I-EL 01", "Meets requirements"],
    [99100029900023, "No approval in the minutes.", "II-CE 08", "Does not meet requirements"],
    ["", "", "", ""],
    ["", "", "VI-EL 19", "not reviewed"],
]


def csv_of(rows: list[list[Any]], delimiter: str = ",") -> bytes:
    return "\r\n".join(delimiter.join(map(str, row)) for row in rows).encode("utf-8-sig")


def xlsx_of(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


FILES = {"nof.csv": csv_of(ROWS), "semicolons.CSV": csv_of(ROWS, ";"), "nof.xlsx": xlsx_of(ROWS)}


async def load(desk: Desk, name: str, content: bytes, sender: str = LUIS) -> dict[str, Any]:
    return await desk.send(sender=sender, subject="load nof cr-fpm", files=(keep(desk, name, content),))


@pytest.mark.parametrize("name", FILES)
async def test_its_rows_are_on_record_as_if_concluded_one_by_one(desk: Desk, name: str) -> None:
    answer = await load(desk, name, FILES[name])
    assert (answer["state"], answer["reply"], answer["fields"]["rows"]) == ("done", "nof_loaded", 4)
    assert [(said["verdict"], said["reason"]) for said in answer["verdicts"]] == [("not_evidence", "loaded")]
    one, two = await item(desk, "I-EL 02"), await item(desk, "II-CE 08")
    assert (one.status, one.finding_text) == ("does_not_meet", "No election is on record.")
    assert (one.finding_site, two.finding_site) == ("99100026000037", "99100029900023")
    assert (await item(desk, "I-EL 01")).status == "meets"
    assert (await item(desk, "VI-EL 19")).status == "not_reviewed"
    await assert_whole(desk)


HEAD = ["item", "finding", "site", "conclusion"]
FAULTS: dict[str, tuple[list[list[Any]], tuple[int | None, str, str]]] = {
    "unknown item": ([["EL 77", "x", "", ""]], (2, "item", "not-in-review")),
    "two codes": ([["EL 01, EL 02", "x", "", ""]], (2, "item", "not-in-review")),
    "no item": ([["", "x", "", ""]], (2, "item", "no-item")),
    "no text": ([["EL 02", "", "", ""]], (2, "finding", "no-text")),
    "a finding without text": ([["EL 02", "", "", "does not meet"]], (2, "finding", "no-text")),
    "text that is none": ([["EL 02", "x", "", "meets"]], (2, "finding", "text-without-finding")),
    "an unknown conclusion": ([["EL 02", "x", "", "partly"]], (2, "conclusion", "no-conclusion")),
    "a foreign school": ([["EL 02", "x", "Lincoln Elementary", ""]], (2, "site", "no-school")),
    "a formula": ([["EL 02", "=1+1", "", ""]], (2, "finding", "formula")),
    "one item twice": ([["EL 02", "x", "", ""], ["I-EL 2", "y", "", ""]], (3, "item", "two-rows")),
    "only headings": ([], (None, "", "table-empty")),
}


@pytest.mark.parametrize(("rows", "fault"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_fault_is_told_with_its_place_and_nothing_is_loaded(
    desk: Desk, rows: list[list[Any]], fault: tuple[int | None, str, str], kind: str
) -> None:
    rows = [HEAD, *rows] if not rows else [HEAD, *rows, ["II-CE 08", "a good row", "", ""]]
    if kind == "csv":
        rows = [[f'"{cell}"' for cell in row] for row in rows]
    answer = await load(desk, f"nof.{kind}", csv_of(rows) if kind == "csv" else xlsx_of(rows))
    assert answer["reason"] == "table_not_right"
    (told,) = answer["fields"]["facts"]["faults"]
    assert (told["row"], told["column"], told["wrong"]) == fault
    assert (await item(desk, "II-CE 08")).status == "not_started"
    assert [said["verdict"] for said in answer["verdicts"]] == ["refused"]


BAD = {
    "no headings": ("nof.csv", b"EL 02,no election\n", "no-columns"),
    "no bytes": ("nof.csv", b"", "table-empty"),
    "binary": ("nof.csv", b"item\0finding", "table-unreadable"),
    "no zip": ("nof.xlsx", b"PK not really", "table-unreadable"),
    "too much text": ("nof.csv", b"item,finding\n" + b"EL 02,x\n" * 140_000, "table-too-large"),
    "too many rows": ("nof.csv", b"item,finding\n" + b"EL 02,x\n" * 2_001, "table-too-large"),
    "an empty workbook": ("nof.xlsx", xlsx_of([]), "table-empty"),
}


@pytest.mark.parametrize(("name", "content", "wrong"), BAD.values(), ids=BAD)
async def test_what_is_no_such_table_is_refused(desk: Desk, name: str, content: bytes, wrong: str) -> None:
    answer = await load(desk, name, content)
    assert answer["reason"] == "table_not_right"
    assert answer["fields"]["facts"]["faults"][0]["wrong"] == wrong


async def test_exactly_one_table_must_come_along(desk: Desk) -> None:
    answer = await desk.send(sender=LUIS, text="load nof cr-fpm")
    assert (answer["reason"], answer["fields"]["facts"]["lacks"][:5]) == ("not_said_right", "a CSV")
    both = (a_file("a.csv"), a_file("b.xlsx", b"b", number=2))
    answer = await desk.send(sender=LUIS, text="load nof cr-fpm", files=both)
    assert answer["reason"] == "not_said_right"


@pytest.mark.parametrize("sender", [PRIYA, HELEN])
async def test_only_its_leader_and_the_contact_load(desk: Desk, sender: str) -> None:
    assert (await load(desk, "nof.csv", FILES["nof.csv"], sender))["reason"] == "not_for_your_role"


async def test_a_foreign_review_is_like_none(desk: Desk) -> None:
    assert (await load(desk, "nof.csv", FILES["nof.csv"], ANA))["reason"] == "not_one_of_yours"


async def test_after_the_notification_nothing_is_loaded(desk: Desk) -> None:
    await bring_review(desk, "nof_issued")
    assert (await load(desk, "nof.csv", FILES["nof.csv"]))["reason"] == "not_now"


async def test_somebody_elses_conclusion_is_not_changed_by_a_file(desk: Desk) -> None:
    await desk.send(sender=HELEN, text="meets cr-fpm/EL 01, EL 02")
    answer = await load(desk, "nof.csv", FILES["nof.csv"])
    (fault,) = answer["fields"]["facts"]["faults"]
    assert (fault["row"], fault["wrong"], fault["said"]) == (2, "concluded-by-others", "I-EL 02")


@pytest.mark.both_databases
async def test_the_terminal_loads_the_same(desk: Desk, tmp_path: Any) -> None:
    path = tmp_path / "nof.xlsx"
    path.write_bytes(FILES["nof.xlsx"])
    async with desk.store.begin() as uow:
        said = await load_nof_file(uow, path, "cr-fpm")
    assert said.startswith("Loaded 4 conclusions for cr-fpm; ")
    assert (await item(desk, "I-EL 02")).status == "does_not_meet"
    await assert_whole(desk)


async def test_the_terminal_is_told_what_is_wrong(desk: Desk, tmp_path: Any) -> None:
    path = tmp_path / "nof.csv"
    path.write_bytes(csv_of([HEAD, ["EL 77", "x", "", ""]]))
    for review, words in (
        ("cr-fpm", "row 2 item: not in review EL 77"),
        ("xx-fpm", "no review"),
        ("sv-fpm", "Resol"),
    ):
        with pytest.raises(NotLoaded, match=words):
            async with desk.store.begin() as uow:
                await load_nof_file(uow, path, review)
