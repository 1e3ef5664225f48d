"""Schedulers of reminders as processes of their own, each with its own clock, some killed on the way.

`python -m tests.walks.schedulers URL FILES FIRST` plans the day of the moment FIRST itself. Then it reads one order a line, `[[moment, kill], …]`: at once one
process for each plans the day of its moment; with `kill` it dies by SIGKILL before it sends that many statements
(0: it lives). It answers with how each ended and what it told. Every order costs forks, and no start of Python.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event

import reminder_loops
from store import open_store
from store.files import FileStore
from tests.conftest import share_sql
from tests.handlers.running import running


async def one_round(url: str, files: Path, moment: datetime, kill: int) -> int:
    store = open_store(url, FileStore(files), "cais.example")
    share_sql(store)
    sent = 0

    def count(*_: Any) -> None:
        nonlocal sent
        sent += 1
        if sent == kill:
            os.kill(os.getpid(), signal.SIGKILL)

    for engine in {store.database.writer.sync_engine, store.database.reader.sync_engine}:
        event.listen(engine, "before_cursor_execute", count)
        event.listen(engine, "commit", count)
    try:
        return await reminder_loops.remind_round(running(store, moment))
    finally:
        await store.aclose()


def start(url: str, files: Path, moment: str, kill: int) -> tuple[int, int]:
    """A scheduler of its own: its process, and where it says what it told."""
    answer, says = os.pipe()
    child = os.fork()
    if child:
        os.close(says)
        return child, answer
    try:
        told = asyncio.run(one_round(url, files, datetime.fromisoformat(moment), kill))
        os.write(says, str(told).encode())
    except BaseException as trouble:
        os.write(says, f"{type(trouble).__name__}: {trouble}".encode()[:2000])
    os._exit(0)


def ended(child: int, answer: int) -> str:
    """How it ended: what it told, `killed`, or its trouble."""
    with os.fdopen(answer) as said:
        words = said.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return "killed" if status == -signal.SIGKILL else words


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    url, files, first = sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
    asyncio.run(one_round(url, files, first, 0))  # what it loads and works out serves all that are forked
    for line in sys.stdin:
        running = [start(url, files, moment, kill) for moment, kill in json.loads(line)]
        print(json.dumps([ended(*one) for one in running]), flush=True)


if __name__ == "__main__":
    main()
