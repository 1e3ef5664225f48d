"""The record in memory, for who needs it as Python values: tests, and lists of a terminal."""

from typing import Any

from store.database import Database
from store.exports.part import NoSuchReview as NoSuchReview
from store.exports.part import reading
from store.exports.record import LISTS

Row = dict[str, Any]


async def export(database: Database, review: str | None = None) -> dict[str, list[Row]]:
    """Everything there is, or what concerns one review. Raises NoSuchReview."""
    async with reading(database, review) as part:
        return {name: [row async for row in rows(part)] for name, rows in LISTS.items()}


async def one_list(database: Database, name: str) -> list[Row]:
    """One list of the whole record."""
    async with reading(database) as part:
        return [row async for row in LISTS[name](part)]
