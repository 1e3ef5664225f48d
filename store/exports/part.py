"""One look at the record, all of it or what concerns one review: rows come in blocks, never all at once."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import Base
from store.database import Database
from store.exports.scope import chosen
from store.history import HistoryHead
from store.models import Person, PersonAddress, Review

BLOCK = 500
Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """What is exported, read in one transaction: everything in it is of the same moment."""

    session: AsyncSession
    review: str | None = None

    async def blocks(self, found: Select[*tuple[Any, ...]]) -> AsyncIterator[list[Any]]:
        """The answer to one question, some rows at a time; the database keeps the rest."""
        result = await self.session.stream(found.execution_options(yield_per=BLOCK))
        try:
            async for block in result.partitions():
                yield list(block)
        finally:
            await result.close()

    async def all(self, kind: type[Base]) -> AsyncIterator[list[Any]]:
        """Every row of a kind that belongs to this part."""
        async for block in self.blocks(chosen(kind, self.review)):
            yield [row for (row,) in block]

    async def addresses(self, ids: Collection[int | None]) -> dict[int | None, str | None]:
        """Who these people are, in one word: an address, or the name of who has none. Nobody is nobody."""
        found = select(Person.id, Person.name, PersonAddress.address).outerjoin(PersonAddress)
        known: dict[int | None, str | None] = {None: None}
        spelled: dict[int, str] = {}
        for number, name, address in await self.session.execute(
            found.where(Person.id.in_(set(ids) - {None}))
        ):
            known[number] = name
            if address is not None:
                spelled[number] = min(address, spelled.get(number, address))
        return known | spelled

    async def head(self) -> tuple[int, str]:
        """The newest position of the history and its digest."""
        found = await self.session.get(HistoryHead, 1)
        assert found is not None
        return found.seq, found.digest


class NoSuchReview(Exception):
    """There is no review of this name."""


@asynccontextmanager
async def reading(database: Database, review: str | None = None) -> AsyncIterator[Part]:
    """A part of the record to read from, until the end of the block. Raises NoSuchReview."""
    async with database.reading() as session:
        if review is not None and await session.get(Review, review) is None:
            raise NoSuchReview(review)
        yield Part(session, review)
