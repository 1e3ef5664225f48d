"""In a chat without threads: what argues with a reminder and names nothing means the newest one there."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from handlers.messages import ReturnAddress
from store.outbox import OutboxEntry
from tests.builders import ANA, Desk
from tests.handlers.findings import TOM
from tests.handlers.record import HELEN, MARIA
from tests.handlers.test_argue import refusal, wishes
from tests.handlers.test_chat_accounts import says
from tests.handlers.test_chat_notices import has_account
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

ACCOUNTS = {"slack": "slack:T0CAIS/U0MARIA", "teams": "teams:t0/u0-maria"}
DIGEST = "deadlines_reminded"


@pytest.fixture(params=ACCOUNTS)
async def chat(request: pytest.FixtureRequest, desk: Desk) -> str:
    """Maria is in this chat, and her reminders have come there."""
    desk.now = MONDAY_BEFORE
    await has_account(desk, MARIA, ACCOUNTS[request.param])
    await remind_all(desk, MONDAY_BEFORE)
    await sent(desk)
    return str(request.param)


async def sent(desk: Desk, **values: Any) -> None:
    """Everything that is owed has come, at this moment."""
    said = {"state": "sent", "sent_at": desk.now} | values
    async with desk.store.database.begin() as connection:
        await connection.execute(update(OutboxEntry).where(OutboxEntry.sent_at.is_(None)).values(said))


async def say(desk: Desk, chat: str, text: str, who: str = "", **more: Any) -> dict[str, Any]:
    """An hour later; the answer comes at once."""
    desk.now += timedelta(hours=1)
    back = ReturnAddress(chat, "D0", **more.pop("back", {}))
    row = await says(desk, text, who or ACCOUNTS[chat], reply_to=back, **more)
    found = [one for one in await desk.outgoing() if one.in_answer_to == row["id"] and one.channel == chat]
    await sent(desk)
    return row | {"reply": found[0].template, "fields": found[0].fields}


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("snooze 3 days", "reminders_snoozed"),
        ("mute", "reminders_muted"),
        ("not me", "not_theirs"),
        ("sent it", "delivery_looked_for"),
        ("Done!", "delivery_looked_for"),
        ("ya lo mandamos", "delivery_looked_for"),
    ],
)
async def test_what_names_nothing_means_the_newest(desk: Desk, chat: str, text: str, reply: str) -> None:
    row = await say(desk, chat, text)
    assert row["reply"] == reply, row["fields"]
    (digest,) = [one for one in await desk.outgoing() if one.template == DIGEST and one.channel == chat]
    assert {one["name"] for one in digest.fields["rows"]} == {one["name"] for one in row["fields"]["rows"]}


@pytest.mark.both_databases
async def test_one_goes_on_arguing_until_we_ask_something(desk: Desk, chat: str) -> None:
    assert refusal(await say(desk, chat, "snooze until Feb 28")) == "snooze_too_long"
    assert (await say(desk, chat, "snooze 3 days"))["reply"] == "reminders_snoozed"
    assert (await say(desk, chat, "unmute"))["reply"] == "reminders_woken"
    assert (await say(desk, chat, "status EL 02"))["reply"] == "item_status_shown"
    assert refusal(await say(desk, chat, "snooze 3 days")) == "not_said_right"
    assert refusal(await say(desk, chat, "done")) == "not_understood"
    assert await wishes(desk) == []


async def test_a_comment_that_came_since_may_be_what_is_answered(desk: Desk, chat: str) -> None:
    await desk.send(sender=HELEN, text="comment on sv-fpm/I-EL 02: please add the minutes")
    desk.now += timedelta(minutes=1)
    await sent(desk)
    assert refusal(await say(desk, chat, "done")) == "not_understood"


async def test_after_a_week_a_code_is_asked_for(desk: Desk, chat: str) -> None:
    desk.now += timedelta(days=7)
    assert refusal(await say(desk, chat, "sent it")) == "not_understood"


async def test_what_has_not_come_is_not_answered(desk: Desk) -> None:
    desk.now = MONDAY_BEFORE
    await has_account(desk, MARIA, ACCOUNTS["teams"])
    await remind_all(desk, MONDAY_BEFORE)
    assert refusal(await say(desk, "teams", "sent it")) == "not_understood"


@pytest.mark.parametrize("more", [{"back": {"only_for": "u0-maria"}}, {"back": {"thread": "1700.1"}}])
async def test_in_a_channel_or_a_thread_it_means_what_stands_above(
    desk: Desk, chat: str, more: dict[str, Any]
) -> None:
    assert refusal(await say(desk, chat, "sent it", **more)) == "not_understood"


async def test_words_with_a_code_or_for_something_else_stay_what_they_are(desk: Desk, chat: str) -> None:
    row = await say(desk, chat, "snooze EL 02 3 days")
    assert [one["code"] for one in row["fields"]["rows"]] == ["I-EL 02"]
    assert (await say(desk, chat, "EL 02 is here"))["fields"]["refusal"] == "no_file_came"


async def test_somebody_elses_reminder_in_the_same_chat_is_not_theirs(desk: Desk, chat: str) -> None:
    """An account may be given to another person."""
    async with desk.store.begin() as uow:
        tom = await uow.person_at(TOM)
        account = await uow.chat_accounts_of((await uow.person_at(MARIA)).id)  # type: ignore[union-attr]
        assert tom is not None
        account[0].person_id = tom.id
    assert refusal(await say(desk, chat, "snooze 3 days")) == "not_said_right"


async def test_by_mail_nothing_is_guessed(desk: Desk, chat: str) -> None:
    assert refusal(await desk.send(sender=MARIA, text="snooze 3 days")) == "not_said_right"
    assert refusal(await desk.send(sender=ANA, text="sent it")) == "not_understood"


async def test_who_wants_it_to_stop_hears_what_fits_the_reminder_before(chat: str, desk: Desk) -> None:
    row = await say(desk, chat, "please stop")
    assert row["fields"]["facts"]["argue"][0].startswith("mute sv-fpm")
