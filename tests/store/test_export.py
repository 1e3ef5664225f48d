"""The machine's view of the record: its form is a promise."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from store import Store
from store.export import NoSuchReview, export, one_list
from store.exports.part import reading
from store.exports.record import write_json
from store.models import (
    Comment,
    FileVerdictRow,
    Filing,
    Lea,
    Receipt,
    ResolutionAgreement,
    Review,
    ReviewItem,
    Statement,
)
from tests.builders import DANA, NOW
from tests.store.rows import a_person, file_a_document, owed

MESSAGE = {
    "id",
    "channel",
    "received_at",
    "sender",
    "message_id",
    "sha256",
    "size",
    "state",
    "reason",
    "verdicts",
}
KEYS = {
    "messages": MESSAGE,
    "documents": {
        "id", "lea", "name", "sha256", "size", "received_at", "by", "channel", "version", "status", "targets",
        "media_type", "extent", "scan", "scan_found", "message", "filings",
    },
    "items": {
        "review", "code", "title", "status", "documents", "submitted_at", "submitted_by", "concluded_by",
        "finding_text", "finding_site",
    },
    "findings": {
        "review", "code", "item", "text", "status", "due", "agreement",
        "site", "responded_at", "decided_at", "decided_by",
    },
    "agreements": {
        "review", "finding", "requested_until", "status", "cap", "reason", "decided_by", "decided_until",
        "id", "requested_at", "requested_by", "late", "steps", "decided_at", "decided_why",
    },
    "obligations": {
        "id", "lea", "form", "school", "due", "status", "documents",
        "submitted_at", "submitted_by", "decided_at", "decided_by",
    },
    "people": {"name", "addresses", "roles", "retired_at"},
    "outgoing": {"id", "channel", "to", "template", "state", "in_answer_to", "message_id"},
    "history": {"seq", "at", "kind", "who", "channel", "record", "facts", "digest"},
    "reviews": {
        "id", "lea", "lea_name", "cds", "program", "kind", "status", "first_day", "last_day", "nof_date",
        "upload_due", "sites", "coordinators", "team_leaders",
    },
    "comments": {
        "id", "lea", "review", "target", "instrument", "kind", "text", "made_at", "by", "message"
    },
    "statements": {
        "id", "lea", "target", "kind", "text", "made_at", "by", "message", "status", "submitted_at", "ended_at"
    },
    "receipts": {"message", "made_at", "position", "key", "text", "signature"},
}  # fmt: skip
VERDICT = {"file", "sha256", "verdict", "targets", "reason"}
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAYS = {"due", "requested_until", "cap", "decided_until", "first_day", "last_day", "nof_date", "upload_due"}
TIMES = {
    "received_at", "at", "retired_at", "made_at", "submitted_at", "ended_at", "filed_at", "responded_at",
    "decided_at", "requested_at",
}  # fmt: skip
FILING = {
    "target",
    "status",
    "filed_at",
    "submitted_at",
    "ended_at",
    "pages",
    "part",
    "covers",
    "schools",
    "by",
}


async def full(store: Store) -> int:
    """A document on two items, words on one of them, a receipt, and an agreement that was decided."""
    number = await file_a_document(store, b"roster", "I-EL 02", "II-CE 08")
    async with store.begin() as uow:
        helen = await a_person(uow, "hwu@cde.example")
        items = {item.id: item for item in await uow.all_items(["sierra-vista"])}
        findings = {items[i].code: one for i, one in (await uow.findings(items)).items()}
        uow.add(
            ResolutionAgreement(
                finding_id=findings["I-EL 02"].id, requested_until=date(2014, 3, 1), cap=date(2014, 6, 28),
                reason="elections", status="approved", decided_by=helen.id, decided_until=date(2014, 2, 1),
            ),
            *words_on(items_by_code(items.values())["I-EL 02"], number, helen.id),
            Receipt(inbox_id=number, made_at=NOW, position=1, text="One file.", key="k", signature="c2ln"),
        )  # fmt: skip
    return number


def items_by_code(items: Iterable[ReviewItem]) -> dict[str, ReviewItem]:
    return {item.code: item for item in items}


def words_on(item: ReviewItem, number: int, by: int) -> tuple[Comment, Statement]:
    """A comment and a statement on an item, of one message."""
    comment = Comment(
        lea_id=item.lea_id, target=item.target, text="Which school?", made_at=NOW, by_id=by,
        inbox_id=number, review_id=item.review_id, review_item_id=item.id,
    )  # fmt: skip
    statement = Statement(
        lea_id=item.lea_id, target=item.target, kind="narrative", text="We held it.", made_at=NOW, by_id=by,
        inbox_id=number, review_item_id=item.id,
    )  # fmt: skip
    return comment, statement


def types_of(row: dict[str, Any]) -> None:
    for name, value in row.items():
        if name in TIMES and value is not None:
            assert ISO_TIME.fullmatch(value), (name, value)
            assert datetime.fromisoformat(value).utcoffset() is not None
        if name in DAYS and value is not None:
            assert ISO_DAY.fullmatch(value), (name, value)


async def test_the_form_is_as_agreed(store: Store) -> None:
    await full(store)
    record = await export(store.database)
    assert record.keys() == KEYS.keys()
    for name, rows in record.items():
        assert rows, name
        for row in rows:
            assert row.keys() == KEYS[name], name
            types_of(row)
    assert all(one.keys() == VERDICT for message in record["messages"] for one in message["verdicts"])
    for filing in record["documents"][0]["filings"]:
        assert filing.keys() == FILING
        types_of(filing)


async def test_it_is_json_as_it_is(store: Store) -> None:
    await full(store)
    record = await export(store.database)
    assert json.loads(json.dumps(record)) == record


async def test_codes_are_canonical_and_targets_name_the_review(store: Store) -> None:
    number = await full(store)
    record = await export(store.database)
    (message,) = record["messages"]
    (document,) = record["documents"]
    targets = ["sv-fpm/I-EL 02", "sv-fpm/II-CE 08"]
    assert sorted(document["targets"]) == targets
    assert sorted(message["verdicts"][0]["targets"]) == targets
    assert (message["id"], message["state"], message["received_at"]) == (number, "done", NOW.isoformat())
    filed = [f"{item['review']}/{item['code']}" for item in record["items"] if item["documents"]]
    assert filed == targets
    assert document["by"] == "aruiz@sierravista.example"
    findings = {finding["code"]: finding for finding in record["findings"]}
    assert findings.keys() == {"sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", "sv-fpm/II-CE 08"}
    assert findings["sv-fpm/I-EL 02"]["item"] == "I-EL 02"
    (agreement,) = record["agreements"]
    assert (agreement["finding"], agreement["decided_by"]) == ("sv-fpm/I-EL 02", "hwu@cde.example")
    assert findings["sv-fpm/I-EL 02"]["agreement"] is not None
    assert findings["sv-fpm/IV-EL 14"]["agreement"] is None


async def test_everything_comes_in_the_order_of_numbers(store: Store) -> None:
    for content in (b"one", b"two", b"three"):
        await file_a_document(store, content, "I-EL 02")
    record = await export(store.database)
    for name in ("messages", "documents", "outgoing"):
        numbers = [row["id"] for row in record[name]]
        assert numbers == sorted(numbers)
        assert len(numbers) == 3
    assert [row["seq"] for row in record["history"]] == list(range(1, len(record["history"]) + 1))


async def test_messages_of_every_end_are_in_it_with_their_reason(store: Store) -> None:
    numbers = [await file_a_document(store, content) for content in (b"one", b"two")]
    async with store.begin() as uow:
        for number, state in zip(numbers, ("held", "ignored"), strict=True):
            entry = await uow.entry(number)
            assert entry is not None
            entry.state, entry.reason = state, f"because {state}"
    record = await export(store.database)
    ends = [(row["state"], row["reason"]) for row in record["messages"]]
    assert ends == [("held", "because held"), ("ignored", "because ignored")]


async def test_one_reviews_part_has_nothing_of_any_other(store: Store) -> None:
    await full(store)
    other = await file_a_document(store, b"secret", "I-EL 02", lea="coast-range")
    async with store.begin() as uow:
        for verdict in await uow.verdicts_of(other):
            verdict.file = "cr secret.pdf"
        uow.add(owed(to=DANA), owed(to="priya@coastrange.example", in_answer_to=other))
        uow.add(Lea(id="other", cds="99109990000000", name="Other", county="Sample", type=""))
    record = await export(store.database)
    part = await export(store.database, "sv-fpm")
    assert part.keys() == record.keys()
    assert {row["review"] for row in record["items"]} == {"sv-fpm", "cr-fpm"}
    assert {row["review"] for row in part["items"]} == {"sv-fpm"}
    words = json.dumps(part)
    for foreign in ("cr-fpm", "cr secret.pdf", "coastrange", "hl-audit", "harbor-lights", "Delta County"):
        assert foreign not in words, foreign
    assert len(part["messages"]) == len(part["documents"]) == len(part["outgoing"]) == 1
    assert len(part["findings"]) == 3
    assert {person["name"] for person in part["people"]} == {"Luis Ortega", "Helen Wu", "Sam Bright"}
    kinds = {row["record"].partition(":")[0] for row in part["history"]}
    assert kinds >= {
        "review",
        "review_item",
        "finding",
        "resolution_agreement",
        "filing",
        "evidence_document",
    }


async def test_a_document_shared_by_two_reviews_shows_each_only_its_own_targets(store: Store) -> None:
    number = await full(store)
    async with store.begin() as uow:
        (coast,) = await uow.items(["coast-range"], ["EL2"])
        (document,) = await uow.documents_of_message(number)
        moved = next(filing for filing in document.filings if filing.target.endswith("CE 08"))
        moved.target, moved.review_item_id = coast.target, coast.id
        (verdict,) = await uow.verdicts_of(number)
        verdict.targets = [filing.target for filing in document.filings]
    for review, target in (("sv-fpm", "sv-fpm/I-EL 02"), ("cr-fpm", "cr-fpm/I-EL 02")):
        part = await export(store.database, review)
        assert part["documents"][0]["targets"] == [target]
        assert part["messages"][0]["verdicts"][0]["targets"] == [target]


async def test_words_of_another_lea_on_the_same_message_are_left_out(store: Store) -> None:
    """Dana serves two LEAs and writes about both in one mail: its receipt tells each of the other."""
    number = await full(store)
    alone = await file_a_document(store, b"minutes", "II-CE 08")
    async with store.begin() as uow:
        dana, coast = await a_person(uow, DANA), items_by_code(await uow.all_items(["coast-range"]))
        uow.add(
            *words_on(coast["I-EL 02"], number, dana.id),
            owed(to="priya@coastrange.example", in_answer_to=number),
            Receipt(inbox_id=alone, made_at=NOW, position=2, text="For you.", key="k", signature="c2ln"),
        )
    part = await export(store.database, "sv-fpm")
    assert [(row["message"], row["text"]) for row in part["receipts"]] == [
        (number, None),
        (alone, "For you."),
    ]
    assert [row["target"] for row in part["comments"] + part["statements"]] == ["sv-fpm/I-EL 02"] * 2
    assert "coastrange" not in json.dumps(part)
    assert "cr-fpm" not in json.dumps(part)
    assert not any(row["record"].startswith("receipt:") for row in part["history"])


async def test_a_file_that_was_filed_nowhere_keeps_its_receipt_out_of_a_review(store: Store) -> None:
    for verdict, text in (("held", None), ("not_evidence", "One file.")):
        number = await file_a_document(store, verdict.encode(), "I-EL 02")
        async with store.begin() as uow:
            other = FileVerdictRow(
                inbox_id=number, number=2, file="x.pdf", sha256="0", size=1, media_type="", verdict=verdict
            )
            receipt = Receipt(
                inbox_id=number, made_at=NOW, position=1, text="One file.", key="k", signature="c2ln"
            )
            uow.add(other, receipt)
        part = await export(store.database, "sv-fpm")
        assert part["receipts"][-1]["text"] == text


async def test_a_review_whose_name_begins_like_another_is_another(store: Store) -> None:
    await full(store)
    async with store.begin() as uow:
        first = (await uow.reviews(["sierra-vista"]))[0]
        for name in ("sv-fpm2", "SV-FPM"):
            uow.add(Review(id=name, lea_id="sierra-vista", program_id="fpm", kind="online", status="scheduled",
                           first_day=first.first_day, last_day=first.last_day))  # fmt: skip
    for name in ("sv-fpm2", "SV-FPM"):
        part = await export(store.database, name)
        assert [kind for kind, rows in part.items() if rows] == ["history", "reviews"]


async def test_an_unknown_review_has_no_part(store: Store) -> None:
    with pytest.raises(NoSuchReview):
        await export(store.database, "no-such")


async def test_one_list_is_the_same_as_in_the_whole(store: Store) -> None:
    await full(store)
    record = await export(store.database)
    for name, rows in record.items():
        assert await one_list(store.database, name) == rows


async def test_written_row_by_row_it_is_the_same_document(store: Store, tmp_path: Path) -> None:
    """Also what UTF-8 cannot spell: half of a pair may hide in a JSON column."""
    await full(store)
    async with store.begin() as uow:
        (document,) = await uow.documents_of_message(1)
        document.extent = {"sheets": {"half \ud83d, line \u2028 end": 1}}
    path = tmp_path / "record.json"
    for review in (None, "sv-fpm"):
        with path.open("w", encoding="utf-8", errors="backslashreplace") as out:
            async with reading(store.database, review) as part:
                await write_json(part, out)
        assert json.loads(path.read_text("utf-8")) == await export(store.database, review)


async def test_what_was_withdrawn_counts_nowhere_and_stays_in_the_list_of_filings(store: Store) -> None:
    await full(store)
    async with store.begin() as uow:
        for filing in await uow.session.scalars(select(Filing).where(Filing.target == "sv-fpm/II-CE 08")):
            filing.status, filing.ended_at = "withdrawn", NOW
            uow.changed(filing)
    record = await export(store.database)
    (document,) = record["documents"]
    assert [item["code"] for item in record["items"] if item["documents"]] == ["I-EL 02"]
    assert document["targets"] == ["sv-fpm/I-EL 02"]
    assert sorted((one["target"], one["status"]) for one in document["filings"]) == [
        ("sv-fpm/I-EL 02", "attached"),
        ("sv-fpm/II-CE 08", "withdrawn"),
    ]
