"""What filings come to: the status of their documents, and of the item that they are for."""

from collections.abc import Collection

from handlers.lifecycle import after
from handlers.targets import Target
from store.models import LIVE
from store.unit_of_work import UnitOfWork


async def sum_up(document_ids: Collection[int], uow: UnitOfWork) -> None:
    """Bring the documents' own status up to date with their filings."""
    await uow.session.flush()
    for document, statuses in await uow.documents_with_statuses(document_ids):
        status = summed_up(statuses)
        if document.status != status:
            document.status = status
            uow.changed(document)


def summed_up(statuses: Collection[str]) -> str:
    """`attached` while one filing is; else draft, quarantined, superseded, withdrawn in this order."""
    order = ("attached", "draft", "quarantined", "superseded")
    return next((one for one in order if one in statuses), "withdrawn")


async def evidence_gone(target: Target, uow: UnitOfWork) -> None:
    """An item without any evidence left is as before the first."""
    await uow.session.flush()
    left = [one.status for one in await uow.filings_at(*target.key)]
    left += [one.status for one in await uow.statements_on(*target.at)]
    if not set(left) & set(LIVE):
        await _item_goes_on(target, "evidence_gone", uow)


async def evidence_came(target: Target, uow: UnitOfWork) -> None:
    """The first evidence for an item begins it."""
    await _item_goes_on(target, "evidence_filed", uow)


async def _item_goes_on(target: Target, happened: str, uow: UnitOfWork) -> None:
    """The item's row is held first: a reviewer may conclude it in this very moment."""
    item = target.item
    if item is None or after("item", item.status, happened) == item.status:
        return
    await uow.hold(item)
    item.status = after("item", item.status, happened)
    uow.changed(item)
