"""Words instead of files, what is shown on site, and logs that may hold initials only."""

import pytest
from sqlalchemy import select

from store.models import InstrumentItem, Review, ReviewItem
from tests.builders import ANA, Desk, a_file
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, assert_whole, reasons, verdicts
from tests.handlers.rows import filed, item_status, set_item, statements, told

CR02, UCP03 = "cr-fpm/I-EL 02", "sv-fpm/UCP 03"
TOM, SAM = "tokafor@sierravista.example", "sbright@cde.example"
LUKE = "lbrandt@coastrange.example"


async def test_a_statement_is_evidence_and_is_submitted_with_it(desk: Desk) -> None:
    answer = await desk.send(sender=PRIYA, text="statement EL 02: We have no ELAC.\n\nOnly 12 pupils.")
    assert (answer["reply"], answer["fields"]["text"]) == (
        "statement_made",
        ["We have no ELAC.", "Only 12 pupils."],
    )
    assert await item_status(desk, CR02) == "evidence_attached"
    submitted = await desk.send(sender=PRIYA, text="submit EL 02")
    assert (submitted["fields"]["documents"], submitted["fields"]["statements"]) == (0, 1)
    (made,) = await statements(desk)
    assert (made.kind, made.status, made.submitted_at) == ("statement", "attached", desk.now)
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_newer_statement_takes_the_place_of_the_older(desk: Desk) -> None:
    await desk.send(sender=LUKE, text="statement EL 02: first")
    await desk.send(sender=PRIYA, text="statement EL 02: second")
    assert [one.status for one in await statements(desk)] == ["superseded", "attached"]
    await desk.send(sender=PRIYA, text="submit EL 02")
    await desk.send(sender=PRIYA, text="statement EL 02: third")
    assert [one.status for one in await statements(desk)] == ["superseded", "attached", "attached"]
    await desk.send(sender=PRIYA, text="submit EL 02")
    assert [one.status for one in await statements(desk)] == ["superseded", "superseded", "attached"]
    await assert_whole(desk)


async def test_a_colleagues_words_end_only_by_who_submits_and_it_is_said_whose(desk: Desk) -> None:
    await desk.send(sender=ANA, text="statement EL 02: of Ana")
    answer = await desk.send(sender=PEI, text="statement EL 02: of Pei")
    assert [one.status for one in await statements(desk)] == ["draft", "draft"]
    assert (answer["fields"]["replaced"], answer["fields"]["instead_of"]) == (False, [])
    answer = await desk.send(sender=MARIA, text="statement EL 02: of Maria")
    assert [one.status for one in await statements(desk)] == ["superseded", "superseded", "attached"]
    assert answer["fields"]["instead_of"] == ["Ana Ruiz", "Pei Chan"]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_what_two_people_said_is_submitted_together(desk: Desk) -> None:
    await desk.send(sender=ANA, text="statement EL 02: of Ana")
    await desk.send(sender=PEI, text="statement EL 02: of Pei")
    await desk.send(sender=MARIA, text="submit EL 02")
    assert [one.status for one in await statements(desk)] == ["attached", "attached"]
    await assert_whole(desk)


@pytest.mark.parametrize(
    ("sender", "text", "reason"),
    [
        (PRIYA, "statement EL 02", "not_said_right"),
        (HELEN, "statement sv-fpm/EL 02: fine", "not_for_your_role"),
        (GUS, "statement EL 02: ours", "not_one_of_yours"),
        (PRIYA, "statement sv-fpm/EL 02: theirs", "not_one_of_yours"),
        (PRIYA, "on site EL 02: here", "no_visit"),
        (MARIA, "on site EL 03: here", "not_now"),
    ],
)
async def test_what_is_no_statement(desk: Desk, sender: str, text: str, reason: str) -> None:
    assert (await desk.send(sender=sender, text=text))["reason"] == reason
    assert await statements(desk) == []


async def ask_on_site(desk: Desk) -> None:
    """The item asks for parent conferences, which are shown on site; the review has a visit ahead."""
    async with desk.store.begin() as uow:
        item = (await uow.session.scalars(select(ReviewItem).where(ReviewItem.key == "EL2"))).all()[-1]
        known = await uow.session.get(InstrumentItem, item.item_id)
        review = await uow.session.get(Review, "cr-fpm")
        assert known is not None
        assert review is not None
        known.facts = known.facts | {"hard_copy_only": ["completed parent-teacher conferences"]}
        review.kind = "on-site"
        uow.changed(review)


