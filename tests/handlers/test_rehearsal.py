"""A dry run: the answer as in earnest but for the mark, and a record as it was before."""

from typing import Any

import pytest
from sqlalchemy import text

from store.base import Base
from templates import Place, render
from tests.builders import ANA, ANCHOR, Desk, a_file
from tests.handlers.record import GUS, assert_whole, verdicts

OF_MESSAGES = {"inbox", "outbox", "history", "history_head", "file_verdict", "sqlite_sequence"}
CASES: dict[str, dict[str, Any]] = {
    "a filing": {"subject": "EL 02", "files": (a_file(),)},
    "a question": {"subject": "notes", "files": (a_file("notes.pdf", b"notes"),)},
    "two files, one asked": {
        "text": "1: EL 02",
        "files": (a_file(), a_file("notes.pdf", b"notes", number=2)),
    },
    "a refusal": {"subject": "see you", "text": "comment EL 77: hello"},
    "no file": {"subject": "EL 02", "text": "attached"},
    "a comment": {"text": "comment EL 02: hello"},
    "a transcript": {"text": "comment EL 02: hello\n\ncomment EL 77: hello\n\nstatus EL 02"},
    "status": {"text": "status"},
    "help": {"text": "help"},
}


async def record(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is not about messages."""
    tables = [table for table in Base.metadata.tables if table not in OF_MESSAGES]
    async with desk.store.database.reading() as session:
        rows = {table: (await session.execute(text(f'SELECT * FROM "{table}"'))).all() for table in tables}
    return {table: sorted((tuple(row) for row in some), key=repr) for table, some in rows.items()}


def same(fields: dict[str, Any]) -> Any:
    """Without what is this message's own: its number and time."""
    if isinstance(fields, dict):
        own = ("receipt", "received_at", "since", "id", "document", "signed")
        return {key: same(value) for key, value in fields.items() if key not in own}
    return [same(one) for one in fields] if isinstance(fields, list) else fields


@pytest.mark.both_databases
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", ["subject", "text", "address"])
async def test_the_answer_is_the_real_one_and_nothing_is_changed(desk: Desk, case: str, way: str) -> None:
    said, before = CASES[case], await record(desk)
    asked = {
        "subject": said | {"subject": f"Dry run: {said.get('subject', '')}"},
        "text": said | {"text": f"Hi,\n\ndry run\n{said.get('text', '')}"},
        "address": said | {"rehearsal": True},
    }[way]
    rehearsed = await desk.send(**asked)
    assert await record(desk) == before
    assert (rehearsed["reply"], rehearsed["state"], rehearsed["reason"]) == ("rehearsed", "done", "rehearsal")
    assert {verdict for verdict, _ in verdicts(rehearsed)} <= {"not_evidence"}
    told = [(row.template, row.to) for row in await desk.outgoing() if row.to != ANA]
    assert told == []
    await assert_whole(desk)

    real = await desk.send(**said)
    shown = rehearsed["fields"]
    assert (shown["template"], same(shown["fields"])) == (real["reply"], same(real["fields"]))
    notices = sorted((row.to, row.template) for row in await desk.outgoing() if row.to != ANA)
    assert sorted((one["to"], one["template"]) for one in shown["tell"]) == notices
    await assert_whole(desk)


async def test_a_rehearsal_never_silences_the_mail_in_earnest(desk: Desk) -> None:
    said = {"subject": "EL 02", "files": (a_file(),)}
    await desk.send(**said, rehearsal=True)
    real = await desk.send(**said)
    assert verdicts(real) == [("filed", ["sv-fpm/I-EL 02"])]


async def test_a_question_of_a_rehearsal_waits_for_nobody(desk: Desk) -> None:
    asked = await desk.send(subject="dry run", files=(a_file("notes.pdf", b"notes"),))
    answered = await desk.send(text="1", answers=await desk.reply_to(asked["id"]))
    assert answered["reason"] == "nothing_asked"


async def test_rehearsals_among_other_mail(desk: Desk) -> None:
    numbers = await desk.keep(
        {"subject": "EL 02", "files": (a_file("a.pdf", b"a"),)},
        {"subject": "dry run EL 14", "files": (a_file("b.pdf", b"b"),)},
        {"text": "comment CE 08: hello"},
        {"sender": GUS, "text": "dry run: comment hl-audit: hello"},
    )
    await desk.work()
    export = await desk.export()
    rows = {row["id"]: row for row in export["messages"]}
    assert [rows[one]["reason"] for one in numbers] == ["", "rehearsal", "", "rehearsal"]
    assert [document["name"] for document in export["documents"]] == ["a.pdf"]
    await assert_whole(desk)


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "Rehearsal schedule EL 02"},
        {"subject": "Ensayo general EL 02"},
        {"subject": "Re: dry run EL 02"},
        {"subject": "EL 02", "text": "We did a dry run of the election."},
        {"subject": "EL 02 dry run"},
        {"subject": "Dry run EL 02 notes"},
        {"subject": "EL 02", "text": "dry run of the new election was fine"},
    ],
)
async def test_words_about_rehearsals_are_none(desk: Desk, said: dict[str, str]) -> None:
    told = await desk.send(**said, files=(a_file(),))
    assert told["reason"] != "rehearsal"


@pytest.mark.parametrize(
    "said",
    [
        *(
            {"subject": subject, "files": (a_file(),)}
            for subject in ("Dry run", "dry run EL 02", "Dry run: EL 02 notes")
        ),
        {"text": "dry run comment EL 02: hello"},
        {"subject": "EL 02", "text": "Hi,\n\nDry run, please.", "files": (a_file(),)},
    ],
)
async def test_the_ways_to_ask_for_a_rehearsal(desk: Desk, said: dict[str, Any]) -> None:
    assert (await desk.send(**said))["reason"] == "rehearsal"


async def test_a_rehearsed_receipt_promises_nothing(desk: Desk) -> None:
    files = (a_file(), a_file("notes.pdf", b"notes", number=2))
    told = await desk.send(subject="dry run", text="1: EL 02", files=files)
    shown = render("rehearsed", told["fields"], Place("evidence@cais.example", ANCHOR))
    for words in (shown.text, shown.html):
        said = " ".join(words.split())
        assert "In earnest, we would keep the files" in said
        assert [one for one in ("Keep this mail", "D-1", "Reply to this mail") if one in said] == []
