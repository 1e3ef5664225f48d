"""Messages in a chat with something to press, and presses, for tests of the core and of the edges."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from handlers.button import Button, spoken
from handlers.buttons import buttons_of
from handlers.signals import Press
from handlers.surfaces import offers_in
from store import Store
from store.chats import ChatAccount, ChatOffer
from store.clock import wall
from store.outbox import OutboxEntry
from tests.builders import NOW, Desk

CHAT = "slack"


async def link(store: Store, account: str, address: str, at: datetime = NOW) -> None:
    """The account speaks for the person with this address."""
    async with store.begin() as uow:
        person = await uow.person_at(address)
        assert person is not None
        uow.add(ChatAccount(account=account, person_id=person.id, linked_at=at))


async def show(
    store: Store,
    template: str,
    fields: Mapping[str, Any],
    to: str = "U0HELEN",
    at: datetime = NOW,
    **more: Any,
) -> OutboxEntry:
    """A message that is owed to a chat, as `owe` puts it into the outbox."""
    row = OutboxEntry(
        created_at=at, channel=CHAT, to=to, template=template, fields=dict(fields), run_at=wall(), **more
    )
    async with store.begin() as uow:
        uow.add(row, *offers_in(row))
    return row


async def told(desk: Desk, template: str, to: str) -> dict[str, Any]:
    """The fields of the newest such message of ours to somebody."""
    return [row.fields for row in await desk.outgoing() if (row.template, row.to) == (template, to)][-1]


def button(shown: OutboxEntry, label: str, on: str = "") -> Button:
    """One button of a message."""
    (found,) = [
        one for one in buttons_of(shown.template, shown.fields) if one.label == label and on in ("", one.on)
    ]
    return found


async def press(
    desk: Desk, shown: OutboxEntry, pressed: Button, sender: str, text: str = "", day: str = "", **more: Any
) -> dict[str, Any]:
    """Somebody presses it, and types what it asks for: the answer."""
    answers = (shown.message_id or "",)
    what, filled = Press(shown.id, pressed.subject), pressed.asks is not None
    return await desk.send(
        sender=sender,
        text=spoken(pressed, text, day),
        answers=answers,
        press=what,
        filled=filled,
        **more,
    )


async def offers(store: Store, shown: OutboxEntry) -> dict[str, tuple[str | None, str | None]]:
    """What a message offers, with what became of it and by whom."""
    async with store.database.reading() as session:
        found = await session.scalars(select(ChatOffer).where(ChatOffer.outbox_id == shown.id))
        return {one.subject: (one.outcome, one.ended_by) for one in found}


async def again(desk: Desk, shown: OutboxEntry) -> list[OutboxEntry]:
    """The rows that owe the message its new form."""
    return [row for row in await desk.outgoing() if row.thread.get("update") == shown.id]
