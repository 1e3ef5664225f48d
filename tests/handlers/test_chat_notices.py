"""Notices in chats: who has an account hears there; codes come by mail, and what matters most both ways."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from handlers.mail_instead import mail_instead
from handlers.messages import Reply
from handlers.outcome import snake
from handlers.retry import CHAT_PATIENCE
from store.chats import ChatAccount
from store.clock import wall
from store.models import Person
from store.outbox import OutboxEntry
from templates.render import FOLDER
from tests.builders import ANA, NOW, Desk
from tests.handlers.record import HELEN, MARIA
from tests.handlers.test_chat_accounts import says
from tests.templates.test_replies import kinds_of

ACCOUNT = "slack:T0CAIS/U0MARIA"


async def has_account(desk: Desk, address: str = MARIA, account: str = ACCOUNT) -> int:
    """The person's id."""
    async with desk.store.begin() as uow:
        person = await uow.person_at(address)
        assert person is not None
        uow.add(ChatAccount(account=account, person_id=person.id, linked_at=NOW))
        return int(person.id)


async def told(desk: Desk, template: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [(row.channel, row.to, row.thread) for row in await desk.outgoing() if row.template == template]


async def change(desk: Desk, row: OutboxEntry, **values: Any) -> None:
    async with desk.store.database.begin() as connection:
        await connection.execute(update(OutboxEntry).where(OutboxEntry.id == row.id).values(**values))


async def look_after(desk: Desk) -> int:
    async with desk.store.begin() as uow:
        return len(await mail_instead(uow, NOW))


async def a_notice(desk: Desk, **values: Any) -> OutboxEntry:
    """A notice that Maria is owed in Slack, as far as it got."""
    await has_account(desk)
    await desk.send(sender=HELEN, text="comment on sv-fpm/I-EL 02: please add the minutes")
    (row,) = [one for one in await desk.outgoing() if one.channel == "slack"]
    if values:
        await change(desk, row, **values)
    return row


async def test_a_notice_goes_to_the_chat_of_who_has_one_and_by_mail_to_the_others(desk: Desk) -> None:
    await has_account(desk)
    await desk.send(sender=HELEN, text="comment on sv-fpm/I-EL 02: please add the minutes")
    heard = await told(desk, "comment_heard")
    assert [(channel, to) for channel, to, _ in heard if to == "U0MARIA"] == [("slack", "U0MARIA")]
    assert [thread["account"] for channel, _, thread in heard if channel == "slack"] == [ACCOUNT]
    assert MARIA not in [to for _, to, _ in heard]
    assert {channel for channel, to, _ in heard if to != "U0MARIA"} == {"mail"}


async def test_changes_of_roles_are_told_both_ways(desk: Desk) -> None:
    await has_account(desk, ANA, "slack:T0CAIS/U0ANA")
    said = await desk.send(sender=MARIA, text=f"change role {ANA} to submitter")
    assert said["state"] == "done", said
    assert sorted(one[:2] for one in await told(desk, "own_roles_changed")) == [
        ("mail", ANA),
        ("slack", "U0ANA"),
    ]


async def test_who_is_retired_hears_of_it_by_mail_alone(desk: Desk) -> None:
    await has_account(desk, ANA, "slack:T0CAIS/U0ANA")
    assert (await desk.send(sender=MARIA, text=f"retire {ANA}"))["state"] == "done"
    assert [one[:2] for one in await told(desk, "own_roles_changed")] == [("mail", ANA)]


async def test_a_code_never_goes_to_a_chat(desk: Desk) -> None:
    await has_account(desk, ANA, "slack:T0CAIS/U0ANA")
    await says(desk, f"link {ANA}", "slack:T0CAIS/U0EVE")
    assert [one[:2] for one in await told(desk, "account_code_sent")] == [("mail", ANA)]


def test_every_reply_with_a_code_is_told_by_mail_alone() -> None:
    with_code = [kind for kind in kinds_of(Reply) if "one_use_code" in kind.__dataclass_fields__]
    assert {kind.__name__ for kind in with_code} >= {"AccountCodeSent", "ConfirmationCodeSent"}
    assert {kind.told_by for kind in with_code} == {"mail"}
    assert all((FOLDER / snake(kind.__name__)).is_dir() for kind in with_code)


async def test_an_answer_in_a_chat_says_whose_it_is(desk: Desk) -> None:
    await has_account(desk)
    await says(desk, "status", ACCOUNT)
    ((channel, to, thread),) = await told(desk, "status_shown")
    assert (channel, to, thread["account"]) == ("slack", "D0", ACCOUNT)
    (row,) = [row for row in await desk.outgoing() if row.template == "status_shown"]
    assert not row.is_notice


async def test_a_notice_is_one_and_an_answer_is_none(desk: Desk) -> None:
    assert (await a_notice(desk)).is_notice


async def test_what_was_given_up_in_a_chat_goes_by_mail_once(desk: Desk) -> None:
    row = await a_notice(desk, state="dead", receipt="user_disabled")
    assert await look_after(desk) == 1
    assert await look_after(desk) == 0
    *_, copy = await desk.outgoing()
    assert (copy.channel, copy.to, copy.state, copy.thread) == ("mail", MARIA, "waiting", {"again": row.id})
    assert (copy.template, copy.fields) == (row.template, row.fields)
    async with desk.store.look() as uow:
        old = await uow.delivery(row.id)
        assert old is not None
        assert (old.state, old.receipt, old.thread["resent"]) == ("dead", "user_disabled", True)


@pytest.mark.both_databases
async def test_what_nobody_says_for_an_hour_goes_by_mail(desk: Desk) -> None:
    """The chat was switched off: no worker takes its messages any more."""
    row = await a_notice(desk, run_at=wall() - CHAT_PATIENCE + timedelta(minutes=1))
    assert await look_after(desk) == 0
    await change(desk, row, run_at=wall() - CHAT_PATIENCE)
    assert await look_after(desk) == 1
    assert [one.to for one in await desk.outgoing() if one.thread.get("again") == row.id] == [MARIA]


@pytest.mark.both_databases
async def test_nobody_who_was_retired_gets_it_by_mail(desk: Desk) -> None:
    row = await a_notice(desk, state="dead", receipt="user_disabled")
    async with desk.store.begin() as uow:
        person = await uow.person_at(MARIA)
        assert person is not None
        person.retired_at = NOW
        uow.changed(person)
    assert await look_after(desk) == 1
    assert [one for one in await desk.outgoing() if one.thread.get("again")] == []
    async with desk.store.look() as uow:
        old = await uow.delivery(row.id)
        assert old is not None
        assert "resent" not in old.thread


@pytest.mark.parametrize(
    ("account_ended", "retired", "state"),
    [
        (False, False, "waiting"),
        (True, False, "dead"),
        (False, True, "suppressed"),
        (True, True, "suppressed"),
    ],
)
async def test_recipients_are_checked_when_it_is_sent(
    desk: Desk, account_ended: bool, retired: bool, state: str
) -> None:
    row = await a_notice(desk)
    later = NOW + timedelta(seconds=1)
    async with desk.store.database.begin() as connection:
        if account_ended:
            await connection.execute(update(ChatAccount).values(ended_at=later))
        if retired:
            await connection.execute(update(Person).values(retired_at=later))
    await desk.store.outbox.claim("w", 100, ("slack",))
    async with desk.store.look() as uow:
        found = await uow.delivery(row.id)
        assert found is not None
        assert found.state == state


@pytest.mark.both_databases
async def test_who_gave_up_the_account_is_told_by_mail(desk: Desk) -> None:
    row = await a_notice(desk)
    async with desk.store.database.begin() as connection:
        await connection.execute(update(ChatAccount).values(ended_at=NOW))
    await desk.store.outbox.claim("w", 100, ("slack",))
    assert await look_after(desk) == 1
    assert [one.to for one in await desk.outgoing() if one.thread.get("again") == row.id] == [MARIA]


@pytest.mark.both_databases
async def test_deliveries_show_what_was_told_in_the_chat(desk: Desk) -> None:
    row = await a_notice(desk)
    shown = await desk.send(sender=MARIA, text="deliveries")
    (line,) = [one for one in shown["fields"]["rows"] if one["number"] == row.id]
    assert (line["to"], line["answers"]) == ("Slack", None)


def test_a_notice_is_told_in_one_of_three_ways() -> None:
    assert {kind.told_by for kind in kinds_of(Reply)} == {"chat", "mail", "both"}
    assert Reply().told_by == "chat"
