"""Forms: assigned, moved, confirmed, accepted and reopened by who may; the LEA is told, nobody else is."""

from typing import Any

import pytest
from sqlalchemy import select

from store.models import Comment, Obligation, PersonRole
from tests.builders import ANA, Desk, a_file
from tests.handlers.record import GUS, MARIA, PRIYA, RENEE, assert_whole

OMAR, BETH = "ohaddad@cde.example", "blindgren@cde.example"
_COMMENTS = select(Comment.target, Comment.text)
INES, TOM = "ifalk@oakhollow.example", "tokafor@sierravista.example"


async def duty(desk: Desk, name: str) -> dict[str, Any]:
    return next(row for row in (await desk.export())["obligations"] if row["id"] == name)


async def told(desk: Desk, template: str) -> list[str]:
    return sorted(row.to for row in await desk.outgoing() if row.template == template)


async def put(desk: Desk, name: str, status: str) -> None:
    """A duty in some status, as if all before had happened."""
    async with desk.store.begin() as uow:
        row = await uow.session.get_one(Obligation, name)
        row.status = status
        uow.changed(row)


# --- assign


@pytest.mark.both_databases
async def test_a_form_is_due_on_the_next_day_of_its_rule_and_the_lea_is_told(desk: Desk) -> None:
    answer = await desk.send(sender=BETH, text="assign sig_q2 to Sierra Vista Unified at Sierra High")
    assert (answer["state"], answer["reply"]) == ("done", "form_assigned")
    row = await duty(desk, "sierra-vista-sig-q2-sierra-high-2014")
    assert (row["due"], row["status"], row["school"]) == ("2014-01-31", "open", "99100019900015")
    assert await told(desk, "assignment_heard") == [MARIA, TOM]
    await assert_whole(desk)


async def test_a_form_without_a_rule_needs_a_day(desk: Desk) -> None:
    answer = await desk.send(sender=BETH, text="assign title_iii_y2 to Coast Range Unified")
    assert (answer["reason"], answer["fields"]["facts"]["lacks"]) == ("not_said_right", "the due day")
    answer = await desk.send(sender=BETH, text="assign title_iii_y2 to Coast Range Unified due Jan 15, 2014")
    assert answer["state"] == "done"
    assert (await duty(desk, "coast-range-title-iii-y2-2014"))["due"] == "2014-01-15"


async def test_a_day_that_may_be_several_is_asked(desk: Desk) -> None:
    answer = await desk.send(sender=BETH, text="assign lea_plan to Coast Range Unified due 18/12")
    assert (answer["state"], answer["reason"]) == ("refused", "day_not_sure")
    assert answer["fields"]["facts"]["days"] == ["2013-12-18"]


@pytest.mark.parametrize(
    ("who", "form", "lea"),
    [
        (OMAR, "charter_budget", "Sierra Vista Unified"),
        (OMAR, "nps_self_review", "Harbor Lights Charter"),
        (BETH, "title_iii_y4", "Oak Hollow School"),
    ],
)
async def test_a_form_for_other_kinds_of_lea_is_refused_with_the_reason(
    desk: Desk, who: str, form: str, lea: str
) -> None:
    answer = await desk.send(sender=who, text=f"assign {form} to {lea} due Mar 3, 2014")
    assert answer["reason"] == "not_asked_of"
    assert answer["fields"]["facts"]["lea"] == lea
    assert answer["fields"]["facts"]["kinds"]


async def test_a_form_for_each_school_needs_one_that_the_lea_has(desk: Desk) -> None:
    answer = await desk.send(sender=BETH, text="assign sig_q2 to Sierra Vista Unified")
    assert "school" in answer["fields"]["facts"]["lacks"]
    answer = await desk.send(sender=BETH, text="assign sig_q2 to Sierra Vista Unified at Dune Elementary")
    assert answer["reason"] == "not_one_of_yours"


@pytest.mark.both_databases
async def test_the_same_form_of_the_same_year_is_not_assigned_twice(desk: Desk) -> None:
    answer = await desk.send(sender=OMAR, text="assign charter_audit to Harbor Lights Charter")
    assert answer["reason"] == "not_now"
    assert "hl-audit" in answer["fields"]["facts"]["what"]


