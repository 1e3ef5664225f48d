"""Decisions on agreements: who may, how long, who was first, and what both sides read."""

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
from tests.handlers.record import HELEN, MARIA, PEI, PRIYA, RENEE, assert_whole

APPROVE, DECLINE = "approve agreement sv-fpm/EL 02", "decline agreement sv-fpm/EL 02: not enough"


@pytest.mark.parametrize("by", [HELEN, LUIS, RENEE])
async def test_a_reviewer_grants_what_was_asked_for(desk: Desk, by: str) -> None:
    await request(desk)
    answer = await desk.send(sender=by, text=f"{APPROVE} because spring is the time")
    assert (answer["state"], answer["fields"]["until"]) == ("done", "2014-06-27")
    (row,) = await agreements(desk)
    assert (row["status"], row["decided_by"], row["decided_until"]) == ("approved", by, "2014-06-27")
    assert await told(desk, "decision_heard") == sorted({HELEN, LUIS, MARIA, TOM} - {by})
    heard = [row.fields for row in await desk.outgoing() if row.template == "decision_heard"]
    assert {(one["until"], one["why"][0]) for one in heard} == {("2014-06-27", "spring is the time")}
    assert {one["for_lea"] for one in heard} == {True, False}
    await assert_whole(desk)


async def test_the_granted_day_is_the_due_day_everywhere(desk: Desk) -> None:
    await request(desk)
    before = await desk.send(sender=ANA, text="status EL 02")
    await desk.send(sender=HELEN, text=APPROVE)
    after = await desk.send(sender=ANA, text="status EL 02")
    assert [one["fields"]["items"][0]["due"] for one in (before, after)] == ["2013-12-30", "2014-06-27"]
    agreed = [one["fields"]["items"][0]["agreement"]["status"] for one in (before, after)]
    assert agreed == ["requested", "approved"]
    everything = await desk.send(sender=ANA, text="status")
    assert {row["code"]: row["due"] for row in everything["fields"]["findings"]} == {
        "I-EL 02": "2014-06-27",
        "IV-EL 14": "2013-12-30",
        "II-CE 08": "2013-12-30",
    }
    response = await respond(desk)
    assert (response["fields"]["finding"]["due"], response["fields"]["agreed"]) == ("2014-06-27", True)


@pytest.mark.both_databases
async def test_less_time_than_asked_is_granted_and_later_steps_are_named(desk: Desk) -> None:
    await request(desk)
    answer = await desk.send(sender=HELEN, text=f"{APPROVE} until March 7, 2014 because it suffices")
    assert answer["fields"]["until"] == "2014-03-07"
    assert [step["day"] for step in answer["fields"]["beyond"]] == ["2014-03-14"]
    heard = await facts(desk, "decision_heard")
    assert (heard["requested"], heard["until"]) == ("2014-06-27", "2014-03-07")


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        ("June 27 2014", ""),
        ("June 28 2014", "later_than_requested"),
        ("January 1 2020", "later_than_requested"),
        ("December 30 2013", "no_agreement_needed"),
        ("December 31 2013", ""),
        ("November 29 2013", "day_is_over"),
        ("next Friday", "date_unclear"),
        ("summer", "date_unclear"),
        ("", "date_unclear"),
    ],
)
async def test_another_day_is_sure_and_possible_or_refused(desk: Desk, until: str, reason: str) -> None:
    await request(desk)
    answer = await desk.send(sender=HELEN, text=f"{APPROVE} until {until}")
    assert answer["reason"] == reason
    assert (await agreements(desk))[0]["status"] == ("requested" if reason else "approved")


@pytest.mark.parametrize("until", ["June 28 2014", "summer", "November 29 2013"])
async def test_words_that_are_offered_instead_do_work(desk: Desk, until: str) -> None:
    await request(desk)
    no = (await desk.send(sender=HELEN, text=f"{APPROVE} until {until}"))["fields"]["facts"]
    say = no["say"] if "say" in no else no["choices"][0]["say"]
    assert (await desk.send(sender=HELEN, text="\n".join(say)))["state"] == "done"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        *(("June 6 2014", "date_unclear"), (", June 6 2014", "date_unclear")),
        ("if they add a step", "not_said_right"),
    ],
)
async def test_words_that_may_be_a_day_are_never_taken_for_a_reason(
    desk: Desk, words: str, reason: str
) -> None:
    await request(desk)
    assert (await desk.send(sender=HELEN, text=f"{APPROVE} {words}"))["reason"] == reason
    assert (await agreements(desk))[0]["status"] == "requested"


async def test_a_request_whose_day_has_passed_is_not_approved(desk: Desk) -> None:
    await request(desk, "January 10 2014", steps="step: elect, Ana Ruiz, by January 9 2014")
    desk.now = noon(date(2014, 1, 11))
    no = await desk.send(sender=HELEN, text=APPROVE)
    assert no["reason"] == "day_is_over"
    assert (await desk.send(sender=HELEN, text=no["fields"]["facts"]["say"][0]))["state"] == "done"
    assert (await agreements(desk))[0]["status"] == "denied"


async def test_on_its_own_day_a_request_is_still_approved(desk: Desk) -> None:
    await request(desk, "January 10 2014", steps="step: elect, Ana Ruiz, by January 9 2014")
    desk.now = noon(date(2014, 1, 10))
    assert (await desk.send(sender=HELEN, text=APPROVE))["state"] == "done"


