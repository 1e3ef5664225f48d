"""A slip in a verb is answered with the form that works, and nothing is done."""

import pytest

from tests.builders import Desk
from tests.handlers.record import MARIA


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("submitt EL 2", "submit"),
        ("statment EL 11: we get no such funds", "statement"),
        ("hisory CE 08", "history"),
        ("reqest agreement CE 08 until June 1", "request agreement"),
        ("withdaw D-1", "withdraw"),
    ],
)
async def test_a_slip_is_told_with_the_form_that_works(desk: Desk, text: str, verb: str) -> None:
    answer = await desk.send(sender=MARIA, text=text)
    assert (answer["reason"], answer["fields"]["facts"]["verb"]) == ("not_said_right", verb)


@pytest.mark.parametrize(
    "text", ["hello there", "The submission is late", "EL 02 attached", "statute 12", "oops"]
)
async def test_a_sentence_is_no_slip(desk: Desk, text: str) -> None:
    assert (await desk.send(sender=MARIA, text=text))["reason"] != "not_said_right"
