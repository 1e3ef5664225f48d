"""Whose tries a wrong code takes, and how long a code counts: nobody burns somebody else's, nobody guesses
for ever, and what we handled late is nobody's fault."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.confirming import MOST_OPEN
from handlers.one_use import LIFETIME, TRIES
from tests.builders import ANA, NOW, Desk
from tests.handlers.record import MARIA, assert_whole
from tests.handlers.test_confirming import ADD, FILES, WRONG, ask, code_of, confirm, newest, no
from tests.handlers.users import NEW, is_known, told

HOME = "ana@home.example"


async def spoof(desk: Desk, code: str = WRONG, sender: str = MARIA, **more: Any) -> dict[str, Any]:
    """A code in a mail that SPF alone vouches for, which is no reply to ours."""
    return await confirm(desk, code, sender, trust="accepted", **more)


async def test_wrong_codes_by_spf_alone_take_nobodys_tries(desk: Desk) -> None:
    asked = await ask(desk)
    for _ in range(2 * TRIES):
        await spoof(desk)
    done = await confirm(desk, await code_of(desk))
    assert (done["reply"], done["fields"]["number"]) == ("message_confirmed", asked["id"])
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_and_there_are_not_endlessly_many_of_them(desk: Desk) -> None:
    """After a few, only a reply to the mail with the code counts, which nobody else has."""
    await ask(desk, "", ANA, trust="accepted", subject="EL 02", files=FILES)
    code, mail = await code_of(desk), (await newest(desk)).message_id
    left = [(await spoof(desk, sender=ANA))["fields"].get("facts", {}).get("left") for _ in range(TRIES)]
    assert left == [4, 3, 2, 1, 0]
    assert no(await spoof(desk, code, ANA)) == "reply"
    assert (await spoof(desk, code, ANA, answers=(mail,)))["reply"] == "message_confirmed"


async def test_a_reply_to_the_code_by_spf_alone_takes_the_tries_of_that_code(desk: Desk) -> None:
    await ask(desk, "", ANA, trust="accepted", subject="EL 02", files=FILES)
    code, mail = await code_of(desk), (await newest(desk)).message_id
    await ask(desk, "", ANA, trust="accepted", subject="EL 14", files=FILES, content="other")
    other = await code_of(desk)
    for _ in range(TRIES):
        await spoof(desk, sender=ANA, answers=(mail,))
    assert no(await confirm(desk, code, ANA)) == "tries"
    assert (await confirm(desk, other, ANA))["reply"] == "message_confirmed"


async def test_mail_by_spf_alone_fills_nobodys_queue_of_codes(desk: Desk) -> None:
    for number in range(MOST_OPEN + 1):
        await desk.send(sender=MARIA, text=f"status {number}", trust="accepted")
    assert await told(desk, "confirmations_full") == [MARIA]
    await ask(desk)
    await confirm(desk, await code_of(desk))
    assert await is_known(desk, NEW)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("trust", "reply"), [("accepted", "address_proven"), ("authenticated", "stranger_held")]
)
async def test_wrong_codes_by_spf_alone_keep_nobody_from_proving_an_address(
    desk: Desk, trust: str, reply: str
) -> None:
    await desk.send(sender=ANA, text=f"add address {HOME}")
    mail = await newest(desk, "address_code_sent")
    for _ in range(TRIES):
        await desk.send(sender=HOME, text=f"confirm {WRONG}", trust=trust)
    code = f"confirm {mail.fields['one_use_code']}"
    if trust == "accepted":
        assert (await desk.send(sender=HOME, text=code, trust=trust))["state"] == "held"
    proven = await desk.send(sender=HOME, text=code, trust=trust, answers=(mail.message_id,))
    assert (proven["state"] == "done") == (reply == "address_proven")


@pytest.mark.parametrize("days", [1, 30])
async def test_the_time_of_a_code_begins_when_its_mail_was_handled(desk: Desk, days: int) -> None:
    """However long it lay in our queue."""
    (number,) = await desk.keep({"sender": MARIA, "text": ADD, "trust": "authenticated"})
    desk.now = NOW + timedelta(days=days)
    await desk.work()
    mail = await newest(desk)
    assert mail.fields["at"] == NOW.isoformat()
    assert mail.fields["ends_at"] == (desk.now + LIFETIME).isoformat()
    desk.now += LIFETIME
    assert (await confirm(desk, await code_of(desk)))["fields"]["number"] == number


@pytest.mark.both_databases
async def test_so_does_the_time_of_a_code_for_an_address(desk: Desk) -> None:
    await desk.keep({"sender": ANA, "text": f"add address {HOME}"})
    desk.now = NOW + LIFETIME + timedelta(days=1)
    await desk.work()
    mail = await newest(desk, "address_code_sent")
    proven = await desk.send(sender=HOME, text=f"confirm {mail.fields['one_use_code']}")
    assert proven["reply"] == "address_proven"