async def test_an_lea_may_be_named_by_its_code(desk: Desk) -> None:
    answer = await desk.send(sender=OMAR, text="assign charter_budget to 99100039900031")
    assert answer["fields"]["lea"] == "Harbor Lights Charter"


@pytest.mark.parametrize("form", ["charter_budget", "charter_nonsense"])
async def test_a_form_of_another_program_is_like_none(desk: Desk, form: str) -> None:
    answer = await desk.send(sender=RENEE, text=f"assign {form} to Harbor Lights Charter")
    assert (answer["reason"], answer["fields"]["facts"]["what"]) == ("not_one_of_yours", "form")


async def test_an_lea_assigns_nothing(desk: Desk) -> None:
    answer = await desk.send(sender=GUS, text="assign charter_budget to Harbor Lights Charter")
    assert answer["reason"] == "not_for_your_role"


# --- move


@pytest.mark.both_databases
async def test_a_due_day_is_moved_and_the_old_one_stays_on_record(desk: Desk) -> None:
    text = "move due hl-audit to Jan 15, 2014 because of late data"
    answer = await desk.send(sender=OMAR, text=text)
    assert (answer["state"], answer["reply"]) == ("done", "due_moved")
    assert answer["fields"]["text"] == ["late data"]
    assert (await duty(desk, "hl-audit"))["due"] == "2014-01-15"
    assert await told(desk, "move_heard") == [GUS]
    async with desk.store.look() as uow:
        comments = await uow.session.execute(_COMMENTS)
    assert comments.all() == [("hl-audit", "Moved from 15 Dec 2013 to 15 Jan 2014: late data")]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_due_day_is_moved_for_every_lea_at_once(desk: Desk) -> None:
    await desk.send(sender=BETH, text="assign ca_mid_year to Coast Range Unified due Mar 7, 2014")
    answer = await desk.send(sender=BETH, text="move due of every ca_mid_year to Mar 21, 2014: late data")
    moved = {form["name"]: form["was"] for form in answer["fields"]["forms"]}
    assert moved == {"sv-ca-mid": "2014-03-07", "coast-range-ca-mid-year-2014": "2014-03-07"}
    assert await told(desk, "move_heard") == sorted([MARIA, TOM, PRIYA])
    await assert_whole(desk)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("move due hl-audit to Jan 15, 2014", "not_said_right"),
        ("move due hl-audit because of late data", "not_said_right"),
        ("move due hl-audit to soon because of late data", "day_not_sure"),
        ("move due hl-audit to yesterday because of late data", "day_passed"),
        ("move due hl-audit to Jan 15, 2014: …", "not_said_right"),
        ("move due hl-audit to Dec 15, 2013: late data", "not_said_right"),
        ("move due hl-audt to Jan 15, 2014: late data", "not_one_of_yours"),
        ("move due sv-plan to Jan 15, 2014: late data", "not_one_of_yours"),
        ("move due every lea_plan to Jan 15, 2014: late data", "not_for_your_role"),
    ],
)
async def test_what_is_not_clear_moves_nothing(desk: Desk, text: str, reason: str) -> None:
    before = await desk.export()
    assert (await desk.send(sender=OMAR, text=text))["reason"] == reason
    assert (await desk.export())["obligations"] == before["obligations"]


async def test_an_lea_moves_nothing(desk: Desk) -> None:
    answer = await desk.send(sender=GUS, text="move due hl-audit to Jan 15, 2014: holidays")
    assert answer["reason"] == "not_for_your_role"


async def test_an_accepted_form_has_no_day_to_move(desk: Desk) -> None:
    await put(desk, "hl-audit", "accepted")
    answer = await desk.send(sender=OMAR, text="move due hl-audit to Jan 15, 2014: late data")
    assert answer["reason"] == "not_now"


# --- decide


