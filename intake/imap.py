"""The IMAP door: one thread a mailbox polls, and between polls waits in IDLE, which only wakes it."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from handlers.retry import next_login
from intake.addresses import same_mailbox
from intake.imap_accounts import Account, is_junk_name, read_accounts
from intake.imap_books import Books, StoreTrouble
from intake.imap_fetch import Lost, NotGiven, said
from intake.imap_folder import Look
from intake.imap_login import LoginRefused, Unavailable, hang_up, log_in
from intake.imap_move import can_move, list_folders, processed_folder
from intake.imap_place import Folder, Place
from intake.mailbox_token import MailboxToken
from intake.settings import IntakeSettings
from intake.trouble import described, log
from store.clock import Clock
from store.keeping import Keeper
from store.mailbox_questions import Mailboxes

RENEW_SECONDS = 540.0
TICK_SECONDS = 1.0
GRACE_SECONDS = 5.0
NEWS = (b"EXISTS", b"RECENT")


@dataclass
class Mailbox:
    """One account and its thread. `stop` ends the thread within a tick; `cut` also ends a stalled command."""

    account: Account
    books: Books
    token: MailboxToken | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    folders: dict[str, Folder] = field(default_factory=dict)
    _client: IMAPClient | None = None
    _failures: int = 0

    def run(self) -> None:
        """Until told to stop: connect, poll, wait; after trouble, wait and connect again."""
        while not self.stop.is_set():
            word, refused = self._session()
            if self.stop.is_set():
                return
            self._failures += 1
            self._tell(word)
            self.stop.wait(next_login(self._failures, refused).total_seconds())

    def cut(self) -> None:
        """From another thread, which must not wait for the one that reads."""
        client = self._client
        if client is not None:
            with suppress(OSError):
                socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)

    def _session(self) -> tuple[str, bool]:
        """One connection, from login to its end; why it ended, and whether we were refused."""
        try:
            self._client = log_in(self.account, self.books.settings, self.token)
            self._stay(self._client)
        except (LoginRefused, Unavailable) as error:
            return str(error), isinstance(error, LoginRefused)
        except StoreTrouble as error:
            return str(error), False
        except (Lost, NotGiven):
            return "lost", False
        except Exception as error:  # a bug in here must not end the polling of a mailbox
            log.error("imap.failed", account=self.account.name, cause=described(error))
            return "failed", False
        finally:
            if self._client is not None:
                hang_up(self._client)
            self._client = None
        return "stopped", False

    def _stay(self, client: IMAPClient) -> None:
        folders = self._find(client)
        place = Place(self.account, client.socket().getpeername()[0], self._address())
        while not self.stop.is_set():
            for folder in folders:
                self._look(Look(client, place, folder, self.books, self.stop))
            self._failures = 0
            wait_for_mail(client, self.stop, self.books.settings.imap_poll_seconds)

    def _look(self, look: Look) -> None:
        """A folder that does not open is told, and does not keep the others from being looked through."""
        try:
            kept = look.poll()
        except NotGiven:
            self.books.troubled(self.account, look.folder.name, "not opened")
            return
        if kept:
            log.info("imap.kept", account=self.account.name, folder=look.folder.name, messages=kept)

    def _find(self, client: IMAPClient) -> list[Folder]:
        """Ours and those that hold junk, the inbox last: waiting goes on in it. Junk stays where it is."""
        names, junk = list_folders(client)
        wanted = self.account.folders
        to = processed_folder(client, self.books.settings.imap_processed, names) if can_move(client) else None
        found = [*(one for one in junk if one not in wanted and one != to), *reversed(wanted)]
        self.folders = {name: self.folders.get(name, Folder(name)) for name in found}
        for name, folder in self.folders.items():
            folder.junk = name != wanted[0] and (name in junk or is_junk_name(name))
            folder.processed = None if folder.junk else to
        return list(self.folders.values())

    def _address(self) -> str:
        ours = self.books.settings.mailbox
        user = same_mailbox(self.account.user)
        return next((one for one in ours if same_mailbox(one) == user), ours[0])

    def _tell(self, word: str) -> None:
        with suppress(StoreTrouble):
            self.books.troubled(self.account, self.account.folders[0], word)


def wait_for_mail(client: IMAPClient, stop: threading.Event, seconds: float) -> None:
    """In IDLE until there is news, at most `seconds`. Raises Lost.

    On a dead connection `idle_check` returns at once, again and again, instead of raising.
    """
    if not client.has_capability("IDLE"):
        stop.wait(seconds)
        return
    until = time.monotonic() + min(seconds, RENEW_SECONDS)
    said(client.idle)
    try:
        while not stop.is_set() and time.monotonic() < until:
            began, tick = time.monotonic(), min(TICK_SECONDS, max(until - time.monotonic(), 0.01))
            news = said(client.idle_check, tick)
            if any(one[0] == b"BYE" for one in news) or (not news and time.monotonic() - began < tick / 2):
                raise Lost
            if any(len(one) > 1 and one[1] in NEWS for one in news):
                return
    finally:
        with suppress(IMAPClientError, OSError):
            client.idle_done()


async def poll_mailboxes(
    books: Books,
    stopping: asyncio.Event,
    token: MailboxToken | None = None,
    accounts: tuple[Account, ...] = (),
) -> None:
    """Poll every account of `CAIS_IMAP` until `stopping` is set; a message that is being kept is kept."""
    mailboxes = [Mailbox(account, books, token) for account in accounts or accounts_of(books.settings)]
    if not mailboxes:
        await stopping.wait()
        return
    running = [_in_thread(one) for one in mailboxes]
    await stopping.wait()
    for one in mailboxes:
        one.stop.set()
    await asyncio.wait(running, timeout=GRACE_SECONDS)
    for one in mailboxes:
        one.cut()
    await asyncio.wait(running, timeout=GRACE_SECONDS)


def _in_thread(mailbox: Mailbox) -> asyncio.Future[None]:
    """A thread that does not keep the process from ending: who still waits to be let in holds nothing."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def run() -> None:
        try:
            mailbox.run()
        finally:
            with suppress(RuntimeError):  # nobody waits for us any more
                loop.call_soon_threadsafe(_set, ended)

    threading.Thread(target=run, name="imap", daemon=True).start()
    return ended


def _set(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


def accounts_of(settings: IntakeSettings) -> tuple[Account, ...]:
    return read_accounts(settings.imap.get_secret_value()) if settings.imap else ()


def books_of(
    settings: IntakeSettings,
    mailboxes: Mailboxes,
    keeper: Keeper,
    clock: Clock,
    free_bytes: Callable[[], int],
) -> Books:
    """To be called in the event loop that the threads will ask."""
    return Books(settings, mailboxes, keeper, clock, free_bytes, asyncio.get_running_loop())
