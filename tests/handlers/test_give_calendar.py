"""A private link to one's calendar: mailed to the address on record alone, one at a time, kept as a digest."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from handlers.messages import ReturnAddress
from store.clock import wall
from store.history import HistoryEntry
from store.outbox import OutboxEntry
from store.reminders import CalendarFeed
from store.resending import NotResent, again
from store.verify import verify
from tests.builders import Desk
from tests.handlers.findings import told
from tests.handlers.record import HELEN, MARIA
from tests.handlers.test_chat_accounts import says
from tests.handlers.test_chat_notices import has_account

BASE = "https://intake.example.org/calendar/"


async def links(desk: Desk) -> list[OutboxEntry]:
    return [row for row in await desk.outgoing() if row.template == "calendar_link_sent"]


async def feeds(desk: Desk) -> list[CalendarFeed]:
    async with desk.store.database.reading() as session:
        return list((await session.scalars(select(CalendarFeed).order_by(CalendarFeed.id))).all())


async def everything_said(desk: Desk) -> str:
    async with desk.store.database.reading() as session:
        return " ".join(await session.scalars(select(HistoryEntry.facts)))


def token_in(link: str) -> str:
    assert link.startswith(BASE)
    assert link.endswith(".ics")
    return link.removeprefix(BASE).removesuffix(".ics")


@pytest.mark.both_databases
async def test_the_link_goes_by_mail_to_the_address_on_record_and_we_keep_its_digest(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text="calendar")
    assert (answer["reply"], answer["fields"]["address"]) == ("calendar_given", MARIA)
    assert "calendar/" not in str(answer["fields"])
    (mail,) = await links(desk)
    assert (mail.channel, mail.to) == ("mail", MARIA)
    token = token_in(mail.fields["secret_link"])
    assert len(token) >= 43  # 256 bits
    (feed,) = await feeds(desk)
    assert feed.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in await everything_said(desk)


async def test_once_it_was_sent_the_row_has_only_the_digest_and_the_record_still_agrees(desk: Desk) -> None:
    await desk.send(sender=MARIA, text="calendar")
    (mail,) = await links(desk)
    link = mail.fields["secret_link"]
    await desk.store.outbox.claim("test", 10, ("mail",))
    await desk.store.outbox.sent([(mail.id, "250 ok")], wall())
    (mail,) = await links(desk)
    assert mail.fields["secret_link"] == "sha256:" + hashlib.sha256(link.encode()).hexdigest()
    assert mail.fields["name"] == "Maria Delgado"
    assert token_in(link) not in await everything_said(desk)
    wrong = (await verify(desk.store.database, desk.store.files)).wrong
    assert [one for one in wrong if not one.startswith("inbox:")] == []  # this desk's mails have no bytes
    with pytest.raises(NotResent, match="a link that we do not keep"):
        again(mail, MARIA, wall())


async def test_a_link_that_was_given_up_is_not_kept_either(desk: Desk) -> None:
    await desk.send(sender=MARIA, text="calendar")
    (mail,) = await links(desk)
    await desk.store.outbox.claim("test", 10, ("mail",))
    await desk.store.outbox.dead(mail.id, "550 no", wall())
    (mail,) = await links(desk)
    assert mail.fields["secret_link"].startswith("sha256:")


async def test_a_new_link_ends_the_old_one_and_off_ends_it_without_another(desk: Desk) -> None:
    first = await desk.send(sender=MARIA, text="calendar")
    second = await desk.send(sender=MARIA, text="Calendar.")
    assert (first["fields"]["again"], second["fields"]["again"]) == (False, True)
    assert [feed.ended_at is None for feed in await feeds(desk)] == [False, True]
    off = await desk.send(sender=MARIA, text="calendar off")
    assert (off["reply"], off["fields"]["was_there"]) == ("calendar_ended", True)
    assert [feed.ended_at is None for feed in await feeds(desk)] == [False, False]
    none = await desk.send(sender=MARIA, text="calendar off")
    assert none["fields"]["was_there"] is False


@pytest.mark.both_databases
async def test_of_two_who_ask_at_once_one_link_is_open(desk: Desk) -> None:
    await desk.keep({"sender": MARIA, "text": "calendar"}, {"sender": MARIA, "text": "calendar"})
    await asyncio.gather(desk.work(), desk.work())
    assert sorted(feed.ended_at is None for feed in await feeds(desk)) == [False, True]


async def test_each_has_their_own(desk: Desk) -> None:
    await desk.send(sender=MARIA, text="calendar")
    await desk.send(sender=HELEN, text="calendar")
    assert [feed.ended_at for feed in await feeds(desk)] == [None, None]
    assert await told(desk, "calendar_link_sent") == sorted([HELEN, MARIA])


async def test_who_asks_from_elsewhere_gets_the_link_at_home(desk: Desk) -> None:
    """The way back of a mail is what its sender says; the link goes to the record's address."""
    await desk.send(sender=MARIA, text="calendar", reply_to=ReturnAddress("mail", "else@where.example"))
    assert await told(desk, "calendar_given") == ["else@where.example"]
    assert await told(desk, "calendar_link_sent") == [MARIA]


async def test_where_there_is_no_public_address_it_says_so(desk: Desk) -> None:
    bare = Desk(replace(desk.store, public_url=""))
    answer = await bare.send(sender=MARIA, text="calendar")
    assert (answer["reply"], answer["fields"]["refusal"]) == ("request_refused", "no_calendars")
    assert await feeds(bare) == []
    assert (await bare.send(sender=MARIA, text="calendar off"))["reply"] == "calendar_ended"


@pytest.mark.parametrize(
    "said",
    [
        {"text": "dry run: calendar"},
        {"text": "calendar", "trust": "accepted"},
        {"text": "calendar", "sender": "nobody@nowhere.example"},
        {"text": "Calendar of the school year, for your information"},
        {"text": "calendar EL 02"},
    ],
    ids=["rehearsed", "not believed", "a stranger", "prose", "a target"],
)
async def test_anything_else_gives_no_link(desk: Desk, said: dict[str, Any]) -> None:
    await desk.send(**({"sender": MARIA} | said))
    assert await feeds(desk) == []
    assert await links(desk) == []


async def test_the_link_never_goes_to_a_chat_whoever_asks_there(desk: Desk) -> None:
    account = "slack:T0CAIS/U0MARIA"
    await has_account(desk, MARIA, account)
    assert (await says(desk, "calendar", account))["reply"] == "calendar_given"
    (mail,) = await links(desk)
    assert (mail.channel, mail.to) == ("mail", MARIA)
    in_chat = [row.fields for row in await desk.outgoing() if row.channel != "mail"]
    assert in_chat
    assert token_in(mail.fields["secret_link"]) not in str(in_chat)
