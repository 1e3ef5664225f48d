"""Quarantine that its sender can open: what an answer may do, and what it must not."""

from typing import Any

import pytest

from tests.builders import DANA, Desk, a_file

MARIA = "mdelgado@sierravista.example"
PRIYA = "pnair@coastrange.example"
EL, CE = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08"
LOGO = a_file("logo.png", b"logo", role="decoration", remark="inline-logo")


def two() -> tuple[Any, ...]:
    return (a_file("a.pdf", b"a", 1), a_file("b.pdf", b"b", 2))


async def asked(desk: Desk) -> dict[str, Any]:
    """Two files and two codes, which cannot be filed without a question."""
    told = await desk.send(subject="EL 02, CE 08", files=two())
    assert told["state"] == "asked"
    return told


async def unsure(desk: Desk, **said: Any) -> dict[str, Any]:
    told = await desk.send(subject="ELAC", files=(a_file("ELAC.pdf"),), **said)
    assert told["state"] == "asked"
    return told


async def answer(desk: Desk, first: dict[str, Any], text: str, **said: Any) -> dict[str, Any]:
    return await desk.send(text=text, answers=await desk.reply_to(first["id"]), **said)


async def again(desk: Desk, first: dict[str, Any]) -> dict[str, Any]:
    """The first message as it stands now."""
    record = await desk.export()
    return next(one for one in record["messages"] if one["id"] == first["id"])


def number_of(first: dict[str, Any], target: str) -> int:
    return next(int(one["number"]) for one in first["fields"]["choices"] if one["target"] == target)


def targets(message: dict[str, Any]) -> list[list[str]]:
    return [one["targets"] for one in message["verdicts"]]


async def test_a_number_files_what_was_asked_and_closes_both_messages(desk: Desk) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, str(number_of(first, EL)))

    assert (told["state"], told["verdicts"]) == ("done", [])
    then = await again(desk, first)
    assert (then["state"], then["reason"]) == ("done", "")
    assert [(one["verdict"], one["reason"], one["targets"]) for one in then["verdicts"]] == [
        ("filed", "", [EL])
    ]
    (document,) = (await desk.export())["documents"]
    assert (document["targets"], document["by"]) == ([EL], "aruiz@sierravista.example")


async def test_an_answer_may_call_the_files_drafts(desk: Desk) -> None:
    first = await unsure(desk)
    await answer(desk, first, "draft\nall: EL 02")
    (document,) = (await desk.export())["documents"]
    assert [(one["target"], one["status"]) for one in document["filings"]] == [(EL, "draft")]


async def test_the_receipt_speaks_of_the_first_message(desk: Desk) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, "1")

    assert told["fields"]["receipt"] == first["id"]
    assert told["fields"]["received_at"] == first["received_at"]


async def test_two_numbers_file_one_file_to_both(desk: Desk) -> None:
    first = await unsure(desk)
    names = [one["target"] for one in first["fields"]["choices"]]
    await answer(desk, first, "1, 3")

    assert targets(await again(desk, first)) == [[names[0], names[2]]]


async def test_one_number_files_several_files_to_one_item(desk: Desk) -> None:
    first = await asked(desk)
    await answer(desk, first, str(number_of(first, CE)))

    assert targets(await again(desk, first)) == [[CE], [CE]]


async def test_two_numbers_for_two_files_are_asked_again(desk: Desk) -> None:
    first = await asked(desk)
    told = await answer(desk, first, "1, 2")

    assert told["fields"]["files"][0]["reason"] == "several-files-several-items"
    assert (await again(desk, first))["state"] == "asked"
    assert (await desk.export())["documents"] == []


@pytest.mark.parametrize("text", ["1: EL 02, 2: CE 08", "1: EL 02\n2: CE 08", "a.pdf: EL 02\nrest: CE 08"])
async def test_a_map_files_each_file(desk: Desk, text: str) -> None:
    first = await asked(desk)
    await answer(desk, first, text)

    assert targets(await again(desk, first)) == [[EL], [CE]]


async def test_a_code_files_what_was_asked(desk: Desk) -> None:
    first = await unsure(desk)
    await answer(desk, first, "EL 02")

    assert targets(await again(desk, first)) == [[EL]]


async def test_an_answer_about_one_file_leaves_the_other_asked(desk: Desk) -> None:
    first = await asked(desk)
    told = await answer(desk, first, "1: EL 02")

    then = await again(desk, first)
    assert told["state"] == "done"
    assert (then["state"], [one["verdict"] for one in then["verdicts"]]) == ("asked", ["filed", "asked"])
    later = await answer(desk, first, "2: CE 08")
    assert later["state"] == "done"
    assert targets(await again(desk, first)) == [[EL], [CE]]


async def test_the_choices_keep_their_numbers_after_a_partial_answer(desk: Desk) -> None:
    first = await asked(desk)
    told = await answer(desk, first, "1: EL 02")
    before = first["fields"]["choices"]
    assert told["fields"]["choices"][: len(before)] == before
    await answer(desk, first, str(number_of(first, CE)))

    assert targets(await again(desk, first)) == [[EL], [CE]]


