"""A chat beside mail, as the service runs it. Each has a `<chat>_service.py` that makes one."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.chat_files import Looks
from bot.delivery import Voice
from handlers.inbox import Lane, Reader, Worker
from intake.given import looking
from intake.plain import file_name
from intake.scanner import Scanner
from store import Store
from store.clock import Clock
from store.keeping import Keeper
from templates.render import Place

if TYPE_CHECKING:
    from aiohttp.web import Application

    from parts import Settings

Finding = tuple[str, bool, str]
FETCHING = 3  # files at once: a small one need not wait for a large
Files = TypeVar("Files", bound="Closable", covariant=True)


class Closable(Protocol):
    """What must be closed when the service has ended."""

    async def aclose(self) -> None: ...


class Chat(Closable, Protocol[Files]):
    """A chat that is set up. `ending` tells whether the service is about to end."""

    def files(self, store: Store, looks: Looks, ending: Callable[[], bool]) -> Files: ...


@dataclass(frozen=True)
class Ground:
    """What a chat is built on. `closing` is closed in the opposite order when the service has ended; `place`
    is where we speak."""

    settings: "Settings"
    store: Store
    keeper: Keeper
    clock: Clock
    scanner: Scanner | None
    owing: asyncio.Event
    stopping: asyncio.Event
    closing: AsyncExitStack
    place: Callable[[], Place]

    def looks(self) -> Looks:
        """How the files of a chat are looked at: as those of mail are."""
        return Looks(looking(self.scanner), file_name, self.settings.intake.max_message_bytes)

    def files_of(self, chat: Chat[Files]) -> Files:
        """Who fetches the files of a chat; closed when the service has ended, the chat before it."""
        fetching = chat.files(self.store, self.looks(), self.stopping.is_set)
        self.closing.push_async_callback(fetching.aclose)
        self.closing.push_async_callback(chat.aclose)
        return fetching


@dataclass(frozen=True)
class SetUp:
    """What a chat has where it is set up. `add_to`: its door, None where nothing of ours is called.

    `loops` run until told to stop, each for itself. `take_worker` gives it the worker that answers while
    somebody waits. `examine` says what is to be mended."""

    voice: Voice
    take_worker: Callable[[Worker], None]
    add_to: "Callable[[Application], None] | None"
    loops: Sequence[Callable[[], Coroutine[None, None, None]]]
    examine: Callable[[datetime], Awaitable[list[Finding]]]


@dataclass(frozen=True)
class ChatChannel:
    """A chat by its name in the record. What it kept is read also where it is not set up any more (`live` is
    None); `setting` is the variable that would set it up."""

    name: str
    reader: Reader
    setting: str
    live: SetUp | None

    @property
    def lanes(self) -> list[Lane]:
        """Nobody's words wait for somebody's files, nor a small file for a large one."""
        fetching = FETCHING if self.live else 0
        return [Lane((self.name,), fetching=False), *[Lane((self.name,), fetching=True)] * fetching]
