"""Which message of ours an answer goes on: by whatever trace is left of it, and never as an authority."""

from typing import Any

import pytest
from sqlalchemy import select

from handlers.messages import Sender
from handlers.threads import Thread, thread_of
from store.models import PersonAddress
from store.outbox import OutboxEntry
from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.verbs import a_message

MARIA = "mdelgado@sierravista.example"
EL02, CE08 = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08"
ROSTER, MORE = a_file("roster.pdf", b"roster"), a_file("more.pdf", b"more")
BASES = ("address", "header", "subject", "text")
TRACES: dict[str, str] = {
    "address": "hints",
    "header": "answers",
    "subject": "subject_tags",
    "text": "text_tags",
}


async def sent(desk: Desk, number: int, template: str = "") -> OutboxEntry:
    """Our answer to a message."""
    rows = [row for row in await desk.outgoing() if row.in_answer_to == number]
    return next(row for row in rows if not template or row.template == template)


def traces(row: OutboxEntry, *but: str) -> dict[str, Any]:
    """Everything that an answer to this message of ours has, but for some of it."""
    reference, own = (f"r{row.id}-{row.token}",), (row.message_id or "",)
    all_of = {"hints": reference, "answers": own, "subject_tags": reference, "text_tags": reference}
    return {name: value for name, value in all_of.items() if name not in {TRACES[one] for one in but}}


async def about_el02(desk: Desk, **said: Any) -> OutboxEntry:
    """Our receipt for a file that was filed to EL 02."""
    receipt = await desk.send(subject="EL 02", files=(ROSTER,), **said)
    assert receipt["verdicts"][0]["targets"] == [EL02]
    return await sent(desk, receipt["id"])


async def found(desk: Desk, **said: Any) -> Thread | None:
    async with desk.store.begin() as uow:
        return await thread_of(a_message(**said), uow)


def targets(row: dict[str, Any]) -> list[list[str]]:
    return [one["targets"] for one in row["verdicts"]]


# --- anchors


@pytest.mark.both_databases
@pytest.mark.parametrize("only", BASES)
async def test_one_trace_that_is_left_finds_the_thread(desk: Desk, only: str) -> None:
    row = await about_el02(desk)
    left = traces(row, *(one for one in BASES if one != only))
    thread = await found(desk, subject="Re: ours", **left)
    assert thread is not None
    assert (thread.sent.id, thread.basis, thread.sure) == (row.id, only, True)


@pytest.mark.both_databases
@pytest.mark.parametrize("gone", BASES)
async def test_the_most_trusted_trace_that_is_left_is_the_basis(desk: Desk, gone: str) -> None:
    row = await about_el02(desk)
    thread = await found(desk, subject="Re: ours", **traces(row, gone))
    assert thread is not None
    assert thread.basis == next(one for one in BASES if one != gone)


@pytest.mark.parametrize("only", BASES)
async def test_a_file_without_a_code_goes_where_the_answered_message_says(desk: Desk, only: str) -> None:
    row = await about_el02(desk)
    left = traces(row, *(one for one in BASES if one != only))
    answer = await desk.send(subject="Re: ours", text="One more page.", files=(MORE,), **left)
    assert (answer["state"], targets(answer)) == ("done", [[EL02]])
    assert answer["fields"]["thread"]["how"] == "filed"


@pytest.mark.both_databases
@pytest.mark.parametrize("only", BASES)
async def test_a_question_is_answered_by_any_trace(desk: Desk, only: str) -> None:
    question = await desk.send(subject="for the review", files=(ROSTER,))
    assert question["state"] == "asked"
    left = traces(await sent(desk, question["id"]), *(one for one in BASES if one != only))
    await desk.send(subject="other", files=(MORE,))  # now two questions are open
    answer = await desk.send(subject="Re: ours", text="EL 02", **left)
    assert answer["fields"]["files"][0]["targets"][0]["name"] == EL02