@pytest.mark.both_databases
async def test_what_must_be_shown_on_site_is_not_filed_and_told_how(desk: Desk) -> None:
    await ask_on_site(desk)
    files = (a_file("parent-teacher conferences.pdf", b"1", 1), a_file("ELAC roster.pdf", b"2", 2))
    answer = await desk.send(sender=PRIYA, subject="EL 02", files=files)
    assert verdicts(answer) == [("held", []), ("filed", [CR02])]
    assert reasons(answer) == ["show-on-site", ""]
    assert "completed parent-teacher conferences" in answer["fields"]["progress"][0]["missing"]
    said = await desk.send(sender=PRIYA, text="on site EL 02: in the binder at Dune Elementary")
    assert "completed parent-teacher conferences" not in said["fields"]["missing"]
    (made,) = await statements(desk)
    assert (made.kind, made.text) == ("on_site", "in the binder at Dune Elementary")
    await assert_whole(desk)


async def under_review(desk: Desk) -> None:
    await set_item(desk, UCP03, status="not_started")


@pytest.mark.parametrize("sender", [ANA, MARIA])
async def test_a_log_of_complaints_waits_for_a_word_on_initials(desk: Desk, sender: str) -> None:
    await under_review(desk)
    first = await desk.send(sender=sender, subject="UCP 3 p. 2", files=(a_file("log.xlsx"),))
    assert (first["state"], reasons(first), await filed(desk)) == ("asked", ["initials-only"], [])
    assert first["fields"]["files"][0]["targets"][0]["code"] == "UCP 03"
    answer = await desk.send(sender=sender, text="initials UCP 3", answers=await desk.reply_to(first["id"]))
    assert (answer["state"], answer["fields"]["files"][0]["targets"][0]["pages"]) == ("done", "2")
    assert await filed(desk) == [(UCP03, "attached" if sender == MARIA else "draft", False)]
    again = await desk.send(sender=sender, text="initials UCP 3")
    assert again["reason"] == "nothing_asked"
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_log_with_the_word_beside_it_is_filed_at_once(desk: Desk) -> None:
    await under_review(desk)
    await desk.send(subject="UCP 3", text="Our log.\ninitials only\nAna", files=(a_file("log.xlsx"),))
    assert await filed(desk) == [(UCP03, "draft", False)]


@pytest.mark.parametrize("text", ["it is initials only I think", "not initials only", ""])
async def test_other_words_are_no_such_word(desk: Desk, text: str) -> None:
    await under_review(desk)
    await desk.send(subject="UCP 3", text=text, files=(a_file("log.xlsx"),))
    assert await filed(desk) == []


async def test_a_number_does_not_stand_for_the_word(desk: Desk) -> None:
    await under_review(desk)
    first = await desk.send(subject="our log", files=(a_file("UCP complaint case log.xlsx"),))
    number = next(one["number"] for one in first["fields"]["choices"] if one["code"] == "UCP 03")
    then = await desk.send(text=str(number), answers=await desk.reply_to(first["id"]))
    assert (then["fields"]["files"][0]["reason"], await filed(desk)) == ("initials-only", [])
    await desk.send(text="initials UCP 3")
    assert await filed(desk) == [(UCP03, "draft", False)]


async def test_only_who_sent_it_can_say_so(desk: Desk) -> None:
    await under_review(desk)
    await desk.send(subject="UCP 3", files=(a_file("log.xlsx"),))
    assert (await desk.send(sender=TOM, text="initials UCP 3"))["reason"] == "nothing_asked"
    assert (await desk.send(sender=PRIYA, text="initials UCP 3"))["reason"] == "not_one_of_yours"
    assert await filed(desk) == []
    assert SAM not in await told(desk, "submission_heard")


async def test_a_draft_that_was_asked_about_stays_a_draft(desk: Desk) -> None:
    first = await desk.send(sender=MARIA, subject="draft of our evidence", files=(a_file("x.pdf"),))
    await desk.send(sender=MARIA, text="EL 02", answers=await desk.reply_to(first["id"]))
    assert await filed(desk) == [("sv-fpm/I-EL 02", "draft", False)]


@pytest.mark.parametrize("text", ["Statement for EL 02 attached", "on site EL 02 notes attached"])
async def test_prose_about_a_file_is_no_statement(desk: Desk, text: str) -> None:
    answer = await desk.send(sender=MARIA, text=text, files=(a_file(),))
    assert answer["reply"] == "evidence_received"
    assert await statements(desk) == []
