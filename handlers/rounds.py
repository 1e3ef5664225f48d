"""Working off a queue: rounds until told to stop. A hint saves waiting; looking by oneself is the truth."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from handlers.inbox import described

log = structlog.get_logger()
POLL_SECONDS = 0.5
TROUBLE_SECONDS = 2.0


async def keep_going(
    queue: str,
    one_round: Callable[[], Awaitable[int]],
    hint: asyncio.Event,
    stop: asyncio.Event,
    poll: float = POLL_SECONDS,
) -> None:
    """Rounds until `stop` is set; the running one is finished. Trouble of the store ends nothing.

    `one_round` gives how much it took; zero means that the queue is empty, and looks again after `poll`
    seconds.
    """
    while not stop.is_set():
        hint.clear()
        if pause := await _pause_after(queue, one_round, poll):
            await _first_of(pause, hint, stop)


async def _pause_after(queue: str, one_round: Callable[[], Awaitable[int]], poll: float) -> float:
    """Do a round; the seconds to wait before the next one."""
    try:
        return 0.0 if await one_round() else poll
    except Exception as trouble:  # whatever it was, the queue still holds everything
        log.error("round failed", queue=queue, trouble=described(trouble))
        return TROUBLE_SECONDS


async def _first_of(seconds: float, *events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