@pytest.mark.both_databases
@pytest.mark.parametrize("only", BASES)
async def test_a_bare_verify_finds_its_receipt_by_any_trace(desk: Desk, only: str) -> None:
    left = traces(await about_el02(desk), *(one for one in BASES if one != only))
    answer = await desk.send(subject="Re: ours", text="verify", **left)
    assert answer["fields"]["receipts"][0]["ours"]


@pytest.mark.both_databases
@pytest.mark.parametrize("trace", ["hints", "subject_tags", "text_tags"])
@pytest.mark.parametrize(
    "wrong", ["r{0}-0000000000000000", "b{0}-{1}", "r{2}-{1}", "r999999-{1}", "r{0}-{1}0"]
)
async def test_a_wrong_token_is_no_trace(desk: Desk, trace: str, wrong: str) -> None:
    row, other = await about_el02(desk), await about_el02(desk, sender=MARIA)
    said = wrong.format(row.id, row.token, other.id)
    assert await found(desk, subject="Re: ours", **{trace: (said,)}) is None


@pytest.mark.both_databases
async def test_two_traces_that_disagree_ask(desk: Desk) -> None:
    row = await about_el02(desk)
    other = await sent(desk, (await desk.send(subject="CE 08", files=(MORE,)))["id"])
    said = traces(row, "header") | {"answers": (other.message_id,)}
    thread = await found(desk, subject="Re: ours", **said)
    assert thread is not None
    assert (thread.sent.id, thread.sure) == (row.id, False)
    answer = await desk.send(subject="Re: ours", files=(a_file("new.pdf", b"new"),), **said)
    assert (answer["state"], answer["fields"]["thread"]["how"]) == ("asked", "unsure")
    assert answer["fields"]["choices"][0]["target"] == EL02


async def test_an_address_out_of_an_address_book_files_nothing(desk: Desk) -> None:
    """Programs complete addresses: the secret one of March comes back in a new mail of June."""
    left = traces(await about_el02(desk), "header", "subject", "text")
    answer = await desk.send(subject="our new roster", files=(MORE,), **left)
    assert (answer["state"], answer["fields"]["thread"]["how"]) == ("asked", "unsure")


async def test_a_forward_is_no_answer(desk: Desk) -> None:
    said = traces(await about_el02(desk)) | {"forwarded": True}
    assert await found(desk, **said) is None
    answer = await desk.send(subject="Fwd: ours", files=(MORE,), **said)
    assert (answer["state"], answer["fields"]["thread"]) == ("asked", None)


async def test_codes_in_what_was_passed_on_are_only_offered(desk: Desk) -> None:
    answer = await desk.send(subject="Fwd: see", files=(MORE,), forwarded=True, quoted="Here is CE 08")
    assert answer["state"] == "asked"
    assert answer["fields"]["choices"][0]["target"] == CE08


# --- what it may say


async def test_a_code_of_the_mails_own_counts_and_the_difference_is_said(desk: Desk) -> None:
    said = traces(await about_el02(desk))
    answer = await desk.send(subject="Re: ours", text="CE 08", files=(MORE,), **said)
    assert (targets(answer), answer["fields"]["thread"]["how"]) == ([[CE08]], "own")


async def test_an_old_subject_against_the_thread_is_asked_about(desk: Desk) -> None:
    said = traces(await about_el02(desk))
    answer = await desk.send(subject="Re: CE 08", files=(MORE,), **said)
    assert (answer["state"], answer["fields"]["thread"]["how"]) == ("asked", "inherited")
    assert {choice["target"] for choice in answer["fields"]["choices"]} == {EL02, CE08}


async def test_the_same_code_needs_no_word(desk: Desk) -> None:
    said = traces(await about_el02(desk))
    answer = await desk.send(subject="Re: EL 02", files=(MORE,), **said)
    assert (targets(answer), answer["fields"]["thread"]) == ([[EL02]], None)


@pytest.mark.both_databases
async def test_a_message_about_several_things_is_asked_about_with_those_first(desk: Desk) -> None:
    both = (a_file("EL 02.pdf", b"1"), a_file("CE 08.pdf", b"2", 2))
    row = await sent(desk, (await desk.send(files=both))["id"])
    assert set(row.about or ()) == {EL02, CE08}
    answer = await desk.send(subject="Re: ours", files=(MORE,), **traces(row))
    assert (answer["state"], answer["fields"]["thread"]["how"]) == ("asked", "several")
    assert {choice["target"] for choice in answer["fields"]["choices"][:2]} == {EL02, CE08}


