"""The Notification of Findings: only a whole one, with a sensible date, and findings only by it."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from handlers.asking import Asker
from handlers.issue_nof import IssueNof, _dated, issue_nof
from handlers.lifecycle import TRANSITIONS
from handlers.refusals import NotNow
from store.models import Finding, Review
from tests.builders import ANA, ANCHOR, Desk
from tests.handlers.record import GUS, HELEN, PRIYA, RENEE, assert_whole
from tests.handlers.reviewing import (
    LUIS,
    LUKE,
    OMAR,
    SAM,
    bring,
    bring_review,
    comments,
    finding,
    item,
    meets_all,
    review,
    rows,
    told,
)


async def over(desk: Desk) -> None:
    """cr-fpm, with two items that do not meet requirements, ended before the sample's today."""
    await meets_all(desk, "I-EL 02", "II-CE 08")
    first, last = date(2013, 11, 18), date(2013, 11, 22)
    await bring(desk, Review, "cr-fpm", first_day=first, last_day=last)
    await desk.send(sender=HELEN, text="does not meet cr-fpm/EL 02 at Dune Elementary: no election")
    await desk.send(sender=SAM, text="does not meet cr-fpm/CE 08: no approval in the minutes")


@pytest.mark.both_databases
async def test_what_does_not_meet_becomes_a_finding_with_45_days(desk: Desk) -> None:
    await over(desk)
    before = len(await rows(desk, Finding))
    answer = await desk.send(sender=LUIS, text="issue nof cr-fpm dated 11/22/2013")
    assert (answer["state"], answer["reply"]) == ("done", "nof_issued")
    held = await review(desk)
    assert (held.status, held.nof_date) == ("nof_issued", date(2013, 11, 22))
    assert len(await rows(desk, Finding)) == before + 2
    one = await finding(desk, "I-EL 02", "cr-fpm")
    assert (one.text, one.site, one.due) == ("no election", "99100026000037", date(2014, 1, 6))
    assert one.status == "open"
    kind, target, words = (await comments(desk, kind="nof"))[0]
    assert (kind, target) == ("nof", "cr-fpm")
    assert words == "Notification of Findings dated 2013-11-22: I-EL 02, II-CE 08"
    await assert_whole(desk)


async def test_the_lea_gets_the_whole_notification(desk: Desk) -> None:
    await over(desk)
    await desk.send(sender=RENEE, text="issue nof cr-fpm dated 2013-11-22")
    assert await told(desk, "nof_issued") == sorted([PRIYA, LUIS, HELEN, SAM, RENEE])
    report = next(row.fields for row in await desk.outgoing() if row.to == PRIYA)
    assert (report["lea"], report["cds"]) == ("Coast Range Unified", "99100020000000")
    assert (report["leaders"], report["coordinators"]) == (["Luis Ortega"], ["Priya Nair"])
    assert [(one["code"], one["findings"]) for one in report["instruments"]] == [("CE", 1), ("EL", 1)]
    assert [(one["code"], one["site"], one["due"]) for one in report["findings"]] == [
        ("I-EL 02", "Dune Elementary", "2014-01-06"),
        ("II-CE 08", None, "2014-01-06"),
    ]


async def test_without_findings_it_says_so_and_the_review_can_be_completed(desk: Desk) -> None:
    await meets_all(desk)
    await bring(desk, Review, "cr-fpm", first_day=date(2013, 11, 18), last_day=date(2013, 11, 22))
    answer = await desk.send(sender=LUIS, text="issue nof cr-fpm")
    assert answer["fields"]["findings"] == []
    assert [one["findings"] for one in answer["fields"]["instruments"]] == [0, 0]
    assert (await review(desk)).nof_date == ANCHOR
    assert (await desk.send(sender=LUIS, text="complete review cr-fpm"))["state"] == "done"


