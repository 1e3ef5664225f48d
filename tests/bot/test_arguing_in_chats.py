"""A reminder is answered in Slack's thread below it, and in Teams' personal chat, which has no threads."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from store import Store
from store.clock import wall
from store.outbox import OutboxEntry
from tests.bot.slack_desk import slack_desk
from tests.bot.teams_desk import PERSONAL, teams_desk
from tests.builders import Desk
from tests.handlers.record import MARIA
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

MARIAS_ROOM, STAMP = "D0MARIA", "1387818000.000100"


async def reminded(store: Store, channel: str, receipt: str) -> None:
    """Maria's reminders, planned as ever; this chat has brought them a minute ago."""
    await remind_all(Desk(store), MONDAY_BEFORE)
    came: dict[str, Any] = {"state": "sent", "sent_at": wall() - timedelta(minutes=1), "receipt": receipt}
    async with store.database.begin() as connection:
        await connection.execute(update(OutboxEntry).where(OutboxEntry.channel == channel).values(came))


async def looked_for(store: Store) -> list[str]:
    """What the newest answer looked for."""
    async with store.database.reading() as session:
        found = await session.scalars(
            select(OutboxEntry).where(OutboxEntry.template == "delivery_looked_for")
        )
        return [row["code"] for one in found for row in one.fields["rows"]]


async def test_in_slack_below_the_reminder(store: Store) -> None:
    async with slack_desk(store) as desk:
        await desk.link("U0MARIA", MARIA)
        await reminded(store, "slack", f"{MARIAS_ROOM}/{STAMP}")
        await desk.slack.says("U0MARIA", "sent it", thread=STAMP)
        await desk.work()
        assert "I-EL 02" in await looked_for(store)


async def test_in_slack_beside_it(store: Store) -> None:
    async with slack_desk(store) as desk:
        await desk.link("U0MARIA", MARIA)
        await reminded(store, "slack", f"{MARIAS_ROOM}/{STAMP}")
        await desk.slack.says("U0MARIA", "sent it")
        await desk.work()
        assert "I-EL 02" in await looked_for(store)


async def test_in_teams_where_nothing_has_a_thread(store: Store) -> None:
    async with teams_desk(store) as desk:
        await desk.link(address=MARIA)
        await reminded(store, "teams", f"{PERSONAL}/1700000000000")
        assert await desk.hears("sent it") == "delivery_looked_for"
        assert "I-EL 02" in await looked_for(store)
