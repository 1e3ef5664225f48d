"""What runs beside an answer has ended when its store closes, and so has what it began."""

import asyncio

from bot.beside import Beside


async def test_closing_waits_for_what_runs_and_for_what_that_begins() -> None:
    beside, ended = Beside(), []

    async def second() -> None:
        for _ in range(10):  # turns of the loop, no time
            await asyncio.sleep(0)
        ended.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        beside.soon(second())
        ended.append("first")

    beside.soon(first())
    await beside.aclose()
    assert ended == ["first", "second"]


async def test_what_failed_closes_too() -> None:
    async def fails() -> None:
        raise ValueError

    beside = Beside()
    task = beside.soon(fails())
    await beside.aclose()
    assert isinstance(task.exception(), ValueError)
