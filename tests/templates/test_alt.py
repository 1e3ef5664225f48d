"""What a picture shows, in words: the whole of it, or as many whole lines as have room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.alt import NO_ALT, Alt

WHOLE = Alt("Head", ["one", "two", "three"], 2, "And {} more".format, "And {} more: timeline".format)


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (100, "Head. one. two. three. And 2 more."),
        (34, "Head. one. two. three. And 2 more."),
        (33, "Head. one. And 4 more: timeline."),
        (31, "Head. And 5 more: timeline."),
        (27, "Head. And 5 more: timeline."),
        (26, "Head…"),
    ],
)
def test_it_ends_at_a_whole_line_and_says_how_many_more(most: int, told: str) -> None:
    assert WHOLE.within(most) == told


def test_nothing_is_nothing() -> None:
    assert (str(NO_ALT), NO_ALT.within(10)) == ("", "")


@given(most=st.integers(1, 60))
def test_it_is_never_longer(most: int) -> None:
    assert len(WHOLE.within(most)) <= most
    assert len(Alt("x" * 50).within(most)) <= most
