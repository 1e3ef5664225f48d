"""What we owe, for tests of how it is sent."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from bot.canvas import Canvas
from bot.delivery import Outgoing
from store import Store
from store.clock import Clock
from store.outbox import OutboxEntry
from templates import MARKER, Place, Rendered

Owe = Callable[..., Awaitable[OutboxEntry]]
PLACE = Place("evidence@cais.example", date(2013, 11, 26))
NOW = datetime(2013, 11, 26, 19, 2, 31, tzinfo=UTC)
TOKEN = "0123456789abcdef"
THREAD = {
    "subject": "EL 02 roster",
    "message_id": "<m1@client.example>",
    "references": ["<m0@client.example>"],
}


def an_entry(number: int = 17, **said: Any) -> OutboxEntry:
    """A row of the outbox as a claim gives it."""
    template, fields = said.pop("template", "stranger_held"), said.pop("fields", {"receipt": 17})
    to, channel = said.pop("to", "mdelgado@sierravista.example"), said.pop("channel", "mail")
    said.setdefault("thread", dict(THREAD))
    said.setdefault("message_id", f"<out-{number}.0123456789abcdef@cais.example>")
    entry = OutboxEntry(
        created_at=NOW, channel=channel, to=to, template=template, fields=fields, run_at=NOW, **said
    )
    entry.id, entry.token = number, TOKEN
    return entry


def outgoing(subject: str = "Our own subject", place: Place = PLACE, **said: Any) -> Outgoing:
    said.setdefault("template", "message_held")
    words = Rendered(
        subject, f"{MARKER}\n\nKept as R-17. Größe: 48.2 KB\n", "<p>Kept as R-17. Größe: 48.2 KB</p>"
    )
    made = Outgoing(an_entry(**said), place, NOW)
    vars(made)["said"] = words  # in place of those of its template
    return made


def parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


@pytest.fixture
def place() -> Place:
    return PLACE


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def owe(store: Store) -> Owe:
    """Put a reply into the outbox of the store, due at once."""

    async def owing(**said: Any) -> OutboxEntry:
        said.setdefault("thread", dict(THREAD))
        entry = OutboxEntry(
            created_at=said.pop("created_at", NOW),
            channel=said.pop("channel", "mail"),
            to=said.pop("to", "mdelgado@sierravista.example"),
            template=said.pop("template", "message_held"),
            fields=said.pop(
                "fields", {"receipt": 17, "received_at": NOW.isoformat(), "reason": "nested-too-deep"}
            ),
            run_at=NOW,
            **said,
        )
        async with store.begin() as uow:
            uow.add(entry)
        return entry

    return owing


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All words that are written on pictures."""
    written: list[str] = []
    write = Canvas.write

    def noted(self: Canvas, at: Any, words: str, *more: Any, **how: Any) -> None:
        written.append(words)
        write(self, at, words, *more, **how)

    monkeypatch.setattr(Canvas, "write", noted)
    return written
