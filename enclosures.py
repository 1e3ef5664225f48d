"""What goes with a message beside its words: each maker looks at the row just before it is sent."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.calendar_mail import deadlines_file
from bot.delivery import Extra
from bot.pictures import picture_for
from store.clock import pacific_day
from store.outbox import OutboxEntry

if TYPE_CHECKING:
    from parts import Parts

PICTURE = "picture@cais"
# Where pictures are shown, and how large one may be: a card of Teams carries it in its own 28 KB.
MOST_BYTES = {"mail": None, "slack": None, "teams": 12_000}
Maker = Callable[["Parts", OutboxEntry], Awaitable[tuple[Extra, ...]]]


async def picture_shown(parts: "Parts", entry: OutboxEntry) -> tuple[Extra, ...]:
    """The picture of a message: inside the page of a mail, for each chat as large as it takes it."""
    if entry.channel not in MOST_BYTES:
        return ()
    today, most = pacific_day(parts.clock), MOST_BYTES[entry.channel]
    made = await picture_for(entry.template, entry.fields, today, most)
    cid = PICTURE if entry.channel == "mail" else ""
    return (Extra("picture.png", "image/png", made.png, cid, made.alt),) if made else ()


async def calendar(parts: "Parts", entry: OutboxEntry) -> tuple[Extra, ...]:
    """The deadlines that a mail is about, for the reader's calendar."""
    return await deadlines_file(parts.store, parts.place(), parts.clock.now(), entry)


MAKERS: tuple[Maker, ...] = (picture_shown, calendar)


async def extras_of(parts: "Parts", entry: OutboxEntry) -> tuple[Extra, ...]:
    """Every file that goes with one message, in the order of the makers."""
    return tuple([extra for maker in MAKERS for extra in await maker(parts, entry)])
