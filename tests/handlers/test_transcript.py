"""Several commands: each done or refused by itself, and one answer that tells of each."""

from typing import Any

import pytest

from tests.builders import ANA, Desk, a_file
from tests.handlers.record import HELEN, assert_whole, verdicts


def steps(told: dict[str, Any]) -> list[tuple[str, bool, str]]:
    return [(one["said"], one["done"], one["template"]) for one in told["fields"]["steps"]]


async def comments(desk: Desk) -> int:
    return sum(row.template == "comment_heard" for row in await desk.outgoing())


@pytest.mark.both_databases
async def test_each_is_done_or_refused_by_itself(desk: Desk) -> None:
    text = "status EL 02\ncomment EL 02: first\n\ncomment EL 77: none\n\ncomment EL 14\nstatus UCP 77\ncomment CE 08: last"
    told = await desk.send(text=text)
    assert (told["state"], told["reason"], told["reply"]) == ("done", "3 of 6 refused", "transcript_given")
    assert steps(told) == [
        ("status EL 02", True, "item_status_shown"),
        ("comment EL 02", True, "comment_made"),
        ("comment EL 77", False, "request_refused"),
        ("comment EL 14", False, "request_refused"),
        ("status UCP 77", False, "request_refused"),
        ("comment CE 08", True, "comment_made"),
    ]
    assert [one["fields"].get("refusal") for one in told["fields"]["steps"]].count("not_one_of_yours") == 2
    assert await comments(desk) > 0
    await assert_whole(desk)


async def test_when_all_are_refused_the_message_is(desk: Desk) -> None:
    told = await desk.send(text="comment EL 77: a\n\ncomment EL 78: b")
    assert (told["state"], told["reason"], await comments(desk)) == ("refused", "not_one_of_yours", 0)
    await assert_whole(desk)


async def test_files_come_first_and_have_one_verdict_each(desk: Desk) -> None:
    logo = a_file("logo.png", b"logo", number=3, role="decoration")
    files = (a_file(), a_file("scan.pdf", b"scan", number=2), logo)
    told = await desk.send(
        subject="Evidence", text="comment EL 02: the roster is first\n\nstatus EL 02", files=files
    )
    assert [said for said, _, _ in steps(told)] == ["", "comment EL 02", "status EL 02"]
    assert len(verdicts(told)) == 3
    await assert_whole(desk)


async def test_a_file_is_filed_and_what_is_on_file_is_told_in_the_same_answer(desk: Desk) -> None:
    told = await desk.send(text="status EL 02", subject="EL 02", files=(a_file(),))
    assert steps(told) == [("", True, "evidence_received"), ("status EL 02", True, "item_status_shown")]
    assert told["fields"]["steps"][1]["fields"]["items"][0]["on_file"] == 1
    assert verdicts(told) == [("filed", ["sv-fpm/I-EL 02"])]
    await assert_whole(desk)


async def test_a_file_we_ask_about_makes_the_whole_a_question(desk: Desk) -> None:
    told = await desk.send(text="status", subject="notes", files=(a_file("notes.pdf", b"notes"),))
    assert (told["state"], told["reason"]) == ("asked", "no-code")


async def test_a_file_from_who_may_send_none_stops_no_command(desk: Desk) -> None:
    told = await desk.send(sender=HELEN, text="comment sv-fpm/EL 02: thank you", files=(a_file(),))
    assert steps(told) == [("", False, "request_refused"), ("comment sv-fpm/EL 02", True, "comment_made")]
    assert [verdict for verdict, _ in verdicts(told)] == ["refused"]
    assert await comments(desk) > 0
    await assert_whole(desk)


async def test_one_command_answers_as_itself(desk: Desk) -> None:
    told = await desk.send(text="comment EL 02: hello\n\nThanks,\nAna")
    assert told["reply"] == "comment_made"


async def test_lines_that_are_none_are_counted(desk: Desk) -> None:
    told = await desk.send(text="status EL 02\nand the other one\nstatus CE 08")
    assert (told["fields"]["left"], len(steps(told))) == (1, 2)


async def test_what_is_doubtful_is_not_done_and_says_why(desk: Desk) -> None:
    told = await desk.send(sender=ANA, text="comment EL 02: hello", differs=True)
    assert (told["state"], told["reason"], told["fields"]["facts"]["doubt"]) == (
        "refused",
        "not_sure",
        "differs",
    )
    assert await comments(desk) == 0


async def test_a_refused_one_leaves_nothing_behind_in_a_batch_with_others(desk: Desk) -> None:
    numbers = await desk.keep(
        {"text": "comment EL 02: one\n\ncomment EL 77: two"},
        {"subject": "EL 02", "files": (a_file(),)},
        {"text": "status"},
    )
    await desk.work()
    rows = {row["id"]: row for row in (await desk.export())["messages"]}
    assert [rows[number]["state"] for number in numbers] == ["done", "done", "done"]
    await assert_whole(desk)
