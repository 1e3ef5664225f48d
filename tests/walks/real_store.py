"""A running service on a store of real records, and mail of one of its people."""

import asyncio
import smtplib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import delete

from store.database import Database, sqlite_url
from store.people import StoreFact
from tests.walks.running import Service

ANA, DOMAIN, TO = "aruiz@sierravista.example", "sierravista.example", "evidence@cais.example"
RELAY = "relay.example.net"


class RealStore(Service):
    """The sample's people and items in a store that is no sample: nobody is believed without proof."""

    def start(self, *program: str) -> None:
        asyncio.run(_unmark(self.path / "var" / "cais.db"))
        super().start(*program)


async def _unmark(path: Path) -> None:
    """What no command can do: `sample` is never removed from a store by the product."""
    database = Database(sqlite_url(path))
    async with database.writing() as session:
        await session.execute(delete(StoreFact).where(StoreFact.name == "sample"))
    await database.aclose()


def mail(number: int, *top: str) -> bytes:
    own = (
        f"From: Ana Ruiz <{ANA}>",
        f"To: {TO}",
        "Subject: status",
        f"Date: {format_datetime(datetime.now(UTC))}",
    )
    lines = (
        *top,
        *own,
        f"Message-ID: <{number}@{DOMAIN}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain",
        "",
    )
    return "".join(line + "\r\n" for line in (*lines, "status")).encode()


def post(port: int, raw: bytes, sender: str = ANA) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(sender, [TO], raw)