async def test_our_own_guess_in_a_question_is_no_target(desk: Desk) -> None:
    question = await desk.send(subject="for the review", files=(ROSTER,))
    row = await sent(desk, question["id"])
    answer = await desk.send(subject="Re: ours", files=(MORE,), **traces(row))
    assert answer["state"] == "asked"


async def test_an_answer_about_what_was_judged_changes_nothing_there(desk: Desk) -> None:
    row = await about_el02(desk)
    async with desk.store.begin() as uow:
        (item,) = [one for one in await uow.all_items(["sierra-vista"]) if one.target == EL02]
        item.status = "meets"
        for finding in (await uow.findings([item.id])).values():
            finding.status = "resolved"
    answer = await desk.send(subject="Re: ours", files=(MORE,), **traces(row))
    assert (answer["state"], answer["fields"]["thread"]["how"]) == ("asked", "closed")


async def test_an_answered_question_says_so(desk: Desk) -> None:
    question = await desk.send(subject="for the review", files=(ROSTER,))
    said = traces(await sent(desk, question["id"]))
    await desk.send(subject="Re: ours", text="EL 02", **said)
    again = await desk.send(subject="Re: ours", text="1", **said)
    assert (again["state"], again["fields"]["refusal"]) == ("refused", "nothing_asked")
    assert again["fields"]["facts"]["answered_at"]


async def test_a_comment_in_a_thread_needs_no_code(desk: Desk) -> None:
    said = traces(await about_el02(desk))
    answer = await desk.send(subject="Re: ours", text="comment: page 2 has the election", **said)
    assert (answer["reply"], answer["fields"]["code"]) == ("comment_made", "I-EL 02")
    alone = await desk.send(subject="hello", text="comment: page 2 has the election")
    assert (alone["state"], alone["fields"]["refusal"]) == ("refused", "not_said_right")


async def test_an_answer_to_a_comment_goes_where_the_comment_is(desk: Desk) -> None:
    await desk.send(sender=ANA, text="comment EL 02: which pages show the election?")
    heard = next(row for row in await desk.outgoing() if row.template == "comment_heard" and row.to == MARIA)
    assert heard.about == [EL02]
    answer = await desk.send(sender=MARIA, subject="Re: ours", files=(MORE,), **traces(heard, "address"))
    assert targets(answer) == [[EL02]]


# --- a token is no authority


@pytest.mark.both_databases
async def test_nobody_else_gets_anywhere_with_a_token(desk: Desk) -> None:
    """Each of the sample's people with the token of Sierra Vista's thread: only its own people file there,
    and the others' answers are word for word those to a token of nobody."""
    row = await about_el02(desk)
    async with desk.store.database.reading() as session:
        people = list((await session.scalars(select(PersonAddress.address))).all())
    assert len(people) >= 8
    unknown = {"hints": ("r99999-0123456789abcdef",)}
    for number, address in enumerate(people):
        file = a_file(f"page {number}.pdf", str(number).encode())
        if address == DANA:  # serves both LEAs
            continue
        mine = await desk.send(sender=address, subject="Re: ours", files=(file,), **traces(row))
        other = await desk.send(sender=address, subject="Re: ours", files=(file,), **unknown)
        if address.endswith("@sierravista.example"):
            assert mine["fields"].get("thread") is not None or mine["state"] == "refused", address
            continue
        assert EL02 not in str(mine["verdicts"]), address
        assert mine["state"] == other["state"], address
        assert mine["fields"].get("thread") == other["fields"].get("thread") is None, address
        shown = [choice["target"] for choice in mine["fields"].get("choices", [])]
        assert shown == [choice["target"] for choice in other["fields"].get("choices", [])], address


def test_the_senders_authority_is_not_in_the_token() -> None:
    assert a_message().sender == Sender("a@b.example", "authenticated", "test")