async def test_a_decline_needs_a_reason_that_reaches_the_lea(desk: Desk) -> None:
    await request(desk)
    no = await desk.send(sender=HELEN, text="decline agreement sv-fpm/EL 02")
    assert no["reason"] == "not_said_right"
    assert (await desk.send(sender=HELEN, text=DECLINE))["state"] == "done"
    heard = await facts(desk, "decision_heard")
    assert (heard["approved"], heard["why"]) == (False, ["not enough"])
    assert (await finding(desk))["due"] == "2013-12-30"
    await assert_whole(desk)


@pytest.mark.parametrize("by", [SAM, BETH, MARIA, ANA, PRIYA])
@pytest.mark.parametrize("words", [APPROVE, DECLINE])
async def test_nobody_else_decides(desk: Desk, by: str, words: str) -> None:
    await request(desk)
    expected = "not_one_of_yours" if by in (BETH, PRIYA) else "not_for_your_role"
    assert (await desk.send(sender=by, text=words))["reason"] == expected
    assert (await agreements(desk))[0]["status"] == "requested"


@pytest.mark.parametrize("words", [APPROVE, DECLINE, "withdraw agreement sv-fpm/EL 02"])
async def test_where_nothing_was_asked_for_there_is_nothing_to_decide(desk: Desk, words: str) -> None:
    by = MARIA if words.startswith("withdraw") else HELEN
    assert (await desk.send(sender=by, text=words))["reason"] == "not_one_of_yours"
    foreign = await desk.send(sender=PRIYA, text=words)
    assert foreign["reason"] == "not_one_of_yours"


@pytest.mark.both_databases
@pytest.mark.parametrize("first", [APPROVE, DECLINE])
@pytest.mark.parametrize("second", [APPROVE, DECLINE])
async def test_of_two_deciders_the_first_counts(desk: Desk, first: str, second: str) -> None:
    await request(desk)
    await desk.keep({"sender": HELEN, "text": first}, {"sender": LUIS, "text": second})
    one, two = await desk.store.inbox.claim("test", 2)
    await asyncio.gather(work_entries(desk.worker, [one]), work_entries(desk.worker, [two]))
    refused = [row for row in await desk.outgoing() if row.template == "request_refused"]
    (no,) = [row.fields for row in refused]
    others = {"Luis Ortega": "Helen Wu", "Helen Wu": "Luis Ortega"}
    assert (no["refusal"], no["facts"]["who"]) == ("not_now", others[no["name"]])
    assert no["facts"]["since"] is not None
    decided = [row for row in await desk.outgoing() if row.template == "agreement_decided"]
    assert len(decided) == 1
    await assert_whole(desk)


async def test_what_is_resolved_needs_no_decision(desk: Desk) -> None:
    await request(desk)
    await resolved(desk)
    assert (await desk.send(sender=HELEN, text=APPROVE))["reason"] == "not_now"


@pytest.mark.parametrize("by", [MARIA, TOM])
async def test_the_lea_takes_its_request_back(desk: Desk, by: str) -> None:
    await request(desk)
    answer = await desk.send(sender=by, text="withdraw agreement EL 02")
    assert (answer["state"], answer["reply"]) == ("done", "agreement_withdrawn")
    assert (await agreements(desk))[0]["status"] == "withdrawn"
    assert await told(desk, "agreement_withdrawn") == sorted([HELEN, LUIS, MARIA, TOM])
    await assert_whole(desk)


@pytest.mark.parametrize("by", [ANA, PEI, HELEN])
async def test_nobody_else_takes_it_back(desk: Desk, by: str) -> None:
    await request(desk)
    answer = await desk.send(sender=by, text="withdraw agreement sv-fpm/EL 02")
    assert answer["reason"] == ("not_for_your_role" if by == HELEN else "ask_a_submitter")


async def test_what_was_decided_is_not_taken_back(desk: Desk) -> None:
    await request(desk)
    await desk.send(sender=HELEN, text=APPROVE)
    no = await desk.send(sender=MARIA, text="withdraw agreement EL 02")
    assert (no["reason"], no["fields"]["facts"]["who"]) == ("not_now", "Helen Wu")


@pytest.mark.parametrize(
    "words",
    [
        *(" - but only until June 6", ": until June 6", " - June 6 2014", " because June 6 suffices"),
        "\n\nbut only until June 6",
    ],
)
async def test_a_day_that_is_no_until_is_asked(desk: Desk, words: str) -> None:
    await request(desk)
    answer = await desk.send(sender=HELEN, text=f"{APPROVE}{words}")
    assert (answer["state"], answer["reason"]) == ("refused", "date_unclear")
    says = [line for one in answer["fields"]["facts"]["choices"] for line in one["say"]]
    assert says == [
        f"approve agreement sv-fpm/I-EL 02 until {day} 2014" for day in ("Fri 6 Jun", "Fri 27 Jun")
    ]
    assert [row["status"] for row in await agreements(desk)] == ["requested"]


@pytest.mark.parametrize("words", [": but not the last step", " until June 6 2014 because only if they pay"])
async def test_a_condition_is_no_approval(desk: Desk, words: str) -> None:
    await request(desk)
    assert (await desk.send(sender=HELEN, text=f"{APPROVE}{words}"))["reason"] == "not_sure"
