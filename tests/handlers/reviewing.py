"""The reviewer's side in tests: who is who, a review brought to where a test begins, what came of it."""

from typing import Any

from sqlalchemy import select

from handlers.messages import Attachment
from store.models import Comment, Finding, Obligation, Review, ReviewItem
from tests.builders import ANA, Desk, a_file
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, RENEE

LUIS, SAM, OMAR = "lortega@cde.example", "sbright@cde.example", "ohaddad@cde.example"
TOM, LUKE = "tokafor@sierravista.example", "lbrandt@coastrange.example"
LEA_SIDE = [MARIA, TOM, ANA, PEI]
STATE = [HELEN, LUIS, RENEE]
OUTSIDERS = [PRIYA, LUKE, GUS, OMAR]


async def rows(desk: Desk, table: type[Any], /, **which: Any) -> list[Any]:
    async with desk.store.database.reading() as session:
        return list((await session.scalars(select(table).filter_by(**which))).all())


async def item(desk: Desk, code: str, review: str = "cr-fpm") -> ReviewItem:
    (row,) = await rows(desk, ReviewItem, review_id=review, code=code)
    assert isinstance(row, ReviewItem)
    return row


async def finding(desk: Desk, code: str, review: str = "sv-fpm") -> Finding:
    (row,) = await rows(desk, Finding, review_item_id=(await item(desk, code, review)).id)
    assert isinstance(row, Finding)
    return row


async def review(desk: Desk, name: str = "cr-fpm") -> Review:
    (row,) = await rows(desk, Review, id=name)
    assert isinstance(row, Review)
    return row


async def comments(desk: Desk, **which: Any) -> list[tuple[str, str, str]]:
    """Kind, target and words of every comment."""
    return [(one.kind, one.target, one.text) for one in await rows(desk, Comment, **which)]


async def bring(desk: Desk, table: type[Any], key: Any, /, **values: Any) -> None:
    """A row to where a test begins, recorded like every change."""
    async with desk.store.begin() as uow:
        row: Any = await uow.session.get(table, key)
        for name, value in values.items():
            setattr(row, name, value)
        uow.changed(row)


async def bring_item(desk: Desk, code: str, status: str, review: str = "cr-fpm") -> None:
    await bring(desk, ReviewItem, (await item(desk, code, review)).id, status=status)


async def bring_finding(desk: Desk, code: str, status: str, review: str = "sv-fpm") -> None:
    await bring(desk, Finding, (await finding(desk, code, review)).id, status=status)


async def bring_form(desk: Desk, name: str, status: str) -> None:
    await bring(desk, Obligation, name, status=status)


async def bring_review(desk: Desk, status: str, name: str = "cr-fpm") -> None:
    await bring(desk, Review, name, status=status)


async def codes_of(desk: Desk, review: str = "cr-fpm") -> list[str]:
    found = await rows(desk, ReviewItem, review_id=review)
    return [one.code for one in sorted(found, key=lambda one: one.id)]


async def meets_all(desk: Desk, *besides: str) -> None:
    """Everything of cr-fpm meets requirements, but for `besides`; the review is on its way."""
    await bring_review(desk, "in_review")
    codes = [code for code in await codes_of(desk) if code not in besides]
    answer = await desk.send(sender=LUIS, text="meets " + ", ".join(f"cr-fpm/{code}" for code in codes))
    assert answer["state"] == "done", answer


async def told(desk: Desk, template: str) -> list[str]:
    return sorted(row.to for row in await desk.outgoing() if row.template == template)


def keep(desk: Desk, name: str, content: bytes) -> Attachment:
    """A file whose bytes are kept as an object, as a door does it."""
    draft = desk.store.files.draft()
    draft.write(content)
    desk.store.files.keep(draft)
    return a_file(name, content)
