"""What goes with a message beside its words: each maker looks at the row just before it is sent."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.delivery import Extra
from bot.pictures import picture_for
from store.clock import pacific_day
from store.outbox import OutboxEntry

if TYPE_CHECKING:
    from parts import Parts

PICTURE = "picture@cais"
Maker = Callable[["Parts", OutboxEntry], Awaitable[tuple[Extra, ...]]]


async def picture_shown(parts: "Parts", entry: OutboxEntry) -> tuple[Extra, ...]:
    """The picture of a mail, inside its page; chats send theirs in their own ways."""
    if entry.channel != "mail":
        return ()
    made = await picture_for(entry.template, entry.fields, pacific_day(parts.clock))
    return (Extra("picture.png", "image/png", made.png, PICTURE, made.alt),) if made else ()


MAKERS: tuple[Maker, ...] = (picture_shown,)


async def extras_of(parts: "Parts", entry: OutboxEntry) -> tuple[Extra, ...]:
    """Every file that goes with one message, in the order of the makers."""
    return tuple([extra for maker in MAKERS for extra in await maker(parts, entry)])
