"""The running service: doors opened, loops started and stopped."""

import asyncio
import signal
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack
from time import time

import loops
import reminder_loops
from bot.calendar_door import CalendarDoor
from bot.console import CHANNEL as CONSOLE
from bot.web import application, serve
from handlers.inbox import Lane
from intake.lobby import free_space
from intake.smtp import open_door
from parts import CannotStart, Parts
from store.channels import CHATS
from store.leases import wake_orphans

PARTS = ("smtp", "imap", *CHATS, "web", "worker", "reminders")
MAIL_LANE = Lane(("mail", CONSOLE))
STALE_DRAFT_SECONDS = 24 * 3600.0


async def run(parts: Parts, only: Collection[str] = PARTS, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT (or until `parts.stopping` is set)."""
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, parts.stopping.set)
    async with AsyncExitStack() as closing:
        await _open_doors(parts, only, closing)
        async with asyncio.TaskGroup() as group:
            if "worker" in only:
                await wake_orphans(parts.store.database)
                await loops.look_at_stamp(parts)  # before the first mail is read
                await parts.reader.start()
                await asyncio.to_thread(parts.store.files.sweep, time() - STALE_DRAFT_SECONDS)
                for lane in (MAIL_LANE, *(lane for chat in parts.chats for lane in chat.lanes)):
                    group.create_task(loops.work(parts, lane))
                group.create_task(loops.deliver(parts, "mail", loops.mail_voice(parts)))
                for chat, live in parts.live_chats():
                    group.create_task(loops.deliver(parts, chat, live.voice))
                group.create_task(loops.keep_time(parts))
                group.create_task(loops.scan_again(parts))
                group.create_task(loops.keep_trust(parts))
            if "reminders" in only:
                group.create_task(reminder_loops.remind(parts))
            if "imap" in only:
                group.create_task(loops.poll(parts))
            for _, live in parts.live_chats(only):
                for loop in live.loops:
                    group.create_task(loop())
            ready()
            await parts.stopping.wait()


async def _open_doors(parts: Parts, only: Collection[str], closing: AsyncExitStack) -> None:
    """Before any loop runs: a port that is taken is told in one sentence. Raises CannotStart."""
    intake, http = parts.settings.intake, parts.settings.bot.http_listen
    where = ""
    try:
        if "smtp" in only:
            where = f"CAIS_SMTP_LISTEN {intake.smtp_listen}"
            door = await open_door(intake, parts.keeper, parts.clock, free_space(parts.store.files.root))
            closing.push_async_callback(door.aclose)
        called = [live.add_to for _, live in parts.live_chats(only) if live.add_to]
        if "web" in only or called:
            where = f"CAIS_HTTP_LISTEN {http}"
            app = application(lambda: loops.health(parts), parts.receipt_keys())
            if "web" in only and parts.settings.bot.public_url is not None:
                called.append(CalendarDoor(parts.store, parts.clock, parts.place).add_to)
            for add_to in called:
                add_to(app)
            site = await serve(app, http)
            closing.push_async_callback(site.cleanup)
    except OSError as taken:
        raise CannotStart(
            f"{where}: cannot listen there ({taken.strerror}); is it running already?"
        ) from taken
