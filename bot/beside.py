"""Work beside the answer that somebody waits for: held while it runs, and ended before the store closes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Beside:
    """Tasks that nobody awaits. A task that nobody holds may vanish."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def soon(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def aclose(self) -> None:
        """Let what runs end, and what it begins; how it ends is its own affair."""
        while self._running:
            await asyncio.wait(set(self._running))
