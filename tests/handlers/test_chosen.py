"""What was chosen in a form decides: no question is asked that the choice has answered."""

import pytest

from tests.builders import DANA, Desk, a_file
from tests.handlers.record import MARIA, reasons, verdicts

SV, CR = "sv-fpm/I-EL 02", "cr-fpm/I-EL 02"


@pytest.mark.parametrize("filled", [True, False])
async def test_an_item_and_a_form_that_were_chosen_both_get_the_file(desk: Desk, filled: bool) -> None:
    """In a mail the two may be a slip, and we ask."""
    said = {"text": f"all: {SV}, sv-plan", "filled": filled}
    told = await desk.send(sender=MARIA, files=(a_file("EL 21 roster.pdf"),), **said)
    if filled:
        assert verdicts(told) == [("filed", [SV, "sv-plan"])]
    else:
        assert reasons(told) == ["sources-differ"]


@pytest.mark.parametrize("chosen", [SV, CR])
async def test_of_two_reviews_with_the_code_the_one_that_was_chosen_gets_it(desk: Desk, chosen: str) -> None:
    told = await desk.send(sender=DANA, text=f"all: {chosen} pages 4-9", filled=True, files=(a_file(),))
    assert verdicts(told) == [("filed", [chosen])]


async def test_a_code_that_was_typed_is_read_like_any_other(desk: Desk) -> None:
    told = await desk.send(sender=DANA, text=f"all: {SV}, EL 14", filled=True, files=(a_file(),))
    assert reasons(told) == ["two-readings"]
