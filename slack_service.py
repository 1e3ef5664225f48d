"""Slack as a part of the service: put together where it is set up, and its loops.

Its library is loaded only then.
"""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from bot.shown import shown_in
from bot.slack_events import CHANNEL, SOCKET
from bot.slack_reader import SlackReader
from chat_channel import ChatChannel, Ground, SetUp
from handlers.rounds import keep_going

if TYPE_CHECKING:
    from bot.slack import Slack
    from bot.slack_socket import SlackSocket

SETTING = "CAIS_SLACK_BOT_TOKEN"


def slack_channel(ground: Ground) -> ChatChannel:
    """Slack, with what it has where it is set up."""
    slack = _slack(ground)
    fetching = ground.files_of(slack) if slack else None
    reader = SlackReader(ground.store.files.path, shown_in(ground.store), fetching)
    return ChatChannel(CHANNEL, reader, SETTING, _set_up(slack, ground) if slack else None)


def _slack(ground: Ground) -> "Slack | None":
    bot = ground.settings.bot
    if bot.slack_bot_token is None:
        return None
    from bot.slack import Slack

    slack = Slack(bot, ground.keeper, ground.clock)
    slack.take_presses(shown_in(ground.store))
    return slack


def _set_up(slack: "Slack", ground: Ground) -> SetUp:
    from bot.doctor_slack import examine_slack

    loops = [partial(catch_up_with_slack, slack, ground)]
    if slack.socket is not None:
        loops.append(partial(listen_to_slack, slack.socket, ground))
    return SetUp(
        voice=slack.voice(shown_in(ground.store)),
        take_worker=partial(slack.take_forms, owing=ground.owing),
        add_to=None if slack.socket else slack.door.add_to,
        loops=loops,
        examine=partial(examine_slack, ground.store, ground.settings.bot),
    )


async def listen_to_slack(socket: "SlackSocket", ground: Ground) -> None:
    """Take what Slack tells through the socket that we open, until told to stop; how it is, is noted."""
    from bot.slack_socket import LOOK_SECONDS

    noted: str | None = "nothing yet"

    async def one_round() -> int:
        nonlocal noted
        trouble, now = await socket.look(), ground.clock.now()
        if trouble != noted:
            async with ground.store.begin() as uow:
                (await uow.chat_watch(SOCKET, now)).note(now, trouble)
            noted = trouble
        return 0

    try:
        await keep_going("slack socket", one_round, socket.hint, ground.stopping, LOOK_SECONDS)
    finally:
        await socket.aclose()


async def catch_up_with_slack(slack: "Slack", ground: Ground) -> None:
    """Look through our conversations for what Slack never told us: at the start, and every ten minutes."""
    from bot.slack_catch_up import EVERY_SECONDS, CatchUp

    catch_up = CatchUp(slack.client, slack.door, ground.store, ground.clock)

    async def one_round() -> int:
        if await catch_up.look() and slack.socket is not None:
            slack.socket.deaf()
        return 0

    await keep_going("slack", one_round, asyncio.Event(), ground.stopping, EVERY_SECONDS)
