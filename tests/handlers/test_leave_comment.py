"""Comments: kept, told to everyone with a role there, and to nobody else."""

import pytest

from store.models import Comment
from tests.builders import ANA, Desk
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole
from tests.handlers.reviewing import LUIS, SAM, TOM, bring_review, rows, told


async def test_a_comment_reaches_the_lea_and_the_instruments_reviewers(desk: Desk) -> None:
    answer = await desk.send(sender=ANA, text="comment EL 02: the roster is on page 4\n\nThanks,\nAna")
    assert (answer["state"], answer["reply"]) == ("done", "comment_made")
    assert await told(desk, "comment_heard") == sorted([HELEN, LUIS, MARIA, TOM])
    heard = next(row for row in await desk.outgoing() if row.template == "comment_heard")
    assert heard.fields["text"] == ["the roster is on page 4"]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_monitor_of_two_reviews_is_asked_which(desk: Desk) -> None:
    answer = await desk.send(sender=HELEN, text="comment EL 02: which pages?")
    assert (answer["state"], answer["reason"]) == ("refused", "which_one")
    answer = await desk.send(sender=HELEN, text="comment EL 02 of Sierra Vista Unified: which pages?")
    assert answer["state"] == "done"
    assert PRIYA not in await told(desk, "comment_heard")


@pytest.mark.parametrize("text", ["comment sv-fpm/EL 02: hello", "comment EL 02 of Sierra Vista Unified: hi"])
async def test_another_leas_item_is_like_none(desk: Desk, text: str) -> None:
    foreign = await desk.send(sender=PRIYA, text=text)
    nowhere = await desk.send(sender=PRIYA, text=text.replace("sv-fpm", "xx-fpm").replace("Sierra", "Xanadu"))
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    assert await told(desk, "comment_heard") == []


async def test_a_comment_without_words_is_taught_the_form(desk: Desk) -> None:
    answer = await desk.send(sender=ANA, text="comment EL 02")
    assert (answer["reason"], answer["fields"]["facts"]["lacks"]) == (
        "not_said_right",
        "what you want to say",
    )


async def test_a_whole_review_and_one_instrument_of_it_can_be_commented_on(desk: Desk) -> None:
    assert (await desk.send(sender=ANA, text="comment sv-fpm: who is at the exit meeting?"))[
        "state"
    ] == "done"
    assert await told(desk, "comment_heard") == sorted([HELEN, LUIS, MARIA, SAM, TOM])
    answer = await desk.send(sender=MARIA, text="comment el on sv-fpm: all rosters are here")
    assert (answer["state"], answer["fields"]["told"]) == ("done", 3)
    assert (await told(desk, "comment_heard")).count(SAM) == 1
    assert [(row.target, row.instrument) for row in await rows(desk, Comment)] == [
        ("sv-fpm", None),
        ("sv-fpm/EL", "EL"),
    ]
    await assert_whole(desk)


@pytest.mark.parametrize("text", ["comment sv-fpm: hello", "comment EL on sv-fpm: hello"])
async def test_another_leas_review_is_like_none(desk: Desk, text: str) -> None:
    foreign = await desk.send(sender=PRIYA, text=text)
    nowhere = await desk.send(sender=PRIYA, text=text.replace("sv-", "xx-"))
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    assert foreign["fields"]["facts"]["what"] == nowhere["fields"]["facts"]["what"]


async def test_an_instrument_that_the_review_does_not_ask_is_none(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text="comment ME on sv-fpm: hello")
    assert (answer["reason"], answer["fields"]["facts"]["what"]) == ("not_one_of_yours", "instrument")


async def test_a_closed_review_takes_no_comments(desk: Desk) -> None:
    await bring_review(desk, "completed", "sv-fpm")
    for text in ("comment sv-fpm: hello", "comment EL on sv-fpm: hello", "comment EL 02: hello"):
        assert (await desk.send(sender=MARIA, text=text))["reason"] == "not_one_of_yours"
