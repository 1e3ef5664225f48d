"""Releasing a held message: an operator says whose it is, and it is handled as that person's."""

import pytest

from handlers.hold_again import held_again_by
from handlers.pen import OPERATOR, Keeper
from handlers.references import read_target
from handlers.refusals import NotOneOfYours
from handlers.refusals_people import NotFromPen
from handlers.refuse_held import RefuseHeld, refused_by
from handlers.release_held import RedirectHeld, ReleaseHeld, Which, redirected_by, released_by
from store.unit_of_work import Actor
from tests.builders import ANA, PROGRAMS, Desk, a_file
from tests.handlers.record import MARIA, RENEE, assert_whole, documents, verdicts
from tests.handlers.users import STRANGER, told
from tests.store.rows import history_of

FILES = (a_file(),)


async def let_go(desk: Desk, *numbers: int, address: str | None = None, by: str = OPERATOR) -> list[int]:
    """What the operator does at the terminal."""
    async with desk.store.begin() as uow:
        uow.act_as(Actor(by, "terminal", desk.now))
        said = ReleaseHeld(Which(numbers), address)
        return (await released_by(Keeper(by, desk.now), said, uow)).numbers


async def after(desk: Desk, number: int, address: str = ANA) -> tuple[str, str | None]:
    """State and sender once it was released and handled again."""
    await let_go(desk, number, address=address)
    await desk.work()
    (row,) = [row for row in (await desk.export())["messages"] if row["id"] == number]
    return row["state"], row["sender"]


@pytest.mark.parametrize(("sender", "trust"), [(STRANGER, "authenticated"), (MARIA, "unauthenticated")])
async def test_a_released_mail_is_filed_as_the_persons_and_answered_to_them_alone(
    desk: Desk, sender: str, trust: str
) -> None:
    held = await desk.send(sender=sender, trust=trust, subject="EL 02", files=FILES)
    assert held["state"] == "held"
    assert await after(desk, held["id"]) == ("done", ANA)
    (row,) = (await desk.export())["messages"]
    assert verdicts(row)[0][0] == "filed"
    assert len(await documents(desk)) == 1
    assert await told(desk, "evidence_received") == [ANA]
    assert await history_of(desk.store, f"inbox:{held['id']}") == [
        "received",
        "inbox changed",
        "inbox changed",
        "inbox changed",
    ]
    await assert_whole(desk)


async def test_it_is_the_persons_with_their_rights_and_no_more(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, text="submit EL 02")
    assert (await after(desk, held["id"]))[0] == "refused"


async def test_an_access_request_of_a_stranger_may_be_released(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, text="request access")
    assert held["state"] == "held"
    assert await let_go(desk, held["id"], address=ANA) == [held["id"]]


async def test_what_is_not_held_for_its_sender_is_not_released(desk: Desk) -> None:
    done = await desk.send(sender=ANA, text="help")
    async with desk.store.begin() as uow:
        entry = await uow.entry((await desk.send(sender=ANA, text="status"))["id"])
        assert entry is not None
        entry.state, entry.reason = "held", "broken"
    for number in (done["id"], entry.id, 99):
        with pytest.raises((NotFromPen, NotOneOfYours)):
            await let_go(desk, number, address=ANA)


async def test_the_operator_may_name_anybody_and_is_recorded(desk: Desk) -> None:
    held = await desk.send(sender=RENEE, text="help", trust="unauthenticated")
    assert await after(desk, held["id"], RENEE) == ("done", RENEE)
    async with desk.store.look() as uow:
        told = await uow.last_entries(f"inbox:{held['id']}")
    assert [entry.who for entry in told][1] == OPERATOR


@pytest.mark.both_databases
async def test_the_operator_directs_within_the_persons_reach(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, subject="hello", files=FILES)
    for to, right in (("cr-fpm/EL 02", False), ("EL 02", True)):
        found = read_target(to, PROGRAMS)
        assert found is not None
        said = RedirectHeld(held["id"], found[0], ANA)
        try:
            async with desk.store.begin() as uow:
                await redirected_by(Keeper(OPERATOR, desk.now), said, uow)
        except NotOneOfYours:
            assert not right
    await desk.work()
    (row,) = (await desk.export())["messages"]
    assert verdicts(row) == [("filed", ["sv-fpm/I-EL 02"])]


async def test_the_operator_refuses_and_holds_again(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, subject="EL 02", files=FILES)
    keeper = Keeper(OPERATOR, desk.now)
    async with desk.store.begin() as uow:
        _, notices = await refused_by(keeper, RefuseHeld(Which((held["id"],)), "spam"), uow)
        assert [one.to for one in notices] == [STRANGER]
    assert await after_hold(desk, held["id"], keeper) == "held"
    assert await after(desk, held["id"]) == ("done", ANA)
    assert await after_hold(desk, held["id"], keeper) == "held"
    await assert_whole(desk)


async def after_hold(desk: Desk, number: int, keeper: Keeper) -> str:
    async with desk.store.begin() as uow:
        await held_again_by(keeper, number, uow)
    return str(next(row["state"] for row in (await desk.export())["messages"] if row["id"] == number))
