"""What goes with a message beside its words: each maker looks at the row just before it is sent."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.delivery import Extra
from store.outbox import OutboxEntry

if TYPE_CHECKING:
    from parts import Parts

Maker = Callable[["Parts", OutboxEntry], Awaitable[tuple[Extra, ...]]]
MAKERS: tuple[Maker, ...] = ()


async def extras_of(parts: "Parts", entry: OutboxEntry) -> tuple[Extra, ...]:
    """Every file that goes with one message, in the order of the makers."""
    return tuple([extra for maker in MAKERS for extra in await maker(parts, entry)])
