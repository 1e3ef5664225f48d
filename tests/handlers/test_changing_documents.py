"""Versions, withdrawing, replacing and undoing: nothing is lost, everybody concerned is told."""

from datetime import timedelta
from typing import Any

import pytest

from store.history import facts_of
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.record import HELEN, MARIA, PEI, PRIYA, assert_whole
from tests.handlers.rows import (
    filed,
    filings,
    finding_on,
    item_status,
    on_record,
    set_finding,
    set_item,
    told,
)

EL02, CE08, CR02, CR06 = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08", "cr-fpm/I-EL 02", "cr-fpm/II-EL 06"
TOM, LUIS = "tokafor@sierravista.example", "lortega@cde.example"
LUKE = "lbrandt@coastrange.example"


def roster(content: bytes, name: str = "roster.pdf") -> tuple[object, ...]:
    return (a_file(name, content),)


async def test_a_newer_file_of_the_name_takes_the_earlier_ones_place(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=roster(b"1"))
    answer = await desk.send(subject="EL 02", files=roster(b"2"))
    assert await filed(desk) == [(EL02, "superseded", False), (EL02, "draft", False)]
    assert await on_record(desk) == [("roster.pdf", 1, "superseded"), ("roster.pdf", 2, "draft")]
    old, new = await filings(desk)
    assert (new.replaces, old.ended_in, old.ended_at) == (old.id, answer["id"], desk.now)
    assert answer["fields"]["files"][0]["targets"][0]["replaced"] == [1]
    assert answer["fields"]["progress"][0]["on_file"] == 1
    await assert_whole(desk)


async def test_what_the_state_has_stays_until_the_newer_file_is_submitted(desk: Desk) -> None:
    await desk.send(sender=PRIYA, subject="EL 02", files=roster(b"1"))
    await desk.send(sender=PRIYA, text="submit EL 02")
    for content in (b"2", b"3"):
        answer = await desk.send(sender=LUKE, subject="EL 02", files=roster(content))
    assert [status for _, status, _ in await filed(desk)] == ["attached", "superseded", "draft"]
    assert answer["fields"]["files"][0]["targets"][0]["waiting"] == [1]
    await desk.send(sender=PRIYA, text="submit EL 02")
    assert await filed(desk) == [
        (CR02, "superseded", True),
        (CR02, "superseded", False),
        (CR02, "attached", True),
    ]
    await assert_whole(desk)


async def test_two_files_of_one_name_in_one_mail_are_both_kept(desk: Desk) -> None:
    files = (a_file("scan.pdf", b"1", 1), a_file("scan.pdf", b"2", 2))
    await desk.send(subject="EL 02", files=files)
    assert [status for _, status, _ in await filed(desk)] == ["draft", "draft"]


async def test_a_draft_that_a_submitter_sends_again_is_none_any_more(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=roster(b"1"))
    answer = await desk.send(sender=MARIA, subject="EL 02", files=roster(b"1"))
    assert await filed(desk) == [(EL02, "attached", True)]
    assert answer["fields"]["files"][0]["targets"][0]["how"] == "confirmed"
    assert (await finding_on(desk, EL02)).status == "responded"
    await assert_whole(desk)


