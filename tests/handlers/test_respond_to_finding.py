"""Responses to findings: what is kept, who may submit it, who is told, and when it is too early or too late."""

from datetime import date

import pytest

from store.models import Review
from tests.builders import ANA, Desk, a_file
from tests.handlers.findings import LUIS, TOM, facts, finding, noon, resolved, respond, told
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, assert_whole, reasons, verdicts
from tests.handlers.rows import filed, statements


@pytest.mark.both_databases
@pytest.mark.parametrize("sender", [MARIA, TOM])
async def test_a_submitters_response_is_submitted_and_told_to_the_reviewers(desk: Desk, sender: str) -> None:
    answer = await respond(desk, sender=sender, files=(a_file("minutes.pdf"),))
    assert (answer["state"], answer["reply"]) == ("done", "response_received")
    assert verdicts(answer) == [("filed", ["sv-fpm/I-EL 02"])]
    assert (await finding(desk))["status"] == "responded"
    assert await told(desk, "response_heard") == sorted([HELEN, LUIS])
    heard = await facts(desk, "response_heard")
    assert (heard["narrative"], heard["files"][0]["name"]) == (["the election was held"], "minutes.pdf")
    await assert_whole(desk)


@pytest.mark.parametrize("sender", [ANA, PEI])
async def test_who_may_not_submit_leaves_a_draft_and_learns_whom_to_ask(desk: Desk, sender: str) -> None:
    answer = await respond(desk, sender=sender)
    assert answer["fields"]["submitted"] is False
    assert answer["fields"]["draft"] == ["Maria Delgado", "Tom Okafor"]
    assert (await finding(desk))["status"] == "open"
    assert await told(desk, "response_heard") == sorted([MARIA, TOM])
    assert (await facts(desk, "response_heard"))["decides"] is False
    await assert_whole(desk)


async def test_a_draft_goes_out_with_the_submitters_own_response(desk: Desk) -> None:
    await respond(desk, sender=ANA, files=(a_file("minutes.pdf"),))
    await desk.send(sender=MARIA, text="respond EL 02: see the minutes that Ana sent")
    assert (await finding(desk))["status"] == "responded"
    rows = [row for row in (await desk.export())["history"] if row["kind"] == "statement changed"]
    assert any('"status":"superseded"' in row["facts"].replace(" ", "") for row in rows)
    await assert_whole(desk)


async def test_a_response_takes_nothing_along_that_others_left_as_drafts(desk: Desk) -> None:
    for number, sender in enumerate((ANA, PEI, MARIA), 1):
        files = (a_file(f"{number}.pdf", str(number).encode()),)
        await desk.send(sender=sender, subject="draft EL 02", files=files)
    await desk.send(sender=PEI, text="statement EL 02: a first thought")
    answer = await desk.send(sender=TOM, text="respond EL 02: see the minutes")
    assert [seen for _, _, seen in await filed(desk)] == [False, False, False]
    assert [one.submitted_at is not None for one in await statements(desk)] == [False, True]
    assert [(one["document"], one["by"]) for one in answer["fields"]["waiting"]] == [
        (1, "Ana Ruiz"),
        (2, "Pei Chan"),
        (3, "Maria Delgado"),
        (None, "Pei Chan"),
    ]
    assert (await finding(desk))["status"] == "responded"
    await assert_whole(desk)


async def test_a_draft_takes_the_place_of_no_colleagues_draft(desk: Desk) -> None:
    for sender in (ANA, PEI, ANA):
        answer = await respond(desk, sender=sender)
    assert [one.status for one in await statements(desk)] == ["superseded", "draft", "draft"]
    assert answer["fields"]["instead_of"] == []
    answer = await respond(desk, sender=MARIA)
    assert answer["fields"]["instead_of"] == ["Pei Chan", "Ana Ruiz"]
    await assert_whole(desk)


async def test_documents_alone_are_a_response(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text="respond EL 02", files=(a_file("minutes.pdf"),))
    assert answer["reply"] == "response_received"
    assert (await finding(desk))["status"] == "responded"


async def test_a_response_without_anything_is_asked_for_it(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text="respond EL 02")
    assert answer["reason"] == "not_said_right"
    assert (await finding(desk))["status"] == "open"


async def test_the_same_files_again_are_recognised(desk: Desk) -> None:
    await desk.send(sender=MARIA, text="respond EL 02", files=(a_file("minutes.pdf"),))
    again = await desk.send(sender=MARIA, text="respond EL 02", files=(a_file("minutes.pdf"),))
    assert verdicts(again) == [("duplicate", ["sv-fpm/I-EL 02"])]
    assert (await finding(desk))["status"] == "responded"
    await assert_whole(desk)


