"""The machine's view of the record: its form is a promise."""

import json
import re
from datetime import date, datetime
from typing import Any

from store import Store
from store.export import export, known_reviews, of_review
from store.models import Lea, ResolutionAgreement
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
        "id", "lea", "name", "sha256", "size", "received_at", "by", "channel", "version", "status", "targets"
    },
    "items": {"review", "code", "title", "status", "documents"},
    "findings": {"review", "code", "item", "text", "status", "due", "agreement"},
    "agreements": {
        "review", "finding", "requested_until", "status", "cap", "reason", "decided_by", "decided_until"
    },
    "obligations": {"id", "lea", "form", "school", "due", "status", "documents"},
    "people": {"name", "addresses", "roles", "retired_at"},
    "outgoing": {"id", "channel", "to", "template", "state", "in_answer_to", "message_id"},
    "history": {"seq", "at", "kind", "who", "channel", "record", "facts", "digest"},
}  # fmt: skip
VERDICT = {"file", "sha256", "verdict", "targets", "reason"}
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAYS = {"due", "requested_until", "cap", "decided_until"}
TIMES = {"received_at", "at", "retired_at"}


async def full(store: Store) -> int:
    """A document on two items, and an agreement that was decided."""
    number = await file_a_document(store, b"roster", "I-EL 02", "II-CE 08")
    async with store.begin() as uow:
        helen = await a_person(uow, "hwu@cde.example")
        items = {item.id: item for item in await uow.all_items(["sierra-vista"])}
        findings = {items[i].code: one for i, one in (await uow.findings(items)).items()}
        uow.add(
            ResolutionAgreement(
                finding_id=findings["I-EL 02"].id, requested_until=date(2014, 3, 1), cap=date(2014, 6, 28),
                reason="elections", status="approved", decided_by=helen.id, decided_until=date(2014, 2, 1),
            )
        )  # fmt: skip
    return number


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
    assert known_reviews(record) == {"sv-fpm", "cr-fpm"}
    part = of_review(record, "sv-fpm")
    assert part.keys() == record.keys()
    assert known_reviews(part) == {"sv-fpm"}
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
    record = await export(store.database)
    for review, target in (("sv-fpm", "sv-fpm/I-EL 02"), ("cr-fpm", "cr-fpm/I-EL 02")):
        part = of_review(record, review)
        assert part["documents"][0]["targets"] == [target]
        assert part["messages"][0]["verdicts"][0]["targets"] == [target]


async def test_an_unknown_review_has_an_empty_part(store: Store) -> None:
    part = of_review(await export(store.database), "no-such")
    assert [name for name, rows in part.items() if rows] == []