async def test_receipt_is_confirmed_once_and_the_second_hears_who_was_first(desk: Desk) -> None:
    await put(desk, "hl-audit", "submitted")
    answer = await desk.send(sender=OMAR, text="confirm receipt hl-audit")
    assert (answer["reply"], answer["fields"]["happened"]) == ("form_decided", "receipt_confirmed")
    assert (await duty(desk, "hl-audit"))["status"] == "received"
    assert await told(desk, "form_decision_heard") == [GUS]
    again = await desk.send(sender=OMAR, text="confirm receipt of hl-audit")
    assert (again["reason"], again["fields"]["facts"]["who"]) == ("not_now", "Omar Haddad")
    assert again["fields"]["facts"]["since"]
    await assert_whole(desk)


async def test_a_form_is_accepted_with_words_and_reopened_with_a_reason(desk: Desk) -> None:
    await put(desk, "sv-plan", "received")
    answer = await desk.send(sender=BETH, text="accept sv-plan: complete")
    assert answer["fields"]["text"] == ["complete"]
    async with desk.store.look() as uow:
        row = await uow.session.get_one(Obligation, "sv-plan")
        assert (row.status, row.decided_at is not None, row.decided_by is not None) == (
            "accepted",
            True,
            True,
        )
    assert (await desk.send(sender=BETH, text="reopen sv-plan"))["reason"] == "not_said_right"
    answer = await desk.send(sender=BETH, text="reopen sv-plan: the signature page is last year's")
    assert answer["fields"]["happened"] == "reopened"
    assert (await duty(desk, "sv-plan"))["status"] == "returned"
    assert await told(desk, "form_decision_heard") == [MARIA, MARIA, TOM, TOM]
    await assert_whole(desk)


@pytest.mark.parametrize("status", ["open", "returned", "accepted"])
async def test_only_what_was_submitted_is_accepted(desk: Desk, status: str) -> None:
    await put(desk, "sv-plan", status)
    answer = await desk.send(sender=BETH, text="accept sv-plan")
    assert (answer["reason"], (await duty(desk, "sv-plan"))["status"]) == ("not_now", status)


@pytest.mark.parametrize("text", ["accept {}", "confirm receipt {}", "reopen {}: why"])
async def test_who_decides_is_the_programs_contact(desk: Desk, text: str) -> None:
    await put(desk, "hl-audit", "submitted")
    own = await desk.send(sender=GUS, text=text.format("hl-audit"))
    assert own["reason"] == "not_for_your_role"
    for stranger in (BETH, RENEE, PRIYA):
        foreign = await desk.send(sender=stranger, text=text.format("hl-audit"))
        nowhere = await desk.send(sender=stranger, text=text.format("hl-audyt"))
        assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    assert (await duty(desk, "hl-audit"))["status"] == "submitted"


