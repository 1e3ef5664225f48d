"""A private link at which somebody's calendar program reads their deadlines: `calendar`, and `calendar off`.

The link opens by itself, so it is mailed to the address on record, whichever channel it was asked in, and we
keep its digest alone. A new link ends the old one. Source: feature N5, threats 2.I.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from handlers.access import address_of
from handlers.asking import Asker, Capability
from handlers.messages import OWN_AFFAIR, Answer, Notice, Reply
from handlers.refusals_people import NoCalendars
from store.reminders import CalendarFeed
from store.unit_of_work import UnitOfWork

USAGE = "calendar, or: calendar off"
TOKEN_BYTES = 32
_OFF = re.compile(r"(?:off|stop|end|none)", re.I)


@dataclass(frozen=True)
class GiveCalendar:
    """A new link, or no link any more."""

    off: bool = False


@dataclass(frozen=True)
class CalendarGiven(Reply):
    """To who asked: the link is on its way to this address; `again`: the one before ends."""

    address: str
    again: bool


@dataclass(frozen=True)
class CalendarLinkSent(Reply):
    """To the address on record: the link. Of `secret_link` the history keeps only the digest, and once it was
    sent so does the row."""

    told_by = "mail"
    name: str
    secret_link: str


@dataclass(frozen=True)
class CalendarEnded(Reply):
    """To who asked: nobody can read their calendar any more; whether there was a link."""

    was_there: bool


def token_digest(token: str) -> str:
    """What we keep of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_line(words: str, _programs: Collection[str]) -> GiveCalendar | None:
    """The word alone, or with `off`."""
    said = words.strip(" .!:")
    return GiveCalendar(bool(said)) if not said or _OFF.fullmatch(said) else None


async def give_calendar(command: GiveCalendar, asker: Asker, uow: UnitOfWork) -> Answer:
    """End the link there is, and mail another. Raises NoCalendars."""
    if not uow.public_url and not command.off:
        raise NoCalendars
    await uow.person_again(asker.person.id)  # of two who ask at once, the second ends the first one's
    before = await uow.feeds_of(asker.person.id)
    for feed in before:
        feed.ended_at = asker.now
        uow.changed(feed)
    if command.off:
        return Answer(CalendarEnded(bool(before)))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.add(CalendarFeed(person_id=asker.person.id, token_sha256=token_digest(token), made_at=asker.now))
    address, link = address_of(asker.person), f"{uow.public_url}/calendar/{token}.ics"
    sent = Notice(address, CalendarLinkSent(asker.person.name, link), OWN_AFFAIR)
    return Answer(CalendarGiven(address, bool(before)), tell=(sent,))


CAPABILITY = Capability(
    verb="calendar",
    usage=USAGE,
    does="mails you a private link with your deadlines for Outlook, Google or Apple calendars",
    handle=give_calendar,
    opens=r"calendar",
    line=read_line,
)
