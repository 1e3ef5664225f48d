"""What we remember. `Store` is the one thing that the other folders hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from store.database import Database
from store.files import FileStore
from store.inbox import Inbox
from store.outbox import Outbox
from store.signing import Signer
from store.tables import Tables
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Store:
    """The rows, the files and the two queues of one service. `domain` ends our Message-IDs; without a
    `signer` no receipt is made, and without a `public_url` no calendar link is given."""

    database: Database
    files: FileStore
    inbox: Inbox
    outbox: Outbox
    domain: str
    signer: Signer | None = None
    public_url: str = ""

    @asynccontextmanager
    async def begin(self, careful: bool = True) -> AsyncIterator[UnitOfWork]:
        """One write transaction: committed at the end with its history, undone by any exception."""
        async with self.database.writing() as session:
            uow = UnitOfWork(session, self.domain, careful, self.signer, Tables(self.files), self.public_url)
            yield uow
            await uow.settle()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        """Questions only, on a reader connection."""
        async with self.database.reading() as session:
            yield UnitOfWork(session, self.domain, signer=self.signer)

    async def aclose(self) -> None:
        await self.database.aclose()


def open_store(
    url: str, files: FileStore, domain: str, signer: Signer | None = None, public_url: str = ""
) -> Store:
    database = Database(url)
    return Store(database, files, Inbox(database), Outbox(database), domain, signer, public_url)
