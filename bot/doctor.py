"""Look at the service from outside and name what is missing: a sentence each, and what to mend."""

import asyncio
import shutil
from collections.abc import Sequence

from bot.dkim_signer import published
from bot.mailer import Smarthost
from bot.oauth import TokenRefused, TokenUnavailable
from bot.settings import BotSettings
from handlers.self_test import last_self_test
from store import Store
from store.health import Health, health
from store.mailboxes import MailboxFolder
from templates.words import alarm

Finding = tuple[str, bool, str]
LEAST_FREE = 1024**3


async def examine(store: Store, settings: BotSettings, mailboxes: Sequence[str]) -> list[Finding]:
    """Every check as (name, good, words)."""
    async with store.look() as uow:
        sample = await uow.is_sample()
    kind = "a sample store: loopback mail is believed" if sample else "a real store"
    return [
        ("store", True, f"{store.database.writer.dialect.name}, {kind}"),
        ("mailboxes", True, ", ".join(mailboxes)),
        ("receipts", store.signer is not None, _key(store)),
        _disk(store),
        *await _queues(store),
        *await _polled(store),
        await _reminders(store),
        *await _alarms(store),
        *await _stamp(store),
        await _smarthost(settings),
        *await _tokens(settings, mailboxes[0]),
        *await _dkim(settings, mailboxes[0]),
    ]


async def _alarms(store: Store) -> list[Finding]:
    """What the running service has raised and not seen mended."""
    async with store.look() as uow:
        raised = await uow.alarms_raised()
    return [
        ("alarm", False, f"{alarm(one.kind, one.about)}, since {one.raised_at:%d %b %H:%M} UTC")
        for one in raised
    ]


async def _reminders(store: Store) -> Finding:
    """How the last day of reminders went; whether one is missing, an alarm tells."""
    async with store.look() as uow:
        last = await uow.last_day_of_reminders()
    if last is None:
        return ("reminders", True, "no day was planned yet")
    left_out = sum(last.skipped.values())
    return (
        "reminders",
        True,
        f"planned up to {last.day:%d %b %Y}: {last.told} people told, {left_out} left out",
    )


async def _stamp(store: Store) -> list[Finding]:
    """What the last mail to ourselves showed; nothing where none is ever sent."""
    async with store.look() as uow:
        return [("stamp", *await last_self_test(uow))] if await uow.newest_self_tests(1) else []


def _key(store: Store) -> str:
    if store.signer is None:
        return "no key to sign them with"
    former = len(store.signer.public) - 1
    return f"signed with key {store.signer.key}" + (f"; {former} former keys are known" if former else "")


def _disk(store: Store) -> Finding:
    free = shutil.disk_usage(store.files.root).free
    return ("disk", free >= LEAST_FREE, f"{free / 1024**3:.1f} GiB free for files")


async def _queues(store: Store) -> list[Finding]:
    found = await health(store.database)
    return [
        ("inbox", not found.failed, f"{found.received} waiting, {found.held} held, {found.failed} failed"),
        ("outbox", found.dead == found.resent, f"{found.waiting} waiting, {_dead(found)}"),
    ]


def _dead(found: Health) -> str:
    said = "1 dead letter" if found.dead == 1 else f"{found.dead} dead letters"
    return f"{said} ({found.resent} sent again)" if found.resent else said


async def _polled(store: Store) -> list[Finding]:
    """How each folder of each mailbox was when it was last looked through."""
    async with store.look() as uow:
        folders = await uow.mailbox_folders()
        left = len(await uow.unfetchable())
    found = [(f"imap {one.account}/{one.folder}", one.trouble is None, _how(one)) for one in folders]
    return [*found, ("imap messages", False, f"{left} cannot be fetched")] if left else found


def _how(folder: MailboxFolder) -> str:
    seen = "" if folder.polled_at is None else f"looked through at {folder.polled_at:%Y-%m-%d %H:%M} UTC"
    since = f" since {folder.since:%Y-%m-%d %H:%M} UTC" if folder.since else ""
    return f"{folder.trouble}{since}; {seen or 'never looked through'}" if folder.trouble else seen


async def _smarthost(settings: BotSettings) -> Finding:
    if settings.smarthost is None:
        return ("smarthost", True, "none: answers are written to files (CAIS_SMARTHOST sends them)")
    smarthost = Smarthost.of(settings.smarthost.get_secret_value())
    host, port = smarthost.host, smarthost.port
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 5)
    except (OSError, TimeoutError):
        return ("smarthost", False, f"{host}:{port} does not answer (CAIS_SMARTHOST)")
    writer.close()
    return ("smarthost", True, f"{host}:{port} answers")


async def _tokens(settings: BotSettings, mailbox: str) -> list[Finding]:
    """Whether a token is given for the mailbox; nothing where passwords do."""
    tokens = settings.tokens()
    if tokens is None:
        return []
    try:
        await asyncio.to_thread(tokens, mailbox)
    except TokenRefused as no:
        return [("tokens", False, f"refused: {no} (CAIS_OAUTH)")]
    except TokenUnavailable as later:
        return [("tokens", False, f"not to be had now: {later}")]
    return [("tokens", True, f"{settings.oauth} gives them for {mailbox}")]


async def _dkim(settings: BotSettings, mailbox: str) -> list[Finding]:
    """Whether the record that our signatures are checked with is published."""
    signer = settings.signer(mailbox.rpartition("@")[2])
    if signer is None:
        return []
    try:
        said = await published(signer.name)
    except OSError as trouble:
        return [("dkim", False, f"{signer.name} cannot be looked up ({trouble})")]
    if said is not None and f"p={signer.public}" in said.replace(" ", ""):
        return [("dkim", True, f"{signer.name} is published")]
    return [("dkim", False, f"publish a TXT record at {signer.name}: {signer.record}")]
