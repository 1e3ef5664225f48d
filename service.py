"""The running service: settings checked together, parts put together, loops started and stopped.

Clock, steps, disk and network come in here and nowhere else.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from mimetypes import guess_type
from pathlib import Path
from time import time

import structlog
from pydantic import ValidationError

from bot.console import CHANNEL as CONSOLE
from bot.console import ConsoleReader
from bot.delivery import Voice, deliver_round
from bot.mailer import FolderMailer, SmarthostMailer
from bot.settings import BotSettings
from bot.web import application, serve
from handlers.alarms import WATCHES, Watch, sound_alarms
from handlers.bounces import take_refusals
from handlers.inbox import Worker, work_inbox
from handlers.keep_time import keep_time
from handlers.messages import Attachment, Reader, Role
from handlers.quarantine import note_scan
from handlers.rounds import keep_going
from handlers.self_test import send_self_test, stamp_is_missing
from handlers.watch_mailboxes import mailbox_troubles, watch_quiet
from intake.children import Limits
from intake.contents import TNEF, look_inside
from intake.extent import extent_of
from intake.lobby import free_space
from intake.reader import MailReader
from intake.scanner import Scanner, scanned
from intake.settings import IntakeSettings
from intake.smtp import open_door
from intake.trust import Stamping, Trust, choose_trust
from store import Store, open_store, schema
from store.clock import Clock, pacific, wall
from store.files import FileStore, Step, no_step
from store.health import health
from store.keeping import Keeper
from store.leases import wake_orphans, worker_name
from store.mailbox_questions import Mailboxes
from store.programs import load_programs, program_codes
from store.settings import StoreSettings
from store.signing import NoKey, Signer, open_signer
from templates.render import Place

log = structlog.get_logger()
PARTS = ("smtp", "imap", "web", "worker")
STALE_DRAFT_SECONDS = 24 * 3600.0
UNANSWERED_SECONDS = 300.0
TIME_SECONDS = 60.0


class CannotStart(Exception):
    """Why the service does not start, in one sentence for the operator."""


@dataclass(frozen=True)
class Settings:
    """Every `CAIS_…` of the environment, checked together."""

    store: StoreSettings
    intake: IntakeSettings
    bot: BotSettings

    @property
    def domain(self) -> str:
        return self.intake.mailbox[0].rpartition("@")[2]


@dataclass(frozen=True)
class Parts:
    """One service, put together but not running. `owing` only hints; the queues are the truth."""

    settings: Settings
    store: Store
    keeper: Keeper
    clock: Clock
    worker: Worker
    reader: MailReader
    stamping: Stamping
    sample: bool
    owing: asyncio.Event
    stopping: asyncio.Event

    def place(self) -> Place:
        today = pacific(self.clock.now()).date()
        return Place(self.settings.intake.mailbox[0], today, self.settings.bot.mail_from, self.sample)

    @property
    def scanner(self) -> Scanner | None:
        """The one that looks into the files of mail, too: it knows whether clamd answers."""
        return self.reader.scanner

    async def look(self, path: Path, name: str, number: int) -> Attachment:
        """What a file given at the terminal is, by the same looks at its bytes that mail's files get."""
        file = await look(path, name, number)
        return scanned(file, await self.scanner.scan(path) if self.scanner else None)

    def receipt_keys(self) -> str:
        """The public keys that receipts are checked with, one a line."""
        return self.store.signer.public_file() if self.store.signer else ""


def read_settings() -> Settings:
    """From the environment. Raises CannotStart, naming every variable that is wrong or unknown."""
    kinds = (StoreSettings, IntakeSettings, BotSettings)
    known = {f"CAIS_{name.upper()}" for kind in kinds for name in kind.model_fields} | {"CAIS_TEST_REQUIRE"}
    unknown = sorted(name for name in os.environ if name.startswith("CAIS_") and name not in known)
    wrong = [f"{name}: there is no such setting" for name in unknown]
    read = []
    for kind in kinds:
        try:
            read.append(kind())
        except ValidationError as error:
            wrong += [_wrong_setting(one["loc"], one["msg"]) for one in error.errors()]
    if wrong:
        raise CannotStart("; ".join(wrong))
    return Settings(*read)  # type: ignore[arg-type]


def _wrong_setting(where: tuple[int | str, ...], words: str) -> str:
    """One sentence that begins with the variable; a rule on two variables names them itself."""
    said = words.removeprefix("Value error, ")
    return f"CAIS_{str(where[0]).upper()}: {said}" if where else said