async def test_a_logo_and_an_empty_file_are_told_of_each(desk: Desk) -> None:
    files = (
        a_file("logo.png", b"logo", role="decoration", remark="inline-logo"),
        a_file("empty.pdf", b"", 2, role="empty", remark="empty"),
        a_file("minutes.pdf", b"minutes", 3),
    )
    answer = await respond(desk, files=files)
    assert [verdict for verdict, _ in verdicts(answer)] == ["not_evidence", "refused", "filed"]
    assert reasons(answer)[:2] == ["inline-logo", "empty"]
    await assert_whole(desk)


async def test_a_review_in_its_notice_goes_on_to_resolution(desk: Desk) -> None:
    await set_status(desk, "nof_issued")
    await respond(desk)
    async with desk.store.look() as uow:
        review = await uow.session.get(Review, "sv-fpm")
        assert review is not None
        assert review.status == "resolution"


async def test_nothing_is_answered_before_the_notification_of_findings(desk: Desk) -> None:
    await set_status(desk, "in_review")
    answer = await respond(desk, files=(a_file(),))
    assert (answer["reason"], verdicts(answer)) == ("not_now", [("refused", [])])
    assert (await finding(desk))["status"] == "open"


async def test_a_resolved_finding_is_reopened_only_by_a_reviewer(desk: Desk) -> None:
    await resolved(desk)
    answer = await respond(desk)
    assert answer["reason"] == "already_resolved"
    assert answer["fields"]["facts"]["who"] == "Helen Wu"
    assert (await finding(desk))["status"] == "resolved"


@pytest.mark.parametrize(
    ("day", "overdue"), [(date(2013, 12, 30), False), (date(2013, 12, 31), True), (date(2014, 8, 1), True)]
)
async def test_a_late_response_is_recorded_like_any_other(desk: Desk, day: date, overdue: bool) -> None:
    desk.now = noon(day)
    answer = await respond(desk)
    assert (answer["state"], answer["fields"]["overdue"]) == ("done", overdue)
    assert (await finding(desk))["status"] == "responded"


@pytest.mark.parametrize("sender", [PRIYA, GUS])
async def test_anothers_finding_is_like_none(desk: Desk, sender: str) -> None:
    foreign = await respond(desk, "sv-fpm/IV-EL 14", sender)
    nowhere = await respond(desk, "xx-fpm/IV-EL 14", sender)
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    assert await told(desk, "response_heard") == []


async def test_an_item_without_a_finding_has_nothing_to_respond_to(desk: Desk) -> None:
    assert (await respond(desk, "EL 05"))["reason"] == "not_one_of_yours"


async def test_the_state_does_not_respond(desk: Desk) -> None:
    assert (await respond(desk, "sv-fpm/EL 02", HELEN))["reason"] == "not_for_your_role"


async def test_two_responses_in_one_mail_do_not_share_its_files(desk: Desk) -> None:
    """A wrong filing is worse than a question (invariant 11)."""
    text = "respond EL 02: the election was held\n\nrespond CE 08: it is in the minutes"
    files = (a_file("a.pdf", b"a"), a_file("b.pdf", b"b", 2))
    answer = await desk.send(sender=MARIA, text=text, files=files)
    assert answer["state"] == "asked"
    assert [verdict for verdict, _ in verdicts(answer)] == ["asked", "asked"]
    assert (await finding(desk))["status"] == "responded"
    assert (await finding(desk, "sv-fpm/II-CE 08"))["status"] == "responded"
    await assert_whole(desk)


async def test_a_refused_response_among_others_keeps_its_files_refused(desk: Desk) -> None:
    await resolved(desk)
    text = "respond EL 02: once more\n\ncomment CE 08: hello"
    answer = await desk.send(sender=MARIA, text=text, files=(a_file(),))
    assert (verdicts(answer), reasons(answer)) == ([("refused", [])], ["already_resolved"])
    await assert_whole(desk)


async def test_a_rehearsed_response_changes_nothing(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, subject="dry run", text="respond EL 02: it was held")
    assert answer["fields"]["template"] == "response_received"
    assert (await finding(desk))["status"] == "open"
    await assert_whole(desk)


async def set_status(desk: Desk, status: str) -> None:
    async with desk.store.begin() as uow:
        review = await uow.session.get(Review, "sv-fpm")
        assert review is not None
        review.status = status


async def test_a_signature_is_no_part_of_the_narrative(desk: Desk) -> None:
    text = "respond EL 02: the election was held\n\nMaria Delgado\nLEA Review Coordinator\n(916) 555-0100"
    answer = await desk.send(sender=MARIA, text=text)
    assert answer["fields"]["narrative"] == ["the election was held"]
