"""What was found in a review: its findings with responses and agreements, or the conclusions until then."""

from collections.abc import Iterator

from reportlab.platypus import Flowable

from bot.lettering import BODY, BYLINE, QUIETLY, QUOTED, SUBHEADING
from bot.report_facts import Facts
from bot.report_pieces import Row, day, heading, said, words
from handlers.lifecycle import CONCLUSIONS, label
from templates.values import long_date

DECIDED = {"denied": "Declined", "withdrawn": "Withdrawn"}  # what was met or expired was approved before


def findings(facts: Facts) -> Iterator[Flowable]:
    if facts.review["nof_date"] is None and not facts.lists["findings"]:
        yield from _conclusions(facts)
        return
    yield from heading("Findings")
    if not facts.lists["findings"]:
        yield said("There are none.", BODY)
    titles = {row["code"]: row["title"] for row in facts.lists["items"]}
    for row in facts.lists["findings"]:
        yield said(f"{row['item']} {titles.get(row['item'], '')}", SUBHEADING)
        due = f", due {long_date(row['due'])}" if row["due"] else ""
        yield said(f"{label(row['status'])}{due}", QUIETLY)
        yield said(row["text"], BODY)
        for one in facts.lists["statements"]:
            if one["target"] == row["code"] and one["kind"] == "narrative":
                yield from words("Response", one)
        for agreement in facts.lists["agreements"]:
            if agreement["finding"] == row["code"]:
                yield from _agreement(agreement)


def _conclusions(facts: Facts) -> Iterator[Flowable]:
    """Before the Notification of Findings: how many items are concluded, and why some do not meet."""
    items = facts.lists["items"]
    concluded = [row for row in items if row["status"] in CONCLUSIONS]
    counts = [(status, sum(row["status"] == status for row in concluded)) for status in CONCLUSIONS]
    each = ", ".join(f"{label(status).lower()}: {count}" for status, count in counts if count)
    yield from heading("Conclusions so far")
    yield said("The Notification of Findings is not issued yet, so these may change.", BODY)
    yield said(f"Concluded: {len(concluded)} of {len(items)} items{f' ({each})' if each else ''}.", BODY)
    for row in concluded:
        if row["status"] == "does_not_meet":
            yield said(f"{row['code']} {row['title']}", SUBHEADING)
            by = f", concluded by {row['concluded_by']}" if row["concluded_by"] else ""
            yield said(f"{label(row['status'])}{by}", QUIETLY)
            yield said(row["finding_text"] or "What was found is not on record.", BODY)


def _agreement(row: Row) -> Iterator[Flowable]:
    late = " after the 45 days" if row["late"] else ""
    asked = f" by {row['requested_by']}" if row["requested_by"] else ""
    until, status = long_date(row["requested_until"]), label(row["status"]).lower()
    yield said(f"Resolution agreement {status}: until {until} requested{asked}{late}", BYLINE)
    yield said(row["reason"], QUOTED)
    for step in row["steps"]:
        yield said(f"{step.get('what')} ({step.get('who')}, by {day(step.get('by'))})", QUOTED)
    if row["decided_by"]:
        granted = f": until {long_date(row['decided_until'])}" if row["decided_until"] else ""
        done = DECIDED.get(row["status"], "Approved")
        yield said(f"{done} by {row['decided_by']}{granted}. {row['decided_why'] or ''}", QUOTED)
