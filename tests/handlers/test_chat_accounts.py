"""A chat account speaks for somebody only after a code came back from it; a retired person's for nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.messages import Message, ReturnAddress, Sender
from handlers.one_use import LIFETIME, TRIES
from tests.builders import ANA, Desk
from tests.handlers.record import MARIA
from tests.handlers.test_bounces import bounce_of

ACCOUNT, OTHER = "slack:T0/U0ANA", "slack:T0/U0EVE"


async def kept(desk: Desk, text: str, account: str = ACCOUNT, **more: Any) -> int:
    """A direct message from an account, kept but not handled."""
    speaker, back = Sender(account, "confirmed", "Slack", account=account), ReturnAddress("slack", "D0")
    (number,) = await desk.keep({"text": text, "reply_to": back} | more)
    message = desk.says.waiting[number]
    assert isinstance(message, Message)
    desk.says.waiting[number] = replace(message, sender=speaker)
    return number


async def says(desk: Desk, text: str, account: str = ACCOUNT, **more: Any) -> dict[str, Any]:
    """The same, handled; the message's row with the reply."""
    number = await kept(desk, text, account, **more)
    await desk.work()
    row = next(one for one in (await desk.export())["messages"] if one["id"] == number)
    sent = [one for one in await desk.outgoing() if one.in_answer_to == number and one.channel == "slack"]
    return row | {"reply": sent[0].template if sent else None, "fields": sent[0].fields if sent else {}}


async def code_for(desk: Desk, address: str = ANA) -> str:
    """The code in the newest mail to an address."""
    sent = [row for row in await desk.outgoing() if row.to == address and "one_use_code" in row.fields]
    return str(sent[-1].fields["one_use_code"])


async def link(desk: Desk, account: str = ACCOUNT, address: str = ANA) -> None:
    await says(desk, f"link {address}", account)
    assert (await says(desk, f"confirm {await code_for(desk, address)}", account))[
        "reply"
    ] == "account_linked"


async def test_an_account_that_nobody_linked_is_held_and_told_how(desk: Desk) -> None:
    said = await says(desk, "submit EL 02")
    assert (said["state"], said["reply"]) == ("held", "account_not_linked")


@pytest.mark.both_databases
async def test_a_linked_account_speaks_for_its_person_and_what_waited_is_handled(desk: Desk) -> None:
    waiting = await says(desk, "status EL 02")
    await link(desk)
    rows = {row["id"]: row for row in (await desk.export())["messages"]}
    assert (rows[waiting["id"]]["state"], rows[waiting["id"]]["sender"]) == ("done", ANA)
    assert (await says(desk, "status EL 02"))["reply"] == "item_status_shown"


async def test_an_address_nobody_has_is_answered_alike_and_gets_no_mail(desk: Desk) -> None:
    known = await says(desk, f"link {ANA}")
    nobody = await says(desk, "link nobody@nowhere.example")
    assert (known["reply"], known["state"]) == (nobody["reply"], nobody["state"])
    assert [row.to for row in await desk.outgoing() if row.channel == "mail"] == [ANA]


async def test_a_code_counts_only_from_the_account_it_was_asked_for(desk: Desk) -> None:
    await says(desk, f"link {ANA}")
    code = await code_for(desk)
    assert (await says(desk, f"confirm {code}", OTHER))["reply"] == "account_code_wrong"
    assert (await says(desk, f"confirm {code}"))["reply"] == "account_linked"


async def test_a_code_is_used_once(desk: Desk) -> None:
    await link(desk)
    again = await says(desk, f"confirm {await code_for(desk)}", OTHER)
    assert again["reply"] == "account_code_wrong"


async def test_a_code_ends(desk: Desk) -> None:
    await says(desk, f"link {ANA}")
    desk.now += LIFETIME + timedelta(seconds=1)
    assert (await says(desk, f"confirm {await code_for(desk)}"))["reply"] == "account_code_wrong"


async def test_the_time_of_a_code_begins_when_its_mail_was_handled(desk: Desk) -> None:
    """However long it lay in our queue."""
    await kept(desk, f"link {ANA}")
    desk.now += LIFETIME + timedelta(days=1)
    await desk.work()
    (mail,) = [row for row in await desk.outgoing() if row.to == ANA]
    assert mail.fields["ends_at"] == (desk.now + LIFETIME).isoformat()
    desk.now += LIFETIME
    assert (await says(desk, f"confirm {await code_for(desk)}"))["reply"] == "account_linked"


async def test_a_mail_with_a_code_that_came_back_is_told_like_any_other(desk: Desk) -> None:
    await says(desk, f"link {ANA}")
    (mail,) = [row for row in await desk.outgoing() if row.to == ANA]
    await desk.store.outbox.sent([(mail.id, "250 queued")], desk.now)
    await desk.send(**bounce_of(mail))
    (told,) = [row for row in await desk.outgoing() if row.template == "mail_came_back"]
    assert (told.to, told.fields["address"], told.fields["about"]) == (MARIA, ANA, "account")


@pytest.mark.both_databases
async def test_wrong_codes_use_up_the_tries(desk: Desk) -> None:
    await says(desk, f"link {ANA}")
    for _ in range(TRIES):
        assert (await says(desk, "confirm AAAAAAAA"))["reply"] == "account_code_wrong"
    assert (await says(desk, f"confirm {await code_for(desk)}"))["reply"] == "account_code_wrong"


async def test_codes_are_not_poured_into_a_mailbox(desk: Desk) -> None:
    for number in range(6):
        await says(desk, f"link {ANA}", f"slack:T0/U{number}")
    assert len([row for row in await desk.outgoing() if row.to == ANA]) == 3


@pytest.mark.both_databases
async def test_retiring_a_person_cuts_their_account_off_at_once(desk: Desk) -> None:
    await link(desk)
    assert (await desk.send(sender=MARIA, text=f"retire <{ANA}>"))["state"] == "done"
    said = await says(desk, "status EL 02")
    assert (said["state"], said["reply"]) == ("held", "account_not_linked")


@pytest.mark.parametrize("name", ["Ana Ruiz", ANA])
async def test_a_profile_says_nothing(desk: Desk, name: str) -> None:
    """Whoever has her name or her address as their profile is still nobody."""
    assert (await says(desk, "status", f"slack:T0/{name}"))["reply"] == "account_not_linked"
