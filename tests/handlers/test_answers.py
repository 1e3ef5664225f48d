"""Questions about files and their answers, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Desk, a_file
from tests.handlers.record import assert_whole, documents, message, offered, verdicts

EL02, EL14, CE08 = "sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", "sv-fpm/II-CE 08"
ROSTER, MINUTES = a_file("ELAC roster.pdf", b"roster", 1), a_file("SSC minutes.pdf", b"minutes", 2)


async def asked(desk: Desk, *files: Any, **said: Any) -> dict[str, Any]:
    told = await desk.send(files=files or (ROSTER,), **said)
    assert told["state"] == "asked"
    return told


async def reply(desk: Desk, question: dict[str, Any], text: str, **said: Any) -> dict[str, Any]:
    return await desk.send(text=text, answers=await desk.reply_to(question["id"]), **said)


ONE_FILE = [
    ("1", [EL02]),
    ("1 please", [EL02]),
    ("Hi,\n1\n\nThanks, Ana", [EL02]),
    ("EL 02", [EL02]),
    ("el 2", [EL02]),
    ("None of these, EL 14", [EL14]),
    ("IV-EL 14 please", [EL14]),
    ("EL 02, CE 08", [EL02, CE08]),
    ("1: CE 08", [CE08]),
    ("1. CE 08", [CE08]),
    ("rest: CE 08", [CE08]),
    ("ELAC roster: CE 08", [CE08]),
    ("ELAC roster.pdf: CE 08", [CE08]),
    ("1\n\nI-EL 02 it is", [EL02]),
]  # fmt: skip


@pytest.mark.both_databases
@pytest.mark.parametrize(("text", "targets"), ONE_FILE)
async def test_one_file_is_filed_as_answered(desk: Desk, text: str, targets: list[str]) -> None:
    question = await asked(desk)
    assert offered(question)[0] == "I-EL 02"
    answered = await reply(desk, question, text)
    first = await message(desk, question["id"])
    assert (answered["state"], answered["reply"]) == ("done", "evidence_received")
    assert answered["fields"]["receipt"] == question["id"]
    assert (first["state"], verdicts(first)) == ("done", [("filed", targets)])
    assert answered["fields"]["choices"] == []
    await assert_whole(desk)


async def test_a_document_that_was_asked_about_was_received_when_it_came(desk: Desk) -> None:
    question = await asked(desk)
    desk.now += timedelta(days=3)
    answered = await reply(desk, question, "1")
    (row,) = (await desk.export())["documents"]
    assert row["received_at"] == question["received_at"] == answered["fields"]["received_at"]


NOT_SURE = [
    ("99", "no-such-choice"),
    ("1, 99", "no-such-choice"),
    ("1\nno wait, CE 08", "sources-differ"),
    ("not EL 02", "prose"),
    ("EL 02?", "prose"),
    ("I think EL 02", "prose"),
    ("EL 02 or EL 14", "prose"),
    ("EL 77", "unknown-code"),
    ("EL 2.1", "supporting"),
    ("EL 02 and 14", "list"),
    ("2: EL 02", "no-code"),
]


@pytest.mark.parametrize(("text", "reason"), NOT_SURE)
async def test_an_unsure_answer_is_asked_again_and_a_sure_one_still_works(
    desk: Desk, text: str, reason: str
) -> None:
    question = await asked(desk)
    again = await reply(desk, question, text)
    assert (again["state"], [line["reason"] for line in again["fields"]["files"]]) == ("done", [reason])
    assert again["fields"]["choices"]
    first = await message(desk, question["id"])
    assert (first["state"], verdicts(first)) == ("asked", [("asked", [])])
    await reply(desk, question, "1")
    assert verdicts(await message(desk, question["id"])) == [("filed", [EL02])]
    await assert_whole(desk)


async def test_one_number_is_for_all_files_that_were_asked_about(desk: Desk) -> None:
    question = await asked(desk, ROSTER, MINUTES)
    await reply(desk, question, "1")
    assert verdicts(await message(desk, question["id"])) == [("filed", [EL02]), ("filed", [EL02])]


@pytest.mark.parametrize("text", ["1, 2", "EL 02 and CE 08", "1 and 2 please"])
async def test_several_numbers_for_several_files_say_not_which_is_which(desk: Desk, text: str) -> None:
    question = await asked(desk, ROSTER, MINUTES)
    again = await reply(desk, question, text)
    assert {line["reason"] for line in again["fields"]["files"]} == {"several-files-several-items"}
    assert await documents(desk) == []


@pytest.mark.parametrize(
    "text",
    ["1: EL 02, 2: CE 08", "1. EL 02\n2. CE 08", "2: CE 08; rest: EL 02", "SSC minutes: CE 08\n1: EL 02"],
)
async def test_a_map_answers_file_by_file(desk: Desk, text: str) -> None:
    question = await asked(desk, ROSTER, MINUTES)
    await reply(desk, question, text)
    first = await message(desk, question["id"])
    assert (first["state"], verdicts(first)) == ("done", [("filed", [EL02]), ("filed", [CE08])])


async def test_the_numbers_of_a_map_are_those_of_the_mail(desk: Desk) -> None:
    """File 2 was filed at once; 1 and 3 were asked about."""
    files = (ROSTER, a_file("EL 14.pdf", b"x", 2), a_file("SSC minutes.pdf", b"minutes", 3))
    question = await asked(desk, *files)
    await reply(desk, question, "1: EL 02, 3: CE 08")
    assert verdicts(await message(desk, question["id"])) == [
        ("filed", [EL02]),
        ("filed", [EL14]),
        ("filed", [CE08]),
    ]


async def test_half_an_answer_leaves_the_other_half_open(desk: Desk) -> None:
    question = await asked(desk, ROSTER, MINUTES)
    half = await reply(desk, question, "1: EL 02")
    first = await message(desk, question["id"])
    assert (first["state"], verdicts(first)) == ("asked", [("filed", [EL02]), ("asked", [])])
    assert [line["verdict"] for line in half["fields"]["files"]] == ["filed", "asked"]
    thread = await desk.reply_to(half["id"]) + await desk.reply_to(question["id"])
    await desk.send(text="CE 08", answers=thread)
    first = await message(desk, question["id"])
    assert (first["state"], verdicts(first)) == ("done", [("filed", [EL02]), ("filed", [CE08])])
    await assert_whole(desk)


async def test_choices_keep_their_numbers_however_often_we_ask(desk: Desk) -> None:
    """After half an answer the first mail is still there to be replied to: its numbers must not move."""
    question = await asked(desk, ROSTER, MINUTES)
    before = question["fields"]["choices"]
    half = await reply(desk, question, "2: EL 14")
    assert half["fields"]["choices"][: len(before)] == before
    number = next(choice["number"] for choice in before if choice["code"] == "I-EL 02")
    await reply(desk, question, str(number))
    assert verdicts(await message(desk, question["id"]))[0] == ("filed", [EL02])
