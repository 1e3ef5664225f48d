"""The loops of the running service, each until it is told to stop, and how the service is."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.delivery import Voice, deliver_round
from bot.mailer import FolderMailer, SmarthostMailer
from bot.oauth import TokenRefused, Tokens, TokenUnavailable
from enclosures import extras_of
from handlers.alarms import WATCHES, Watch, sound_alarms
from handlers.bounces import take_refusals
from handlers.inbox import BATCH, Lane, work_inbox
from handlers.keep_time import keep_time as do_what_is_due
from handlers.mail_instead import mail_instead
from handlers.pen_known import MOST, take_up_known
from handlers.pen_room import take_up_waiting
from handlers.quarantine import note_scan
from handlers.reminder_unsaid import take_unsaid
from handlers.rounds import keep_going
from handlers.self_test import send_self_test, stamp_is_missing
from handlers.watch_clock import watch_clock
from handlers.watch_mailboxes import mailbox_troubles, watch_quiet
from handlers.watch_people import watch_operators
from handlers.watch_reminders import watch_reminders, watch_unheard
from intake.lobby import free_space
from intake.mailbox_token import MailboxToken, NoToken, NoTokenNow
from reminder_loops import read_again
from store.clock import wall
from store.health import health as health_of
from store.mailbox_questions import Mailboxes

if TYPE_CHECKING:
    from parts import Parts, Settings

log = structlog.get_logger()
UNANSWERED_SECONDS = 300.0
BROKEN = (
    "stamp missing",
    "scanner",
    "chat",
    "operator",
    "reminders",
    "clock",
)  # alarms of what does not work; the others name a message
TIME_SECONDS = 60.0


async def work(parts: "Parts", lane: Lane) -> None:
    """Answer what arrives in this lane, until told to stop; what must be fetched goes one by one."""
    limit = 1 if lane.fetching else BATCH

    async def one_round() -> int:
        taken = await work_inbox(parts.worker, limit, lane)
        if taken:
            parts.owing.set()
            parts.stamping.answered()
        return taken

    await keep_going("inbox", one_round, parts.keeper.arrived, parts.stopping)


async def poll(parts: "Parts") -> None:
    """Fetch what lies in mailboxes, until told to stop."""
    from intake.imap import books_of, poll_mailboxes  # only who polls needs its library

    free, mailboxes = free_space(parts.store.files.root), Mailboxes(parts.store.database)
    books = books_of(parts.settings.intake, mailboxes, parts.keeper, parts.clock, free)
    await poll_mailboxes(books, parts.stopping, mailbox_token(parts.tokens))


def mailbox_token(tokens: Tokens | None) -> MailboxToken | None:
    """The giver of tokens, as the mailboxes' side knows it: the two sides never meet."""
    if tokens is None:
        return None

    def give(user: str) -> str:
        try:
            return tokens(user)
        except TokenRefused as refused:
            log.warning("imap.token_refused", account=user, cause=str(refused))
            raise NoToken from refused
        except TokenUnavailable as later:
            log.warning("imap.token_unavailable", account=user, cause=str(later))
            raise NoTokenNow from later

    return MailboxToken(give, tokens.forget)


async def deliver(parts: "Parts", channel: str, voice: Voice) -> None:
    """Send what is owed on a channel, until told to stop."""

    async def one_round() -> int:
        return await deliver_round(
            parts.store.outbox,
            {channel: voice},
            parts.clock,
            parts.place(),
            partial(read_again, parts),
            partial(extras_of, parts),
        )

    await keep_going("outbox", one_round, parts.owing, parts.stopping)


async def keep_time(parts: "Parts") -> None:
    """Do what happens because a day has passed: at the start, and once a minute until told to stop."""
    operators, watches = _watched(parts.settings, parts.clock.now())
    watches = (*watches, watch_clock(parts.steady))
    one_round = partial(time_round, parts, operators, watches)
    await keep_going("calendar", one_round, asyncio.Event(), parts.stopping, TIME_SECONDS)


