"""Drafts and submitting: who certifies, what the state sees, and how item, finding and form move on."""

import pytest

from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, assert_whole
from tests.handlers.rows import (
    filed,
    filings,
    finding_on,
    form_status,
    item_status,
    on_record,
    set_finding,
    set_item,
    told,
)

LUIS, TOM, OMAR = "lortega@cde.example", "tokafor@sierravista.example", "ohaddad@cde.example"
LUKE = "lbrandt@coastrange.example"
EL02, CR02 = "sv-fpm/I-EL 02", "cr-fpm/I-EL 02"


@pytest.mark.parametrize(
    ("sender", "status"),
    [(LUKE, "draft"), (DANA, "draft"), (PRIYA, "attached")],
    ids=["user", "two", "coord"],
)
async def test_what_a_file_is_depends_on_who_sends_it(desk: Desk, sender: str, status: str) -> None:
    answer = await desk.send(sender=sender, subject="EL 02", text="Coast Range Unified", files=(a_file(),))
    assert await filed(desk) == [(CR02, status, False)]
    assert await on_record(desk) == [("roster.pdf", 1, status)]
    (line,) = answer["fields"]["files"]
    assert (line["targets"][0]["status"], line["document"]) == (status, 1)
    (filing,) = await filings(desk)
    assert (filing.by_id is not None, filing.inbox_id) == (True, answer["id"])
    assert await item_status(desk, CR02) == "evidence_attached"
    await assert_whole(desk)


@pytest.mark.parametrize(
    "said", [{"subject": "Draft EL 02"}, {"subject": "EL 02", "text": "Hi,\n\ndraft only"}]
)
async def test_anybody_may_call_their_files_a_draft(desk: Desk, said: dict[str, str]) -> None:
    await desk.send(sender=MARIA, files=(a_file(),), **said)
    assert await filed(desk) == [(EL02, "draft", False)]
    assert (await finding_on(desk, EL02)).status == "open"
    assert await told(desk, "submission_heard") == []


async def test_a_draft_that_the_mail_is_about_is_none_of_its_files(desk: Desk) -> None:
    text = "draft minutes were approved"
    await desk.send(sender=MARIA, subject="EL 02", text=text, files=(a_file(),))
    assert await filed(desk) == [(EL02, "attached", True)]


async def test_a_list_among_other_commands_is_told_step_by_step(desk: Desk) -> None:
    answer = await desk.send(sender=PRIYA, text="status\nsubmit EL 02, EL 06")
    assert [one["said"] for one in answer["fields"]["steps"]] == ["status", "submit EL 02", "submit EL 06"]
    assert (answer["state"], answer["reason"]) == ("done", "2 of 3 refused")


async def test_a_coordinators_file_to_an_open_finding_is_the_response(desk: Desk) -> None:
    files = (a_file("a.pdf", b"a", 1), a_file("b.pdf", b"b", 2))
    answer = await desk.send(sender=MARIA, subject="EL 02", files=files)
    assert await filed(desk) == [(EL02, "attached", True)] * 2
    finding = await finding_on(desk, EL02)
    assert (finding.status, finding.responded_at) == ("responded", desk.now)
    assert await told(desk, "submission_heard") == sorted([HELEN, LUIS])
    heard = next(row for row in await desk.outgoing() if row.template == "submission_heard")
    assert [(one["code"], one["documents"]) for one in heard.fields["targets"]] == [("I-EL 02", 2)]
    assert (answer["fields"]["progress"][0]["status"], answer["fields"]["progress"][0]["next"]) == (
        "Response submitted",
        "wait",
    )
    await assert_whole(desk)


async def test_a_response_does_not_submit_a_colleagues_draft(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(a_file("a.pdf", b"a"),))
    answer = await desk.send(sender=MARIA, subject="EL 02", files=(a_file("b.pdf", b"b"),))
    assert await filed(desk) == [(EL02, "draft", False), (EL02, "attached", True)]
    assert answer["fields"]["progress"][0]["drafts"] == 1


async def test_a_resolved_finding_takes_no_response(desk: Desk) -> None:
    await set_finding(desk, EL02, status="resolved")
    await desk.send(sender=MARIA, subject="EL 02", files=(a_file(),))
    assert (await finding_on(desk, EL02)).status == "resolved"
    assert await filed(desk) == [(EL02, "attached", False)]


@pytest.mark.both_databases
async def test_a_coordinator_submits_what_others_drafted(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(a_file("ELAC roster.pdf"),))
    answer = await desk.send(sender=MARIA, text="submit EL 02")
    assert (answer["reply"], answer["fields"]["finding"], answer["fields"]["told"]) == (
        "item_submitted",
        True,
        2,
    )
    assert "needs assessment" in answer["fields"]["missing"]
    assert await filed(desk) == [(EL02, "attached", True)]
    assert await on_record(desk) == [("ELAC roster.pdf", 1, "attached")]
    assert (await finding_on(desk, EL02)).status == "responded"
    await assert_whole(desk)


@pytest.mark.parametrize("sender", [ANA, PEI])
async def test_who_may_not_submit_is_told_whom_to_ask(desk: Desk, sender: str) -> None:
    await desk.send(sender=sender, subject="EL 02", files=(a_file(),))
    answer = await desk.send(sender=sender, text="submit EL 02")
    assert (answer["reason"], answer["fields"]["facts"]["people"]) == (
        "ask_a_submitter",
        ["Maria Delgado", "Tom Okafor"],
    )
    assert await filed(desk) == [(EL02, "draft", False)]


