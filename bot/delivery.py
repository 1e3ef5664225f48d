"""Delivery: claim what we owe, let a voice put it into words and send it with no transaction open, settle it.

At least once: a crash between sending and settling sends the same Message-ID again. Logs name
the outbox number and the template, and never an address, a name or a subject.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from traceback import extract_tb
from typing import Protocol

import structlog

from bot.reference import reference_of
from handlers.retry import NotDue, NotYet, next_delivery, next_saying
from handlers.retry import TryLater as TryLater
from store.clock import Clock, pacific, wall
from store.leases import worker_name
from store.outbox import Outbox, OutboxEntry
from templates import Place, Rendered, Shown, render
from templates.alt import NO_ALT, Alt

log = structlog.get_logger()
AT_ONCE = 32
WORKER = worker_name()


class NeverAgain(Exception):
    """The other side said no for good."""


@dataclass(frozen=True)
class Extra:
    """A file that goes with a message. With a `cid` (`timeline@cais`) it is a picture that the HTML shows at
    `cid:timeline@cais`, and `alt` says the same in words; else it is attached. Names and types are ours."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    cid: str = ""
    alt: Alt = NO_ALT


@dataclass(frozen=True)
class Outgoing:
    """One message about to be sent: the row, who we are there, when it is (aware), and what goes with it."""

    entry: OutboxEntry
    place: Place
    at: datetime
    extras: tuple[Extra, ...] = ()

    @cached_property
    def said(self) -> Rendered:
        """Its words as a mail, made when a voice asks for them: a chat has its own. Raises a jinja2 error."""
        pictures = tuple(Shown(one.cid, str(one.alt)) for one in self.extras if one.cid)
        place = replace(self.place, pictures=pictures, notice=not self.entry.is_answer)
        return render(self.entry.template, self.entry.fields, place)


class Voice(Protocol):
    """One way to people. Gives the other side's receipt; raises TryLater or NeverAgain."""

    async def send(self, outgoing: Outgoing) -> str: ...


Still = str | Exception | None  # why there is nothing to say any more; what went wrong; None: it is said
Again = Callable[[Sequence[OutboxEntry]], Awaitable[Sequence[Still]]]
Extras = Callable[[OutboxEntry], Awaitable[tuple[Extra, ...]]]


async def as_it_was_made(entries: Sequence[OutboxEntry]) -> Sequence[Still]:
    """Everything is said as it was queued."""
    return [None] * len(entries)


async def words_alone(_entry: OutboxEntry) -> tuple[Extra, ...]:
    """Nothing goes with a message."""
    return ()


async def deliver_round(
    outbox: Outbox,
    voices: Mapping[str, Voice],
    clock: Clock,
    place: Place,
    again: Again = as_it_was_made,
    extras: Extras = words_alone,
) -> int:
    """Send what is due, several at once; how many were taken. `place.today` becomes the day of sending.
    `again` makes the fields of entries anew where they must be true when they are said, or tells why there is
    nothing to say any more, which is recorded; it raises nothing. `extras` makes the files that go with one.

    Give every channel rounds of its own, so that a slow smarthost keeps no chat waiting.
    """
    entries = await outbox.claim(WORKER, AT_ONCE, tuple(voices))
    today = replace(place, today=pacific(clock.now()).date())
    one_round = _Round(outbox, voices, clock, today, extras)
    receipts = await asyncio.gather(*map(one_round.deliver, entries, await again(entries)))
    taken = [
        (entry.id, receipt) for entry, receipt in zip(entries, receipts, strict=True) if receipt is not None
    ]
    if taken:  # one commit for the whole round
        await outbox.sent(taken, clock.now())
    return len(entries)


@dataclass(frozen=True)
class _Round:
    outbox: Outbox
    voices: Mapping[str, Voice]
    clock: Clock
    place: Place
    extras: Extras

    async def deliver(self, entry: OutboxEntry, still: Still) -> str | None:
        """Send one entry and give its receipt; what cannot be sent is settled here, and gives None."""
        try:
            if isinstance(still, Exception):
                raise still
            if still is not None:
                await self.outbox.suppressed(entry.id, still, self.clock.now())
                return None
            receipt = await self._send(entry)
        except NeverAgain as no:
            await self._give_up(entry, no)
        except NotDue as not_due:
            await self.outbox.put_back(entry.id, wall() + not_due.wait, str(not_due), tried=False)
        except TryLater as later:
            await self._try_later(entry, later)
        except Exception as bug:  # wrong words or a broken voice: the row stays until somebody mends it
            log.error("reply cannot be sent", **_about(entry), **_where(bug))
            await self._try_later(entry, TryLater(type(bug).__name__))
        else:
            log.info("sent", **_about(entry))
            return receipt
        return None

    async def _send(self, entry: OutboxEntry) -> str:
        place = replace(self.place, reference=reference_of(entry) or "", channel=entry.channel)
        extras = await self._extras(entry)
        return await self.voices[entry.channel].send(Outgoing(entry, place, self.clock.now(), extras))

    async def _extras(self, entry: OutboxEntry) -> tuple[Extra, ...]:
        """The words go out whatever is wrong with a picture or a calendar."""
        try:
            return await self.extras(entry)
        except Exception as bug:
            log.error("sent without its files", **_about(entry), **_where(bug))
            return ()

    async def _try_later(self, entry: OutboxEntry, later: TryLater) -> None:
        tried = not isinstance(later, NotYet)
        attempts = entry.attempts if tried else entry.attempts - 1
        wait_for = next_delivery if entry.channel == "mail" else next_saying
        pause = wait_for(attempts, self.clock.now() - entry.created_at, later.wait)
        if pause is None:
            await self._give_up(entry, later)
        else:
            await self.outbox.put_back(entry.id, wall() + pause, str(later), tried=tried)
            log.warning("not sent yet", **_about(entry), code=_code(later), again_in=pause.total_seconds())

    async def _give_up(self, entry: OutboxEntry, why: Exception) -> None:
        """A dead letter: kept for a person, who must hear of it."""
        await self.outbox.dead(entry.id, str(why), self.clock.now())
        log.error("dead letter", **_about(entry), code=_code(why))


def _about(entry: OutboxEntry) -> dict[str, object]:
    return {
        "outbox": entry.id,
        "template": entry.template,
        "channel": entry.channel,
        "attempts": entry.attempts,
    }


def _code(said: Exception) -> str:
    """The number that an answer begins with: its text may repeat an address."""
    first = str(said).partition(" ")[0]
    return first if first.isdigit() else type(said).__name__


def _where(trouble: Exception) -> dict[str, object]:
    """What failed and where, without its message, which may repeat what people wrote."""
    frame = extract_tb(trouble.__traceback__)[-1]
    return {"trouble": type(trouble).__name__, "at": f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"}
