"""Which question an answer is for, and who may give it."""

from datetime import timedelta
from typing import Any

import pytest

from store.models import Review
from tests.builders import DANA, Desk, a_file
from tests.handlers.record import MARIA, PRIYA, assert_whole, documents, message, reasons, verdicts

EL02, EL14, CE08 = "sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", "sv-fpm/II-CE 08"
ROSTER, MINUTES = a_file("ELAC roster.pdf", b"roster", 1), a_file("SSC minutes.pdf", b"minutes", 2)


async def asked(desk: Desk, *files: Any, **said: Any) -> dict[str, Any]:
    told = await desk.send(files=files or (ROSTER,), **said)
    assert told["state"] == "asked"
    return told


async def reply(desk: Desk, question: dict[str, Any], text: str, **said: Any) -> dict[str, Any]:
    return await desk.send(text=text, answers=await desk.reply_to(question["id"]), **said)


async def test_an_answer_is_taken_once(desk: Desk) -> None:
    question = await asked(desk)
    await reply(desk, question, "1")
    twice = await reply(desk, question, "2")
    assert (twice["state"], twice["reason"]) == ("refused", "nothing_asked")
    assert twice["fields"]["facts"]["answered_at"]
    assert len(await documents(desk)) == 1


@pytest.mark.parametrize("sender", [MARIA, PRIYA])
@pytest.mark.parametrize("text", ["1", "EL 02", "1: EL 02"])
async def test_nobody_else_can_answer(desk: Desk, sender: str, text: str) -> None:
    question = await asked(desk)
    told = await reply(desk, question, text, sender=sender)
    assert (told["state"], told["reason"]) == ("refused", "nothing_asked")
    assert told["fields"]["facts"]["answered_at"] is None
    assert await documents(desk) == []
    await assert_whole(desk)


async def test_a_forged_answer_changes_nothing(desk: Desk) -> None:
    question = await asked(desk)
    told = await reply(desk, question, "1", trust="unauthenticated")
    assert (told["state"], told["reply"]) == ("held", None)
    assert await documents(desk) == []


@pytest.mark.parametrize("text", ["1", "1: EL 02"])
async def test_without_a_thread_the_only_open_question_is_meant(desk: Desk, text: str) -> None:
    question = await asked(desk)
    await desk.send(text=text)
    assert verdicts(await message(desk, question["id"])) == [("filed", [EL02])]


@pytest.mark.parametrize("open_questions", [0, 2])
async def test_without_a_thread_a_number_needs_exactly_one_question(desk: Desk, open_questions: int) -> None:
    for number in range(open_questions):
        await asked(desk, a_file("scan.pdf", b"%d" % number))
    told = await desk.send(text="1")
    assert (told["state"], told["reason"]) == ("refused", "nothing_asked")
    assert await documents(desk) == []


async def test_a_code_without_a_thread_and_without_a_file_is_no_answer(desk: Desk) -> None:
    await asked(desk)
    told = await desk.send(text="EL 02 is attached")
    assert (told["state"], told["reason"], told["fields"]["facts"]["said"]) == (
        "refused",
        "no_file_came",
        ["EL 02"],
    )
    assert await documents(desk) == []


async def test_a_number_in_the_thread_of_another_mail_of_ours_is_not_for_the_open_question(
    desk: Desk,
) -> None:
    receipt = await desk.send(subject="EL 02", files=(a_file(),))
    await asked(desk)
    told = await reply(desk, receipt, "1")
    assert (told["state"], told["reason"]) == ("refused", "nothing_asked")
    assert len(await documents(desk)) == 1


@pytest.mark.parametrize("text", ["status EL 02", "What is the status of EL 02?", "Is EL 02 complete?"])
async def test_asking_how_things_stand_is_no_answer(desk: Desk, text: str) -> None:
    question = await asked(desk)
    told = await reply(desk, question, text)
    assert told["reply"] == "item_status_shown"
    assert await documents(desk) == []


async def test_a_number_with_a_new_file_files_nothing(desk: Desk) -> None:
    """Is it an answer, or about the file? A second question is better than a wrong guess."""
    question = await asked(desk)
    told = await reply(desk, question, "1", files=(a_file("new.pdf", b"new"),))
    assert (told["state"], verdicts(told)) == ("asked", [("asked", [])])
    assert (await message(desk, question["id"]))["state"] == "asked"


async def test_a_logo_in_the_answers_signature_does_not_matter(desk: Desk) -> None:
    question = await asked(desk)
    told = await reply(desk, question, "1", files=(a_file("logo.png", b"logo", role="decoration"),))
    assert (told["state"], verdicts(told)) == ("done", [("not_evidence", [])])
    assert verdicts(await message(desk, question["id"])) == [("filed", [EL02])]
    await assert_whole(desk)


async def test_the_same_file_again_with_a_code_settles_the_question(desk: Desk) -> None:
    question = await asked(desk, ROSTER, MINUTES)
    desk.now += timedelta(days=2)
    told = await desk.send(subject="EL 02", files=(ROSTER,))
    assert verdicts(told) == [("filed", [EL02])]
    first = await message(desk, question["id"])
    assert (first["state"], verdicts(first)) == ("asked", [("filed", [EL02]), ("asked", [])])
    (row,) = (await desk.export())["documents"]
    assert row["received_at"] == question["received_at"]  # it was here two days ago
    await desk.send(subject="CE 08", files=(MINUTES,))
    assert (await message(desk, question["id"]))["state"] == "done"
    late = await reply(desk, question, "1")
    assert late["reason"] == "nothing_asked"
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_choice_whose_review_is_over_meanwhile_is_asked_again(desk: Desk) -> None:
    question = await asked(desk)
    async with desk.store.begin() as uow:
        review = await uow.session.get(Review, "sv-fpm")
        assert review is not None
        review.status = "completed"
        uow.changed(review)
    again = await reply(desk, question, "1")
    assert [line["reason"] for line in again["fields"]["files"]] == ["no-such-choice"]
    assert await documents(desk) == []


async def test_the_leas_name_tells_equal_choices_apart(desk: Desk) -> None:
    question = await desk.send(sender=DANA, subject="EL 02", files=(ROSTER,))
    number = next(
        choice["number"] for choice in question["fields"]["choices"] if choice["lea"] == "Coast Range Unified"
    )
    await reply(desk, question, str(number), sender=DANA)
    first = await message(desk, question["id"])
    assert verdicts(first) == [("filed", ["cr-fpm/I-EL 02"])]
    assert reasons(first) == [""]
