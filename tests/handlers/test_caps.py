"""How much one address hears of us at most, whatever it sends; and that people at work never notice."""

from datetime import timedelta

import pytest

from handlers.caps import ALIKE, ALL, LEADS_NOWHERE, Told, why_withheld
from handlers.watch_answers import watch_withheld
from tests.builders import ANA, NOW, Desk, a_file

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("told", "leads_nowhere", "why"),
    [
        (Told(0, 0, 0), True, None),
        (Told(4, 0, 4), True, None),
        (Told(5, 0, 5), True, "5 that led nowhere in 24 hours"),
        (Told(5, 0, 5), False, None),
        (Told(0, 29, 199), False, None),
        (Told(0, 30, 30), False, "30 of a kind in 10 minutes"),
        (Told(0, 0, 200), False, "200 in 24 hours"),
    ],
)
def test_each_cap_is_a_number(told: Told, leads_nowhere: bool, why: str | None) -> None:
    assert why_withheld(told, leads_nowhere) == why


async def test_nonsense_is_answered_five_times_a_day(desk: Desk) -> None:
    answers = []
    for _ in range(LEADS_NOWHERE + 3):
        desk.now += MINUTE
        answers.append(await desk.send(subject="qwertz", text="asdf"))

    assert [one["reply"] for one in answers] == ["request_refused"] * LEADS_NOWHERE + [None] * 3
    assert {one["state"] for one in answers} == {"refused"}
    assert answers[-1]["reason"] == "not_understood; answer withheld: 5 that led nowhere in 24 hours"


@pytest.mark.both_databases
async def test_a_day_later_it_is_answered_again(desk: Desk) -> None:
    for _ in range(LEADS_NOWHERE + 1):
        await desk.send(subject="qwertz", text="asdf")
    desk.now = NOW + timedelta(hours=24, minutes=1)

    assert (await desk.send(subject="qwertz", text="asdf"))["reply"] == "request_refused"


async def test_who_erred_five_times_is_still_answered_when_right(desk: Desk) -> None:
    for _ in range(LEADS_NOWHERE + 1):
        await desk.send(subject="qwertz", text="asdf")

    assert (await desk.send(subject="status"))["reply"] == "status_shown"


async def test_of_one_kind_there_are_thirty_in_ten_minutes(desk: Desk) -> None:
    for _ in range(ALIKE):
        assert (await desk.send(subject="status"))["reply"] == "status_shown"
    held = await desk.send(subject="status")
    assert (held["reply"], held["state"]) == (None, "done")
    assert held["reason"] == "answer withheld: 30 of a kind in 10 minutes"

    desk.now = NOW + timedelta(minutes=11)
    assert (await desk.send(subject="status"))["reply"] == "status_shown"


async def test_other_peoples_doings_are_not_counted(desk: Desk) -> None:
    for _ in range(ALIKE):
        await desk.send(subject="status", sender="tokafor@sierravista.example")
    assert (await desk.send(subject="status"))["reply"] == "status_shown"


async def test_who_files_documents_is_thanked_for_each(desk: Desk) -> None:
    for number in range(ALIKE + 5):
        answer = await desk.send(subject="EL 02", files=(a_file(f"{number}.pdf", b"%d" % number),))
        assert answer["reply"] == "evidence_received", number


async def test_nobody_gets_more_than_two_hundred_answers_a_day(desk: Desk) -> None:
    mails = 0
    for number in range(ALL + 20):
        desk.now += timedelta(minutes=2)
        mails += (await desk.send(subject=("status", "help", "contacts")[number % 3]))["reply"] is not None
    assert mails == ALL


async def test_an_operator_can_see_whom_answers_are_withheld_from(desk: Desk) -> None:
    for _ in range(LEADS_NOWHERE + 2):
        await desk.send(subject="qwertz", text="asdf")
    async with desk.store.look() as uow:
        (trouble,) = await watch_withheld(uow, NOW + MINUTE)
        assert await watch_withheld(uow, NOW + timedelta(hours=25)) == []
    assert (trouble.kind, trouble.about) == ("withheld", ANA)
    assert trouble.words.startswith("2 messages of theirs were handled without an answer")