async def test_withdrawn_from_one_item_it_stays_at_the_other(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02, CE 08", files=roster(b"1"))
    answer = await desk.send(sender=ANA, text="withdraw D-1 from EL 02 because it is last year's")
    assert (answer["reply"], answer["fields"]["why"]) == ("document_withdrawn", ["it is last year's"])
    assert await filed(desk) == [(EL02, "withdrawn", False), (CE08, "draft", False)]
    assert await on_record(desk) == [("roster.pdf", 1, "draft")]
    assert await told(desk, "withdrawal_heard") == sorted([MARIA, TOM])
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_withdrawn_from_everywhere_the_item_is_as_before(desk: Desk) -> None:
    await desk.send(sender=LUKE, subject="EL 02, EL 06", files=roster(b"1"))
    await desk.send(sender=LUKE, text="withdraw D-1")
    assert [status for _, status, _ in await filed(desk)] == ["withdrawn", "withdrawn"]
    assert await on_record(desk) == [("roster.pdf", 1, "withdrawn")]
    assert await item_status(desk, CR02) == "not_started"
    again = await desk.send(sender=PRIYA, subject="EL 02", files=roster(b"1"))
    assert again["fields"]["files"][0]["targets"][0]["how"] == "restored"
    assert (await filed(desk))[0] == (CR02, "attached", False)
    assert await item_status(desk, CR02) == "evidence_attached"
    await assert_whole(desk)


async def test_what_is_under_review_may_be_withdrawn_and_the_reviewers_hear_it(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=roster(b"1"))
    await set_finding(desk, EL02, status="under_review")
    assert (await desk.send(sender=ANA, text="withdraw D-1"))["reason"] == "ask_a_submitter"
    await desk.send(sender=MARIA, text="withdraw D-1")
    assert {HELEN, LUIS} <= set(await told(desk, "withdrawal_heard"))
    assert (await finding_on(desk, EL02)).status == "under_review"


@pytest.mark.parametrize("text", ["withdraw D-1", "withdraw D-1 from EL 02", "replace D-1"])
async def test_what_was_judged_keeps_its_evidence(desk: Desk, text: str) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=roster(b"1"))
    await set_finding(desk, EL02, status="resolved")
    files = roster(b"2") if text.startswith("replace") else ()
    answer = await desk.send(sender=MARIA, text=text, files=files)
    assert answer["reason"] == "not_now"
    assert await filed(desk) == [(EL02, "attached", True)]


@pytest.mark.parametrize(
    ("sender", "text", "reason"),
    [
        (PRIYA, "withdraw D-1", "not_one_of_yours"),
        (PRIYA, "withdraw D-99", "not_one_of_yours"),
        (HELEN, "withdraw D-1", "not_for_your_role"),
        (PEI, "withdraw D-1", "ask_a_submitter"),
        (ANA, "withdraw D-1 from CE 08", "not_one_of_yours"),
        (ANA, "withdraw D-1 at once", "not_said_right"),
    ],
)
async def test_who_may_not_withdraw(desk: Desk, sender: str, text: str, reason: str) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=roster(b"1"))
    assert (await desk.send(sender=sender, text=text))["reason"] == reason
    assert await filed(desk) == [(EL02, "draft", False)]


async def test_a_replacement_serves_every_item_and_all_are_told(desk: Desk) -> None:
    await desk.send(sender=PRIYA, subject="EL 02 p. 3, EL 06", files=roster(b"1"))
    await desk.send(sender=PRIYA, text="submit EL 02")
    answer = await desk.send(sender=LUKE, text="replace D-1", files=(a_file("new name.pdf", b"2"),))
    assert (answer["reply"], answer["fields"]["files"][0]["version"]) == ("evidence_received", 2)
    assert [(one.target, one.status, one.document_id, one.pages) for one in await filings(desk)] == [
        (CR02, "attached", 1, "3"),
        (CR06, "attached", 1, None),
        (CR02, "draft", 2, "3"),
        (CR06, "draft", 2, None),
    ]
    assert await told(desk, "replacement_heard") == [PRIYA]
    await desk.send(sender=PRIYA, text="submit EL 02, EL 06")
    assert [one.status for one in await filings(desk)] == ["superseded", "superseded", "attached", "attached"]
    assert await on_record(desk) == [("roster.pdf", 1, "superseded"), ("new name.pdf", 2, "attached")]
    await assert_whole(desk)


