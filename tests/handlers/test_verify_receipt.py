"""`verify`: a receipt in anybody's hands, or a document by its bytes; and nothing beyond one's own reach."""

from typing import Any

import pytest

from handlers.capabilities import CAPABILITIES
from handlers.messages import Message
from handlers.script import script_of
from store.signing import signer_from
from tests.builders import ANA, NOW, PROGRAMS, Desk, a_file
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole, verdicts

ROSTER = a_file()


async def filed(desk: Desk, **more: Any) -> dict[str, Any]:
    return await desk.send(subject="EL 02", files=(ROSTER,), **more)


def pasted(row: dict[str, Any], *changes: tuple[str, str]) -> str:
    text = "\n".join(row["fields"]["signed"])
    for was, now in changes:
        assert was in text
        text = text.replace(was, now, 1)
    return f"verify\n\n{text}\n\nThanks\nAna"


async def checked(desk: Desk, text: str, **more: Any) -> dict[str, Any]:
    """The first receipt of the answer."""
    answer = await desk.send(text=text, **more)
    assert (answer["state"], answer["reply"]) == ("done", "receipt_checked")
    first: dict[str, Any] = answer["fields"]["receipts"][0]
    return first


async def test_the_holder_of_a_receipt_learns_that_it_is_genuine_and_where_its_file_is(desk: Desk) -> None:
    row = await filed(desk)
    said = await checked(desk, pasted(row))
    assert (said["receipt"], said["wrong"], said["files"], said["ours"]) == (row["id"], [], 1, False)
    (place,) = said["on_file"]
    assert (place["target"], place["since"]) == ("sv-fpm/I-EL 02", NOW.isoformat())
    await assert_whole(desk)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ([("Verdict: filed", "Verdict: asked")], "signature"),
        ([("Ana Ruiz", "Ana Ruis")], "signature"),
        ([("SHA-256: ", "SHA-256: 0")], "signature"),
        ([("Size: 6", "Size: 7")], "signature"),
        ([("version 1", "version 2")], "form"),
        ([("Digest: ", "Digest ")], "form"),
        ([("Key: ", "Key: 0")], "key"),
        ([("-----END CAIS RECEIPT-----", "")], "cut"),
        ([("-----BEGIN SIGNATURE-----\n", "-----BEGIN SIGNATURE-----\nA")], "signature"),
    ],
)
async def test_one_change_is_found_and_the_check_that_failed_is_named(
    desk: Desk, changes: list[tuple[str, str]], wrong: str
) -> None:
    row = await filed(desk)
    said = await checked(desk, pasted(row, *changes))
    assert said == {"receipt": None, "wrong": [wrong], "ours": False, "files": 0, "on_file": []}


async def test_who_got_a_receipt_from_somebody_else_learns_no_more_than_its_words(desk: Desk) -> None:
    row = await filed(desk)
    said = await checked(desk, pasted(row), sender=PRIYA)
    assert said == {"receipt": row["id"], "wrong": [], "ours": False, "files": 1, "on_file": []}
    assert (await checked(desk, pasted(row), sender=MARIA))["on_file"] != []


@pytest.mark.both_databases
async def test_the_state_sees_what_was_submitted_and_nothing_before(desk: Desk) -> None:
    row = await filed(desk)
    assert (await checked(desk, pasted(row), sender=HELEN))["on_file"] == []
    async with desk.store.begin() as uow:
        for document in await uow.documents_of_message(row["id"]):
            document.filings[0].submitted_at = NOW
            uow.changed(document.filings[0])
    assert len((await checked(desk, pasted(row), sender=HELEN))["on_file"]) == 1
    assert (await checked(desk, pasted(row), sender=PRIYA))["on_file"] == []


@pytest.mark.both_databases
async def test_a_receipt_of_another_service_is_none_of_ours(desk: Desk) -> None:
    row = await filed(desk)
    object.__setattr__(desk.store, "signer", signer_from(b"\1" * 32))
    assert (await checked(desk, pasted(row)))["wrong"] == ["key"]


