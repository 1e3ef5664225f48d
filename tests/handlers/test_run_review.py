"""The life of a review: every arrow, who may, who hears of it, and what stays when it is over."""

import pytest

from handlers.lifecycle import TRANSITIONS
from tests.builders import ANA, NOW, Desk
from tests.handlers.findings import agreements, request
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE, assert_whole
from tests.handlers.reviewing import (
    LUIS,
    OMAR,
    SAM,
    TOM,
    bring_finding,
    bring_review,
    comments,
    review,
    told,
)

COMMANDS = {
    "upload_opened": "open {} for evidence",
    "begun": "begin review {}",
    "completed": "complete review {}",
    "cancelled": "cancel review {} for good: the LEA merges with another one",
}
STATUSES = sorted({status for status, _ in TRANSITIONS["review"]} | {"completed", "cancelled"})


@pytest.mark.parametrize("happened", COMMANDS)
@pytest.mark.parametrize("status", STATUSES)
async def test_every_arrow_of_a_review(desk: Desk, status: str, happened: str) -> None:
    await bring_review(desk, status)
    answer = await desk.send(sender=LUIS, text=COMMANDS[happened].format("cr-fpm"))
    to = TRANSITIONS["review"].get((status, happened))
    assert (answer["state"], answer["reason"]) == (("done", "") if to else ("refused", "not_now"))
    assert (await review(desk)).status == (to or status)


async def test_the_lea_and_the_team_hear_of_it(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text="begin review cr-fpm")
    assert await told(desk, "review_moved") == sorted([PRIYA, HELEN, LUIS, SAM, RENEE])
    assert answer["fields"]["told"] == 4
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_cancelled_review_says_why(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text="cancel review cr-fpm for good")
    assert (answer["reason"], (await review(desk)).status) == ("not_said_right", "upload_open")
    await desk.send(sender=RENEE, text=COMMANDS["cancelled"].format("cr-fpm"))
    assert await comments(desk) == [("comment", "cr-fpm", "the LEA merges with another one")]
    heard = [row.fields["why"] for row in await desk.outgoing() if row.to == PRIYA]
    assert heard == [["the LEA merges with another one"]]


@pytest.mark.parametrize("happened", COMMANDS)
@pytest.mark.parametrize("sender", [MARIA, TOM, ANA, HELEN, SAM])
async def test_only_its_leader_and_the_contact_run_a_review(desk: Desk, sender: str, happened: str) -> None:
    answer = await desk.send(sender=sender, text=COMMANDS[happened].format("sv-fpm"))
    assert (answer["reason"], (await review(desk, "sv-fpm")).status) == ("not_for_your_role", "resolution")


@pytest.mark.parametrize("happened", COMMANDS)
@pytest.mark.parametrize("sender", [PRIYA, GUS, OMAR])
async def test_a_foreign_review_is_like_none(desk: Desk, sender: str, happened: str) -> None:
    foreign = await desk.send(sender=sender, text=COMMANDS[happened].format("sv-fpm"))
    nowhere = await desk.send(sender=sender, text=COMMANDS[happened].format("xx-fpm"))
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"


async def test_it_is_completed_only_when_every_finding_is_resolved(desk: Desk) -> None:
    await bring_finding(desk, "I-EL 02", "resolved")
    await bring_finding(desk, "IV-EL 14", "under_review")
    answer = await desk.send(sender=LUIS, text="complete review sv-fpm")
    assert answer["reason"] == "still_open"
    listed = [(row["code"], row["status"]) for row in answer["fields"]["facts"]["rows"]]
    assert listed == [("IV-EL 14", "Under review"), ("II-CE 08", "Open")]
    assert (await review(desk, "sv-fpm")).status == "resolution"
    for code in ("IV-EL 14", "II-CE 08"):
        await bring_finding(desk, code, "resolved")
    assert (await desk.send(sender=LUIS, text="complete review sv-fpm"))["state"] == "done"
    await assert_whole(desk)


async def test_a_completed_review_is_readable_and_nothing_else(desk: Desk) -> None:
    await bring_review(desk, "completed", "sv-fpm")
    for text in ("history sv-fpm", "history sv-fpm/EL 02"):
        assert (await desk.send(sender=HELEN, text=text))["state"] == "done"
    for text in ("return sv-fpm/EL 02: more", "begin sv-fpm/EL 02", "comment sv-fpm/EL 02: hello"):
        assert (await desk.send(sender=HELEN, text=text))["reason"] == "not_one_of_yours"


async def test_who_comes_second_hears_who_was_first_and_when(desk: Desk) -> None:
    await desk.send(sender=LUIS, text="begin review cr-fpm")
    facts = (await desk.send(sender=RENEE, text="begin review cr-fpm"))["fields"]["facts"]
    assert (facts["who"], facts["since"]) == ("Luis Ortega", NOW.isoformat())


@pytest.mark.parametrize("text", ["open questions about EL 02", "review of EL 02", "begin with the roster"])
async def test_prose_opens_and_begins_nothing(desk: Desk, text: str) -> None:
    answer = await desk.send(sender=LUIS, text=text)
    assert answer["state"] == "refused"
    assert (await review(desk)).status == "upload_open"


async def test_cancelling_asks_for_the_words_for_good(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text="cancel review cr-fpm: the LEA merges")
    assert (answer["reason"], (await review(desk)).status) == ("not_said_right", "upload_open")
    facts = answer["fields"]["facts"]
    assert facts["usage"] == "cancel review cr-fpm for good: why"
    assert "cannot be opened again" in facts["lacks"]


async def test_what_nobody_decided_ends_with_a_cancelled_review(desk: Desk) -> None:
    await request(desk)
    assert (await desk.send(sender=LUIS, text="status"))["fields"]["counts"]["agreements"] == 1
    done = await desk.send(sender=RENEE, text="cancel review sv-fpm for good: hold")
    assert done["fields"]["withdrawn"] == ["I-EL 02"]
    assert [row["status"] for row in await agreements(desk)] == ["withdrawn"]
    heard = [row for row in await desk.outgoing() if row.template == "review_moved" and row.to == MARIA]
    assert [row.fields["withdrawn"] for row in heard] == [["I-EL 02"]]
    assert set((await desk.send(sender=LUIS, text="status"))["fields"]["counts"].values()) == {0}
    await assert_whole(desk)


async def test_a_review_that_is_over_asks_for_nothing(desk: Desk) -> None:
    await bring_finding(desk, "I-EL 02", "responded")
    await desk.send(sender=RENEE, text="cancel review sv-fpm for good: hold")
    for sender in (MARIA, LUIS):
        (row,) = (await desk.send(sender=sender, text="status sv-fpm/EL 02"))["fields"]["items"]
        assert row["next"] == "over"
    assert set((await desk.send(sender=LUIS, text="status"))["fields"]["counts"].values()) == {0}
    totals = (await desk.send(sender=RENEE, text="status fpm"))["fields"]["totals"]
    assert [one for one in totals if one["what"] == "findings"] == []


@pytest.mark.both_databases
async def test_the_resolved_findings_of_a_completed_review_still_count(desk: Desk) -> None:
    await bring_finding(desk, "I-EL 02", "resolved")
    await bring_review(desk, "completed", "sv-fpm")
    totals = (await desk.send(sender=RENEE, text="status fpm"))["fields"]["totals"]
    assert [(one["status"], one["count"]) for one in totals if one["what"] == "findings"] == [("Resolved", 1)]
