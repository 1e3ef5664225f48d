"""The sections of a report, in the order they are read: what it is about, days, findings, items, words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, LongTable, Paragraph, Spacer, Table, TableStyle

from bot.lettering import (
    BODY,
    BYLINE,
    CELL,
    CELL_STRONG,
    HEADING,
    LEAD,
    LINE,
    NUMBER,
    QUIETLY,
    QUOTED,
    SHADE,
    SUBHEADING,
    TITLE,
    marked_up,
)
from bot.report_days import timeline
from bot.report_facts import Facts
from bot.timeline import picture
from handlers.lifecycle import label
from templates.values import long_date, pacific, short_digest, size

Row = Mapping[str, Any]
WHOLE = 504
GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
)
FLUSH = TableStyle([("LEFTPADDING", (0, 0), (0, -1), 0)], parent=GRID)
BARE = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0)])
LETTERS = (
    "Letters that this report's type does not have are written as their Unicode numbers, such as [U+6559]. "
    "The JSON export has them as they were written."
)


def story(facts: Facts) -> list[Flowable]:
    """Everything between the first and the last page."""
    sections = (head, summary, days, findings, items, statements, conversation, receipts, notes)
    return [flowable for section in sections for flowable in section(facts)]


def head(facts: Facts) -> Iterator[Flowable]:
    review = facts.review
    span = f"{long_date(review['first_day'])} to {long_date(review['last_day'])}"
    yield _said(review["lea_name"], TITLE)
    yield _said(f"Report of the {review['kind']} review {review['id']}, {span}", LEAD)
    told = [
        ("CDS code", review["cds"]),
        ("Status", label(review["status"])),
        ("Evidence due", _day(review["upload_due"])),
        ("Notification of Findings", _day(review["nof_date"]) or "not issued yet"),
        ("Agreements end by", _day(facts.cap)),
        ("Regional Team Leader", _people(review["team_leaders"])),
        ("LEA Review Coordinator", _people(review["coordinators"])),
        ("Exported", pacific(facts.at.isoformat())),
    ]
    rows = [[_cell(name, CELL_STRONG), _cell(said)] for name, said in told if said]
    yield Table(rows, colWidths=[130, WHOLE - 130], style=FLUSH)


def summary(facts: Facts) -> Iterator[Flowable]:
    rows = facts.lists
    documents = {number for item in rows["items"] for number in item["documents"]}
    answered = sum(bool(item["documents"]) for item in rows["items"])
    resolved = sum(finding["status"] == "resolved" for finding in rows["findings"])
    counts = [
        (len(rows["items"]), "items"),
        (answered, "with documents"),
        (len(documents), "documents"),
        (len(rows["findings"]), "findings"),
        (resolved, "resolved"),
        (len(rows["agreements"]), "agreements"),
        (len(rows["comments"]), "comments"),
    ]
    numbers = [Paragraph(f"{count:,}", NUMBER) for count, _ in counts]
    yield Spacer(0, 12)
    widths = [WHOLE / len(counts)] * len(counts)
    yield Table([numbers, [_cell(name) for _, name in counts]], colWidths=widths, style=BARE)


def days(facts: Facts) -> Iterator[Flowable]:
    yield from _heading("Days")
    yield picture(timeline(facts))


def findings(facts: Facts) -> Iterator[Flowable]:
    yield from _heading("Findings")
    if not facts.lists["findings"]:
        yield _said("There are none.", BODY)
    titles = {row["code"]: row["title"] for row in facts.lists["items"]}
    for row in facts.lists["findings"]:
        yield _said(f"{row['item']} {titles.get(row['item'], '')}", SUBHEADING)
        due = f", due {long_date(row['due'])}" if row["due"] else ""
        yield _said(f"{label(row['status'])}{due}", QUIETLY)
        yield _said(row["text"], BODY)
        for said in facts.lists["statements"]:
            if said["target"] == row["code"] and said["kind"] == "narrative":
                yield from _words("Response", said)
        for agreement in facts.lists["agreements"]:
            if agreement["finding"] == row["code"]:
                yield from _agreement(agreement)


def _agreement(row: Row) -> Iterator[Flowable]:
    late = " after the 45 days" if row["late"] else ""
    asked = f" by {row['requested_by']}" if row["requested_by"] else ""
    until = long_date(row["requested_until"])
    yield _said(f"Resolution agreement {row['status']}: until {until} requested{asked}{late}", BYLINE)
    yield _said(row["reason"], QUOTED)
    for step in row["steps"]:
        yield _said(f"{step.get('what')} ({step.get('who')}, by {_day(step.get('by'))})", QUOTED)
    if row["decided_by"]:
        granted = f": until {long_date(row['decided_until'])}" if row["decided_until"] else ""
        yield _said(f"Decided by {row['decided_by']}{granted}. {row['decided_why'] or ''}", QUOTED)


def items(facts: Facts) -> Iterator[Flowable]:
    yield from _heading("Items and their documents")
    if not facts.filed:
        yield _said("There are none.", BODY)
    before = None
    for start in range(0, len(facts.filed), TABLE_ROWS):
        block = facts.filed[start : start + TABLE_ROWS]
        yield _items_table(block, before)
        before = block[-1]["code"]


def _items_table(rows: Sequence[Row], before: str | None) -> Flowable:
    """A line for an item, where it is another one than before, and one for each of its documents."""
    lines, looks = [[_cell(name, CELL_STRONG) for name in ITEM_HEADS]], []
    for row in rows:
        if row["code"] != before:
            at, before = len(lines), row["code"]
            looks += [
                ("SPAN", (1, at), (2, at)),
                ("SPAN", (3, at), (4, at)),
                ("BACKGROUND", (0, at), (-1, at), SHADE),
            ]
            title = [_cell(row["code"], CELL_STRONG), _cell(row["title"], CELL_STRONG)]
            lines.append([*title, "", _cell(label(row["item_status"])), ""])
        if row["document"]:
            lines.append(_document(row))
    style = TableStyle(looks, parent=GRID)
    return LongTable(lines, colWidths=ITEM_WIDTHS, repeatRows=1, style=style, splitInRow=1)


TABLE_ROWS = 200  # the time that reportlab takes grows with the square
ITEM_HEADS = ("Item, no.", "Document", "Received", "From", "Status")
ITEM_WIDTHS = (58, 166, 96, 116, 68)


def _document(row: Row) -> list[Flowable]:
    more = [size(row["size"]), f"version {row['version']}", short_digest(row["sha256"])]
    more += [f"pages: {row['pages']}"] if row["pages"] else []
    more += [f"covers {row['covers']}"] if row["covers"] else []
    submitted = " (submitted)" if row["submitted"] else ""
    return [
        _cell(row["document"]),
        Paragraph(f"{marked_up(row['file'])}<br/>{marked_up(', '.join(more))}", CELL),
        _cell(pacific(row["received"].isoformat())),
        _cell(row["by"] or ""),
        _cell(f"{label(row['document_status'])}{submitted}"),
    ]


def statements(facts: Facts) -> Iterator[Flowable]:
    said = [row for row in facts.lists["statements"] if row["kind"] != "narrative"]
    if said:
        yield from _heading("Statements")
        for row in said:
            yield from _words({"on_site": "Shown on site"}.get(row["kind"], "Statement"), row)


def conversation(facts: Facts) -> Iterator[Flowable]:
    yield from _heading("Conversation")
    if not facts.lists["comments"]:
        yield _said("Nobody has commented.", BODY)
    for row in facts.lists["comments"]:
        yield from _words(row["kind"].replace("_", " ").capitalize(), row)


def _words(what: str, row: Row) -> Iterator[Flowable]:
    """What somebody said: on what, who, when."""
    where = row["target"].partition("/")[2] or "the review"
    status = f", {row['status']}" if row.get("status", "attached") != "attached" else ""
    yield _said(f"{what} on {where} by {row['by']}, {pacific(row['made_at'])}{status}", BYLINE)
    yield _said(row["text"], QUOTED)


def receipts(facts: Facts) -> Iterator[Flowable]:
    yield from _heading("Receipts")
    if not facts.lists["receipts"]:
        yield _said("There are none.", BODY)
        return
    rows = [[_cell(name, CELL_STRONG) for name in ("Receipt", "Made", "Position in the history", "Key")]]
    for row in facts.lists["receipts"]:
        made = [_cell(f"R-{row['message']}"), _cell(pacific(row["made_at"]))]
        rows.append([*made, _cell(str(row["position"])), _cell(row["key"])])
    yield LongTable(rows, colWidths=[70, 150, 110, WHOLE - 330], repeatRows=1, style=FLUSH, splitInRow=1)


def notes(facts: Facts) -> Iterator[Flowable]:
    yield from _heading("Notes")
    for name, left in facts.cut.items():
        if left:
            rows = "rows of items and documents" if name == "filed" else name
            yield _said(f"{left:,} more {rows} are too many for a report. The other exports have all.", BODY)
    yield _said("Times are Pacific time. Days end at midnight in Sacramento.", BODY)
    yield _said(LETTERS, BODY)


def _heading(text: str) -> Iterator[Flowable]:
    """Not at the foot of a page. (What must stay with a long table would take all of it to the next one.)"""
    yield CondPageBreak(90)
    yield _said(text, HEADING)


def _said(text: str, style: Any) -> Paragraph:
    return Paragraph(marked_up(text), style)


def _cell(text: str, style: Any = CELL) -> Paragraph:
    return _said(text, style)


def _day(day: Any) -> str:
    """A day in words; what is no day as it was written."""
    try:
        return long_date(day) if day else ""
    except ValueError:
        return str(day)


def _people(people: Sequence[Row]) -> str:
    return "; ".join(f"{one['name']}, {one['address']}" for one in people)
