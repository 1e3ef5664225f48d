"""Robots face to face for a day: with all signs on their mail they stop at once, with none at the caps."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest

from handlers.caps import ALL, LEADS_NOWHERE
from tests.builders import NOW
from tests.walks.face_to_face import MINUTE, House, Letter, let_run, without_signs

A, B, C, ROBOT = (
    "evidence@cais.example",
    "evidence@other.example",
    "evidence@third.example",
    "robot@district.example",
)


@pytest.fixture
async def houses(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[list[House]]:
    """Three services, each of which takes the other two and a robot for people it knows."""
    async with AsyncExitStack() as closing:
        found = [await House.open(one, sqlite_template, tmp_path / one[9:], closing) for one in (A, B, C)]
        for house in found:
            await house.knows(*({A, B, C, ROBOT} - {house.mailbox}))
        yield found


def mail(sender: str, to: str, subject: str = "status", text: str = "hello", number: int = 0) -> Letter:
    raw = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <h{number}@robot.example>\r\n\r\n{text}\r\n"
    return Letter(sender, to, raw.encode())


def as_it_is(letter: Letter) -> Sequence[Letter]:
    return [letter]


async def test_two_services_stop_after_one_answer(houses: list[House]) -> None:
    assert await let_run(houses[:2], mail(B, A), as_it_is) == 1


async def test_our_own_address_in_from_is_not_answered(houses: list[House]) -> None:
    assert await let_run(houses[:1], mail(A, A), as_it_is) == 0


async def test_three_parties_in_a_ring_stop_too(houses: list[House]) -> None:
    """Each one's answers are passed on to the next one in the writer's name."""
    following = {A: B, B: C, C: A}

    def passed_on(letter: Letter) -> Sequence[Letter]:
        return [Letter(letter.sender, following[letter.to], letter.raw)] if letter.to in following else []

    assert await let_run(houses, mail(B, A), passed_on) <= 2


async def test_two_services_whose_signs_are_stripped_stop_at_the_caps(houses: list[House]) -> None:
    numbers = count(1)

    def stripped(letter: Letter) -> Sequence[Letter]:
        sender = B if letter.to == A else A
        return [without_signs(letter, sender, letter.to, next(numbers))]

    assert await let_run(houses[:2], mail(B, A, "qwertz"), stripped) <= 2 * LEADS_NOWHERE


async def test_three_services_around_a_robot_that_copies_to_all_stop_at_the_caps(houses: list[House]) -> None:
    numbers = count(1)

    def copied(letter: Letter) -> Sequence[Letter]:
        return [without_signs(letter, ROBOT, to, next(numbers)) for to in (A, B, C)]

    assert await let_run(houses, mail(ROBOT, A, "qwertz"), copied) <= 3 * LEADS_NOWHERE


async def test_a_hostile_responder_that_writes_like_a_person_gets_five_answers(houses: list[House]) -> None:
    """It writes every ten minutes whether it is answered or not, and never the same."""
    said = 0
    for number in range(24 * 6):
        letter = mail(ROBOT, A, "hm?", f"What do you mean? {number}", number)
        begin = NOW + 10 * MINUTE * number
        said = await let_run(houses[:1], letter, lambda _: (), begin)
    assert said == LEADS_NOWHERE


async def test_a_responder_that_always_asks_something_sensible_stops_at_two_hundred(
    houses: list[House],
) -> None:
    numbers = count(1)

    def asks_again(letter: Letter) -> Sequence[Letter]:
        return [mail(letter.to, A, number=next(numbers))]

    assert await let_run(houses[:1], mail(ROBOT, A), asks_again, step=6) == ALL
