"""Requests for more time: every rule of agreements at its border, and words to copy that do work."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.agreements import (
    Draft,
    Frame,
    PlannedStep,
    check_after_due,
    check_cap,
    check_not_past,
    check_steps,
    check_sure,
    day_said,
    due_on,
    frame_for,
    granted,
    has_run_out,
)
from handlers.dates import DateRead, read_date
from handlers.deadlines import is_business_day
from handlers.planned_steps import parts_of, read_step
from handlers.refusals import Refusal
from handlers.refusals_dates import (
    AgreementTooLong,
    DateUnclear,
    DayIsOver,
    NoAgreementNeeded,
    NoSteps,
    StepTooLate,
    StepUnclear,
)
from handlers.request_agreement import read_line
from store.models import Finding, ResolutionAgreement
from tests.builders import ANA, ANCHOR, PROGRAMS, Desk
from tests.handlers.findings import (
    CAP,
    DUE,
    LUIS,
    SAM,
    STEP,
    TOM,
    agreements,
    facts,
    noon,
    request,
    resolved,
    told,
)
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, RENEE, assert_whole

FRAME = Frame(ANCHOR, DUE, CAP)
DRAFT = Draft("I-EL 02", "the election is in spring", (STEP,), "", "Maria Delgado", ANCHOR)
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))


# --- in a conversation


@pytest.mark.parametrize("sender", [MARIA, TOM])
async def test_a_request_is_kept_read_back_and_told_to_the_reviewers(desk: Desk, sender: str) -> None:
    answer = await request(desk, sender=sender)
    assert (answer["state"], answer["reply"]) == ("done", "agreement_requested")
    (row,) = await agreements(desk)
    assert (row["status"], row["requested_until"], row["cap"]) == ("requested", "2014-06-27", "2014-06-28")
    assert row["reason"] == "the ELAC is elected in spring"
    assert await told(desk, "agreement_heard") == sorted({HELEN, LUIS, MARIA, TOM} - {sender})
    heard = await facts(desk, "agreement_heard")
    assert heard["steps"] == [
        {"what": "hold the ELAC election", "who": "the principal of Lincoln", "day": "2014-03-14"}
    ]
    await assert_whole(desk)


async def test_several_findings_get_a_request_each(desk: Desk) -> None:
    answer = await request(desk, code="EL 02, CE 08 and EL 14")
    assert [one["code"] for one in answer["fields"]["findings"]] == ["I-EL 02", "II-CE 08", "IV-EL 14"]
    rows = await agreements(desk)
    assert [row["finding"] for row in rows] == ["sv-fpm/I-EL 02", "sv-fpm/II-CE 08", "sv-fpm/IV-EL 14"]
    assert await told(desk, "agreement_heard") == sorted([HELEN, LUIS, SAM, TOM])
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_the_same_finding_twice_is_one_request(desk: Desk) -> None:
    await request(desk, code="EL 02 and I-EL 2")
    assert len(await agreements(desk)) == 1


async def test_one_refused_finding_refuses_them_all(desk: Desk) -> None:
    await resolved(desk, "CE 08", SAM)
    answer = await request(desk, code="EL 02, CE 08")
    assert answer["reason"] == "already_resolved"
    assert await agreements(desk) == []


@pytest.mark.parametrize("sender", [ANA, PEI, HELEN, RENEE])
async def test_only_who_speaks_for_the_lea_asks(desk: Desk, sender: str) -> None:
    reason = "ask_a_submitter" if sender in (ANA, PEI) else "not_for_your_role"
    assert (await request(desk, code="sv-fpm/EL 02", sender=sender))["reason"] == reason
    assert await agreements(desk) == []


@pytest.mark.parametrize("sender", [PRIYA, GUS])
async def test_anothers_finding_is_like_none(desk: Desk, sender: str) -> None:
    foreign = await request(desk, code="sv-fpm/EL 14", sender=sender)
    nowhere = await request(desk, code="xx-fpm/EL 14", sender=sender)
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"


async def test_an_item_without_a_finding_needs_no_agreement(desk: Desk) -> None:
    assert (await request(desk, code="EL 05"))["reason"] == "not_one_of_yours"


async def test_the_last_day_possible_is_allowed_and_its_business_day_shown(desk: Desk) -> None:
    answer = await request(desk, "June 28 2014")
    assert answer["state"] == "done"
    assert (answer["fields"]["off"], answer["fields"]["business"]) == ("Saturday", "2014-06-27")


async def test_the_day_after_it_is_refused_with_words_that_work(desk: Desk) -> None:
    no = await request(desk, "June 29 2014")
    assert no["reason"] == "agreement_too_long"
    told_facts = no["fields"]["facts"]
    assert (told_facts["latest"], told_facts["better"], told_facts["why"]) == (
        "2014-06-28",
        "2014-06-27",
        "Saturday",
    )
    assert await agreements(desk) == []
    assert (await desk.send(sender=MARIA, text="\n".join(told_facts["say"])))["state"] == "done"
    assert [row["requested_until"] for row in await agreements(desk)] == ["2014-06-27"]


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        ("December 30 2013", "no_agreement_needed"),
        ("December 31 2013", ""),
        ("November 29 2013", "day_is_over"),
        ("January 1 2020", "agreement_too_long"),
        ("next Friday", "date_unclear"),
        ("two weeks after board approval", "date_unclear"),
        ("whenever it is done", "date_unclear"),
        ("the cap", ""),
        ("mid June", ""),
    ],
)
async def test_a_day_is_sure_and_possible_or_it_is_asked(desk: Desk, until: str, reason: str) -> None:
    steps = "step: hold the election, Ana Ruiz, by December 20 2013"
    assert (await request(desk, until, steps=steps))["reason"] == reason
    assert len(await agreements(desk)) == (not reason)


async def test_the_choices_of_a_doubtful_day_are_commands_to_copy(desk: Desk) -> None:
    desk.now = noon(date(2014, 1, 6))
    no = await request(desk, "next Friday", steps="step: hold the election, Ana Ruiz, by January 9 2014")
    choices = no["fields"]["facts"]["choices"]
    assert [one["day"] for one in choices] == ["2014-01-10", "2014-01-17"]
    assert (await desk.send(sender=MARIA, text="\n".join(choices[1]["say"])))["state"] == "done"
    assert [row["requested_until"] for row in await agreements(desk)] == ["2014-01-17"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("request agreement EL 02", "until when you need the time"),
        ("request agreement EL 02 because we need time", "until when you need the time"),
        ("request agreement EL 02 until June 27 2014", "the reason, after the word because"),
        ("request agreement", ""),
    ],
)
async def test_what_is_missing_is_named(desk: Desk, text: str, lacks: str) -> None:
    answer = await desk.send(sender=MARIA, text=text)
    assert (answer["reason"], answer["fields"]["facts"]["lacks"]) == ("not_said_right", lacks)


async def test_without_steps_the_request_is_offered_with_one_to_fill_in(desk: Desk) -> None:
    no = await request(desk, steps="")
    assert no["reason"] == "no_steps"
    text = "\n".join(no["fields"]["facts"]["say"])
    assert (await desk.send(sender=MARIA, text=text))["reason"] == "step_unclear"
    filled = text.replace("WHAT WILL BE DONE", "elect the ELAC")
    assert (await desk.send(sender=MARIA, text=filled))["state"] == "done"


async def test_a_mail_of_ours_copied_with_its_line_breaks_is_understood(desk: Desk) -> None:
    """Mail programs break long lines; what goes on below belongs to the line above."""
    text = (
        "   request agreement I-EL 02 until Fri 27 Jun 2014\n   because the ELAC is\n   elected in May\n"
        "   step: hold the election and keep the\n   minutes of it, Ana Ruiz, by\n   Fri 16 May 2014\n"
    )
    answer = await desk.send(sender=MARIA, text=text)
    assert (answer["state"], answer["fields"]["reason"]) == ("done", ["the ELAC is elected in May"])
    assert answer["fields"]["steps"] == [
        {"what": "hold the election and keep the minutes of it", "who": "Ana Ruiz", "day": "2014-05-16"}
    ]


@pytest.mark.parametrize(
    ("day", "late"), [(DUE, False), (DUE + timedelta(days=1), True), (date(2014, 5, 1), True)]
)
async def test_a_late_request_is_allowed_and_said_to_be_late(desk: Desk, day: date, late: bool) -> None:
    desk.now = noon(day)
    answer = await request(desk, steps="step: hold the election, Ana Ruiz, by May 16 2014")
    assert (answer["state"], answer["fields"]["late"]) == ("done", late)


async def test_after_the_last_day_possible_only_a_response_helps(desk: Desk) -> None:
    desk.now = noon(CAP + timedelta(days=1))
    no = await request(desk, "July 31 2014")
    assert (no["reason"], no["fields"]["facts"]["better"]) == ("agreement_too_long", None)
    assert no["fields"]["facts"]["say"] == []


async def test_a_finding_has_one_agreement_at_a_time(desk: Desk) -> None:
    await request(desk)
    assert (await request(desk))["fields"]["facts"]["status"] == "requested"
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    no = await request(desk)
    assert (no["reason"], no["fields"]["facts"]["by"]) == ("agreement_there", "Helen Wu")
    assert len(await agreements(desk)) == 1


@pytest.mark.parametrize("ended", ["decline agreement sv-fpm/EL 02: not enough", "withdraw agreement EL 02"])
async def test_after_a_decline_or_a_withdrawal_it_may_be_asked_again(desk: Desk, ended: str) -> None:
    await request(desk)
    await desk.send(sender=HELEN if "decline" in ended else MARIA, text=ended)
    assert (await request(desk))["state"] == "done"
    assert [row["status"] for row in await agreements(desk)][-1] == "requested"


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ("step: elect, Ana, by June 28 2014", "step_too_late"),
        ("step: elect, Ana, by June 27 2014", ""),
        ("step: elect, Ana, by December 2 2013", ""),
        ("step: elect, Ana, by December 1 2013", "date_unclear"),
        ("step: elect, Ana, by next Friday", "date_unclear"),
        ("step: elect, Ana", "step_unclear"),
        ("step: elect by March 3 2014", "step_unclear"),
        ("steps:\n- elect, Ana, by March 3 2014\n- file the minutes, Ana, by March 10 2014", ""),
        ("step 1: elect, Ana, by March 3 2014\nstep 2: file, Ana, by 3/10/2014\ninterim: agendas", ""),
    ],
)
async def test_every_step_says_what_who_and_by_when(desk: Desk, steps: str, reason: str) -> None:
    assert (await request(desk, steps=steps))["reason"] == reason


# --- the words


def test_the_words_of_a_request_are_taken_apart() -> None:
    said = read_line(
        "EL 02, CE 08 until March 3 because it takes\nlonger than that\nstep: a, b, by March 1\ninterim: agendas\n",
        PROGRAMS,
    )
    assert said is not None
    assert [one.said for one in said.findings] == ["EL 02", "CE 08"]
    assert (said.until, said.steps) == (
        "March 3 because it takes longer than that",
        ("a, b, by March 1",),
    )
    assert said.interim == "agendas"


@pytest.mark.parametrize("words", ["", "for the review", "hl-audit until March 3"])
def test_words_without_an_item_are_no_request(words: str) -> None:
    assert read_line(words, PROGRAMS) is None


@given(st.text(max_size=200))
def test_whatever_stands_below_is_taken_apart(text: str) -> None:
    keys = {key for key, _ in parts_of(text)}
    assert keys <= {"", "step", "interim", "reason"}


@given(st.text(max_size=120))
def test_a_step_is_sure_or_refused(text: str) -> None:
    try:
        step = read_step(text, CAP, DRAFT, FRAME, {})
    except (StepUnclear, DateUnclear):
        return
    assert step.what
    assert step.who
    assert step.by >= ANCHOR


@given(st.sampled_from(["elect, and count", "elect by ballot", "file it"]), st.dates(ANCHOR, CAP))
def test_a_step_reads_back_as_it_was_written(what: str, by: date) -> None:
    step = PlannedStep(what, "Ana Ruiz", by)
    assert read_step(step.line.removeprefix("step: "), CAP, DRAFT, FRAME, {}) == step


# --- the rules


@given(days, days, days, days)
def test_a_day_that_passes_every_rule_is_in_the_frame(last: date, nof: date, today: date, day: date) -> None:
    frame = frame_for(today, nof + timedelta(days=45), last)
    if not any(map(_refused, _rules(day, frame))):
        assert frame.allows(day)
        assert (day - last).days <= 225
    else:
        assert not frame.allows(day)


@given(days, days, days, days)
def test_what_we_offer_instead_is_possible_itself(last: date, nof: date, today: date, day: date) -> None:
    frame = frame_for(today, nof + timedelta(days=45), last)
    best = frame.best
    if best is not None:
        assert not any(map(_refused, _rules(best, frame)))
        assert best == frame.cap or is_business_day(best)
    no = _refused(lambda: check_cap(day, frame, DRAFT.until))
    if isinstance(no, AgreementTooLong):
        assert no.better == (best.isoformat() if best else None)
        assert bool(no.say) == (best is not None)


def _rules(day: date, frame: Frame) -> Iterator[Callable[[], None]]:
    yield lambda: check_not_past(day, frame, DRAFT.until)
    yield lambda: check_cap(day, frame, DRAFT.until)
    yield lambda: check_after_due(day, frame, "I-EL 02")


def _refused(rule: Callable[[], Any]) -> Refusal | None:
    try:
        rule()
    except (DayIsOver, AgreementTooLong, NoAgreementNeeded) as no:
        return no
    return None


@pytest.mark.parametrize(
    ("last_day", "cap", "best"),
    [
        (date(2013, 11, 22), date(2014, 7, 5), date(2014, 7, 3)),  # Saturday after Independence Day
        (date(2012, 1, 13), date(2012, 8, 25), date(2012, 8, 24)),  # a leap year
        (date(2014, 3, 7), date(2014, 10, 18), date(2014, 10, 17)),
        (date(2013, 9, 27), date(2014, 5, 10), date(2014, 5, 9)),
        (date(2017, 2, 24), date(2017, 10, 7), date(2017, 10, 6)),
        (date(2023, 7, 19), date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_the_cap_is_as_in_the_domain_facts(last_day: date, cap: date, best: date) -> None:
    frame = frame_for(last_day, last_day + timedelta(days=45), last_day)
    assert (frame.cap, frame.best) == (cap, best)
    assert _refused(lambda: check_cap(cap, frame, DRAFT.until)) is None
    assert _refused(lambda: check_cap(cap + timedelta(days=1), frame, DRAFT.until)) is not None


@given(st.lists(st.dates(ANCHOR, CAP + timedelta(days=40)), max_size=4), st.dates(ANCHOR, CAP))
def test_no_step_is_after_the_end(by: list[date], until: date) -> None:
    steps = [PlannedStep("a", "b", day) for day in by]
    if not steps:
        with pytest.raises(NoSteps):
            check_steps(steps, until, DRAFT)
    elif max(by) > until:
        with pytest.raises(StepTooLate):
            check_steps(steps, until, DRAFT)
    else:
        check_steps(steps, until, DRAFT)


@given(st.dates(ANCHOR, CAP))
def test_a_day_is_read_back_as_the_day_that_it_is(day: date) -> None:
    assert read_date(day_said(day), ANCHOR).day == day


@given(st.lists(st.dates(date(2013, 1, 1), date(2015, 1, 1)), max_size=6))
def test_only_possible_days_are_offered_for_an_unclear_one(choices: list[date]) -> None:
    with pytest.raises(DateUnclear) as no:
        check_sure(DateRead(None, "several", tuple(choices), "so or so"), FRAME, DRAFT.until)
    offered = [date.fromisoformat(one["day"]) for one in no.value.choices]
    assert offered
    assert all(map(FRAME.allows, offered))
    assert no.value.meant == any(map(FRAME.allows, choices))


def agreement(status: str, until: date | None) -> ResolutionAgreement:
    return ResolutionAgreement(
        finding_id=1, requested_until=CAP, cap=CAP, reason="spring", status=status, decided_until=until
    )


@pytest.mark.parametrize(
    ("status", "due"),
    [
        ("requested", DUE),
        ("denied", DUE),
        ("withdrawn", DUE),
        ("approved", CAP),
        ("met", CAP),
        ("expired", CAP),
    ],
)
def test_a_finding_is_due_as_its_agreement_says_if_one_was_granted(status: str, due: date) -> None:
    finding = Finding(review_item_id=1, text="no election", due=DUE)
    assert due_on(finding, agreement(status, CAP)) == due
    assert due_on(finding, None) == DUE
    assert due_on(finding, granted([agreement("approved", CAP), agreement(status, None)])) in (CAP, DUE)


@given(days, days)
def test_an_agreement_runs_out_the_day_after_its_day(until: date, today: date) -> None:
    assert has_run_out(agreement("approved", until), today) == (today > until)
    assert not has_run_out(agreement("met", until), today)


async def test_a_signature_below_the_steps_is_no_part_of_them(desk: Desk) -> None:
    signed = f"{STEP}\n\nMaria Delgado\nLEA Review Coordinator\n(916) 555-0100"
    assert (await request(desk, steps=signed))["state"] == "done"
