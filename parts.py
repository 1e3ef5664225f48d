"""What the service is made of: settings checked together, and every part put together on the store.

Clock, steps, disk and network come in here and nowhere else.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from bot.console import CHANNEL as CONSOLE
from bot.console import ConsoleReader
from bot.oauth import Tokens
from bot.settings import BotSettings
from bot.teams_cloud import CLOUDS
from chat_channel import ChatChannel, Ground, SetUp
from handlers.inbox import Reader, Worker
from handlers.messages import Attachment
from handlers.steady import Steady
from intake.children import Limits
from intake.given import looking
from intake.reader import MailReader
from intake.scanner import Scanner
from intake.settings import IntakeSettings
from intake.trust import Stamping, Trust, choose_trust
from slack_service import slack_channel
from store import Store, open_store, schema
from store.channels import CHATS
from store.clock import Clock, pacific
from store.files import FileStore, Step, no_step
from store.keeping import Keeper
from store.leases import worker_name
from store.programs import load_programs, program_codes
from store.settings import StoreSettings, what_is_wrong
from store.signing import NoKey, Signer, open_signer
from teams_service import teams_channel
from templates.render import Place

CHAT_CHANNELS = (slack_channel, teams_channel)  # each of `CHATS` (store/channels.py)


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
    steady: Steady
    worker: Worker
    reader: MailReader
    stamping: Stamping
    tokens: Tokens | None
    chats: tuple[ChatChannel, ...]
    sample: bool
    owing: asyncio.Event
    stopping: asyncio.Event

    def place(self) -> Place:
        return _place(self.settings, self.clock, self.sample)

    @property
    def scanner(self) -> Scanner | None:
        """The one that looks into the files of mail, too: it knows whether clamd answers."""
        return self.reader.scanner

    @property
    def tests_itself(self) -> bool:
        """Whether mail to ourselves can show if the receiver before us stamps."""
        return bool(self.settings.intake.authserv_id) and self.settings.bot.smarthost is not None

    def live_chats(self, only: Collection[str] = tuple(CHATS)) -> list[tuple[str, SetUp]]:
        """The chats among these parts that are set up, by name."""
        return [(chat.name, chat.live) for chat in self.chats if chat.live and chat.name in only]

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
async def put_together(
    settings: Settings, step: Step = no_step, *, fills_sample: bool = False
) -> AsyncIterator[Parts]:
    """Open the store and build every part on it; closed again at the end. `fills_sample`: the store is to
    become a sample by what is done with them. Raises CannotStart."""
    async with AsyncExitStack() as closing:
        store = await open_checked(settings, step)
        closing.push_async_callback(store.aclose)
        keeper = Keeper(store.files, store.inbox.insert, step)
        closing.push_async_callback(keeper.aclose)
        async with store.look() as uow:
            sample = await uow.is_sample()
        if not sample and not fills_sample:
            _check_earnest(settings)
        stamping = Stamping()
        reader = mail_reader(settings, store, keeper, choose_trust(settings.intake, sample, stamping))
        closing.push_async_callback(reader.aclose)
        clock, owing, stopping = Clock(settings.store.clock), asyncio.Event(), asyncio.Event()
        place = partial(_place, settings, clock, sample)
        ground = Ground(settings, store, keeper, clock, reader.scanner, owing, stopping, closing, place)
        chats = tuple(channel(ground) for channel in CHAT_CHANNELS)
        readers: dict[str, Reader] = {"mail": reader, CONSOLE: ConsoleReader()}
        readers |= {chat.name: chat.reader for chat in chats}
        worker = Worker(worker_name(), store, readers, program_codes(), step, clock.now)
        for chat in chats:
            if chat.live:
                chat.live.take_worker(worker)
        yield Parts(
            settings,
            store,
            keeper,
            clock,
            Steady(clock),
            worker,
            reader,
            stamping,
            settings.bot.tokens(),
            chats,
            sample,
            owing,
            stopping,
        )


def _check_earnest(settings: Settings) -> None:
    """Only a sample store may pretend. Raises CannotStart."""
    if settings.store.clock:
        raise CannotStart("CAIS_CLOCK: only a sample store may have its clock set")
    if settings.bot.teams_cloud not in CLOUDS:
        raise CannotStart("CAIS_TEAMS_CLOUD: only a sample store may have a Teams that is not Microsoft's")


def _place(settings: Settings, clock: Clock, sample: bool) -> Place:
    """Where and when we speak."""
    today = pacific(clock.now()).date()
    return Place(settings.intake.mailbox[0], today, settings.bot.mail_from, sample)


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
    return open_store(url, files, settings.domain, signer, settings.bot.public_url or "")


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
