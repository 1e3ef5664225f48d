"""Releasing a held message: an operator says whose it is, and it is handled as that person's."""

import pytest

from tests.builders import ANA, Desk, a_file
from tests.handlers.record import MARIA, assert_whole, documents, verdicts
from tests.handlers.users import STRANGER, told
from tests.store.rows import history_of

FILES = (a_file(),)


async def after(desk: Desk, number: int, address: str = ANA) -> tuple[str, str | None]:
    """State and sender once it was released and handled again."""
    assert await desk.store.inbox.release(number, address)
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
        "inbox released",
        "inbox changed",
    ]
    await assert_whole(desk)


async def test_it_is_the_persons_with_their_rights_and_no_more(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, text="submit EL 02")
    assert (await after(desk, held["id"]))[0] == "refused"


async def test_an_access_request_of_a_stranger_may_be_released(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, text="request access")
    assert held["state"] == "held"
    assert await desk.store.inbox.release(held["id"], ANA)


async def test_what_is_not_held_for_its_sender_is_not_released(desk: Desk) -> None:
    done = await desk.send(sender=ANA, text="help")
    async with desk.store.begin() as uow:
        entry = await uow.entry((await desk.send(sender=ANA, text="status"))["id"])
        assert entry is not None
        entry.state, entry.reason = "held", "broken"
    for number in (done["id"], entry.id, 99):
        assert not await desk.store.inbox.release(number, ANA)


async def test_who_is_added_hears_how_many_of_their_mails_are_held_and_nobody_else(desk: Desk) -> None:
    for text in ("one", "two"):
        await desk.send(sender=STRANGER, text=text)
    await desk.send(sender=STRANGER, text="forged", trust="unauthenticated")
    answer = await desk.send(sender=MARIA, text=f"add user Jo Lee <{STRANGER}> as user")
    assert "held" not in answer["fields"]
    (welcome,) = [row for row in await desk.outgoing() if row.template == "user_welcomed"]
    assert (welcome.to, welcome.fields["held"]) == (STRANGER, 2)


async def test_a_proven_address_hears_how_many_of_its_mails_are_held(desk: Desk) -> None:
    await desk.send(sender=STRANGER, subject="EL 02", files=FILES)
    await desk.send(sender=ANA, text=f"add address {STRANGER}")
    (sent,) = [row for row in await desk.outgoing() if row.template == "address_code_sent"]
    answer = await desk.send(sender=STRANGER, text=f"confirm {sent.fields['one_use_code']}")
    assert (answer["reply"], answer["fields"]["held"]) == ("address_proven", 1)
