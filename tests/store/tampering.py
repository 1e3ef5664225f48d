"""Edits behind the store's back, and what verify says of them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Table, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from store.history import HistoryEntry, HistoryHead
from store.verify import Report, check_record, vouched
from tests.builders import NOW

Edit = Any
HISTORY, HEAD = HistoryEntry.__table__, HistoryHead.__table__
TABLES = {str(kind.__tablename__): kind.__table__ for kind in vouched()}


async def wrong_after(session: AsyncSession, *edits: Edit) -> list[str]:
    """What verify says after these edits, which are undone again."""
    report = Report()
    async with session.begin_nested() as edited:
        for edit in edits:
            await session.execute(edit if not isinstance(edit, str) else text(edit))
        await check_record(session, report)
        session.expunge_all()
        await edited.rollback()
    return report.wrong


async def keys(session: AsyncSession, table: Table) -> list[Any]:
    (key,) = table.primary_key.columns
    return list((await session.scalars(select(key).order_by(key))).all())


def another(column: Column[Any], value: Any) -> Any:
    """A different value that the column takes."""
    kinds: list[tuple[type[Any], Any]] = [
        (Date, lambda: (value or date(2014, 1, 1)) + timedelta(days=1)),
        (DateTime, lambda: (value or NOW) + timedelta(microseconds=1)),
        (Boolean, lambda: not value),
        (Integer, lambda: (value or 0) + 1_000_000),
    ]
    for kind, change in kinds:
        if isinstance(getattr(column.type, "impl", column.type), kind):
            return change()
    if isinstance(value, list):
        return [*value, "one more"]
    if isinstance(value, dict):
        return value | {"one": "more"}
    return f"{value or ''}x"


def sample(some: list[Any]) -> list[Any]:
    """The first and the last."""
    return some[:1] + some[1:][-1:]
