"""What must be so before a record is loaded; whatever is not is told with the record's name."""

from collections.abc import Sequence
from typing import Any

from store.directory import NotLoaded
from store.unit_of_work import UnitOfWork


async def must_be_new(uow: UnitOfWork, kind: type[Any], key: str) -> None:
    if await uow.session.get(kind, key) is not None:
        raise NotLoaded(f"there is a {kind.__tablename__} {key} already")


async def must_exist(uow: UnitOfWork, *wanted: tuple[type[Any], str]) -> None:
    for kind, key in wanted:
        if await uow.session.get(kind, key) is None:
            raise NotLoaded(f"there is no {kind.__tablename__} {key}")


def must_be_one_of(known: Sequence[str], name: str, what: str) -> None:
    if name not in known:
        raise NotLoaded(f"there is no {what} {name!r}; there are {', '.join(known)}")
