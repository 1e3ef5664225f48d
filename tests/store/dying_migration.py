"""Migrations that end with SIGKILL at one statement after the other, for the tests of the schema.

    python -m tests.store.dying_migration URL

Forks once for every statement, lets the child die right after it, and says what was left: a line with the number
of the statement and the revision. Ends when a child came through; its line is `migrated <statements>`.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from store import schema


def migrate_and_die(url: str, after: int) -> int:
    """The number of statements, if there were fewer than `after`."""
    done = 0

    @event.listens_for(Engine, "after_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == after:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(schema.migrate(url))
    return done


def main(url: str, every: int) -> None:
    for after in range(1, 10_000, every):
        child = os.fork()
        if not child:
            print("migrated", migrate_and_die(url, after), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            sys.exit(os.waitstatus_to_exitcode(status))
        print(after, asyncio.run(schema.current(url)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
