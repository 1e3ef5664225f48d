"""What a chat's door kept, read back: the same for every chat."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from handlers.messages import Kept, Message, Unreadable
from store.keeping import BODY

Objects = Callable[[str], Path]
ReadOne = Callable[[Kept], Awaitable[Message | Unreadable]]


async def read_each(entries: Sequence[Kept], read_one: ReadOne) -> list[Message | Unreadable]:
    """All at once, in their order. Raises what any of them raises, when nobody is left reading."""
    read = await asyncio.gather(*map(read_one, entries), return_exceptions=True)
    for one in read:
        if isinstance(one, BaseException):
            raise one
    return [one for one in read if not isinstance(one, BaseException)]


async def body_of(entry: Kept, path_of: Objects) -> Any:
    """The JSON that was kept, beside the entry or as an object. Raises OSError."""
    words = entry.envelope.get(BODY)
    if words is None:
        words = await asyncio.to_thread(path_of(entry.sha256).read_text, "utf-8")
    return json.loads(str(words))
