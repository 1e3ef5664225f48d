"""What all connections of the SMTP door share: who is in, what can be taken now, what is being kept."""

import asyncio
import math
import os
import ssl
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from intake.data_stream import Incoming
from intake.envelope import with_previews
from intake.settings import MIB, IntakeSettings
from intake.trouble import described, log
from store.clock import Clock
from store.keeping import Arrival, Keeper

KEEP_SECONDS = 30.0
GRACE_SECONDS = 5.0
MAILS_IN_RESERVE = 2
CLOSING = "421 4.3.2 The service is stopping, please try again later"

T = TypeVar("T")


class Guest(Protocol):
    """A connection, as the lobby sees it. Its `peer` is the client's address and never changes."""

    peer: str

    @property
    def in_transaction(self) -> bool: ...
    def hang_up(self, answer: str) -> None: ...


class Lobby:
    """Counts connections in and out, and sees to it that a begun keep or discard always ends.

    `free_bytes` tells how much more the store's disk can hold.
    """

    def __init__(
        self, settings: IntakeSettings, keeper: Keeper, clock: Clock, free_bytes: Callable[[], int]
    ) -> None:
        self.settings = settings
        self._clock = clock
        self.mailboxes = frozenset(mailbox.lower() for mailbox in with_previews(settings.mailbox))
        self.name = settings.mailbox[0].rpartition("@")[2]  # the machine's own name is nobody's business
        self.tls = tls_context(settings)
        self.too_large = too_large(settings)
        self.closing = False
        self._keeper = keeper
        self._free_bytes = free_bytes
        self._inside: dict[Guest, asyncio.Task[None]] = {}
        self._from: Counter[str] = Counter()
        self._running: set[asyncio.Task[Any]] = set()

    def admit(self, guest: Guest, task: asyncio.Task[None]) -> str | None:
        """Count a connection in, or give the answer it is sent away with."""
        if self._keeper.trouble or self.closing:
            return "421 4.3.0 No mail can be taken at the moment, please try again later"
        if self._is_full_for(guest.peer):
            log.warning("smtp.too_many_connections", peer=guest.peer, inside=len(self._inside))
            return "421 4.7.0 Too many connections, please try again later"
        self._inside[guest] = task
        self._from[guest.peer] += 1
        return None

    def leave(self, guest: Guest) -> None:
        if self._inside.pop(guest, None) is None:
            return
        self._from[guest.peer] -= 1
        if not self._from[guest.peer]:
            del self._from[guest.peer]

    def trouble(self) -> str | None:
        """Why no mail can be taken now. The reserve is for those already on their way in."""
        if self._keeper.trouble:
            return "the store is in trouble"
        if is_nearly_full(self._free_bytes, self.settings):
            return "the disk is nearly full"
        return None

    def incoming(self) -> Incoming:
        return Incoming(self._keeper, self.settings.max_message_bytes, self._clock.now())

    async def keep(self, message: Incoming, arrival: Arrival) -> int:
        """Keep to the end even when the client has gone: half a keep would leave a torn state."""
        keeping = self._run(message.keep(arrival))
        async with asyncio.timeout(KEEP_SECONDS):
            return await asyncio.shield(keeping)

    def discard(self, message: Incoming) -> None:
        """In the background: the client that broke off is not there to wait for it."""
        self._run(_discard(message))

    async def aclose(self) -> None:
        """Send away who is idle, give the others a few seconds to end their mail, and end every keep."""
        self.closing = True
        self._send_away(guest for guest in self._inside if not guest.in_transaction)
        await _wait(self._inside.values(), GRACE_SECONDS)
        self._send_away(self._inside)
        await _wait(self._inside.values(), GRACE_SECONDS + 1)
        await _wait(self._running, KEEP_SECONDS)

    def _is_full_for(self, peer: str) -> bool:
        return (
            len(self._inside) >= self.settings.smtp_connections
            or self._from[peer] >= self.settings.smtp_connections_per_address
        )

    def _send_away(self, guests: Iterable[Guest]) -> None:
        for guest in list(guests):
            guest.hang_up(CLOSING)

    def _run(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


async def _discard(message: Incoming) -> None:
    try:
        await message.discard()
    except Exception as error:  # nobody waits for it; the sweep of old drafts will find the file
        log.warning("smtp.draft_left", cause=described(error))


async def _wait(tasks: Iterable[asyncio.Task[Any]], seconds: float) -> None:
    waiting = set(tasks)
    if waiting:
        await asyncio.wait(waiting, timeout=seconds)


def free_space(folder: Path) -> Callable[[], int]:
    """The free bytes of the folder's disk, asked of the disk at most once a second."""
    asked, free = -math.inf, 0

    def ask() -> int:
        nonlocal asked, free
        if time.monotonic() - asked > 1:
            status = os.statvfs(folder)
            asked, free = time.monotonic(), status.f_bavail * status.f_frsize
        return free

    return ask


def is_nearly_full(free_bytes: Callable[[], int], settings: IntakeSettings) -> bool:
    """Whether the disk has no room for the largest mails that may be on their way in."""
    return free_bytes() < MAILS_IN_RESERVE * settings.max_message_bytes


def tls_context(settings: IntakeSettings) -> ssl.SSLContext | None:
    """For STARTTLS, when a certificate and its key are configured; a bad one stops the start."""
    if settings.smtp_cert is None or settings.smtp_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.smtp_cert, settings.smtp_key)
    return context


def too_large(settings: IntakeSettings) -> str:
    """People read this in a bounce: how much is taken, and how else to file."""
    limit = settings.max_message_bytes
    return f"552 5.3.4 We take {limit / MIB:.4g} MiB ({limit} bytes) a mail at most; {settings.other_way_in}"