async def time_round(parts: "Parts", operators: Sequence[str], watches: Sequence[Watch]) -> int:
    """How much happened. By a clock that is doubted no day has passed."""
    passed = 0
    async with parts.store.begin() as uow:
        if parts.steady.moved() is None:
            passed += len(await do_what_is_due(uow, parts.clock.now()))
        passed += len(await take_refusals(uow, parts.clock.now()))
        passed += len(await take_unsaid(uow, parts.clock.now()))
        passed += len(await mail_instead(uow, parts.clock.now()))
    async with parts.store.begin() as uow:
        passed += len(await sound_alarms(uow, parts.clock.now(), operators, watches))
    if passed:
        parts.owing.set()
    return passed


async def scan_again(parts: "Parts") -> None:
    """Ask the scanner about what was filed while it did not answer: once a minute until told to stop."""

    async def one_round() -> int:
        settled = await scan_waiting(parts)
        if settled:
            parts.owing.set()
        return settled

    await keep_going("scanner", one_round, asyncio.Event(), parts.stopping, TIME_SECONDS)


async def scan_waiting(parts: "Parts") -> int:
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


def _watched(settings: "Settings", since: datetime) -> tuple[Sequence[str], Sequence[Watch]]:
    """Who is told of alarms, and what is looked at, by a service that has run `since` then."""
    quiet = timedelta(hours=settings.intake.imap_quiet_hours)
    operators = settings.bot.operator
    return operators, (
        *WATCHES,
        watch_quiet(quiet),
        watch_operators(operators),
        watch_reminders(since),
        watch_unheard(),
    )


async def keep_trust(parts: "Parts") -> None:
    """Once a minute, and when a self-test came back: take up held mail that can go on by now, and test the
    receiver's stamp."""
    first = True

    async def one_round() -> int:
        nonlocal first
        again = await parts.store.inbox.check_again(wall()) + await take_up_again(parts)
        if parts.tests_itself:
            async with parts.store.begin() as uow:
                mailbox = parts.settings.intake.mailbox[0]
                sent = await send_self_test(mailbox, uow, parts.clock.now(), now=first)
            if sent:
                parts.owing.set()
            await look_at_stamp(parts)
        first = False
        if again:
            parts.keeper.arrived.set()
        return 0

    await keep_going("trust", one_round, parts.stamping.look, parts.stopping, TIME_SECONDS)


async def look_at_stamp(parts: "Parts") -> None:
    """Rely on the receiver's stamp, or not, as the last self-test says."""
    if parts.tests_itself:
        async with parts.store.look() as uow:
            parts.stamping.missing = stamp_is_missing(await uow.newest_self_tests(), parts.clock.now())


async def take_up_again(parts: "Parts") -> int:
    """Held mail that can go on by now, back in the queue: few in each transaction; how many."""
    taken = 0
    for one_round in (take_up_known, take_up_waiting):
        count = MOST
        while count == MOST:
            async with parts.store.begin() as uow:
                count = await one_round(uow, parts.clock.now())
            taken += count
    return taken


def mail_voice(parts: "Parts") -> Voice:
    """To the smarthost, or into a folder."""
    settings, bot = parts.settings, parts.settings.bot
    if bot.smarthost is None:
        return FolderMailer(settings.store.outgoing)
    signer = bot.signer(settings.domain)
    return SmarthostMailer(bot.smarthost, parts.tokens, envelope=bot.envelope, signer=signer)


async def health(parts: "Parts") -> dict[str, object]:
    """`failing`: mail is not taken or not answered, and a restart may help. `degraded`: a person must mend
    something, and a restart would not. Machine words and counts; nobody's address."""
    found = await health_of(parts.store.database)
    trouble = parts.keeper.trouble
    async with parts.store.look() as uow:
        mailboxes = await mailbox_troubles(uow, parts.clock.now())
        alarms = [f"{one.kind}: {one.about}" for one in await uow.alarms_raised() if one.kind in BROKEN]
        planned = await uow.last_day_of_reminders()
    queues = (("failed messages", found.failed), ("dead letters", found.dead - found.resent))
    alarms += [f"{what}: {count}" for what, count in queues if count]
    failing = trouble is not None or found.oldest_seconds >= UNANSWERED_SECONDS
    status = "failing" if failing else "degraded" if mailboxes or alarms else "ok"
    reminders = asdict(planned) | {"day": planned.day.isoformat()} if planned is not None else None
    told = {"mailboxes": mailboxes, "alarms": alarms, "reminders": reminders}
    first = {"ok": status == "ok", "status": status, "trouble": "disk" if trouble else None}
    return {**first, **told, **asdict(found)}
