"""Watches a running service's store from outside: when which message's reply was in the queue.

The store keeps no time of that, so it is looked at every few milliseconds; RESOLUTION is the error.
"""

import sqlite3
import time
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from tests.servers import wait_until

RESOLUTION = 0.005
PATIENCE = 120.0


class NotAnswered(Exception):
    """Messages were acknowledged and never got their receipt."""


class Watch:
    """Polls in the caller's thread: run it in one of its own. `queued` maps inbox numbers to moments."""

    def __init__(self, database: Path) -> None:
        self.queued: dict[int, float] = {}
        self._database = database
        self._wanted: frozenset[int] | None = None

    def expect(self, numbers: Collection[int]) -> None:
        """Now it is known how many will come; `run` ends with the last of them."""
        self._wanted = frozenset(numbers)

    def run(self) -> None:
        """Raises NotAnswered."""
        newest, last = 0, time.monotonic()
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as store:
            while self._wanted is None or not self._wanted <= self.queued.keys():
                found = store.execute(
                    "SELECT id, in_answer_to FROM outbox WHERE id > ? ORDER BY id", (newest,)
                ).fetchall()
                now = time.monotonic()
                if found:
                    newest, last = found[-1][0], now
                    self.queued |= {number: now for _, number in found if number not in self.queued}
                elif now - last > PATIENCE:
                    raise NotAnswered(f"{len(self._wanted or ())} expected, {len(self.queued)} came")
                time.sleep(RESOLUTION)


def states(database: Path) -> dict[str, int]:
    """How many messages ended how."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        return dict(store.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())


def wait_for_quiet(database: Path) -> None:
    """Until everything that came is handled and every reply is sent. Raises TimeoutError."""
    wait_until(lambda: _is_quiet(database), PATIENCE, "everything handled and sent")


def _is_quiet(database: Path) -> bool:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        waiting = (
            "SELECT 1 FROM inbox WHERE state = 'received' UNION SELECT 1 FROM outbox WHERE state = 'waiting'"
        )
        return not store.execute(waiting).fetchall() and bool(store.execute("SELECT 1 FROM inbox").fetchone())