@asynccontextmanager
async def put_together(settings: Settings, step: Step = no_step) -> AsyncIterator[Parts]:
    """Open the store and build every part on it; closed again at the end. Raises CannotStart."""
    async with AsyncExitStack() as closing:
        store = await open_checked(settings, step)
        closing.push_async_callback(store.aclose)
        keeper = Keeper(store.files, store.inbox.insert, step)
        closing.push_async_callback(keeper.aclose)
        async with store.look() as uow:
            sample = await uow.is_sample()
        if settings.store.clock and not sample:
            raise CannotStart("CAIS_CLOCK: only a sample store may have its clock set")
        stamping = Stamping()
        reader = mail_reader(settings, store, keeper, choose_trust(settings.intake, sample, stamping))
        closing.push_async_callback(reader.aclose)
        readers: dict[str, Reader] = {"mail": reader, CONSOLE: ConsoleReader()}
        worker = Worker(worker_name(), store, readers, program_codes(), step)
        clock = Clock(settings.store.clock)
        yield Parts(
            settings, store, keeper, clock, worker, reader, stamping, sample, asyncio.Event(), asyncio.Event()
        )


async def open_checked(settings: Settings, step: Step = no_step) -> Store:
    """The store with its files and its key; an empty SQLite store gets its tables. Raises CannotStart."""
    url = settings.store.database
    settings.store.var.mkdir(parents=True, exist_ok=True)
    try:
        if url.startswith("sqlite") and await schema.current(url) is None:
            await migrate(settings)
        await schema.check(url)
    except schema.UnknownSchema as unknown:
        raise CannotStart(str(unknown)) from unknown
    files = FileStore(settings.store.files, step)
    await asyncio.to_thread(files.prepare)
    signer = await asyncio.to_thread(_signer, settings.store)
    return open_store(url, files, settings.domain, signer)


def _signer(settings: StoreSettings) -> Signer:
    """The key of `CAIS_RECEIPT_KEY`, or our own, which the first start makes. Raises CannotStart."""
    path, given = settings.receipt_key or settings.var / "receipt.key", settings.receipt_key is not None
    try:
        return open_signer(path, settings.receipt_pub, make=not given)
    except NoKey as none:
        raise CannotStart(f"CAIS_RECEIPT_KEY: {none}") from none


async def migrate(settings: Settings) -> None:
    """The newest schema, and the program files as they are now. Raises CannotStart."""
    settings.store.var.mkdir(parents=True, exist_ok=True)
    try:
        await schema.migrate(settings.store.database)
    except schema.UnknownSchema as unknown:
        raise CannotStart(str(unknown)) from unknown
    store = open_store(settings.store.database, FileStore(settings.store.files), settings.domain)
    try:
        async with store.begin() as uow:
            await load_programs(uow.session)
    finally:
        await store.aclose()


def mail_reader(settings: Settings, store: Store, keeper: Keeper, trust: Trust) -> MailReader:
    intake = settings.intake
    return MailReader(
        objects_path=store.files.path,
        work_dir=store.files.incoming,
        keep_file=keeper.keep_file,
        trust=trust,
        own_addresses=intake.mailbox,
        scanner=Scanner(intake.clamd, intake.clamd_max_bytes) if intake.clamd else None,
        limits=Limits(intake.parse_cpu_seconds, intake.parse_wall_seconds, intake.parse_memory_bytes),
    )


async def look(path: Path, name: str, number: int) -> Attachment:
    """What a file given at the terminal is. A container stays closed: whoever is there can open it."""
    declared = guess_type(name)[0] or "application/octet-stream"
    kind, remark = await asyncio.to_thread(look_inside, path, declared, name)
    size = path.stat().st_size
    closed = kind == TNEF or remark == "zip-bomb"
    role: Role = "empty" if not size else "unreadable" if closed else "document"
    extent = await asyncio.to_thread(extent_of, path, kind) if role == "document" else None
    remark = "winmail" if kind == TNEF else remark
    return Attachment(number, name, size, path.name, kind, role, remark, extent)


