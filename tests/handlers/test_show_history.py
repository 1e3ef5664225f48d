"""One conversation per target: who did and said what, when and how; the state never sees a draft."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.conversation import MOST_TURNS
from store.models import Filing, Obligation, ReviewItem, Statement
from store.unit_of_work import Actor
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, RENEE
from tests.handlers.reviewing import LUIS, OMAR, bring, bring_finding, bring_review, item, rows
from tests.store.rows import a_person

ELAC = "history sv-fpm/EL 02"


def said(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Who, what, and the first words of each thing that happened."""
    return [
        (turn["who"], one["what"], (one["text"] or [one["name"]])[0])
        for turn in answer["fields"]["turns"]
        for one in turn["said"]
    ]


async def a_statement(desk: Desk, submitted: datetime | None) -> None:
    """What the LEA wrote about EL 02, in the channel and on the word of Maria."""
    (number,) = await desk.keep({"sender": MARIA, "automatic": "for its number only"})
    await desk.work()
    async with desk.store.begin() as uow:
        uow.act_as(Actor(MARIA, "slack", NOW))
        of = await item(desk, "I-EL 02", "sv-fpm")
        maria = await a_person(uow, MARIA)
        words = Statement(
            lea_id="sierra-vista", target=of.target, kind="statement", text="No election yet.", made_at=NOW,
            by_id=maria.id, inbox_id=number, review_item_id=of.id, submitted_at=submitted,
        )  # fmt: skip
        uow.add(words)


async def test_a_conversation_in_order_of_time_with_names_and_roles(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(a_file("roster.pdf"),))
    desk.now = NOW + timedelta(hours=1)
    await desk.send(sender=MARIA, text="comment EL 02: the election was in May")
    await bring_finding(desk, "I-EL 02", "responded")
    desk.now = NOW + timedelta(hours=2)
    await desk.send(sender=HELEN, text="return sv-fpm/EL 02: the minutes are missing")
    answer = await desk.send(sender=MARIA, text=ELAC)
    assert (answer["state"], answer["reply"]) == ("done", "history_shown")
    assert said(answer)[:4] == [
        ("service", "status", "Does not meet requirements"),
        ("service", "finding", "Lincoln Elementary has no record of an ELAC election in the current year."),
        ("Ana Ruiz", "filed_draft", "roster.pdf"),
        ("Maria Delgado", "comment_comment", "the election was in May"),
    ]
    assert set(said(answer)[-2:]) == {
        ("Helen Wu", "comment_returned", "the minutes are missing"),
        ("Helen Wu", "finding_status", "Returned for more"),
    }
    last = answer["fields"]["turns"][-1]
    assert (last["roles"], last["channel"]) == (["program_monitor"], "mail")
    assert last["at"] == desk.now.isoformat()
    assert answer["fields"]["progress"][0]["status"] == "Returned for more"


async def test_the_state_sees_only_what_was_submitted_to_it(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(a_file("roster.pdf"),))
    await a_statement(desk, None)
    assert ("Ana Ruiz", "filed_draft", "roster.pdf") in said(await desk.send(sender=PEI, text=ELAC))
    for sender in (HELEN, LUIS, RENEE):
        seen = said(await desk.send(sender=sender, text=ELAC))
        assert [what for who, what, _ in seen if who != "service"] == []
    for filing in await rows(desk, Filing):
        await bring(desk, Filing, filing.id, submitted_at=NOW)
    seen = said(await desk.send(sender=HELEN, text=ELAC))
    assert [what for who, what, _ in seen if who != "service"] == ["filed"]


@pytest.mark.both_databases
async def test_that_a_draft_came_is_no_step_for_the_state(desk: Desk) -> None:
    await desk.send(sender=PRIYA, subject="EL 02", files=(a_file("roster.pdf"),))
    assert (await item(desk, "I-EL 02")).status == "evidence_attached"
    assert [what for _, what, _ in said(await desk.send(sender=PRIYA, text="history EL 02"))] == [
        "filed",
        "status",
    ]
    assert said(await desk.send(sender=HELEN, text="history cr-fpm/EL 02")) == []


async def test_words_and_channels_of_statements_are_told(desk: Desk) -> None:
    await a_statement(desk, NOW)
    answer = await desk.send(sender=HELEN, text=ELAC)
    assert said(answer)[-1] == ("Maria Delgado", "statement", "No election yet.")
    assert answer["fields"]["turns"][-1]["channel"] == "slack"


