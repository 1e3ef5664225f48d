"""The sections of a report, in the order they are read: what it is about, days, findings, items, words."""

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable, KeepTogether, LongTable, Paragraph, Spacer, Table

from bot.lettering import BODY, CELL_STRONG, HEADING, LEAD, NUMBER, TITLE
from bot.report_days import timeline
from bot.report_facts import Facts
from bot.report_findings import findings
from bot.report_items import items
from bot.report_pieces import BARE, FLUSH, WHOLE, Row, cell, day, heading, said, words
from bot.timeline import picture
from handlers.lifecycle import label
from templates.values import long_date, pacific

LETTERS = (
    "Letters that this report's type does not have are written as their Unicode numbers, such as [U+6559]. "
    "The JSON export has them as they were written."
)


def story(facts: Facts) -> list[Flowable]:
    """Everything between the first and the last page."""
    sections = (head, summary, days, findings, items, conversation, receipts)
    return [flowable for section in sections for flowable in section(facts)]


def head(facts: Facts) -> Iterator[Flowable]:
    review = facts.review
    span = f"{long_date(review['first_day'])} to {long_date(review['last_day'])}"
    yield said(review["lea_name"], TITLE)
    yield said(f"Report of the {review['kind']} review {review['id']}, {span}", LEAD)
    told = [
        ("CDS code", review["cds"]),
        ("Status", label(review["status"])),
        ("Evidence due", day(review["upload_due"])),
        ("Notification of Findings", day(review["nof_date"]) or "not issued yet"),
        ("Agreements end by", day(facts.cap)),
        ("Regional Team Leader", _people(review["team_leaders"])),
        ("LEA Review Coordinator", _people(review["coordinators"])),
        ("Exported", pacific(facts.at.isoformat())),
    ]
    rows = [[cell(name, CELL_STRONG), cell(value)] for name, value in told if value]
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
    yield Table([numbers, [cell(name) for _, name in counts]], colWidths=widths, style=BARE)


def days(facts: Facts) -> Iterator[Flowable]:
    yield from heading("Days")
    yield picture(timeline(facts))


def conversation(facts: Facts) -> Iterator[Flowable]:
    yield from heading("Conversation")
    if not facts.lists["comments"]:
        yield said("Nobody has commented.", BODY)
    for row in facts.lists["comments"]:
        yield from words(row["kind"].replace("_", " ").capitalize(), row)


def receipts(facts: Facts) -> Iterator[Flowable]:
    """The last of them stand together with the notes, which would be alone on a page without them."""
    yield from heading("Receipts")
    heads = [cell(name, CELL_STRONG) for name in ("Receipt", "Made", "Position in the history", "Key")]
    rows = [heads] if facts.lists["receipts"] else []
    for row in facts.lists["receipts"]:
        made = [cell(f"R-{row['message']}"), cell(pacific(row["made_at"]))]
        rows.append([*made, cell(str(row["position"])), cell(row["key"])])
    if len(rows) > LAST + 1:
        yield _receipts_table(rows[:-LAST], 1)
        rows = rows[-LAST:]
    last = _receipts_table(rows, 0) if rows else said("There are none.", BODY)
    yield KeepTogether([last, *notes(facts)])


LAST = 3


def _receipts_table(rows: list[list[Flowable]], heads: int) -> Flowable:
    widths = [70, 150, 110, WHOLE - 330]
    return LongTable(rows, colWidths=widths, repeatRows=heads, style=FLUSH, splitInRow=1)


def notes(facts: Facts) -> Iterator[Flowable]:
    yield said("Notes", HEADING)
    for name, left in facts.cut.items():
        if left:
            rows = "rows of items and documents" if name == "filed" else name
            yield said(f"{left:,} more {rows} are too many for a report. The other exports have all.", BODY)
    yield said("Times are Pacific time. Days end at midnight in Sacramento.", BODY)
    yield said(LETTERS, BODY)


def _people(people: Sequence[Row]) -> str:
    return "; ".join(f"{one['name']}, {one['address']}" for one in people)
