"""What a message of ours in a chat offers now: looked up when it is said, and when somebody presses."""

from collections.abc import Awaitable, Callable

from store import Store
from store.chats import Shown

ShownOf = Callable[[int], Awaitable[Shown | None]]


def shown_in(store: Store) -> ShownOf:
    """Looks a message of ours up, with what it offers now."""

    async def shown(number: int) -> Shown | None:
        async with store.look() as uow:
            return await uow.shown(number)

    return shown
