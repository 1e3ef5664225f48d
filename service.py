"""The running service: settings checked together, parts put together, loops started and stopped.

Clock, steps, disk and network come in here and nowhere else.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from pydantic import ValidationError

import loops
from bot.console import CHANNEL as CONSOLE
from bot.console import ConsoleReader
from bot.oauth import Tokens
from bot.settings import BotSettings
from bot.slack_actions import shown_in
from bot.slack_events import CHANNEL as SLACK
from bot.slack_reader import SlackReader
from bot.web import application, serve
from handlers.inbox import Lane, Worker
from handlers.messages import Attachment, Reader
from intake.children import Limits
from intake.given import looking
from intake.lobby import free_space
from intake.plain import file_name
from intake.reader import MailReader
from intake.scanner import Scanner
from intake.settings import IntakeSettings
from intake.smtp import open_door
from intake.trust import Stamping, Trust, choose_trust
from store import Store, open_store, schema
from store.clock import Clock, pacific
from store.files import FileStore, Step, no_step
from store.keeping import Keeper
from store.leases import wake_orphans, worker_name
from store.programs import load_programs, program_codes
from store.settings import StoreSettings, what_is_wrong
from store.signing import NoKey, Signer, open_signer
from templates.render import Place

if TYPE_CHECKING:
    from bot.slack import Slack
    from bot.slack_files import SlackFiles

PARTS = ("smtp", "imap", "slack", "web", "worker")
LANES = (Lane(("mail", CONSOLE)), Lane((SLACK,), fetching=False))
FETCHING = (
    Lane((SLACK,), fetching=True),
) * 3  # so many files at once: a small one need not wait for a large
STALE_DRAFT_SECONDS = 24 * 3600.0


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
    tokens: Tokens | None
    slack: "Slack | None"
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

    @property
    def tests_itself(self) -> bool:
        """Whether mail to ourselves can show if the receiver before us stamps."""
        return bool(self.settings.intake.authserv_id) and self.settings.bot.smarthost is not None

    async def look(self, path: Path, name: str, number: int) -> Attachment:
        """What a file given at the terminal is."""
        return await looking(self.scanner)(path, name, number)

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
            wrong += what_is_wrong(error)
    if wrong:
        raise CannotStart("; ".join(wrong))
    settings = Settings(*read)  # type: ignore[arg-type]
    if settings.intake.imap_auth != "password" and settings.bot.oauth is None:
        raise CannotStart(f"CAIS_IMAP_AUTH: {settings.intake.imap_auth} also needs CAIS_OAUTH")
    return settings


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
        clock, owing, stopping = Clock(settings.store.clock), asyncio.Event(), asyncio.Event()
        slack = _slack(settings.bot, store, keeper, clock)
        fetching = _slack_files(slack, store, settings, reader.scanner, stopping) if slack else None
        if fetching is not None:
            closing.push_async_callback(fetching.aclose)
        slack_reader = SlackReader(store.files.path, shown_in(store), fetching)
        readers: dict[str, Reader] = {"mail": reader, CONSOLE: ConsoleReader(), SLACK: slack_reader}
        worker = Worker(worker_name(), store, readers, program_codes(), step, clock.now)
        if slack is not None:
            slack.take_forms(worker, owing)
            closing.push_async_callback(slack.aclose)
        yield Parts(
            settings,
            store,
            keeper,
            clock,
            worker,
            reader,
            stamping,
            settings.bot.tokens(),
            slack,
            sample,
            owing,
            stopping,
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


def _slack(settings: BotSettings, store: Store, keeper: Keeper, clock: Clock) -> "Slack | None":
    """The Slack app, where it is set up; only then is its library loaded."""
    if settings.slack_bot_token is None:
        return None
    from bot.slack import Slack

    slack = Slack(settings, keeper, clock)
    slack.take_presses(shown_in(store))
    return slack


def _slack_files(
    slack: "Slack", store: Store, settings: Settings, scanner: Scanner | None, stopping: asyncio.Event
) -> "SlackFiles":
    from bot.slack_files import Looks

    looks = Looks(looking(scanner), file_name, settings.intake.max_message_bytes)
    return slack.files(store, looks, stopping.is_set)


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


async def run(parts: Parts, only: Collection[str] = PARTS, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT (or until `parts.stopping` is set)."""
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, parts.stopping.set)
    async with AsyncExitStack() as closing:
        await _open_doors(parts, only, closing)
        async with asyncio.TaskGroup() as group:
            if "worker" in only:
                await wake_orphans(parts.store.database)
                await loops.look_at_stamp(parts)  # before the first mail is read
                await parts.reader.start()
                await asyncio.to_thread(parts.store.files.sweep, time() - STALE_DRAFT_SECONDS)
                for lane in (*LANES, *FETCHING) if parts.slack else LANES:
                    group.create_task(loops.work(parts, lane))
                for channel in ("mail", SLACK) if parts.slack else ("mail",):
                    group.create_task(loops.deliver(parts, channel))
                group.create_task(loops.keep_time(parts))
                group.create_task(loops.scan_again(parts))
                group.create_task(loops.keep_trust(parts))
            if "imap" in only:
                group.create_task(loops.poll(parts))
            if "slack" in only and parts.slack:
                group.create_task(loops.catch_up_with_slack(parts))
                if parts.slack.has_socket:
                    group.create_task(loops.listen_to_slack(parts))
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
        called = "slack" in only and parts.slack is not None and not parts.slack.has_socket
        if "web" in only or called:
            where = f"CAIS_HTTP_LISTEN {http}"
            app = application(lambda: loops.health(parts), parts.receipt_keys())
            if called and parts.slack:
                parts.slack.door.add_to(app)
            site = await serve(app, http)
            closing.push_async_callback(site.cleanup)
    except OSError as taken:
        raise CannotStart(
            f"{where}: cannot listen there ({taken.strerror}); is it running already?"
        ) from taken