@pytest.mark.both_databases
async def test_a_reviewer_of_the_whole_program_decides_on_its_forms_only(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        helen = await uow.person_at("hwu@cde.example")
        assert helen is not None
        role = PersonRole(role="program_monitor", program_id="charter")
        helen.roles.append(role)
        uow.add(role)
    await put(desk, "hl-audit", "submitted")
    assert (await desk.send(sender="hwu@cde.example", text="accept hl-audit"))["state"] == "done"
    foreign = await desk.send(sender="hwu@cde.example", text="accept sv-plan")
    assert foreign["reason"] == "not_one_of_yours"
    moved = await desk.send(sender="hwu@cde.example", text="move due hl-interim1 to Jan 15, 2014: late data")
    assert moved["reason"] == "not_for_your_role"


@pytest.mark.parametrize(
    "text", ["Accept our thanks for the forms", "Assign somebody to this, please", "Reopening next week"]
)
async def test_prose_is_no_decision(desk: Desk, text: str) -> None:
    before = (await desk.export())["obligations"]
    answer = await desk.send(sender=BETH, text=text)
    assert answer["state"] == "refused"
    assert (await desk.export())["obligations"] == before


# --- list


async def test_forms_lists_what_an_lea_has_to_hand_in(desk: Desk) -> None:
    answer = await desk.send(sender=ANA, text="forms")
    names = [form["name"] for form in answer["fields"]["forms"]]
    assert names == ["sv-title3-y2", "sv-plan", "sv-ca-mid", "sv-sig-c1"]
    assert answer["fields"]["forms"][3]["school"] == "Sierra High"


async def test_forms_lists_a_contacts_programs_and_one_lea_of_them(desk: Desk) -> None:
    every = await desk.send(sender=BETH, text="forms")
    assert {form["lea"] for form in every["fields"]["forms"]} == {
        "Sierra Vista Unified",
        "Coast Range Unified",
    }
    one = await desk.send(sender=BETH, text="show forms of Coast Range Unified")
    assert [form["name"] for form in one["fields"]["forms"]] == ["cr-sig-c2", "cr-title3-y4"]


async def test_the_forms_of_another_lea_are_like_none(desk: Desk) -> None:
    foreign = await desk.send(sender=ANA, text="forms of Oak Hollow School")
    nowhere = await desk.send(sender=ANA, text="forms of Xanadu School")
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"


@pytest.mark.parametrize("text", ["status hl-audit", "status of form hl-audit", "status charter_audit"])
async def test_the_status_of_one_form(desk: Desk, text: str) -> None:
    await put(desk, "hl-audit", "accepted")
    answer = await desk.send(sender=GUS, text=text)
    assert [form["status"] for form in answer["fields"]["items"]] == ["Accepted"]
    other = await desk.send(sender=INES, text=text)
    assert other["reason"] == "not_one_of_yours"


async def test_an_accepted_form_is_no_longer_to_hand_in(desk: Desk) -> None:
    await put(desk, "hl-audit", "accepted")
    await put(desk, "hl-interim1", "returned")
    answer = await desk.send(sender=GUS, text="status")
    assert [(form["id"], form["status"]) for form in answer["fields"]["forms"]] == [
        ("hl-interim1", "Returned for more")
    ]


# --- what the form's data says of files


async def test_a_file_of_another_kind_is_filed_and_the_receipt_says_what_works(desk: Desk) -> None:
    ledger = a_file("progress.xlsx", b"cells", media_type="application/vnd.ms-excel")
    answer = await desk.send(sender=MARIA, subject="sv-ca-mid", files=(ledger,))
    assert answer["verdicts"][0]["verdict"] == "filed"
    (row,) = answer["fields"]["progress"]
    assert [(one["word"], one["rule"], one["files"]) for one in row["remarks"]] == [
        ("file_type", "one document, Word or PDF", ["progress.xlsx"])
    ]


async def test_one_document_holds_all_parts_and_two_are_remarked(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, subject="sv-ca-mid", files=(a_file("report.pdf", b"one"),))
    (row,) = answer["fields"]["progress"]
    assert (row["missing"], row["remarks"]) == ([], [])
    answer = await desk.send(sender=MARIA, subject="sv-ca-mid", files=(a_file("annex.docx", b"two"),))
    assert [one["word"] for one in answer["fields"]["progress"][0]["remarks"]] == ["one_document"]


async def test_what_comes_before_the_form_opens_is_filed_and_remarked(desk: Desk) -> None:
    answer = await desk.send(sender=INES, subject="oh-renewal", files=(a_file("application.pdf"),))
    (row,) = answer["fields"]["progress"]
    assert [(one["word"], one["opens"]) for one in row["remarks"]] == [("early", "2014-08-01")]


async def test_submitting_a_file_of_another_kind_goes_through_with_a_warning(desk: Desk) -> None:
    ledger = a_file("progress.xlsx", b"cells", media_type="application/vnd.ms-excel")
    await desk.send(sender=MARIA, subject="sv-ca-mid", files=(ledger,))
    answer = await desk.send(sender=MARIA, text="submit sv-ca-mid")
    assert (answer["state"], answer["reply"]) == ("done", "item_submitted")
    assert [one["word"] for one in answer["fields"]["remarks"]] == ["file_type"]
    assert (await duty(desk, "sv-ca-mid"))["status"] == "submitted"


@pytest.mark.both_databases
async def test_who_is_told_of_a_submitted_form_is_the_contact_and_the_programs_reviewers(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        helen = await uow.person_at("hwu@cde.example")
        assert helen is not None
        helen.roles.append(role := PersonRole(role="program_monitor", program_id="corrective_action"))
        uow.add(role)
    await desk.send(sender=MARIA, subject="sv-ca-mid", files=(a_file("report.pdf"),))
    answer = await desk.send(sender=MARIA, text="submit sv-ca-mid")
    assert answer["fields"]["told"] == 2