@pytest.mark.both_databases
async def test_the_fate_of_a_filing_is_told(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(a_file("roster.pdf"),))
    (filing,) = await rows(desk, Filing)
    for status in ("withdrawn", "attached", "superseded"):
        await bring(desk, Filing, filing.id, status=status)
    told = [what for _, what, _ in said(await desk.send(sender=ANA, text=ELAC))]
    assert told[-4:] == ["filed_draft", "withdrew", "restored", "replaced"]


@pytest.mark.both_databases
async def test_what_was_found_is_told_with_the_conclusion(desk: Desk) -> None:
    await desk.send(sender=HELEN, text="does not meet cr-fpm/EL 02: no election")
    desk.now = NOW + timedelta(days=1)
    await desk.send(sender=HELEN, text="does not meet cr-fpm/EL 02: no election, no roster")
    told = said(await desk.send(sender=HELEN, text="history cr-fpm/EL 02"))
    assert told == [("Helen Wu", "status", "no election"), ("Helen Wu", "status", "no election, no roster")]


@pytest.mark.parametrize("text", ["history EL 02", "status EL 02", "status cr-fpm", "search roster"])
async def test_a_conclusion_is_the_states_own_until_the_notification(desk: Desk, text: str) -> None:
    before = await desk.send(sender=PRIYA, text=text)
    await desk.send(sender=HELEN, text="does not meet cr-fpm/EL 02: no election, no roster")
    after = await desk.send(sender=PRIYA, text=text)
    for answer in (before, after):
        assert "does not meet" not in str(answer["fields"]).lower()
        assert "no roster" not in str(answer["fields"])


@pytest.mark.both_databases
async def test_a_whole_review_is_told_by_its_items(desk: Desk) -> None:
    await desk.send(sender=RENEE, text="begin review cr-fpm")
    await desk.send(sender=HELEN, text="not reviewed cr-fpm/EL 02: no pupils")
    answer = await desk.send(sender=HELEN, text="history cr-fpm")
    assert said(answer)[-3:-2] == [("Renee Park", "status", "In review")]
    assert {(one["what"], one["on"]) for one in answer["fields"]["turns"][-1]["said"]} == {
        ("comment_concluded", "I-EL 02"),
        ("status", "I-EL 02"),
    }
    assert answer["fields"]["progress"] == []


@pytest.mark.both_databases
async def test_a_form_has_its_history_too(desk: Desk) -> None:
    await bring(desk, Obligation, "hl-audit", status="submitted")
    await desk.send(sender=OMAR, text="return hl-audit: the letter is missing")
    told = said(await desk.send(sender=GUS, text="history hl-audit"))
    assert ("Omar Haddad", "comment_returned", "the letter is missing") in told
    assert ("service", "status", "Submitted") in told


@pytest.mark.parametrize("text", ["history sv-fpm/EL 02", "history sv-fpm", "history sv-title3-y2"])
@pytest.mark.parametrize("sender", [PRIYA, GUS, OMAR])
async def test_what_is_foreign_is_like_none(desk: Desk, sender: str, text: str) -> None:
    foreign = await desk.send(sender=sender, text=text)
    nowhere = await desk.send(sender=sender, text=text.replace("sv-", "xx-"))
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    assert foreign["fields"]["facts"]["what"] == nowhere["fields"]["facts"]["what"]


@pytest.mark.parametrize("sender", [MARIA, HELEN, LUIS, RENEE])
async def test_closed_reviews_stay_readable(desk: Desk, sender: str) -> None:
    await bring_review(desk, "completed", "sv-fpm")
    for text in ("history sv-fpm/EL 02", "history sv-fpm"):
        assert (await desk.send(sender=sender, text=text))["state"] == "done"


async def test_a_long_one_is_cut_to_the_newest_with_a_note(desk: Desk) -> None:
    one = await item(desk, "I-EL 02")
    for number in range(MOST_TURNS + 3):
        async with desk.store.begin() as uow:
            uow.act_as(Actor(HELEN, "mail", datetime(2013, 12, 3, 1, number, tzinfo=UTC)))
            row = await uow.session.get(ReviewItem, one.id)
            assert row is not None
            row.status = ("submitted", "in_progress")[number % 2]
    answer = await desk.send(sender=PRIYA, text="history EL 02")
    assert len(answer["fields"]["turns"]) == MOST_TURNS
    assert answer["fields"]["earlier"] == 3
    assert answer["fields"]["turns"][-1]["at"].startswith(f"2013-12-03T01:{MOST_TURNS + 2}")
