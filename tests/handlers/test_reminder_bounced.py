"""A reminder that came back is heard on another way: by the person, or by colleagues who reach what it said."""

from datetime import date, datetime, timedelta

import pytest

from handlers.mail_instead import mail_instead
from handlers.reminder_bounced import Unheard
from handlers.reminder_message import DeadlinesReminded
from handlers.reminder_unsaid import take_unsaid
from store.models import PersonAddress, PersonRole
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.reminders import PlannedDay
from tests.builders import Desk
from tests.handlers.findings import TOM
from tests.handlers.record import MARIA, PRIYA
from tests.handlers.test_bounces import bounce_of, mark
from tests.handlers.test_chat_accounts import says
from tests.handlers.test_chat_notices import change, has_account, look_after
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

HOME, ACCOUNT = "tom@home.example", "slack:T0CAIS/U0TOM"
REMINDER, NEWS = "deadlines_reminded", "mail_came_back"
DAY = timedelta(days=1)


async def reminded(desk: Desk, to: str = TOM, on: datetime = MONDAY_BEFORE) -> OutboxEntry:
    """The reminder of a day, handed over to the smarthost."""
    desk.now = on
    await remind_all(desk, on)
    row = next(row for row in await desk.outgoing() if row.to == to and row.template == REMINDER)
    await desk.store.outbox.sent([(row.id, "250 queued")], desk.now)
    return row


async def after(desk: Desk, row: OutboxEntry) -> list[OutboxEntry]:
    """What is owed because it came back."""
    before = {one.id for one in await desk.outgoing()}
    await desk.send(**bounce_of(row))
    return [one for one in await desk.outgoing() if one.id not in before]


@pytest.mark.both_databases
async def test_a_reminder_that_came_back_is_told_at_another_address(desk: Desk) -> None:
    row = await reminded(desk)
    async with desk.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.addresses.append(PersonAddress(address=HOME, proven_at=desk.now))
    again = await after(desk, row)
    assert {(one.to, one.template) for one in again} == {(HOME, REMINDER), (HOME, NEWS)}
    (reminder,) = (one for one in again if one.template == REMINDER)
    assert reminder.fields["rows"] == row.fields["rows"]


async def test_of_who_is_reached_no_other_way_the_coordinators_hear_the_deadlines(desk: Desk) -> None:
    (news,) = await after(desk, await reminded(desk))
    assert (news.to, news.fields["about"]) == (MARIA, "deadlines")
    assert {(one["code"], one["due"]) for one in news.fields["deadlines"]} >= {("I-EL 02", "2013-12-30")}


async def test_what_is_in_meanwhile_is_not_told_again(desk: Desk) -> None:
    row = await reminded(desk)
    for code in ("EL 02", "EL 14", "CE 08"):
        await desk.send(sender=MARIA, text=f"respond sv-fpm/{code}: It was done on Friday.")
    assert [one.template for one in await after(desk, row)] == [NEWS]


async def test_colleagues_hear_what_lies_in_their_own_lea_and_nothing_of_another(desk: Desk) -> None:
    """Who serves two LEAs is missed in both: neither learns what the other has due."""
    async with desk.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.roles.append(PersonRole(role="lea_submitter", lea_id="coast-range"))
        uow.add(PlannedDay(day=date(2013, 12, 20), planned_at=desk.now, sent=0, skipped=0))
    row = await reminded(desk, on=MONDAY_BEFORE + DAY)
    assert {one["lea"] for one in row.fields["rows"]} == {"Coast Range Unified", "Sierra Vista Unified"}
    heard = {one.to: [each["code"] for each in one.fields["deadlines"]] for one in await after(desk, row)}
    assert heard == {MARIA: ["I-EL 02", "II-CE 08", "IV-EL 14"], PRIYA: ["sig_implementation"]}


@pytest.mark.parametrize(
    ("when", "lea", "heard"),
    [("week", "sierra-vista", 1), ("week", "coast-range", 0), ("decision", "sierra-vista", 0)],
)
def test_a_colleague_hears_what_their_lea_owes(when: str, lea: str, heard: int) -> None:
    """What waits for the state's decision is no news for an LEA."""
    facts = {
        "name": "sv-fpm/I-EL 02",
        "code": "I-EL 02",
        "title": "ELAC",
        "kind": "finding",
        "due": "2013-12-30",
    }
    reply = DeadlinesReminded(1, "Tom Okafor", [facts | {"when": when, "lea": ""}])
    missed = Unheard(reply, {"sv-fpm/I-EL 02": "sierra-vista"})
    assert missed.deadlines(Reach(leas=(lea,))) == [facts] * heard


async def test_what_was_too_big_is_not_sent_round_and_round(desk: Desk) -> None:
    row = await reminded(desk)
    before = len(await desk.outgoing())
    await desk.send(**bounce_of(row, status="5.3.4"))
    assert [one.template for one in (await desk.outgoing())[before:]] == [NEWS]


