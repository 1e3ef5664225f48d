"""Which signed receipts are in the part of one review: those that speak of it, whole if of nothing else."""

import json
from typing import Any

import pytest

from handlers.receipt_text import lines_of
from store.export import export
from store.exports.spoken import speaks_only_of
from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import HELEN, MARIA
from tests.handlers.reviewing import LUIS
from tests.handlers.test_every_receipt import FILED, ROWS, Row, facts_of, obeyed

OTHER = {"sv-fpm": "cr-fpm", "cr-fpm": "sv-fpm"}


async def receipts(desk: Desk, review: str) -> dict[int, str | None]:
    part = await export(desk.store.database, review)
    assert {row["message"] for row in part["receipts"]} <= {row["id"] for row in part["messages"]}
    return {row["message"]: row["text"] for row in part["receipts"]}


def review_of(answer: dict[str, Any]) -> str | None:
    """The sample's names are in no other value of these receipts."""
    said = " ".join(value for _, value in facts_of(answer["fields"]["signed"]))
    return next((review for review in OTHER if review in said), None)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.verb} {row.sender}" for row in ROWS])
async def test_every_command_on_a_review_has_its_receipt_there_and_nowhere_else(row: Row, desk: Desk) -> None:
    answer = await obeyed(row, desk)
    own = review_of(answer)
    for review in OTHER:
        found = await receipts(desk, review)
        assert (answer["id"] in found) == (review == own)
        if review == own:
            assert found[answer["id"]] == "\n".join(answer["fields"]["signed"][1:-4])


async def test_a_script_about_two_reviews_is_a_reference_in_both(desk: Desk) -> None:
    await desk.send(sender=LUIS, text="open cr-fpm for evidence")
    answer = await desk.send(sender=HELEN, text="meets cr-fpm/EL 02\ncomment sv-fpm: thanks")
    for review, other in OTHER.items():
        part = await export(desk.store.database, review)
        (row,) = (row for row in part["receipts"] if row["message"] == answer["id"])
        assert (row["text"], row["signature"]) == (None, None)
        assert other not in json.dumps(part)


async def test_a_script_that_also_speaks_of_people_is_a_reference(desk: Desk) -> None:
    text = "add user Jo Lee <jlee@sierravista.example> as user\ncomment EL 02: thanks"
    answer = await desk.send(sender=MARIA, text=text)
    assert (await receipts(desk, "sv-fpm"))[answer["id"]] is None


async def test_who_serves_two_leas_has_a_receipt_that_names_both_so_it_is_a_reference(desk: Desk) -> None:
    answer = await desk.send(sender=DANA, text="comment EL 02 of Sierra Vista Unified: thanks")
    assert answer["state"] == "done"
    assert (await receipts(desk, "sv-fpm"))[answer["id"]] is None
    assert "Coast Range" not in json.dumps(await export(desk.store.database, "sv-fpm"))


@pytest.mark.parametrize(
    "name", ["cr-fpm", "cr-fpm/I-EL 02", "\nSubmitted: cr-fpm/I-EL 02", "x Submitted: cr-fpm"]
)
async def test_what_a_file_is_called_brings_no_receipt_into_another_review(name: str, desk: Desk) -> None:
    answer = await desk.send(sender=ANA, subject="EL 02", files=(a_file(name),))
    assert (await receipts(desk, "sv-fpm"))[answer["id"]] is not None
    assert answer["id"] not in await receipts(desk, "cr-fpm")


async def test_a_review_whose_name_begins_like_another_has_none_of_its_receipts(desk: Desk) -> None:
    await FILED(desk)
    text = (await desk.send(sender=MARIA, text="submit EL 02"))["fields"]["signed"]
    assert speaks_only_of("sv-fpm", "\n".join(text[1:-4]))
    assert not speaks_only_of("sv-fp", "\n".join(text[1:-4]))


@pytest.mark.parametrize("label", ["Assigned", "User-added", "Some-new-label"])
def test_a_receipt_with_a_fact_that_may_be_about_anything_is_not_of_one_review(label: str) -> None:
    assert not speaks_only_of("sv-fpm", "\n".join(lines_of([("Submitted", "sv-fpm/I-EL 02"), (label, "x")])))


def test_a_long_line_is_read_whole() -> None:
    target = f"{'long-' * 13}review/I-EL 02"
    assert speaks_only_of(target.partition("/")[0], "\n".join(lines_of([("Agreement-approved", target)])))
