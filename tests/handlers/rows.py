"""Rows as they are after a message: filings, statements, statuses, and who was told what."""

from typing import Any

from sqlalchemy import select

from store.models import EvidenceDocument, Filing, Finding, Obligation, ReviewItem, Statement
from tests.builders import Desk


async def filings(desk: Desk) -> list[Filing]:
    async with desk.store.database.reading() as session:
        return list((await session.scalars(select(Filing).order_by(Filing.id))).all())


async def filed(desk: Desk) -> list[tuple[str, str, bool]]:
    """Target, status and whether it was submitted, of every filing."""
    return [(one.target, one.status, one.submitted_at is not None) for one in await filings(desk)]


async def on_record(desk: Desk) -> list[tuple[str, int, str]]:
    """Name, version and status of every document."""
    async with desk.store.database.reading() as session:
        found = await session.scalars(select(EvidenceDocument).order_by(EvidenceDocument.id))
        return [(one.name, one.version, one.status) for one in found]


async def statements(desk: Desk) -> list[Statement]:
    async with desk.store.database.reading() as session:
        return list((await session.scalars(select(Statement).order_by(Statement.id))).all())


async def item_status(desk: Desk, name: str) -> str:
    async with desk.store.database.reading() as session:
        return next(item.status for item in await session.scalars(select(ReviewItem)) if item.target == name)


async def finding_on(desk: Desk, name: str) -> Finding:
    async with desk.store.database.reading() as session:
        pairs = await session.execute(select(Finding, ReviewItem).join(ReviewItem))
        return next(finding for finding, item in pairs if item.target == name)


async def form_status(desk: Desk, name: str) -> str:
    async with desk.store.database.reading() as session:
        return (await session.scalars(select(Obligation).where(Obligation.id == name))).one().status


async def set_item(desk: Desk, name: str, **facts: Any) -> None:
    """Change an item as a reviewer would have."""
    async with desk.store.begin() as uow:
        items = await uow.session.scalars(select(ReviewItem))
        item = next(item for item in items if item.target == name)
        for fact, value in facts.items():
            setattr(item, fact, value)
        uow.changed(item)


async def set_finding(desk: Desk, name: str, **facts: Any) -> None:
    async with desk.store.begin() as uow:
        pairs = await uow.session.execute(select(Finding, ReviewItem).join(ReviewItem))
        finding = next(finding for finding, item in pairs if item.target == name)
        for fact, value in facts.items():
            setattr(finding, fact, value)
        uow.changed(finding)


async def told(desk: Desk, template: str) -> list[str]:
    return sorted(row.to for row in await desk.outgoing() if row.template == template)
