"""The items of a report: each with its documents, and with what was said instead of documents."""

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable, LongTable, Paragraph, TableStyle

from bot.lettering import BODY, CELL, CELL_STRONG, SHADE, marked_up
from bot.report_facts import Facts
from bot.report_pieces import GRID, Row, cell, heading, said, words
from handlers.lifecycle import label
from templates.values import pacific, short_digest, size

TABLE_ROWS = 200  # the time that reportlab takes grows with the square
ITEM_HEADS = ("Item, no.", "Document", "Received", "From", "Status")
ITEM_WIDTHS = (58, 166, 96, 116, 68)
KINDS = {"on_site": "Shown on site"}


def items(facts: Facts) -> Iterator[Flowable]:
    yield from heading("Items and their documents")
    if not facts.filed:
        yield said("There are none.", BODY)
    spoken = _statements(facts)
    block, before = list[Row](), None
    for number, row in enumerate(facts.filed):
        block.append(row)
        ends = number + 1 == len(facts.filed) or facts.filed[number + 1]["code"] != row["code"]
        told = spoken.pop(row["code"], []) if ends else []
        if told or len(block) == TABLE_ROWS or number + 1 == len(facts.filed):
            yield _table(block, before)
            block, before = [], row["code"]
        for one in told:
            yield from words(KINDS.get(one["kind"], "Statement"), one)
    for one in (one for left in spoken.values() for one in left):  # on items that are too many to be shown
        yield from words(KINDS.get(one["kind"], "Statement"), one)


def _statements(facts: Facts) -> dict[str, list[Row]]:
    """By the item they are on. Responses stand with the findings."""
    found: dict[str, list[Row]] = {}
    for row in facts.lists["statements"]:
        if row["kind"] != "narrative":
            found.setdefault(row["target"].partition("/")[2], []).append(row)
    return found


def _table(rows: Sequence[Row], before: str | None) -> Flowable:
    """A line for an item, where it is another one than before, and one for each of its documents. It has
    heads where it has documents."""
    heads = any(row["document"] for row in rows)
    lines, looks = [[cell(name, CELL_STRONG) for name in ITEM_HEADS]] if heads else [], []
    for row in rows:
        if row["code"] != before:
            at, before = len(lines), row["code"]
            looks += [
                ("SPAN", (1, at), (2, at)),
                ("SPAN", (3, at), (4, at)),
                ("BACKGROUND", (0, at), (-1, at), SHADE),
            ]
            title = [cell(row["code"], CELL_STRONG), cell(row["title"], CELL_STRONG)]
            lines.append([*title, "", cell(label(row["item_status"])), ""])
        if row["document"]:
            lines.append(_document(row))
    style = TableStyle(looks, parent=GRID)
    return LongTable(lines, colWidths=ITEM_WIDTHS, repeatRows=int(heads), style=style, splitInRow=1)


def _document(row: Row) -> list[Flowable]:
    more = [size(row["size"]), f"version {row['version']}", short_digest(row["sha256"])]
    more += [f"pages: {row['pages']}"] if row["pages"] else []
    more += [f"covers {row['covers']}"] if row["covers"] else []
    submitted = "submitted" if row["submitted"] else "not submitted"
    return [
        cell(row["document"]),
        Paragraph(f"{marked_up(row['file'])}<br/>{marked_up(', '.join(more))}", CELL),
        cell(pacific(row["received"].isoformat())),
        cell(row["by"] or ""),
        cell(f"{label(row['document_status'])} ({submitted})"),
    ]