async def test_several_receipts_are_each_checked(desk: Desk) -> None:
    first, second = await filed(desk), await desk.send(subject="CE 08", files=(a_file("b", b"b"),))
    text = pasted(first).partition("\n\nThanks")[0] + "\n" + pasted(second, ("filed", "Filed"))
    answer = await desk.send(text=text)
    assert [one["wrong"] for one in answer["fields"]["receipts"]] == [[], ["signature"]]


async def test_a_bare_verify_in_reply_to_a_receipt_checks_our_own_copy(desk: Desk) -> None:
    row = await filed(desk)
    answers = await desk.reply_to(row["id"])
    for how in ({"text": "verify", "answers": answers}, {"text": f"verify R-{row['id']}"}):
        said = await checked(desk, **how)
        assert (said["receipt"], said["wrong"], said["ours"]) == (row["id"], [], True)


async def test_another_ones_receipt_is_like_none(desk: Desk) -> None:
    row = await filed(desk)
    for sender in (PRIYA, MARIA):
        answer = await desk.send(sender=sender, text="verify", answers=await desk.reply_to(row["id"]))
        assert answer["reason"] == "not_said_right"
        theirs = await desk.send(sender=sender, text=f"verify R-{row['id']}")
        nobodys = await desk.send(sender=sender, text="verify R-99999")
        assert theirs["reason"] == nobodys["reason"] == "not_one_of_yours"


async def test_a_document_is_known_by_its_bytes_and_is_not_filed(desk: Desk) -> None:
    await filed(desk)
    same = a_file("another name.pdf", b"roster")
    answer = await desk.send(text="verify", files=(same, a_file("logo.png", b"logo", 2, role="decoration")))
    (said,) = answer["fields"]["files"]
    assert [place["target"] for place in said["on_file"]] == ["sv-fpm/I-EL 02"]
    assert verdicts(answer) == [("not_evidence", []), ("not_evidence", [])]
    assert [one["reason"] for one in answer["verdicts"]] == ["only-compared", "decoration"]
    await assert_whole(desk)


async def test_another_leas_document_is_like_unknown_bytes(desk: Desk) -> None:
    await filed(desk)
    theirs = await desk.send(sender=PRIYA, subject="verify", files=(ROSTER,))
    nobodys = await desk.send(sender=PRIYA, subject="verify", files=(a_file("roster.pdf", b"never"),))
    assert theirs["fields"]["files"][0]["on_file"] == nobodys["fields"]["files"][0]["on_file"] == []
    assert theirs["fields"].keys() == nobodys["fields"].keys()


@pytest.mark.both_databases
async def test_nothing_to_check_is_taught_the_form(desk: Desk) -> None:
    answer = await desk.send(text="verify")
    assert (answer["reason"], answer["fields"]["facts"]["verb"]) == ("not_said_right", "verify")


async def test_a_checked_receipt_in_a_rehearsal_is_checked(desk: Desk) -> None:
    row = await filed(desk)
    answer = await desk.send(text=f"dry run\n{pasted(row)}")
    assert (answer["reply"], answer["fields"]["fields"]["receipts"][0]["wrong"]) == ("rehearsed", [])


@pytest.mark.parametrize(
    "text",
    [
        "verify that you got this",
        "verify EL 02",
        "verify R-17 and R-18",
        "verified",
        "verify the roster please?",
    ],
)
async def test_prose_with_a_document_is_about_the_document(desk: Desk, text: str) -> None:
    message = desk.message(1, text=text, files=(ROSTER,))
    assert script_of(message, CAPABILITIES, PROGRAMS).steps == ()


@pytest.mark.parametrize(
    "text", ["verify", "Verify.", "verify receipt", "verify R-17", "please verify these files"]
)
def test_it_is_asked_for_in_one_word_or_two(text: str) -> None:
    message = Desk(None).message(1, text=text, sender=ANA)  # type: ignore[arg-type]
    assert isinstance(message, Message)
    (step,) = script_of(message, CAPABILITIES, PROGRAMS).steps
    assert step.command is not None
