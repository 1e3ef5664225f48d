"""Files that a message in a chat came with: got once, remembered, looked at like any other.

What a chat does not give stays in the message as a file without bytes, with the word for why. Trouble that
passes is raised, so that the message waits; what was got by then is remembered.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from handlers.messages import Attachment, Kept, Role
from store import Store
from store.chats import ChatFile
from store.clock import wall
from store.unit_of_work import Actor

Look = Callable[[Path, str, int], Awaitable[Attachment]]
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Looks:
    """How a kept file is looked at, and how a name is made fit to show; with the largest file taken."""

    look: Look
    name: Callable[[str], str]
    most_bytes: int


@dataclass(frozen=True)
class ChatFiles:
    """Remembers files by message and by the name (`file`) that the chat has for each."""

    store: Store
    looks: Looks

    async def fetch(
        self, file: str, number: int, entry: Kept, get: Callable[[], Awaitable[tuple[str, str]]]
    ) -> Attachment:
        """The file, the `number`-th of its message; where it is not there yet, `get` gives its digest and its
        name. Raises what `get` raises."""
        async with self.store.look() as uow:
            known = await uow.chat_file(entry.id, file)
        if known is None:
            sha256, name = await get()
            known = await self._remember(file, entry, sha256, self.fit(name))
        return await self.looks.look(self.store.files.path(known.sha256), known.name, number)

    def not_given(self, number: int, name: str, word: str, role: Role, size: int = 0) -> Attachment:
        """A file without bytes: there is nothing of it but what the chat says."""
        return Attachment(number, self.fit(name), size, "", UNKNOWN, role, word)

    def fit(self, name: str) -> str:
        return self.looks.name(name) or nameless()

    async def _remember(self, file: str, entry: Kept, sha256: str, name: str) -> ChatFile:
        at = wall()
        kept = ChatFile(inbox_id=entry.id, file=file, name=name, sha256=sha256, kept_at=at)
        async with self.store.begin() as uow:
            uow.act_as(Actor("service", entry.channel, at))
            uow.add(kept)
        return kept


def nameless(kind: str = "") -> str:
    """What a file without a name is called: what the chat says it is (`PDF`), as far as it says that."""
    return f"{kind or 'file'} without a name"
