"""Fact sheet 2 through the core: what is filed, what is asked, what is kept."""

from tests.builders import DANA, Desk, a_file


async def test_a_code_in_the_subject_files_the_document(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(),))

    assert told["state"] == "done"
    assert told["verdicts"] == [
        {
            "file": "roster.pdf",
            "sha256": a_file().sha256,
            "verdict": "filed",
            "targets": ["sv-fpm/I-EL 02"],
            "reason": "",
        }
    ]
    assert told["reply"] == "evidence_received"
    print(told["fields"])


async def test_no_code_is_asked_and_answered_by_a_number(desk: Desk) -> None:
    told = await desk.send(subject="our roster", files=(a_file("ELAC roster.pdf"),))
    assert told["state"] == "asked"
    assert told["fields"]["choices"][0]["code"] == "I-EL 02"
    answered = await desk.send(text="1", answers=await desk.reply_to(told["id"]))
    assert answered["state"] == "done", answered
    record = await desk.export()
    assert record["messages"][0]["verdicts"][0]["verdict"] == "filed"
    assert record["messages"][0]["state"] == "done"
