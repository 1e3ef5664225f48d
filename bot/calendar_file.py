"""Deadlines as a calendar file (RFC 5545) that Outlook, Google and Apple show on the same day. Pure.

Each is all day: a date has no zone, so that no calendar moves it. What is over is in the file as cancelled,
under a higher number, in the same METHOD:PUBLISH: a CANCEL is for meetings (docs/calendars.md).
"""

import json
from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from store.reminders import CalendarEntry
from templates import Place
from templates.render import sentence
from templates.values import clean

if TYPE_CHECKING:
    from icalendar import Calendar, Event

MEDIA_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
OURS = "-//CAIS intake//deadlines//EN"
READ_AGAIN = timedelta(hours=4)
ONE_DAY = timedelta(days=1)


def calendar_file(entries: Iterable[CalendarEntry], place: Place) -> bytes:
    """A file to go with a mail: its entries alone. A name would make Outlook open it as another calendar."""
    return _file(_calendar(), entries, place)


def calendar_feed(entries: Iterable[CalendarEntry], place: Place) -> bytes:
    """A whole calendar to subscribe to, with its name and how often to read it again, each said twice: as the
    standard has it (RFC 7986), and as Outlook, Google and Apple knew it before."""
    made = _calendar()
    name = sentence("mail", "calendar_name")
    made.add("NAME", name)
    made.add("X-WR-CALNAME", name)
    made.add("REFRESH-INTERVAL", READ_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("X-PUBLISHED-TTL", "PT4H")
    return _file(made, entries, place)


def _calendar() -> "Calendar":
    from icalendar import Calendar  # 0.1 s that most commands need not wait for

    made = Calendar()
    for name, value in (
        ("VERSION", "2.0"),
        ("PRODID", OURS),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ):
        made.add(name, value)
    return made


def _file(calendar: "Calendar", entries: Iterable[CalendarEntry], place: Place) -> bytes:
    for one in entries:
        calendar.add_component(_event(one, place))
    made: bytes = calendar.to_ical()
    return made


def _event(entry: CalendarEntry, place: Place) -> "Event":
    from icalendar import Event

    made, said = Event(), _facts(entry, place)
    changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    made.add("UID", entry.uid)
    made.add("SEQUENCE", entry.sequence)
    made.add("DTSTAMP", changed)
    made.add("LAST-MODIFIED", changed)
    made.add("DTSTART", entry.due)
    made.add("DTEND", entry.due + ONE_DAY)  # the day after the last one
    made.add("SUMMARY", sentence("mail", "entry_title", said))
    made.add("DESCRIPTION", sentence("mail", "entry_words", said))
    made.add("ORGANIZER", f"mailto:{place.mailbox}")  # who publishes says so; RFC 5546, 3.2.1
    made.add("CATEGORIES", ["CAIS"])
    made.add("STATUS", "CANCELLED" if entry.ended else "CONFIRMED")
    made.add("TRANSP", "TRANSPARENT")
    made.add("X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE")
    made.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    return made


def _facts(entry: CalendarEntry, place: Place) -> Any:
    name, _, step = entry.target.partition("#")
    own = {"kind": entry.kind, "name": name, "step": step, "due": entry.due, "ended": entry.ended}
    return clean(json.loads(entry.said)) | own | {"mailbox": place.mailbox}