async def reminded_both_ways(desk: Desk) -> tuple[OutboxEntry, OutboxEntry]:
    """Tom's reminder by mail and in Slack, both on their way."""
    await has_account(desk, TOM, ACCOUNT)
    await desk.send(sender=TOM, text="remind me by both")
    desk.now = MONDAY_BEFORE
    await remind_all(desk, desk.now)
    mine = [row for row in await desk.outgoing() if row.template == REMINDER and row.to in (TOM, "U0TOM")]
    by_mail, in_chat = sorted(mine, key=lambda row: row.channel)
    return by_mail, in_chat


@pytest.mark.both_databases
@pytest.mark.parametrize(("state", "again"), [("sent", 0), ("waiting", 0), ("bounced", 1), ("dead", 1)])
async def test_both_ways_and_the_chat_fails_is_one_mail(desk: Desk, state: str, again: int) -> None:
    by_mail, in_chat = await reminded_both_ways(desk)
    await change(desk, by_mail, state=state)
    await change(desk, in_chat, state="dead", receipt="user_disabled")
    await look_after(desk)
    assert len([row for row in await desk.outgoing() if row.thread.get("again") == in_chat.id]) == again


@pytest.mark.parametrize(("state", "again"), [("sent", 0), ("waiting", 0), ("dead", 1)])
async def test_both_ways_and_the_mail_comes_back_is_once_in_the_chat(
    desk: Desk, state: str, again: int
) -> None:
    by_mail, in_chat = await reminded_both_ways(desk)
    await change(desk, by_mail, state="sent")
    await change(desk, in_chat, state=state)
    news = await after(desk, by_mail)
    assert len([row for row in news if row.template == REMINDER]) == again
    assert [row.fields["deadlines"] for row in news if row.template == NEWS] == [[]]


@pytest.mark.both_databases
@pytest.mark.parametrize("way", ["mail", "both", "chat"])
async def test_whose_mail_came_back_hears_in_the_chat_whatever_they_asked_for(desk: Desk, way: str) -> None:
    """`remind me by mail` is no wish to hear nothing."""
    await has_account(desk, TOM, ACCOUNT)
    await desk.send(sender=TOM, text=f"remind me by {way}")
    await mark(desk, TOM)
    desk.now = MONDAY_BEFORE
    await remind_all(desk, desk.now)
    mine = [row for row in await desk.outgoing() if row.template == REMINDER and row.to in (TOM, "U0TOM")]
    assert [row.channel for row in mine] == ["slack"]


async def test_a_reminder_by_mail_that_came_back_is_said_in_the_chat(desk: Desk) -> None:
    await has_account(desk, TOM, ACCOUNT)
    await desk.send(sender=TOM, text="remind me by mail")
    news = await after(desk, await reminded(desk))
    assert [row.channel for row in news if row.template == REMINDER] == ["slack"]
    assert [row.fields["deadlines"] for row in news if row.template == NEWS] == [[]]


async def test_the_next_day_goes_to_the_next_rung(desk: Desk) -> None:
    row = await reminded(desk)
    await after(desk, row)
    await remind_all(desk, MONDAY_BEFORE + DAY)
    assert [one.to for one in await desk.outgoing() if one.template == REMINDER].count(TOM) == 1


async def given_up_in_the_chat(desk: Desk, receipt: str) -> int:
    """Tom's mail comes back, and his chat does not take his reminder either; his number."""
    tom = await has_account(desk, TOM, ACCOUNT)
    await mark(desk, TOM)
    desk.now = MONDAY_BEFORE
    await remind_all(desk, desk.now)
    (row,) = [row for row in await desk.outgoing() if row.template == REMINDER and row.to == "U0TOM"]
    await change(desk, row, state="dead", receipt=receipt)
    async with desk.store.begin() as uow:
        await mail_instead(uow, desk.now)
    return tom


async def is_out_of_reach(desk: Desk, person: int) -> bool:
    async with desk.store.look() as uow:
        return person in await uow.people_out_of_reach()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("receipt", "ended"),
    [("user_disabled", True), ("they removed us", True), ("TimeoutError", False), ("msg_too_long", False)],
)
async def test_whom_neither_mail_nor_chat_reaches_is_out_of_reach_until_they_speak(
    desk: Desk, receipt: str, ended: bool
) -> None:
    """An hour without the chat is no end of it."""
    tom = await given_up_in_the_chat(desk, receipt)
    assert await is_out_of_reach(desk, tom) == ended
    async with desk.store.look() as uow:
        assert (await uow.accounts_at({TOM})) == ({} if ended else {TOM: ACCOUNT})
    await says(desk, "status", ACCOUNT)
    assert not await is_out_of_reach(desk, tom)
    async with desk.store.look() as uow:
        assert (await uow.accounts_at({TOM})) == {TOM: ACCOUNT}


async def test_and_colleagues_hear_what_neither_took(desk: Desk) -> None:
    await given_up_in_the_chat(desk, "user_disabled")
    await desk.store.outbox.claim("w", 100, ["mail"])
    async with desk.store.begin() as uow:
        await take_unsaid(uow, desk.now)
    (news,) = [row for row in await desk.outgoing() if row.template == NEWS]
    assert (news.to, len(news.fields["deadlines"])) == (MARIA, 3)