async def test_the_state_does_not_submit(desk: Desk) -> None:
    answer = await desk.send(sender=HELEN, text="submit sv-fpm/EL 02")
    assert answer["reason"] == "not_for_your_role"


@pytest.mark.parametrize("text", ["submit sv-fpm/EL 02", "submit EL 02 of Sierra Vista Unified"])
async def test_another_leas_item_is_like_none(desk: Desk, text: str) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(a_file(),))
    foreign = await desk.send(sender=PRIYA, text=text)
    nowhere = await desk.send(sender=PRIYA, text=text.replace("sv-", "xx-").replace("Sierra", "Xanadu"))
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    assert await filed(desk) == [(EL02, "draft", False)]


async def test_an_item_is_submitted_returned_and_submitted_again(desk: Desk) -> None:
    await desk.send(sender=LUKE, subject="EL 02", files=(a_file("a.pdf", b"a"),))
    await desk.send(sender=PRIYA, text="submit EL 02")
    assert await item_status(desk, CR02) == "submitted"
    again = await desk.send(sender=PRIYA, text="submit EL 02")
    assert (again["reason"], again["fields"]["facts"]["since"]) == (
        "nothing_to_submit",
        desk.now.isoformat(),
    )
    await set_item(desk, CR02, status="more_evidence")
    await desk.send(sender=LUKE, subject="EL 02", files=(a_file("b.pdf", b"b"),))
    answer = await desk.send(sender=PRIYA, text="resubmit EL 02")
    assert (answer["fields"]["status"], answer["fields"]["documents"]) == ("Resubmitted", 1)
    assert await item_status(desk, CR02) == "resubmitted"
    await assert_whole(desk)


async def test_nothing_on_file_is_nothing_to_submit(desk: Desk) -> None:
    answer = await desk.send(sender=PRIYA, text="submit EL 02")
    assert (answer["reason"], answer["fields"]["facts"]["since"]) == ("nothing_to_submit", None)
    assert await item_status(desk, CR02) == "not_started"


async def test_a_conclusion_is_never_changed_by_the_lea(desk: Desk) -> None:
    await desk.send(sender=PRIYA, subject="EL 02", files=(a_file(),))
    await set_item(desk, CR02, status="meets")
    answer = await desk.send(sender=PRIYA, text="submit EL 02")
    assert answer["reason"] == "not_now"
    assert await item_status(desk, CR02) == "meets"


async def test_several_are_submitted_each_by_itself(desk: Desk) -> None:
    await desk.send(sender=LUKE, subject="EL 02, CE 08", files=(a_file(),))
    answer = await desk.send(sender=PRIYA, text="submit EL 02, EL 06 and CE 08")
    assert answer["reply"] == "transcript_given"
    assert [step["done"] for step in answer["fields"]["steps"]] == [True, False, True]
    assert {target: sent for target, _, sent in await filed(desk)} == {CR02: True, "cr-fpm/II-CE 08": True}
    await assert_whole(desk)


@pytest.mark.both_databases
@pytest.mark.parametrize("text", ["submit all", "submit everything"])
async def test_everything_at_once_is_refused_with_the_list(desk: Desk, text: str) -> None:
    await desk.send(sender=LUKE, subject="EL 02", files=(a_file(),))
    answer = await desk.send(sender=PRIYA, text=text)
    assert answer["reason"] == "say_each_one"
    assert [one["say"] for one in answer["fields"]["facts"]["ready"]] == [CR02]
    assert await filed(desk) == [(CR02, "draft", False)]


async def test_files_of_the_same_mail_are_filed_first(desk: Desk) -> None:
    answer = await desk.send(sender=PRIYA, subject="EL 02", text="submit EL 02", files=(a_file(),))
    assert [step["template"] for step in answer["fields"]["steps"]] == ["evidence_received", "item_submitted"]
    assert await filed(desk) == [(CR02, "attached", True)]
    assert await item_status(desk, CR02) == "submitted"
    await assert_whole(desk)


async def test_a_form_is_submitted_and_its_contact_told(desk: Desk) -> None:
    await desk.send(sender=GUS, subject="charter_interim1", files=(a_file("interim.pdf"),))
    answer = await desk.send(sender=GUS, text="submit hl-interim1")
    assert (answer["reply"], answer["fields"]["status"]) == ("item_submitted", "Submitted")
    assert await form_status(desk, "hl-interim1") == "submitted"
    assert await told(desk, "submission_heard") == [OMAR]
    again = await desk.send(sender=GUS, text="submit hl-interim1")
    assert again["reason"] == "nothing_to_submit"
    await assert_whole(desk)


async def test_a_drafts_sender_sees_it_and_the_state_does_not(desk: Desk) -> None:
    from handlers.asking import Asker
    from handlers.standing import standing
    from handlers.targets import desk_for

    await desk.send(sender=LUKE, subject="EL 02", files=(a_file(),))
    async with desk.store.begin() as uow:
        target = next(one for one in (await desk_for(uow, ["coast-range"], "")).targets if one.name == CR02)
        for sender, on_file in ((LUKE, 1), (HELEN, 0)):
            person = await uow.person_at(sender)
            assert person is not None
            asker = Asker(person, desk.message(1, sender=sender), desk.now.date(), desk.now)
            assert (await standing([target], asker, uow))[0]["on_file"] == on_file