async def test_a_coordinators_replacement_at_a_finding_reaches_the_state(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=roster(b"1"))
    await desk.send(sender=MARIA, text="replace D-1", files=roster(b"2", "other.pdf"))
    assert await filed(desk) == [(EL02, "superseded", True), (EL02, "attached", True)]
    assert {HELEN, LUIS} <= set(await told(desk, "replacement_heard"))
    await assert_whole(desk)


@pytest.mark.parametrize(
    "files", [(), (a_file("a.pdf", b"2", 1), a_file("b.pdf", b"3", 2)), (a_file("same.pdf", b"1"),)]
)
async def test_a_replacement_is_exactly_one_other_file(desk: Desk, files: tuple[object, ...]) -> None:
    await desk.send(subject="EL 02", files=roster(b"1"))
    answer = await desk.send(text="replace D-1", files=files)
    assert (answer["reason"], len(await filed(desk))) == ("not_said_right", 1)
    await assert_whole(desk)


async def test_undo_takes_back_a_withdrawal_within_half_an_hour(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=roster(b"1"))
    await desk.send(sender=ANA, text="withdraw D-1")
    desk.now = NOW + timedelta(minutes=30)
    answer = await desk.send(sender=ANA, text="undo")
    assert (answer["reply"], [one["document"] for one in answer["fields"]["back"]]) == ("change_undone", [1])
    assert await filed(desk) == [(EL02, "draft", False)]
    assert await on_record(desk) == [("roster.pdf", 1, "draft")]
    assert (await desk.send(sender=ANA, text="undo"))["fields"]["facts"]["why"] == "nothing"
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_after_half_an_hour_it_is_told_how_else(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=roster(b"1"))
    await desk.send(sender=ANA, text="withdraw D-1")
    desk.now = NOW + timedelta(minutes=31)
    answer = await desk.send(sender=ANA, text="undo")
    facts = answer["fields"]["facts"]
    assert (facts["why"], facts["minutes"], facts["instead"]) == ("late", 30, [f"attach D-1 to {EL02}"])
    assert await filed(desk) == [(EL02, "withdrawn", False)]
    assert (await desk.send(sender=ANA, text=facts["instead"][0]))["state"] == "done"
    assert await filed(desk) == [(EL02, "draft", False)]


@pytest.mark.both_databases
async def test_undo_is_the_last_thing_that_was_done_and_names_what_came_before(desk: Desk) -> None:
    """A wrong filing is not answered by bringing back what was withdrawn before it."""
    await desk.send(subject="EL 02", files=roster(b"1"))
    before = await desk.send(text="withdraw D-1")
    wrong = await desk.send(subject="CE 08", files=roster(b"2", "budget.pdf"))
    told_so = await desk.send(text="undo")
    said = told_so["fields"]["facts"]
    assert (told_so["reason"], said["why"], said["last"]) == ("not_undone", "older", f"R-{wrong['id']}")
    assert (said["names"], said["instead"]) == (["budget.pdf"], ["withdraw D-2 from sv-fpm/II-CE 08"])
    assert said["move"] == f"move R-{wrong['id']} to"
    assert (said["older"], said["older_names"]) == (f"undo R-{before['id']}", ["roster.pdf"])
    assert await filed(desk) == [(EL02, "withdrawn", False), ("sv-fpm/II-CE 08", "draft", False)]
    assert (await desk.send(text=said["older"]))["reply"] == "change_undone"
    assert await filed(desk) == [(EL02, "draft", False), ("sv-fpm/II-CE 08", "draft", False)]


@pytest.mark.parametrize("then", ["comment EL 02: it was the wrong roster", "undo"])
async def test_whatever_was_done_since_is_not_jumped_over(desk: Desk, then: str) -> None:
    await desk.send(subject="EL 02", files=[*roster(b"1"), a_file("b.pdf", b"2", 2)])
    before = [await desk.send(text=f"withdraw D-{number}") for number in (1, 2)]
    assert (await desk.send(text=then))["state"] == "done"
    said = (await desk.send(text="undo"))["fields"]["facts"]
    assert (said["why"], said["older"]) == ("older", f"undo R-{before[then != 'undo']['id']}")
    assert (await filed(desk))[0] == (EL02, "withdrawn", False)


