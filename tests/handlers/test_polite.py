"""A polite word below an answer of ours is not answered; what may have lost its file, or asks, is."""

from typing import Any

import pytest

from tests.builders import Desk, a_file

SUBJECT = "Re: EL 02 photo of the poster"
POLITE = [
    "Thanks!",
    "ok",
    "OK, thank you\n\nMaria",
    "Got it, thanks",
    "Received, thanks",
    "Gracias",
    "Noted.",
]


async def replied(desk: Desk, first: dict[str, Any], text: str, **said: Any) -> dict[str, Any]:
    return await desk.send(subject=SUBJECT, text=text, answers=await desk.reply_to(first["id"]), **said)


@pytest.mark.parametrize("text", POLITE)
async def test_a_polite_word_below_a_receipt_is_not_answered(desk: Desk, text: str) -> None:
    filed = await desk.send(subject="EL 02 photo of the poster", files=(a_file("poster.jpg"),))
    assert filed["state"] == "done"
    told = await replied(desk, filed, text)
    assert (told["state"], told["reason"], told["reply"]) == ("ignored", "thanks, and nothing else", None)


@pytest.mark.parametrize("text", ["ok", "Thanks!"])
async def test_below_a_question_and_below_a_no_it_is_answered(desk: Desk, text: str) -> None:
    asked = await desk.send(subject="poster", files=(a_file("poster.jpg"),))
    assert asked["state"] == "asked"
    assert (await replied(desk, asked, text))["reply"] == "request_refused"
    lost = await desk.send(subject="EL 02")
    assert (lost["state"], lost["reason"]) == ("refused", "no_file_came")
    assert (await replied(desk, lost, text))["reply"] == "request_refused"


@pytest.mark.parametrize(
    "text", ["Thanks, but which pages?", "ok, here is EL 03", "Thanks, EL 03 is attached"]
)
async def test_more_than_a_polite_word_is_answered(desk: Desk, text: str) -> None:
    filed = await desk.send(subject="EL 02", files=(a_file("poster.jpg"),))
    assert (await replied(desk, filed, text))["reply"] is not None


@pytest.mark.parametrize("subject", ["EL 02", "Re: EL 02"])
async def test_below_nothing_of_ours_a_code_may_have_lost_its_file(desk: Desk, subject: str) -> None:
    told = await desk.send(subject=subject, text="Thanks!")
    assert (told["state"], told["reason"]) == ("refused", "no_file_came")


async def test_below_another_persons_receipt_it_is_answered(desk: Desk) -> None:
    filed = await desk.send(subject="EL 02", files=(a_file("poster.jpg"),))
    told = await replied(desk, filed, "Thanks!", sender="pnair@coastrange.example")
    assert told["reply"] == "request_refused"
