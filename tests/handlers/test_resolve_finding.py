"""Resolving and reopening findings: by whom, from which status, and what the last one brings."""

import asyncio
from datetime import date

import pytest

from handlers.inbox import work_entries
from tests.builders import ANA, Desk
from tests.handlers.findings import (
    BETH,
    LUIS,
    SAM,
    TOM,
    agreements,
    facts,
    finding,
    noon,
    request,
    resolved,
    respond,
    told,
)
from tests.handlers.record import HELEN, MARIA, PRIYA, RENEE, assert_whole


@pytest.mark.parametrize("by", [HELEN, LUIS, RENEE])
@pytest.mark.parametrize("words", ["resolve sv-fpm/EL 02", "accept response sv-fpm/EL 02: page 2 has it"])
async def test_a_reviewer_resolves_what_was_answered(desk: Desk, by: str, words: str) -> None:
    await respond(desk)
    answer = await desk.send(sender=by, text=words)
    assert (answer["state"], answer["reply"]) == ("done", "finding_resolved")
    assert (await finding(desk))["status"] == "resolved"
    assert await told(desk, "resolution_heard") == sorted({HELEN, LUIS, MARIA, TOM} - {by})
    assert (await facts(desk, "resolution_heard"))["words"] == (["page 2 has it"] if ":" in words else [])
    await assert_whole(desk)


@pytest.mark.parametrize("by", [SAM, BETH, MARIA, ANA, PRIYA])
@pytest.mark.parametrize("words", ["resolve sv-fpm/EL 02", "reopen sv-fpm/EL 02: not yet"])
async def test_nobody_else_does(desk: Desk, by: str, words: str) -> None:
    await respond(desk)
    answer = await desk.send(sender=by, text=words)
    expected = "not_one_of_yours" if by in (BETH, PRIYA) else "not_for_your_role"
    assert answer["reason"] == expected
    assert (await finding(desk))["status"] == "responded"


async def test_a_finding_without_a_response_is_not_resolved(desk: Desk) -> None:
    answer = await desk.send(sender=HELEN, text="resolve sv-fpm/EL 02")
    assert answer["reason"] == "not_now"
    assert (await finding(desk))["status"] == "open"


async def test_prose_behind_the_code_is_no_command(desk: Desk) -> None:
    await respond(desk)
    answer = await desk.send(sender=HELEN, text="resolve sv-fpm/EL 02 when the roster is there")
    assert answer["reason"] == "not_said_right"
    assert (await finding(desk))["status"] == "responded"


@pytest.mark.both_databases
async def test_of_two_deciders_the_second_learns_who_was_first(desk: Desk) -> None:
    await respond(desk)
    await desk.keep(
        {"sender": HELEN, "text": "resolve sv-fpm/EL 02"}, {"sender": LUIS, "text": "resolve sv-fpm/EL 02"}
    )
    one, two = await desk.store.inbox.claim("test", 2)
    await asyncio.gather(work_entries(desk.worker, [one]), work_entries(desk.worker, [two]))
    answers = {row.template: row for row in await desk.outgoing() if row.in_answer_to in (one.id, two.id)}
    no = answers["request_refused"].fields
    assert (no["refusal"], no["facts"]["status"]) == ("not_now", "Resolved")
    assert no["facts"]["who"] == ("Helen Wu" if no["name"] == "Luis Ortega" else "Luis Ortega")
    assert no["facts"]["since"] is not None
    await assert_whole(desk)


async def test_an_approved_agreement_is_met_by_it(desk: Desk) -> None:
    await request(desk)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    answer = await resolved(desk)
    assert answer["fields"]["agreement"] == "met"
    assert [one["status"] for one in await agreements(desk)] == ["met"]
    await assert_whole(desk)


async def test_a_request_that_nobody_decided_needs_no_decision_any_more(desk: Desk) -> None:
    await request(desk)
    answer = await resolved(desk)
    assert answer["fields"]["agreement"] == "withdrawn"
    assert [one["status"] for one in await agreements(desk)] == ["withdrawn"]


async def test_the_last_one_tells_both_sides_what_comes_next(desk: Desk) -> None:
    assert (await resolved(desk, "EL 02"))["fields"]["left"] == 2
    assert (await resolved(desk, "EL 14"))["fields"]["left"] == 1
    assert await told(desk, "all_findings_resolved") == []
    last = await resolved(desk, "CE 08", SAM)
    assert (last["fields"]["left"], last["fields"]["leads"]) == (0, False)
    assert await told(desk, "all_findings_resolved") == sorted([LUIS, MARIA])
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_team_leader_who_resolves_the_last_one_reads_it_at_once(desk: Desk) -> None:
    for code in ("EL 02", "EL 14", "CE 08"):
        last = await resolved(desk, code, LUIS)
    assert last["fields"]["leads"] is True
    assert await told(desk, "all_findings_resolved") == [MARIA]


async def test_reopening_needs_a_reason_and_keeps_the_due_day(desk: Desk) -> None:
    await resolved(desk)
    assert (await desk.send(sender=HELEN, text="reopen sv-fpm/EL 02"))["reason"] == "not_said_right"
    answer = await desk.send(sender=HELEN, text="reopen sv-fpm/EL 02: the minutes are of another school")
    assert (answer["reply"], answer["fields"]["finding"]["due"]) == ("finding_reopened", "2013-12-30")
    assert (await finding(desk))["status"] == "open"
    heard = await facts(desk, "reopening_heard")
    assert heard["why"] == ["the minutes are of another school"]
    assert await told(desk, "reopening_heard") == sorted([LUIS, MARIA, TOM])
    assert (await respond(desk))["state"] == "done"
    await assert_whole(desk)


async def test_only_what_is_resolved_is_reopened(desk: Desk) -> None:
    answer = await desk.send(sender=HELEN, text="reopen sv-fpm/EL 02: why not")
    assert answer["reason"] == "not_now"


async def test_a_reopened_finding_keeps_the_day_that_its_agreement_gave(desk: Desk) -> None:
    await request(desk)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    await resolved(desk)
    desk.now = noon(date(2014, 3, 3))
    answer = await desk.send(sender=HELEN, text="reopen sv-fpm/EL 02: the minutes are of another school")
    assert answer["fields"]["finding"]["due"] == "2014-06-27"
    assert (await resolved(desk))["fields"]["agreement"] is None


@pytest.mark.parametrize("words", ["resolve {}", "reopen {}: why"])
async def test_anothers_finding_is_like_none(desk: Desk, words: str) -> None:
    foreign = await desk.send(sender=PRIYA, text=words.format("sv-fpm/EL 02"))
    nowhere = await desk.send(sender=PRIYA, text=words.format("xx-fpm/EL 02"))
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("resolve sv-fpm/EL 02 - once the minutes are signed", "not_said_right"),
        ("resolve sv-fpm/EL 02: once the minutes are signed", "not_sure"),
        ("accept response sv-fpm/EL 02: not enough, please send the roster", "not_sure"),
    ],
)
async def test_a_condition_resolves_nothing(desk: Desk, words: str, reason: str) -> None:
    await respond(desk)
    assert (await desk.send(sender=HELEN, text=words))["reason"] == reason
    assert (await finding(desk))["status"] != "resolved"