async def test_what_only_asked_was_nothing_done(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=roster(b"1"))
    await desk.send(text="withdraw D-1")
    for text in ("status EL 02", "withdraw D-9", "dry run: comment EL 02: hello", "contacts"):
        await desk.send(text=text)
    assert (await desk.send(text="undo"))["reply"] == "change_undone"


async def test_what_came_before_is_not_offered_when_it_cannot_be_undone(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=roster(b"1"))
    await desk.send(text="withdraw D-1")
    desk.now = NOW + timedelta(minutes=31)
    await desk.send(text="comment EL 02: it was the wrong roster")
    said = (await desk.send(text="undo"))["fields"]["facts"]
    assert (said["why"], said["older"], said["last"]) == ("older", "", "R-3")


@pytest.mark.both_databases
async def test_undo_takes_back_a_replacement(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=roster(b"1"))
    await desk.send(sender=MARIA, text="replace D-1", files=roster(b"2", "other.pdf"))
    await desk.send(sender=MARIA, text="undo")
    assert await filed(desk) == [(EL02, "attached", True), (EL02, "withdrawn", True)]
    assert await on_record(desk) == [("roster.pdf", 1, "attached"), ("other.pdf", 2, "withdrawn")]
    assert {HELEN, TOM} <= set(await told(desk, "undo_heard"))
    await assert_whole(desk)


async def test_undo_takes_back_a_second_filing_but_no_first_one(desk: Desk) -> None:
    await desk.send(sender=LUKE, subject="EL 02", files=roster(b"1"))
    assert (await desk.send(sender=LUKE, text="undo"))["fields"]["facts"]["why"] == "nothing"
    await desk.send(sender=LUKE, text="attach D-1 to EL 06")
    await desk.send(sender=LUKE, text="undo")
    assert await filed(desk) == [(CR02, "draft", False), (CR06, "withdrawn", False)]
    assert await item_status(desk, CR06) == "not_started"
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_nobody_undoes_what_others_did_or_judged(desk: Desk) -> None:
    await desk.send(sender=LUKE, subject="EL 02", files=roster(b"1"))
    await desk.send(sender=LUKE, text="withdraw D-1")
    assert (await desk.send(sender=PRIYA, text="undo"))["fields"]["facts"]["why"] == "nothing"
    await set_item(desk, CR02, status="not_reviewed")
    assert (await desk.send(sender=LUKE, text="undo"))["fields"]["facts"]["why"] == "acted"
    assert await filed(desk) == [(CR02, "withdrawn", False)]