@pytest.mark.both_databases
async def test_every_item_needs_a_conclusion_first(desk: Desk) -> None:
    await meets_all(desk, "I-EL 02", "II-CE 08")
    for text in ("issue nof cr-fpm dated 12/2/2013", "issue nof cr-fpm"):
        assert (await desk.send(sender=LUIS, text=text))["reason"] == "date_outside"
    await bring(desk, Review, "cr-fpm", first_day=date(2013, 11, 18))
    answer = await desk.send(sender=LUIS, text="issue nof cr-fpm")
    assert answer["reason"] == "still_open"
    assert [row["code"] for row in answer["fields"]["facts"]["rows"]] == ["I-EL 02", "II-CE 08"]
    assert (await review(desk)).status == "in_review"


@pytest.mark.parametrize("day", ["11/17/2013", "12/3/2013", "2014-11-22"])
async def test_its_date_lies_between_the_reviews_first_day_and_today(desk: Desk, day: str) -> None:
    await over(desk)
    answer = await desk.send(sender=LUIS, text=f"issue nof cr-fpm dated {day}")
    assert answer["reason"] == "date_outside"
    facts = answer["fields"]["facts"]
    assert (facts["first"], facts["last"]) == ("2013-11-18", "2013-12-02")


async def test_without_a_date_it_is_not_issued_before_the_reviews_first_day(desk: Desk) -> None:
    await over(desk)
    await bring(desk, Review, "cr-fpm", first_day=date(2013, 12, 3), last_day=date(2013, 12, 6))
    answer = await desk.send(sender=LUIS, text="issue nof cr-fpm")
    assert (answer["reason"], (await review(desk)).status) == ("date_outside", "in_review")


@pytest.mark.parametrize("day", ["yesterday", "13/13/2013", "2013-11-31"])
async def test_a_date_that_is_none_is_asked_for(desk: Desk, day: str) -> None:
    await over(desk)
    answer = await desk.send(sender=LUIS, text=f"issue nof cr-fpm dated {day}")
    assert answer["reason"] == "not_said_right"


def test_dates_are_read_in_two_forms() -> None:
    assert _dated("12/6/2013") == _dated("2013-12-06") == date(2013, 12, 6)
    assert _dated("6.12.2013") is None


STATUSES = sorted(
    {status for status, _ in TRANSITIONS["review"]} - {"in_review"} | {"completed", "cancelled"}
)


@pytest.mark.parametrize("status", STATUSES)
async def test_only_a_review_that_is_under_way_ends_so(desk: Desk, status: str) -> None:
    await bring_review(desk, status)
    assert (await desk.send(sender=LUIS, text="issue nof cr-fpm"))["reason"] == "not_now"
    assert (await review(desk)).status == status


@pytest.mark.parametrize("sender", [PRIYA, LUKE, HELEN, SAM])
async def test_only_its_leader_and_the_contact_issue_it(desk: Desk, sender: str) -> None:
    await bring_review(desk, "in_review")
    assert (await desk.send(sender=sender, text="issue nof cr-fpm"))["reason"] == "not_for_your_role"


@pytest.mark.parametrize("sender", [ANA, GUS, OMAR])
async def test_a_foreign_review_is_like_none(desk: Desk, sender: str) -> None:
    foreign = await desk.send(sender=sender, text="issue nof cr-fpm")
    nowhere = await desk.send(sender=sender, text="issue nof xx-fpm")
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"


async def test_before_it_there_is_no_finding(desk: Desk) -> None:
    await over(desk)
    assert (await item(desk, "I-EL 02")).status == "does_not_meet"
    answer = await desk.send(sender=HELEN, text="return finding cr-fpm/EL 02: more")
    assert answer["reason"] == "not_one_of_yours"


@pytest.mark.both_databases
async def test_of_two_at_once_one_issues_it_and_the_other_hears_who(desk: Desk) -> None:
    await over(desk)

    async def issue(who: str) -> None:
        async with desk.store.begin() as uow:
            person = await uow.person_at(who)
            assert person is not None
            asker = Asker(person, replace(desk.message(1, sender=who)), ANCHOR, desk.now)
            await issue_nof(IssueNof("cr-fpm"), asker, uow)

    ends = await asyncio.gather(issue(LUIS), issue(RENEE), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "NotNow"]
    (no,) = [end for end in ends if isinstance(end, NotNow)]
    assert (no.status, no.since is not None) == ("Notification of Findings issued", True)
    assert len(await rows(desk, Finding)) == 5
