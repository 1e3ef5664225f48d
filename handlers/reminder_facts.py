"""What the rows of digests need to know beside the deadlines: read at once, for one person or for many."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from store.deadline import Deadline
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Facts:
    """Of reviews, the items (code and status) of which the state has nothing; the names of what something is
    on file of that nobody has submitted yet; how people are called whose place is taken, and LEAs."""

    missing: Mapping[str, Sequence[tuple[str, str]]]
    unsubmitted: Collection[str]
    people: Mapping[int, str]
    leas: Mapping[str, str]


async def facts_of(
    deadlines: Sequence[Deadline], covered: Collection[int | None], leas: Collection[str], uow: UnitOfWork
) -> Facts:
    """The facts of these deadlines. Whoever is told of a deadline may know all of them."""
    uploads = {one.target for one in deadlines if one.kind == "upload"}
    names = {one.name for one in deadlines if one.kind != "upload" and not one.is_decision}
    return Facts(
        await uow.missing_items(uploads),
        await uow.unsubmitted(names),
        await uow.names_of({one for one in covered if one is not None}),
        await uow.lea_names(leas),
    )