async def test_what_became_a_response_is_not_undone(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 06", files=roster(b"1"))
    await desk.send(sender=MARIA, text="attach D-1 to EL 02")
    answer = await desk.send(sender=MARIA, text="undo")
    assert answer["fields"]["facts"]["why"] == "submitted"
    assert answer["fields"]["facts"]["instead"] == [f"withdraw D-1 from {EL02}"]


MISSION, LINCOLN = "99100016000029", "99100016000011"


async def a_school_user(desk: Desk, school: str = "Mission Middle") -> str:
    said = f"add user Kim Lowe <klowe@sierravista.example> as school user at {school}"
    answer = await desk.send(sender=MARIA, text=said)
    assert answer["state"] == "done", answer["fields"]
    return "klowe@sierravista.example"


async def test_two_schools_files_of_one_name_are_two_files(desk: Desk) -> None:
    kim = await a_school_user(desk)
    for sender, content in ((PEI, b"1"), (kim, b"2"), (PEI, b"3")):
        await desk.send(sender=sender, subject="EL 06", files=roster(content, "minutes.pdf"))
    assert [(one.schools, one.status) for one in await filings(desk)] == [
        ([LINCOLN], "superseded"),
        ([MISSION], "draft"),
        ([LINCOLN], "draft"),
    ]
    await assert_whole(desk)


async def test_a_school_user_puts_nothing_in_the_place_of_what_others_filed(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=roster(b"1"))
    answer = await desk.send(sender=PEI, text="replace D-1", files=roster(b"2", "other.pdf"))
    assert answer["reason"] == "ask_a_submitter"
    assert await filed(desk) == [(EL02, "draft", False)]
    await desk.send(sender=PEI, subject="CE 08", files=roster(b"3"))
    assert (await desk.send(sender=PEI, text="replace D-2", files=roster(b"4")))["state"] == "done"
    await assert_whole(desk)


async def test_the_school_of_another_lea_does_not_stand_on_a_filing(desk: Desk) -> None:
    said = f"add user Pei Chan <{PEI}> as submitter for Coast Range Unified"
    assert (await desk.send(sender=PRIYA, text=said))["state"] == "done"
    await desk.send(sender=PEI, subject="EL 02 of Coast Range Unified", files=roster(b"1"))
    await desk.send(sender=PEI, subject="EL 02 of Sierra Vista Unified", files=roster(b"2"))
    assert [(one.target, one.schools) for one in await filings(desk)] == [(CR02, []), (EL02, [LINCOLN])]
    await assert_whole(desk)


@pytest.mark.parametrize("status", ["meets", "not_reviewed", "does_not_meet"])
async def test_what_comes_after_the_conclusion_is_said_to_be_only_kept_and_can_be_withdrawn(
    desk: Desk, status: str
) -> None:
    """Without a word on how it was concluded: before the Notification of Findings, the LEA does not hear it."""
    await set_item(desk, CR02, status=status)
    answer = await desk.send(sender=PRIYA, subject="EL 02", files=roster(b"1"))
    assert [row["next"] for row in answer["fields"]["progress"]] == ["kept_concluded"]
    answer = await desk.send(sender=PRIYA, text="withdraw D-1")
    assert (answer["reply"], answer["fields"]["minutes"]) == ("document_withdrawn", 0)
    assert await filed(desk) == [(CR02, "withdrawn", False)]
    assert await item_status(desk, CR02) == status
    await assert_whole(desk)


async def test_what_comes_after_the_resolution_is_said_to_be_only_kept(desk: Desk) -> None:
    await set_finding(desk, EL02, status="resolved")
    answer = await desk.send(sender=MARIA, subject="EL 02", files=roster(b"1"))
    assert answer["fields"]["progress"][0]["next"] == "kept_resolved"
    assert (await desk.send(sender=MARIA, text="withdraw D-1"))["reply"] == "document_withdrawn"


async def test_what_was_resolved_can_be_reopened_and_the_refusal_says_so(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=roster(b"1"))
    await set_finding(desk, EL02, status="resolved")
    for text in ("withdraw D-1", "statement EL 02: one word more"):
        answer = await desk.send(sender=MARIA, text=text)
        assert answer["fields"]["facts"]["possible"] == ["reopened"]


@pytest.mark.both_databases
async def test_pages_are_corrected_where_the_document_is(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02 p. 1-3", files=roster(b"1"))
    answer = await desk.send(sender=MARIA, text="attach D-1 to EL 02 p. 4-9")
    (line,) = answer["fields"]["files"][0]["targets"]
    assert (line["how"], line["pages"], line["before"]) == ("corrected", "4-9", "1-3")
    assert answer["fields"]["files"][0]["verdict"] == "filed"
    assert [(one.pages, one.status) for one in await filings(desk)] == [("4-9", "attached")]
    told_pages = [row for row in (await desk.export())["history"] if row["record"] == "filing:1"]
    assert '"pages":"1-3"' in told_pages[0]["facts"].replace(" ", "")
    again = await desk.send(sender=MARIA, text="attach D-1 to EL 02 p. 4-9")
    assert again["fields"]["files"][0]["verdict"] == "duplicate"
    await assert_whole(desk)


async def test_pages_of_what_the_state_has_or_judged_are_not_a_users_to_correct(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02 p. 1-3", files=roster(b"1"))
    answer = await desk.send(sender=ANA, text="attach D-1 to EL 02 p. 4-9")
    assert answer["fields"]["files"][0]["targets"][0]["how"] == "pages_stay"
    await set_finding(desk, EL02, status="resolved")
    await desk.send(sender=MARIA, text="attach D-1 to EL 02 p. 4-9")
    assert [one.pages for one in await filings(desk)] == ["1-3"]


async def test_receipts_of_files_that_came_with_several_messages_are_good(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=roster(b"1", "a.pdf"))
    await desk.send(sender=ANA, subject="EL 02", files=roster(b"2", "b.pdf"))
    answer = await desk.send(sender=ANA, text="attach D-1, D-2 to CE 08")
    signed = [line for line in answer["fields"]["signed"] if line.startswith("Files-of")]
    assert signed == ["Files-of: R-1", "Files-of: R-2"]
    await assert_whole(desk)
    checked = await desk.send(sender=ANA, text="verify\n\n" + "\n".join(answer["fields"]["signed"]))
    assert checked["fields"]["receipts"][0]["wrong"] == []
    await desk.send(sender=ANA, text="withdraw D-1")
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_undo_gives_a_confirmed_draft_back_to_who_sent_it(desk: Desk) -> None:
    await desk.send(sender=LUKE, subject="EL 02", files=roster(b"1"))
    before = facts_of((await filings(desk))[0])
    await desk.send(sender=PRIYA, text="attach D-1 to EL 02 p. 4")
    assert await filed(desk) == [(CR02, "attached", False)]
    answer = await desk.send(sender=PRIYA, text="undo")
    assert [one["document"] for one in answer["fields"]["again"]] == [1]
    assert (answer["fields"]["gone"], answer["fields"]["back"]) == ([], [])
    assert facts_of((await filings(desk))[0]) == before
    assert await told(desk, "undo_heard") == []
    assert await item_status(desk, CR02) == "evidence_attached"
    await assert_whole(desk)


async def test_undo_keeps_a_submitters_draft_a_draft(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="draft EL 02 p. 3", files=roster(b"1"))
    before = facts_of((await filings(desk))[0])
    await desk.send(sender=MARIA, text="withdraw D-1")
    await desk.send(sender=MARIA, text="undo")
    assert facts_of((await filings(desk))[0]) == before
    assert (before["status"], before["pages"]) == ("draft", "3")
    await assert_whole(desk)


async def test_undo_withdraws_again_what_it_brought_back(desk: Desk) -> None:
    await desk.send(sender=LUKE, subject="EL 02", files=roster(b"1"))
    await desk.send(sender=LUKE, text="withdraw D-1")
    before = facts_of((await filings(desk))[0])
    await desk.send(sender=PRIYA, text="attach D-1 to EL 02")
    await desk.send(sender=PRIYA, text="undo")
    assert facts_of((await filings(desk))[0]) == before
    assert await item_status(desk, CR02) == "not_started"
    await assert_whole(desk)


async def test_undo_knows_what_was_before_where_one_transaction_did_it_all(desk: Desk) -> None:
    said: tuple[dict[str, Any], ...] = (
        {"sender": LUKE, "subject": "EL 02", "files": roster(b"1")},
        {"sender": PRIYA, "text": "attach D-1 to EL 02"},
        {"sender": PRIYA, "text": "undo"},
    )
    for minutes, one in enumerate(said):
        desk.now = NOW + timedelta(minutes=minutes)
        await desk.keep(one)
    await desk.work()
    (filing,) = await filings(desk)
    assert (filing.status, filing.inbox_id) == ("draft", 1)
    await assert_whole(desk)