@pytest.mark.parametrize("text", ["0", "7", "1, 9"])
async def test_a_number_that_was_not_offered_files_nothing(desk: Desk, text: str) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, text)

    assert told["fields"]["files"][0]["reason"] == "no-such-choice"
    assert told["fields"]["choices"] == first["fields"]["choices"]
    assert (await again(desk, first))["state"] == "asked"
    assert (await desk.export())["documents"] == []


@pytest.mark.both_databases
async def test_an_answered_question_is_not_answered_twice(desk: Desk) -> None:
    first = await unsure(desk)
    await answer(desk, first, "1")
    told = await answer(desk, first, "2")

    assert (told["state"], told["reason"]) == ("refused", "nothing_asked")
    assert told["fields"]["facts"]["answered_at"] is not None
    assert len((await desk.export())["documents"][0]["targets"]) == 1


@pytest.mark.parametrize("sender", [MARIA, PRIYA, DANA])
@pytest.mark.parametrize("text", ["1", "EL 02"])
async def test_nobody_else_answers(desk: Desk, sender: str, text: str) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, text, sender=sender)

    assert (told["state"], told["reason"]) == ("refused", "nothing_asked")
    assert told["fields"]["facts"]["answered_at"] is None
    assert (await again(desk, first))["state"] == "asked"
    assert (await desk.export())["documents"] == []


async def test_a_forged_answer_does_nothing(desk: Desk) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, "1", trust="unauthenticated")

    assert (told["state"], told["reply"]) == ("held", None)
    assert (await again(desk, first))["state"] == "asked"


@pytest.mark.parametrize(("questions", "state"), [(0, "refused"), (1, "done"), (2, "refused")])
async def test_a_bare_number_answers_the_only_open_question(desk: Desk, questions: int, state: str) -> None:
    for number in range(questions):
        await desk.send(subject="ELAC", files=(a_file("ELAC.pdf", b"%d" % number),))
    told = await desk.send(text="1")

    assert told["state"] == state
    assert len((await desk.export())["documents"]) == (questions == 1)


async def test_a_number_in_a_thread_that_is_not_ours_answers_nothing(desk: Desk) -> None:
    await unsure(desk)
    told = await desk.send(text="1", answers=("<theirs@elsewhere.example>",))

    assert (told["state"], told["reason"]) == ("refused", "nothing_asked")
    assert (await desk.export())["documents"] == []


async def test_a_new_file_with_the_answer_is_about_that_file(desk: Desk) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, "1", files=(a_file("new.pdf", b"new"),))

    assert told["state"] == "asked"
    assert (await again(desk, first))["state"] == "asked"
    assert (await desk.export())["documents"] == []


async def test_the_logo_below_an_answer_has_its_verdict(desk: Desk) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, "1", files=(LOGO,))

    assert (told["state"], [one["verdict"] for one in told["verdicts"]]) == ("done", ["not_evidence"])
    assert told["verdicts"][0]["reason"] == "inline-logo"


@pytest.mark.parametrize(("text", "reply"), [("status EL 02", "item_status_shown"), ("help", "help_given")])
async def test_a_verb_in_the_thread_of_a_question_is_no_answer(desk: Desk, text: str, reply: str) -> None:
    first = await unsure(desk)
    told = await answer(desk, first, text)

    assert told["reply"] == reply
    assert (await again(desk, first))["state"] == "asked"


@pytest.mark.parametrize(
    "text",
    [
        "not EL 02, it is for CE 08",
        "EL 02 is what I sent last week, this one is different",
        "Is it for EL 02 or for CE 08?",
        "EL 02?",
    ],
)
async def test_a_code_that_is_not_plainly_meant_files_nothing(desk: Desk, text: str) -> None:
    first = await unsure(desk)
    await answer(desk, first, text)

    assert (await again(desk, first))["state"] == "asked"
    assert (await desk.export())["documents"] == []


async def test_two_choices_of_two_leas_are_a_document_for_each(desk: Desk) -> None:
    first = await desk.send(subject="EL 02", files=(a_file(),), sender=DANA)
    await answer(desk, first, "1, 2", sender=DANA)

    record = await desk.export()
    filed = {one["lea"]: one["targets"] for one in record["documents"]}
    assert filed == {"sierra-vista": ["sv-fpm/I-EL 02"], "coast-range": ["cr-fpm/I-EL 02"]}


@pytest.mark.both_databases
async def test_an_answer_with_bytes_that_are_on_file_by_now_is_a_duplicate(desk: Desk) -> None:
    first = await unsure(desk)
    await desk.send(subject="EL 02", files=(a_file("ELAC.pdf"),), sender=MARIA)
    await answer(desk, first, "EL 02")

    then = await again(desk, first)
    assert (then["state"], [one["verdict"] for one in then["verdicts"]]) == ("done", ["duplicate"])