async def run(parts: Parts, only: Collection[str] = PARTS, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT (or until `parts.stopping` is set)."""
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, parts.stopping.set)
    async with AsyncExitStack() as closing:
        await _open_doors(parts, only, closing)
        async with asyncio.TaskGroup() as loops:
            if "worker" in only:
                await wake_orphans(parts.store.database)
                await parts.reader.start()
                await asyncio.to_thread(parts.store.files.sweep, time() - STALE_DRAFT_SECONDS)
                loops.create_task(_work(parts))
                loops.create_task(_deliver(parts))
                loops.create_task(_keep_time(parts))
                loops.create_task(_scan_again(parts))
                loops.create_task(_keep_trust(parts))
            if "imap" in only:
                loops.create_task(_poll(parts))
            ready()
            await parts.stopping.wait()


async def _open_doors(parts: Parts, only: Collection[str], closing: AsyncExitStack) -> None:
    """Before any loop runs: a port that is taken is told in one sentence. Raises CannotStart."""
    intake, http = parts.settings.intake, parts.settings.bot.http_listen
    where = ""
    try:
        if "smtp" in only:
            where = f"CAIS_SMTP_LISTEN {intake.smtp_listen}"
            door = await open_door(intake, parts.keeper, parts.clock, free_space(parts.store.files.root))
            closing.push_async_callback(door.aclose)
        if "web" in only:
            where = f"CAIS_HTTP_LISTEN {http}"
            site = await serve(application(lambda: _health(parts), parts.receipt_keys()), http)
            closing.push_async_callback(site.cleanup)
    except OSError as taken:
        raise CannotStart(
            f"{where}: cannot listen there ({taken.strerror}); is it running already?"
        ) from taken


async def _work(parts: Parts) -> None:
    """Answer what arrives, until told to stop."""

    async def one_round() -> int:
        taken = await work_inbox(parts.worker)
        if taken:
            parts.owing.set()
        return taken

    await keep_going("inbox", one_round, parts.keeper.arrived, parts.stopping)


async def _poll(parts: Parts) -> None:
    """Fetch what lies in mailboxes, until told to stop."""
    from intake.imap import books_of, poll_mailboxes  # only who polls needs its library

    free, mailboxes = free_space(parts.store.files.root), Mailboxes(parts.store.database)
    books = books_of(parts.settings.intake, mailboxes, parts.keeper, parts.clock, free)
    await poll_mailboxes(books, parts.stopping)


async def _deliver(parts: Parts) -> None:
    """Send what is owed, until told to stop."""
    voices = {"mail": _mail_voice(parts.settings)}

    async def one_round() -> int:
        return await deliver_round(parts.store.outbox, voices, parts.clock, parts.place())

    await keep_going("outbox", one_round, parts.owing, parts.stopping)


async def _keep_time(parts: Parts) -> None:
    """Do what happens because a day has passed: at the start, and once a minute until told to stop."""

    async def one_round() -> int:
        async with parts.store.begin() as uow:
            passed = len(await keep_time(uow, parts.clock.now()))
            passed += len(await take_refusals(uow, parts.clock.now()))
        async with parts.store.begin() as uow:
            passed += len(await sound_alarms(uow, parts.clock.now(), *_watched(parts.settings)))
        if passed:
            parts.owing.set()
        return passed

    await keep_going("calendar", one_round, asyncio.Event(), parts.stopping, TIME_SECONDS)


async def _scan_again(parts: Parts) -> None:
    """Ask the scanner about what was filed while it did not answer: once a minute until told to stop."""

    async def one_round() -> int:
        settled = await scan_waiting(parts)
        if settled:
            parts.owing.set()
        return settled

    await keep_going("scanner", one_round, asyncio.Event(), parts.stopping, TIME_SECONDS)


async def scan_waiting(parts: Parts) -> int:
    """How many documents it has settled; no transaction is open while it is asked."""
    if parts.scanner is None:
        return 0
    async with parts.store.look() as uow:
        waiting = await uow.digests_to_scan()
    settled = 0
    for sha256 in waiting:
        said = await parts.scanner.scan(parts.store.files.path(sha256))
        if said.scan != "checking":
            async with parts.store.begin() as uow:
                settled += len(await note_scan(sha256, said.scan, said.found, parts.clock.now(), uow))
    return settled


def _watched(settings: Settings) -> tuple[Sequence[str], Sequence[Watch]]:
    """Who is told of alarms, and what is looked at."""
    quiet = timedelta(hours=settings.intake.imap_quiet_hours)
    return settings.bot.operator, (*WATCHES, watch_quiet(quiet))


async def _keep_trust(parts: Parts) -> None:
    """Once a minute: look again for senders who could not be known, and test the receiver's stamp."""
    tested = bool(parts.settings.intake.authserv_id) and parts.settings.bot.smarthost is not None
    first = True

    async def one_round() -> int:
        nonlocal first
        again = await parts.store.inbox.check_again(wall())
        if tested:
            async with parts.store.begin() as uow:
                at, mailbox = parts.clock.now(), parts.settings.intake.mailbox[0]
                sent = await send_self_test(mailbox, uow, at, now=first)
                parts.stamping.missing = stamp_is_missing(await uow.newest_self_tests(), at)
            if sent:
                parts.owing.set()
        first = False
        if again:
            parts.keeper.arrived.set()
        return 0

    await keep_going("trust", one_round, asyncio.Event(), parts.stopping, TIME_SECONDS)


def _mail_voice(settings: Settings) -> Voice:
    bot = settings.bot
    if bot.smarthost is None:
        return FolderMailer(settings.store.outgoing)
    signer = bot.signer(settings.domain)
    return SmarthostMailer(bot.smarthost, bot.tokens(), envelope=bot.envelope, signer=signer)


async def _health(parts: Parts) -> dict[str, object]:
    found = await health(parts.store.database)
    trouble = parts.keeper.trouble
    async with parts.store.look() as uow:
        mailboxes = await mailbox_troubles(uow, parts.clock.now())
    ok = trouble is None and not mailboxes and found.oldest_seconds < UNANSWERED_SECONDS
    return {"ok": ok, "trouble": "disk" if trouble else None, "mailboxes": mailboxes, **asdict(found)}


def log_to_stderr() -> None:
    """One line an event, for people on a terminal and as JSON elsewhere; never a value of a variable."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
