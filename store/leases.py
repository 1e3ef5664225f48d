"""Who holds rows: workers' names, and waking what a worker of this machine left behind when it died."""

import os
import secrets
import socket
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.clock import wall
from store.database import Database
from store.inbox import InboxEntry
from store.outbox import OutboxEntry


def worker_name() -> str:
    """A name that is never used again, and tells where the worker runs."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


def is_gone(name: str) -> bool:
    """Whether a worker of this machine has ended. Of other machines only their leases tell."""
    host, _, rest = name.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


async def wake_orphans(database: Database) -> None:
    """Rows of workers that are gone are due at once; their lease still marks them as suspects."""
    async with database.begin() as connection:
        await connection.run_sync(_wake, wall())


def _wake(connection: Connection, now: datetime) -> None:
    for kind in (InboxEntry, OutboxEntry):
        table = kind.__table__
        holders = connection.execute(select(table.c.lease).where(table.c.lease.is_not(None)).distinct())
        gone = [name for name in holders.scalars() if is_gone(name)]
        if gone:
            connection.execute(update(kind).where(kind.lease.in_(gone)).values(run_at=now))
