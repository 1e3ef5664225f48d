"""What a mailbox's thread asks and tells the service, whose event loop runs elsewhere."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from errno import EDQUOT, EIO, ENOSPC, EROFS
from typing import Any, TypeVar

from handlers.retry import next_fetch
from intake.imap_accounts import Account
from intake.lobby import is_nearly_full
from intake.settings import IntakeSettings
from intake.trouble import described, log
from store.clock import Clock
from store.keeping import Arrived, Keeper
from store.mailbox_questions import Mailboxes

POISON_TRIES = 3

T = TypeVar("T")


class StoreTrouble(Exception):
    """We cannot keep anything at the moment; the mailbox is not to blame and keeps what it has."""


@dataclass(frozen=True)
class Books:
    """For threads: every method but `aclose` blocks until the loop has answered. Raises StoreTrouble."""

    settings: IntakeSettings
    mailboxes: Mailboxes
    keeper: Keeper
    clock: Clock
    free_bytes: Callable[[], int]
    loop: asyncio.AbstractEventLoop

    def check_room(self) -> None:
        """Before anything is fetched: can it be kept?"""
        if self.keeper.trouble or is_nearly_full(self.free_bytes, self.settings):
            raise StoreTrouble("disk")

    def keep(self, arrived: Sequence[Arrived]) -> Future[list[int]]:
        """Begin to keep them; does not wait."""
        return asyncio.run_coroutine_threadsafe(self.keeper.keep_all(arrived), self.loop)

    def kept(self, keeping: Future[list[int]]) -> None:
        """All of them are durable when this returns."""
        try:
            keeping.result()
        except Exception as error:
            raise _troubled(error) from error

    def known(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        return self._ask(self.mailboxes.known(keys))

    def unfetched(self, place: str) -> dict[str, datetime]:
        return self._ask(self.mailboxes.unfetched(place))

    def not_fetched(self, key: str, trouble: str) -> None:
        tries = self._ask(self.mailboxes.not_fetched(key, trouble, next_fetch))
        log.warning("imap.not_fetched", key=key, trouble=trouble, tries=tries)

    def over(self, keys: Collection[str], how: str) -> None:
        if keys:
            self._ask(self.mailboxes.over(keys, how))

    def polled(
        self, account: Account, folder: str, uidvalidity: int, mail: bool, trouble: str | None
    ) -> None:
        seen = self.mailboxes.polled(account.name, folder, uidvalidity, self.clock.now(), mail, trouble)
        self._ask(seen)

    def troubled(self, account: Account, folder: str, trouble: str) -> None:
        log.warning("imap.trouble", account=account.name, folder=folder, trouble=trouble)
        self._ask(self.mailboxes.troubled(account.name, folder, trouble, self.clock.now()))

    def _ask(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return asyncio.run_coroutine_threadsafe(work, self.loop).result()
        except Exception as error:
            raise _troubled(error) from error


def _troubled(error: Exception) -> StoreTrouble:
    """A full disk has a number; what the database's driver says of its server has none that is the disk's."""
    log.error("imap.store_trouble", cause=described(error))
    is_disk = isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EIO, EROFS)
    return StoreTrouble("disk" if is_disk else "store")
